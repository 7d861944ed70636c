import { keysOf, readObject, readProperty } from './read-safely.ts'

/** Reads a header whatever holds them: Node's object, a fetch `Headers`, an object with names in any case. */
export function readHeader(request: object, name: string): string | undefined {
  const headers = readObject(request, 'headers') ?? readObject(request, 'header')
  if (headers === undefined) return undefined
  return asText(readProperty(headers, name) ?? callGet(headers, name) ?? readAnyCase(headers, name))
}

function callGet(headers: object, name: string): unknown {
  const get = readProperty(headers, 'get')
  if (typeof get !== 'function') return undefined
  try {
    return Reflect.apply(get, headers, [name])
  } catch {
    // Not a `Headers` after all.
    return undefined
  }
}

function readAnyCase(headers: object, name: string): unknown {
  const key = keysOf(headers).find((candidate) => candidate.toLowerCase() === name)
  return key === undefined ? undefined : readProperty(headers, key)
}

function asText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' && first !== '' ? first : undefined
}
