import type { Redactor } from '@slack-logger/core'
import {
  cutText,
  hideTexts,
  isList,
  isObject,
  isError,
  keysOf,
  readList,
  readProperty,
  readText,
} from '@slack-logger/core/reading'
import { inspect } from 'node:util'
import { isMalformedBody } from '../answer/malformed-body.ts'

const maxCauses = 5
const maxErrors = 10
const maxNameLength = 200
const maxMessageLength = 10_000
const maxStackLength = 100_000
const maxValueLength = 500

interface SerializeOptions {
  readonly withStack: boolean
  /** Redacts its own properties. Message and stack stay as they are, as in any error that the logger serializes. */
  readonly redactor: Redactor
}

/** The name or class of an error, as `'TypeError'`; of any other value its type. */
function errorName(error: unknown): string {
  const name = readText(error, 'name') ?? readText(readProperty(error, 'constructor'), 'name')
  return name === undefined || typeof error !== 'object'
    ? typeof error
    : cutText(name, maxNameLength)
}

/** The message of an error, or any other thrown value in one line. */
export function errorMessage(error: unknown): string {
  if (typeof error === 'string') return cutText(error, maxMessageLength)
  const message = readText(error, 'message')
  if (message !== undefined) return cutText(message, maxMessageLength)
  return isError(error) ? errorName(error) : `${showValue(error)} was thrown`
}

/**
 * A thrown value as plain data with its causes. Never throws and calls no method of it.
 *
 * The result has no prototype, since pino's serializer takes the constructor's name for the type.
 */
export function serializeError(
  error: unknown,
  { depth = 0, ...options }: SerializeOptions & { readonly depth?: number },
): Readonly<Record<string, unknown>> {
  const type = errorName(error)
  const inner = { ...options, depth: depth + 1 }
  const cause = readProperty(error, 'cause')
  const errors = type === 'AggregateError' ? readList(error, 'errors') : undefined
  const stack = options.withStack ? readText(error, 'stack') : undefined
  const isDeep = depth >= maxCauses
  const serialized = Object.assign(Object.create(null) as Record<string, unknown>, {
    ...ownProperties(error, options.redactor),
    type,
    name: type,
    message: errorMessage(error),
    ...(stack !== undefined && { stack: cutText(stack, maxStackLength) }),
    ...(cause !== undefined && !isDeep && { cause: serializeError(cause, inner) }),
    ...(errors !== undefined &&
      !isDeep && { errors: errors.slice(0, maxErrors).map((one) => serializeError(one, inner)) }),
  })
  // As pino's serializer keeps it, so that other records of the same error are found. Stripe's errors have a `raw` of their own.
  if (!('raw' in serialized)) Object.defineProperty(serialized, 'raw', { value: error })
  return serialized
}

/** Serialized above, or whole connections, as HTTP clients have them in their errors. */
const leftOut: ReadonlySet<string> = new Set([
  'name',
  'message',
  'stack',
  'cause',
  'errors',
  'request',
  'response',
  'config',
])

function ownProperties(error: unknown, redactor: Redactor): object | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const properties: Record<string, unknown> = {}
  for (const key of keysOf(error)) {
    if (!leftOut.has(key)) properties[key] = readProperty(error, key)
  }
  const copy = redactor.value(properties)
  return typeof copy === 'object' && copy !== null ? copy : undefined
}

function showValue(thrown: unknown): string {
  try {
    const options = { depth: 1, breakLength: Number.POSITIVE_INFINITY, customInspect: false }
    return cutText(inspect(thrown, options), maxValueLength)
  } catch {
    return 'something unreadable'
  }
}

/** Properties with the body: parsers set `body`, frameworks repeat the parser's message in the others. */
const bodyKeys: ReadonlySet<string> = new Set(['body', 'response', 'options'])

/** Where V8 begins to quote the text around a mistake in JSON, and what follows the quote. */
const quoteStart = /, (?:\.\.\.)?"/
const quoteEnd = ' is not valid JSON'

/**
 * An error without what it quotes of a body that could not be parsed, since redaction finds no secrets in such a quote. Any other
 * error is returned as it is.
 */
export function withoutBody(error: unknown): unknown {
  if (!isError(error) || !isOfBody(error)) return error
  return copyError(error, { isLeftOut: (key) => bodyKeys.has(key), change: withoutQuote })
}

/** An error, and its causes, without what is secret in the path of the request. */
export function withoutSecrets(
  error: unknown,
  secrets: readonly string[],
  redactor: Redactor,
): unknown {
  const change = (text: string): string => hideTexts(text, secrets)
  const own = redactor.with({ change })
  const changeValue = (value: unknown): unknown => {
    if (typeof value === 'string') return change(value)
    if (isError(value)) return withoutSecrets(value, secrets, redactor)
    return isObject(value) || isList(value) ? own.value(value) : value
  }
  return isError(error)
    ? copyError(error, { isLeftOut: () => false, change, changeValue })
    : changeValue(error)
}

interface ErrorChanges {
  readonly isLeftOut: (key: string) => boolean
  /** Of the message and the stack. */
  readonly change: (text: string) => string
  /** Of all other properties. */
  readonly changeValue?: (value: unknown) => unknown
}

/** A copy of an error with other texts. */
function copyError(error: Error, { isLeftOut, change, changeValue }: ErrorChanges): Error {
  const message = readText(error, 'message') ?? ''
  const shown = change(message)
  const stack = readText(error, 'stack')?.replace(message, () => shown)
  const copy = Object.create(Object.getPrototypeOf(error) as object) as Error
  for (const key of ['cause', ...Object.keys(error)]) {
    const given = isLeftOut(key) ? undefined : readProperty(error, key)
    if (given === undefined) continue
    const value = changeValue === undefined ? given : changeValue(given)
    const enumerable = Object.prototype.propertyIsEnumerable.call(error, key)
    Object.defineProperty(copy, key, { value, enumerable, configurable: true })
  }
  Object.defineProperty(copy, 'message', { value: shown })
  return Object.defineProperty(copy, 'stack', { value: stack && change(stack) })
}

function isOfBody(error: Error): boolean {
  return isMalformedBody(error) || readText(error, 'type')?.startsWith('entity.') === true
}

function withoutQuote(message: string): string {
  const start = message.search(quoteStart)
  const end = message.lastIndexOf(quoteEnd)
  return start === -1 || end < start
    ? message
    : `${message.slice(0, start)}, …${message.slice(end)}`
}
