import { redactBeginning, redacted } from './bounded-text.ts'
import type { KeyTest } from './keys.ts'
import {
  argumentKeys,
  hasSecretLabel,
  isSecretFlag,
  labelledKeys,
  pairUp,
  readUpToSecret,
} from './neighbours.ts'
import {
  classNameOf,
  isInstanceOf,
  isList,
  isTagged,
  keysOf,
  readProperty,
  readText,
} from './safe-read.ts'

const maxDepth = 6
const maxBreadth = 60
const maxNodes = 1000
const maxStringLength = 4000
const maxTextLength = 64_000
const maxKeyLength = 100

/** What is secret in a value. */
export interface CopyRules {
  readonly text: (value: string) => string
  readonly isSecretKey: KeyTest
}

/**
 * A deep copy as JSON values, redacted and bounded in depth, breadth and size.
 *
 * Never throws and runs no method of the value but `toJSON`.
 */
export function copyValue(value: unknown, rules: CopyRules): unknown {
  return new ValueCopy(rules).copy(value, 0)
}

class ValueCopy {
  readonly #rules: CopyRules
  /** At most as many as it goes deep. */
  readonly #ancestors: object[] = []
  #nodes = maxNodes
  #textLength = maxTextLength

  constructor(rules: CopyRules) {
    this.#rules = rules
  }

  copy(value: unknown, depth: number): unknown {
    this.#nodes -= 1
    return typeof value === 'object' && value !== null
      ? this.#object(value, depth)
      : this.#primitive(value)
  }

