import { types } from 'node:util'

/**
 * Reads a property of a thing that may do anything when it is touched.
 *
 * What cannot be read is as good as not there: `undefined`.
 */
export function readProperty(holder: object, key: PropertyKey): unknown {
  try {
    return (holder as Readonly<Record<PropertyKey, unknown>>)[key]
  } catch {
    return undefined
  }
}

/** Reads a property that counts only if it is a text with something in it. */
export function readText(holder: object, key: PropertyKey): string | undefined {
  const value = readProperty(holder, key)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Reads the first of several properties that is a text with something in it. */
export function readFirstText(holder: object, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = readText(holder, key)
    if (text !== undefined) return text
  }
  return undefined
}

/** Reads a property that counts only if it is an object (no array, no function). */
export function readObject(holder: object, key: PropertyKey): object | undefined {
  const value = readProperty(holder, key)
  return isObject(value) ? value : undefined
}

/** The own enumerable keys, none if a Proxy refuses to tell. */
export function keysOf(holder: object): readonly string[] {
  try {
    return Object.keys(holder)
  } catch {
    return []
  }
}

/** The name of the constructor, as in `'Socket'`; `undefined` without a prototype or a name. */
export function classNameOf(value: object): string | undefined {
  const constructor = readProperty(value, 'constructor')
  if (typeof constructor !== 'function') return undefined
  return readText(constructor, 'name')
}

/** True for an object that is neither an array nor a function. A revoked Proxy is none of all. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isList(value)
}

/** `Array.isArray` that survives a revoked Proxy. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value)
  } catch {
    return false
  }
}

/** `instanceof` that survives a Proxy whose prototype cannot be read. */
export function isInstanceOf<T>(
  value: unknown,
  constructor: abstract new (...values: never[]) => T,
): value is T {
  try {
    return value instanceof constructor
  } catch {
    return false
  }
}

/** True for an Error of this or another realm: a `vm` context, Jest. */
export function isError(value: unknown): value is Error {
  return isInstanceOf(value, Error) || types.isNativeError(value)
}

/**
 * What is left of an object without some of its keys.
 *
 * Nothing is read yet: the redacting copy does that, and knows what to do with a getter that throws.
 */
export function withoutKeys(
  holder: object,
  isLeftOut: (key: string) => boolean,
  change: (key: string, value: unknown) => unknown = (_key, value) => value,
): Record<string, unknown> {
  const rest: Record<string, unknown> = {}
  for (const key of keysOf(holder)) {
    const get = (): unknown => change(key, Reflect.get(holder, key))
    // Still there for who asks by name: `name: 'cookie'` tells what the `value` beside it is.
    Object.defineProperty(rest, key, { get, enumerable: !isLeftOut(key), configurable: true })
  }
  return rest
}
