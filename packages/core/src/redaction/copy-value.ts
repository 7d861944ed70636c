import { redactBeginning, redacted } from './bounded-text.ts'
import { type Certainty, isHarmlessUnder, isSecretInside, type NameTest } from './keys.ts'
import {
  argumentKeys,
  commandLineKeys,
  hasSecretLabel,
  holdsObjectsOnly,
  isNamedBy,
  labelledKeys,
  pairUp,
  readUpToSecret,
  redactCommandLine,
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

/** Numbers as long as a card's. */
const digits = /^\d{13,19}$/

/** What is secret in a value. */
interface CopyRules {
  readonly text: (value: string) => string
  readonly judge: NameTest
}

/**
 * A deep copy as JSON values, redacted and bounded in depth, breadth and size.
 *
 * Never throws and runs no method of the value but `toJSON`.
 */
export function copyValue(value: unknown, rules: CopyRules): unknown {
  return new ValueCopy(rules).copy(value, 0)
}

interface Place {
  readonly depth: number
  /** The name of what holds the value, if that is likely secret: `session`. */
  readonly inside?: string | undefined
}

interface Judged {
  readonly depth: number
  readonly certainty: Certainty
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

  copy(value: unknown, depth: number, inside?: string): unknown {
    this.#nodes -= 1
    return typeof value === 'object' && value !== null
      ? this.#object(value, { depth, inside })
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
    // What is redacted counts as well: it is what takes time.
    this.#textLength -= Math.min(maxLength, value.length)
    return redactBeginning(value, maxLength, this.#rules.text)
  }

  #number(value: number): unknown {
    if (!Number.isFinite(value)) return String(value)
    // A card number may come as a number.
    return value > 1e12 && this.#rules.text(String(value)) === redacted ? redacted : value
  }

  /** A long number, which may be a card's or, by its name, that of an order. */
  #isNamedNumber(key: string, value: unknown): boolean {
    const isLong =
      typeof value === 'number' ? value > 1e12 : typeof value === 'string' && digits.test(value)
    const named = `${key}: ${String(value)}`
    return isLong && this.#rules.text(named) === named
  }

  #object(value: object, { depth, inside }: Place): unknown {
    if (this.#ancestors.includes(value)) return '[Circular]'
    const plain = replaceSpecial(value)
    if (typeof plain !== 'object' || plain === null) return this.#primitive(plain)
    if (depth >= maxDepth || this.#nodes <= 0) return isList(plain) ? '[Array]' : '[Object]'

    this.#ancestors.push(value)
    const copy = isList(plain)
      ? this.#list(plain, depth, inside)
      : this.#properties(plain, depth, inside)
    this.#ancestors.pop()
    return copy
  }

  #list(list: readonly unknown[], depth: number, inside?: string): unknown[] {
    const length = Number(readProperty(list, 'length'))
    const copies: unknown[] = []
    let previous: unknown
    for (let index = 0; index < Math.min(length, maxBreadth) && this.#nodes > 0; index += 1) {
      const item = readProperty(list, index)
      const isSecret = isNamedBy(item, previous, this.#rules.judge)
      copies.push(isSecret ? redacted : this.copy(item, depth + 1, inside))
      previous = item
    }
    if (copies.length < length) copies.push(`… ${length - copies.length} more`)
    return copies
  }

  #properties(holder: object, depth: number, inside?: string): Record<string, unknown> {
    const copied: [string, unknown][] = []
    const keys = keysOf(holder)
    const isLabelSecret =
      keys.some((key) => labelledKeys.has(key)) && hasSecretLabel(holder, this.#rules.judge)
    let read = 0
    for (const key of keys.slice(0, maxBreadth)) {
      if (this.#nodes <= 0) break
      read += 1
      const value = this.#property(holder, key, { depth, inside })
      const isLabelled = isLabelSecret && labelledKeys.has(key) && isWorthHiding(value)
      if (value !== undefined) copied.push([this.#key(key), isLabelled ? redacted : value])
    }
    if (read < keys.length) copied.push(['…', `${keys.length - read} more`])
    return Object.fromEntries(copied)
  }

  #property(holder: object, key: string, { depth, inside }: Place): unknown {
    let value: unknown
    try {
      value = Reflect.get(holder, key)
    } catch (error) {
      return this.#text(`[unreadable: ${reasonOf(error)}]`)
    }
    if (value === undefined || typeof value === 'function') return undefined
    if (isDataOfSecret(holder, key)) return redacted
    const certainty = this.#judge(key, inside)
    if (isList(value)) return this.#listUnder(key, value, { depth, certainty })
    if (typeof value === 'object' && value !== null) {
      return this.#objectUnder(key, value, { depth, certainty })
    }
    if (isSecretValue(key, value, certainty)) return redacted
    return this.#isNamedNumber(key, value) ? value : this.copy(value, depth + 1)
  }

  /** In a session, a card, a login or credentials more is secret than elsewhere. */
  #judge(key: string, inside: string | undefined): Certainty {
    const certainty = this.#rules.judge(key)
    return certainty === 'none' && inside !== undefined && isSecretInside(key, inside)
      ? 'likely'
      : certainty
  }

  #objectUnder(key: string, value: object, { depth, certainty }: Judged): unknown {
    if (certainty === 'secret' && !holdsNumbersOnly(value)) return redacted
    if (certainty !== 'likely') return this.copy(value, depth + 1)
    const plain = replaceSpecial(value)
    if (typeof plain !== 'string') return this.copy(value, depth + 1, key)
    return isHarmlessUnder(certainty, plain) ? plain : redacted
  }

  #listUnder(key: string, list: readonly unknown[], { depth, certainty }: Judged): unknown {
    const { judge } = this.#rules
    const pairs = pairUp(key, list, judge)
    if (pairs !== undefined) return this.#properties(pairs, depth)
    if (certainty === 'secret' || (certainty === 'likely' && !holdsObjectsOnly(list))) {
      return redacted
    }
    const shown = argumentKeys.has(key) ? readUpToSecret(list, judge) : undefined
    if (shown === undefined && commandLineKeys.has(key)) {
      return this.#list(redactCommandLine(list), depth + 1)
    }
    if (shown === undefined) {
      return this.copy(list, depth + 1, certainty === 'likely' ? key : undefined)
    }
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

/** Whether something hides behind a name: `hasPassword: true` and `tokens: 512` show nothing. */
function isSecretValue(key: string, value: unknown, certainty: Certainty): boolean {
  if (certainty === 'none' || !isWorthHiding(value)) return false
  if (typeof value === 'number' && /s$/i.test(key)) return false
  return !isHarmlessUnder(certainty, String(value))
}

/** A Secret of Kubernetes. */
function isDataOfSecret(holder: object, key: string): boolean {
  return (key === 'data' || key === 'stringData') && readProperty(holder, 'kind') === 'Secret'
}

/** Counts, as `usage.tokens` has them. */
function holdsNumbersOnly(value: object): boolean {
  const values = keysOf(value).map((key) => readProperty(value, key))
  return values.length > 0 && values.every((item) => typeof item === 'number')
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