  #primitive(value: unknown): unknown {
    if (typeof value === 'number') return this.#number(value)
    if (typeof value === 'boolean') return value
    const text = describePrimitive(value)
    return text === undefined ? null : this.#text(text)
  }

  #text(value: string): string {
    const maxLength = Math.min(maxStringLength, this.#textLength)
    const text = redactBeginning(value, maxLength, this.#rules.text)
    this.#textLength = Math.max(0, this.#textLength - text.length)
    return text
  }

  #number(value: number): unknown {
    if (!Number.isFinite(value)) return String(value)
    // A card number may come as a number.
    return value > 1e12 && this.#rules.text(String(value)) === redacted ? redacted : value
  }

  #object(value: object, depth: number): unknown {
    if (this.#ancestors.includes(value)) return '[Circular]'
    const plain = replaceSpecial(value)
    if (typeof plain !== 'object' || plain === null) return this.#primitive(plain)
    if (depth >= maxDepth || this.#nodes <= 0) return isList(plain) ? '[Array]' : '[Object]'

    this.#ancestors.push(value)
    const copy = isList(plain) ? this.#list(plain, depth) : this.#properties(plain, depth)
    this.#ancestors.pop()
    return copy
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    const length = Number(readProperty(list, 'length'))
    const copies: unknown[] = []
    let previous: unknown
    for (let index = 0; index < Math.min(length, maxBreadth) && this.#nodes > 0; index += 1) {
      const item = readProperty(list, index)
      const isSecret = isSecretFlag(previous, this.#rules.isSecretKey)
      copies.push(isSecret ? redacted : this.copy(item, depth + 1))
      previous = item
    }
    if (copies.length < length) copies.push(`… ${length - copies.length} more`)
    return copies
  }

  #properties(holder: object, depth: number): Record<string, unknown> {
    const copied: [string, unknown][] = []
    const keys = keysOf(holder)
    const isLabelSecret =
      keys.some((key) => labelledKeys.has(key)) && hasSecretLabel(holder, this.#rules.isSecretKey)
    let read = 0
    for (const key of keys.slice(0, maxBreadth)) {
      if (this.#nodes <= 0) break
      read += 1
      const value = this.#property(holder, key, depth)
      const isLabelled = isLabelSecret && labelledKeys.has(key) && isWorthHiding(value)
      if (value !== undefined) copied.push([this.#key(key), isLabelled ? redacted : value])
    }
    if (read < keys.length) copied.push(['…', `${keys.length - read} more`])
    return Object.fromEntries(copied)
  }

  #property(holder: object, key: string, depth: number): unknown {
    let value: unknown
    try {
      value = Reflect.get(holder, key)
    } catch (error) {
      return this.#text(`[unreadable: ${reasonOf(error)}]`)
    }
    if (value === undefined || typeof value === 'function') return undefined
    if (isList(value)) return this.#listUnder(key, value, depth)
    if (this.#rules.isSecretKey(key) && isSecretValue(key, value)) return redacted
    return this.copy(value, depth + 1)
  }

  #listUnder(key: string, list: readonly unknown[], depth: number): unknown {
    if (key === 'rawHeaders') return this.#properties(pairUp(list), depth)
    if (this.#rules.isSecretKey(key)) return redacted
    if (!argumentKeys.has(key)) return this.copy(list, depth + 1)
    const shown = readUpToSecret(list, this.#rules.isSecretKey)
    if (shown === undefined) return this.copy(list, depth + 1)
    return [...shown.map((item) => this.copy(item, depth + 2)), redacted]
  }

  #key(key: string): string {
    return redactBeginning(key, maxKeyLength, this.#rules.text)
  }
}

function describePrimitive(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'symbol') return String(value)
  if (typeof value !== 'function') return undefined
  return `[Function ${readText(value, 'name') ?? 'anonymous'}]`
}

/** Whether something hides behind a secret key: `hasPassword: true` and `tokens: 512` show nothing. */
function isSecretValue(key: string, value: unknown): boolean {
  if (typeof value === 'number') return !/s$/i.test(key)
  return isWorthHiding(value)
}

function isWorthHiding(value: unknown): boolean {
  return value !== null && value !== undefined && typeof value !== 'boolean' && value !== ''
}

function reasonOf(error: unknown): string {
  if (typeof error === 'string') return error
  return typeof error === 'object' && error !== null
    ? (readText(error, 'message') ?? 'it throws')
    : 'it throws'
}

const maxEntries = 100

type Class<T> = abstract new (...values: never[]) => T

/** Classes of the language and of Node. */
const builtIns: readonly ((value: object) => unknown)[] = [
  when(Date, (date) => (Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString())),
  when(Error, describeNestedError),
  when(Map, fromEntries),
  when(Set, takeFirst),
  when(RegExp, String),
  when(URL, ({ href }) => href),
  when(URLSearchParams, fromEntries),
  describeHeaders,
  when(String, (boxed) => boxed.valueOf()),
  when(Number, (boxed) => boxed.valueOf()),
  when(Boolean, (boxed) => boxed.valueOf()),
  ...[Promise, WeakMap, WeakSet, WeakRef].map((type) => when<object>(type, () => `[${type.name}]`)),
]

/**
 * What is shown in the place of a Date, Map, Buffer, Error, stream or whatever has a `toJSON`: a text or a plain value. The value
 * itself if it is a plain object or array.
 */
function replaceSpecial(value: object): unknown {
  try {
    const builtIn = isPlain(value) ? undefined : describeBuiltIn(value)
    return builtIn ?? describeBytes(value) ?? describeCustom(value)
  } catch (error) {
    // A Proxy, or a method of the value, may throw.
    return `[unreadable: ${error instanceof Error ? error.message : String(error)}]`
  }
}

/** True for most values: of no class at all. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === null || prototype === Array.prototype) return true
  // Parsed queries have an empty prototype of their own.
  return Object.getPrototypeOf(prototype) === null
}

function describeBuiltIn(value: object): unknown {
  for (const describe of builtIns) {
    const shown = describe(value)
    if (shown !== undefined) return shown
  }
  return undefined
}

function when<T>(type: Class<T>, describe: (value: T) => unknown) {
  return (value: object): unknown => (isInstanceOf(value, type) ? describe(value) : undefined)
}

/** Headers of any `fetch`, known by their tag: to name Node's own class loads all of its `fetch`. */
function describeHeaders(value: object): unknown {
  return isTagged(value, 'Headers') && isIterable(value) ? fromEntries(value) : undefined
}

function isIterable(value: object): value is Iterable<readonly [unknown, unknown]> {
  return typeof readProperty(value, Symbol.iterator) === 'function'
}

function describeBytes(value: object): string | undefined {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return `[${classNameOf(value) ?? 'Buffer'} ${value.byteLength} bytes]`
  }
  // What `JSON.stringify` makes of a Buffer.
  const data = readProperty(value, 'data')
  return readProperty(value, 'type') === 'Buffer' && Array.isArray(data)
    ? `[Buffer ${data.length} bytes]`
    : undefined
}

function describeCustom(value: object): unknown {
  // Streams, sockets, servers, requests: large, cyclic, and never of interest.
  if (['on', 'emit'].every((name) => typeof readProperty(value, name) === 'function')) {
    return `[${classNameOf(value) ?? 'EventEmitter'}]`
  }
  const toJson = readProperty(value, 'toJSON')
  return typeof toJson === 'function' ? Reflect.apply(toJson, value, []) : value
}

/** An error that is a property of something else, in short. */
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
  const properties = takeFirst(entries).map(([key, value]) => {
    const name = typeof key === 'object' && key !== null ? `[${classNameOf(key)}]` : String(key)
    return [name, value] as const
  })
  return Object.fromEntries(properties)
}

function takeFirst<T>(values: Iterable<T>): T[] {
  const taken: T[] = []
  for (const value of values) {
    if (taken.length >= maxEntries) break
    taken.push(value)
  }
  return taken
}
