import { readProperty, readText } from '../read-safely.ts'

const maxAncestors = 10

/** True if an error, or a class it descends from, has one of the names. */
export function isNamed(error: unknown, names: ReadonlySet<string>): boolean {
  if (names.size === 0 || typeof error !== 'object' || error === null) return false
  if (names.has(readText(error, 'name') ?? '')) return true
  return classNames(error).some((name) => names.has(name))
}

function classNames(error: object): string[] {
  const names: string[] = []
  let prototype = prototypeOf(error)
  for (let depth = 0; prototype !== null && depth < maxAncestors; depth += 1) {
    names.push(readText(readProperty(prototype, 'constructor'), 'name') ?? '')
    prototype = prototypeOf(prototype)
  }
  return names
}

function prototypeOf(value: object): object | null {
  try {
    return Object.getPrototypeOf(value) as object | null
  } catch {
    return null
  }
}
