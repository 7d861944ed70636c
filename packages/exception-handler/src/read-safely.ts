/** Reads a property of whatever was thrown; what cannot be read is as good as not there. */
export function readProperty(holder: unknown, key: PropertyKey): unknown {
  if ((typeof holder !== 'object' || holder === null) && typeof holder !== 'function') {
    return undefined
  }
  try {
    return Reflect.get(holder, key)
  } catch {
    return undefined
  }
}

/** A property that counts only if it is a text with something in it. */
export function readText(holder: unknown, key: string): string | undefined {
  const value = readProperty(holder, key)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A property that counts only if it is a list; a revoked Proxy is none. */
export function readList(holder: unknown, key: string): readonly unknown[] | undefined {
  return asList(readProperty(holder, key))
}

/** The value if it is a list. */
export function asList(value: unknown): readonly unknown[] | undefined {
  try {
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * True for an object of a class that names itself by a tag, as `Response`, `Headers` and `DOMException` do, of whichever package.
 *
 * `instanceof` would load all of Node's `fetch` to know its own classes.
 */
export function isTagged(value: unknown, tag: string): boolean {
  return readProperty(value, Symbol.toStringTag) === tag
}

/** True for an error; a Proxy that does not let itself be asked is none. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error
  } catch {
    return false
  }
}

/** Calls a method without arguments, as in `error.getStatus()`; `undefined` where there is none or it throws. */
export function callMethod(holder: unknown, name: string): unknown {
  const method = readProperty(holder, name)
  if (typeof method !== 'function') return undefined
  try {
    return Reflect.apply(method, holder, [])
  } catch {
    return undefined
  }
}

/** The first `maxLength` characters, never half of one. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  return text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '')
}
