import { classNameOf, isInstanceOf, keysOf, readProperty } from './safe-read.ts'

/** How a thing that is more than its properties is shown: as a text, or as a plain value in its place. */
type Special =
  | { readonly text: string; readonly plain?: undefined }
  | { readonly text?: undefined; readonly plain: unknown }

const maxEntries = 100

type Class<T> = abstract new (...values: never[]) => T

/** What the language and Node bring along. */
const builtIns: readonly ((value: object) => Special | undefined)[] = [
  when(Date, (date) => ({
    text: Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString(),
  })),
  when(Error, (error) => ({ plain: describeNestedError(error) })),
  when(Map, (map) => ({ plain: fromEntries(map) })),
  when(Set, (set) => ({ plain: takeFirst(set) })),
  when(RegExp, (expression) => ({ text: String(expression) })),
  when(URL, (url) => ({ text: url.href })),
  when(URLSearchParams, (parameters) => ({ plain: fromEntries(parameters) })),
  describeHeaders,
  when(String, (boxed) => ({ plain: boxed.valueOf() })),
  when(Number, (boxed) => ({ plain: boxed.valueOf() })),
  when(Boolean, (boxed) => ({ plain: boxed.valueOf() })),
  ...[Promise, WeakMap, WeakSet, WeakRef].map((type) =>
    when<object>(type, () => ({ text: `[${type.name}]` })),
  ),
]

/** How to show a Date, Map, Buffer, Error, stream or whatever has a `toJSON`; `undefined` for a plain object or array. */
export function describeSpecial(value: object): Special | undefined {
  try {
    const builtIn = isPlain(value) ? undefined : describeBuiltIn(value)
    return builtIn ?? describeBytes(value) ?? describeCustom(value)
  } catch (error) {
    // A Proxy, or a method of a stranger's class: it is shown as what it is, something that cannot be read.
    return { text: `[unreadable: ${error instanceof Error ? error.message : String(error)}]` }
  }
}

/** True for what most values are; none of the classes need be asked about them. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === null || prototype === Array.prototype) return true
  // Those of parsers of queries have an empty prototype of their own.
  return Object.getPrototypeOf(prototype) === null
}

function describeBuiltIn(value: object): Special | undefined {
  for (const describe of builtIns) {
    const special = describe(value)
    if (special !== undefined) return special
  }
  return undefined
}

function when<T>(type: Class<T>, describe: (value: T) => Special) {
  return (value: object): Special | undefined =>
    isInstanceOf(value, type) ? describe(value) : undefined
}

/** Of any `fetch`. They are known by their tag, since to name Node's own class loads all of its `fetch`. */
function describeHeaders(value: object): Special | undefined {
  if (readProperty(value, Symbol.toStringTag) !== 'Headers' || !isIterable(value)) return undefined
  return { plain: fromEntries(value) }
}

function isIterable(value: object): value is Iterable<readonly [unknown, unknown]> {
  return typeof readProperty(value, Symbol.iterator) === 'function'
}

function describeBytes(value: object): Special | undefined {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return { text: `[${classNameOf(value) ?? 'Buffer'} ${value.byteLength} bytes]` }
  }
  // What `JSON.stringify` makes of a Buffer.
  const data = readProperty(value, 'data')
  if (readProperty(value, 'type') === 'Buffer' && Array.isArray(data)) {
    return { text: `[Buffer ${data.length} bytes]` }
  }
  return undefined
}

function describeCustom(value: object): Special | undefined {
  // Streams, sockets, servers, requests: large, cyclic, and never what the reader looks for.
  if (typeof readProperty(value, 'on') === 'function' && isPlumbing(value)) {
    return { text: `[${classNameOf(value) ?? 'EventEmitter'}]` }
  }
  const toJson = readProperty(value, 'toJSON')
  if (typeof toJson !== 'function') return undefined
  const plain: unknown = Reflect.apply(toJson, value, [])
  return plain === value ? undefined : { plain }
}

function isPlumbing(value: object): boolean {
  return typeof readProperty(value, 'emit') === 'function'
}

/** An error that is a property of something else is told in short. */
function describeNestedError(error: Error): Record<string, unknown> {
  const properties: Record<string, unknown> = { name: classNameOf(error) ?? 'Error' }
  for (const key of ['message', 'code', 'stack']) {
    const value = readProperty(error, key)
    if (value !== undefined) properties[key] = value
  }
  for (const key of keysOf(error).slice(0, maxEntries)) properties[key] ??= readProperty(error, key)
  return properties
}

function fromEntries(entries: Iterable<readonly [unknown, unknown]>): Record<string, unknown> {
  const properties: Record<string, unknown> = {}
  for (const [key, value] of takeFirst(entries)) {
    const name = typeof key === 'object' && key !== null ? `[${classNameOf(key)}]` : String(key)
    Object.defineProperty(properties, name, { value, enumerable: true, configurable: true })
  }
  return properties
}

function takeFirst<T>(values: Iterable<T>): T[] {
  const taken: T[] = []
  for (const value of values) {
    if (taken.length >= maxEntries) break
    taken.push(value)
  }
  return taken
}
