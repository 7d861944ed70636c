import { types } from 'node:util'

/**
 * Reads a property of a value that may throw when it is read.
 *
 * @returns `undefined` if it cannot be read
 */
export function readProperty(holder: unknown, key: PropertyKey): unknown {
  if ((typeof holder !== 'object' || holder === null) && typeof holder !== 'function') {
    return undefined
  }
  try {
    return (holder as Readonly<Record<PropertyKey, unknown>>)[key]
  } catch {
    return undefined
  }
}

/** Reads a property that counts only if it is a text with something in it. */
export function readText(holder: unknown, key: PropertyKey): string | undefined {
  return nonEmpty(readProperty(holder, key))
}

export function nonEmpty(value: unknown): string | undefined {
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

/** Reads a property that counts only if it is a list. */
export function readList(holder: unknown, key: PropertyKey): readonly unknown[] | undefined {
  const value = readProperty(holder, key)
  return isList(value) ? value : undefined
}

/** Calls a method, as in `error.getStatus()`; `undefined` if there is none or it throws. */
export function callMethod(holder: unknown, name: string, ...values: unknown[]): unknown {
  const method = readProperty(holder, name)
  if (typeof method !== 'function') return undefined
  try {
    return Reflect.apply(method, holder, values)
  } catch {
    return undefined
  }
}

/**
 * True for an object whose class has the given `Symbol.toStringTag`, as `Response`, `Headers` and `DOMException` have, whichever
 * package the class is from.
 *
 * `instanceof` would load all of Node's `fetch` to compare with its classes.
 */
export function isTagged(value: unknown, tag: string): boolean {
  return readProperty(value, Symbol.toStringTag) === tag
}

/** The own enumerable keys, none of a Proxy that throws. */
export function keysOf(holder: object): readonly string[] {
  try {
    return Object.keys(holder)
  } catch {
    return []
  }
}

/** Whether a property is one of its own that serializers keep. */
export function isEnumerable(value: object, key: string): boolean {
  try {
    return Object.prototype.propertyIsEnumerable.call(value, key)
  } catch {
    return false
  }
}

/** The name of the constructor, as in `'Socket'`; `undefined` without a prototype or a name. */
export function classNameOf(value: object): string | undefined {
  const constructor = readProperty(value, 'constructor')
  if (typeof constructor !== 'function') return undefined
  return readText(constructor, 'name')
}

/** True for an object that is neither an array nor a function. False for a revoked Proxy. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isList(value)
}

/** True for an object of no class: `{ … }`, a parsed query, what JSON makes. */
export function isPlainObject(value: unknown): value is object {
  if (!isObject(value)) return false
  try {
    const prototype: unknown = Object.getPrototypeOf(value)
    return prototype === null || Object.getPrototypeOf(prototype) === null
  } catch {
    return false
  }
}

/** `Array.isArray` that does not throw for a revoked Proxy. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value)
  } catch {
    return false
  }
}

/** `instanceof` that does not throw for a Proxy whose prototype cannot be read. */
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
 * Nothing is read yet: the redacting copy reads, and handles a getter that throws.
 */
export function withoutKeys(
  holder: object,
  isLeftOut: (key: string) => boolean,
  change: (key: string, value: unknown) => unknown = (_key, value) => value,
): Record<string, unknown> {
  const rest: Record<string, unknown> = {}
  for (const key of keysOf(holder)) {
    const get = (): unknown => change(key, Reflect.get(holder, key))
    // Not enumerable, but there by name: `name: 'cookie'` is the label of the `value` beside it.
    Object.defineProperty(rest, key, { get, enumerable: !isLeftOut(key), configurable: true })
  }
  return rest
}
