import { EventEmitter } from 'node:events'
import type { LogRecord } from '../../src/event/log-record.ts'

/** A value as JSON, with objects of one `$…` key for what JSON does not know. */
export type Encoded =
  | string
  | number
  | boolean
  | null
  | readonly Encoded[]
  | { readonly [key: string]: Encoded }

/** One input of the corpus. */
export interface CorpusEntry {
  readonly id: string
  /** Where it comes from: a library and how it failed, or what the entry was made for. */
  readonly source: string
  readonly record: { readonly [key: string]: Encoded }
  /** Each stands in one of the texts made of the record. */
  readonly must: readonly string[]
  /** None of these stands in any of them. */
  readonly mustNot: readonly string[]
}

interface EncodedError {
  readonly class: string
  readonly base: string
  readonly message: Encoded
  /** On the prototype, as classes have it. */
  readonly name?: string
  readonly ownName?: Encoded
  readonly stack?: Encoded
  readonly cause?: Encoded
  readonly errors?: Encoded
  readonly own?: { readonly [key: string]: Encoded }
}

/** The live record that an entry stands for: real Errors of classes with the right names, cycles, getters that throw. */
export function decodeRecord(entry: CorpusEntry): LogRecord {
  const defaults: LogRecord = { level: 'error', time: 1_763_780_400_000, message: '', fields: {} }
  return { ...defaults, ...(decode(entry.record, []) as Partial<LogRecord>) }
}

function decode(encoded: Encoded, ancestors: readonly unknown[]): unknown {
  if (typeof encoded !== 'object' || encoded === null) return encoded
  if (Array.isArray(encoded)) {
    const list: unknown[] = []
    for (const item of encoded as readonly Encoded[]) list.push(decode(item, [...ancestors, list]))
    return list
  }
  const object = encoded as { readonly [key: string]: Encoded }
  for (const [tag, make] of Object.entries(makers)) {
    const content = object[tag]
    if (content !== undefined) return make(content, { ancestors, object })
  }
  return fill({}, object, ancestors)
}

interface Context {
  readonly ancestors: readonly unknown[]
  readonly object: { readonly [key: string]: Encoded }
}

const makers: Readonly<Record<string, (content: Encoded, context: Context) => unknown>> = {
  $undefined: () => undefined,
  $bigint: (digits) => BigInt(String(digits)),
  $number: (text) => Number(text),
  $symbol: (description) => Symbol(String(description)),
  $function: (name) => Object.defineProperty(() => undefined, 'name', { value: name }),
  $date: (text) => new Date(String(text)),
  $buffer: (base64) => Buffer.from(String(base64), 'base64'),
  $regexp: (source) => new RegExp(String(source)),
  $repeat: (content) => {
    const [text, times] = content as readonly [string, number]
    return text.repeat(times)
  },
  $join: (parts, { ancestors }) =>
    (parts as readonly Encoded[]).map((part) => String(decode(part, ancestors))).join(''),
  $deep: (depth) => {
    let value: unknown = 'the bottom'
    for (let level = 0; level < Number(depth); level += 1) value = { deeper: value }
    return value
  },
  $ancestor: (levels, { ancestors }) => ancestors.at(-Number(levels)),
  $map: (entries, { ancestors }) => new Map(decode(entries, ancestors) as [unknown, unknown][]),
  $set: (items, { ancestors }) => new Set(decode(items, ancestors) as unknown[]),
  $emitter: (name) => instanceOf(String(name), EventEmitter.prototype),
  $class: (name, { object, ancestors }) =>
    fill(
      instanceOf(String(name), Object.prototype),
      (object['own'] ?? {}) as Context['object'],
      ancestors,
    ),
  $proxy: (kind) =>
    kind === 'revoked'
      ? revokedProxy()
      : new Proxy({}, { get: refuse, ownKeys: refuse, getPrototypeOf: refuse }),
  $throws: () => refuse(),
  $error: (content, { ancestors }) => decodeError(content as unknown as EncodedError, ancestors),
}

function decodeError(encoded: EncodedError, ancestors: readonly unknown[]): Error {
  const error = new Error(String(decode(encoded.message, ancestors)))
  const base = (Reflect.get(globalThis, encoded.base) ?? Error) as ErrorConstructor
  const prototype =
    encoded.class === encoded.base ? base.prototype : instanceOf(encoded.class, base.prototype)
  if (encoded.name !== undefined && encoded.class !== encoded.base)
    hide(prototype, 'name', encoded.name)
  Object.setPrototypeOf(error, prototype)

  const inside = [...ancestors, error]
  if (encoded.stack === undefined) delete error.stack
  else hide(error, 'stack', decode(encoded.stack, inside))
  if (encoded.cause !== undefined) hide(error, 'cause', decode(encoded.cause, inside))
  if (encoded.errors !== undefined) hide(error, 'errors', decode(encoded.errors, inside))
  if (encoded.ownName !== undefined) Object.assign(error, { name: decode(encoded.ownName, inside) })
  fill(error, encoded.own ?? {}, ancestors)
  return error
}

/** Fills properties in; one that throws becomes a getter that does. */
function fill(target: object, encoded: Context['object'], ancestors: readonly unknown[]): object {
  for (const [key, value] of Object.entries(encoded)) {
    const isThrowing = typeof value === 'object' && value !== null && '$throws' in value
    const attributes = isThrowing
      ? { get: refuse }
      : { value: decode(value, [...ancestors, target]), writable: true }
    Object.defineProperty(target, key, { ...attributes, enumerable: true, configurable: true })
  }
  return target
}

function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, configurable: true })
}

/** An object whose class has the given name. */
function instanceOf(name: string, parent: object): object {
  const named = { [name]: class {} }[name]
  return Object.create(parent, {
    constructor: { value: named, configurable: true, writable: true },
  }) as object
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function refuse(): never {
  throw new Error('it cannot be read')
}
