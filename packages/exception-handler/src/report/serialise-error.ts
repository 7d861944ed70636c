import type { Redactor } from '@slack-logger/core'
import { inspect } from 'node:util'
import { cutText, isError, readList, readProperty, readText } from '../read-safely.ts'

const maxCauses = 5
const maxErrors = 10
const maxMessageLength = 10_000
const maxStackLength = 100_000

/** A thrown thing as plain data: what a file can keep of it. */
export interface SerialisedError {
  readonly type: string
  readonly message: string
  readonly stack?: string
  readonly cause?: unknown
  readonly errors?: readonly unknown[]
  readonly [property: string]: unknown
}

/** How an error becomes plain data. */
export interface SerialiseOptions {
  readonly withStack: boolean
  /** For its own properties; message and stack are the logger's affair, as they are for any error that is logged. */
  readonly redactor: Redactor
}

/** The class or name of a thrown thing: `'TypeError'`; for anything that is no error its kind. */
export function errorName(error: unknown): string {
  const name = readText(error, 'name') ?? readText(readProperty(error, 'constructor'), 'name')
  return name === undefined || typeof error !== 'object' ? typeof error : cutText(name, 200)
}

/** The message of a thrown thing, or what can be said of it in one line. */
export function errorMessage(error: unknown): string {
  if (typeof error === 'string') return cutText(error, maxMessageLength)
  const message = readText(error, 'message')
  if (message !== undefined) return cutText(message, maxMessageLength)
  return isError(error) ? errorName(error) : `${showThrown(error)} was thrown`
}

/**
 * A thrown thing as plain data with its causes; never throws, runs no method of it.
 *
 * The object has no prototype, since pino's serialiser takes the constructor's name for the type.
 */
export function serialiseError(
  error: unknown,
  { depth = 0, ...options }: SerialiseOptions & { readonly depth?: number },
): SerialisedError {
  const type = errorName(error)
  const inner = { ...options, depth: depth + 1 }
  const cause = readProperty(error, 'cause')
  const errors = type === 'AggregateError' ? readList(error, 'errors') : undefined
  const stack = options.withStack ? readText(error, 'stack') : undefined
  const isDeep = depth >= maxCauses
  return Object.assign(Object.create(null) as object, {
    ...ownProperties(error, options.redactor),
    type,
    name: type,
    message: errorMessage(error),
    ...(stack !== undefined && { stack: cutText(stack, maxStackLength) }),
    ...(cause !== undefined && !isDeep && { cause: serialiseError(cause, inner) }),
    ...(errors !== undefined &&
      !isDeep && { errors: errors.slice(0, maxErrors).map((one) => serialiseError(one, inner)) }),
  })
}

/** What is described apart, and what HTTP clients hang on their errors: whole connections. */
const leftOut = new Set([
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
  const properties: Record<string, unknown> = {}
  for (const key of keysOf(error)) {
    if (!leftOut.has(key)) properties[key] = readProperty(error, key)
  }
  const copy = redactor.value(properties)
  return typeof copy === 'object' && copy !== null ? copy : undefined
}

function keysOf(error: unknown): readonly string[] {
  if (typeof error !== 'object' || error === null) return []
  try {
    return Object.keys(error)
  } catch {
    return []
  }
}

function showThrown(thrown: unknown): string {
  try {
    return cutText(
      inspect(thrown, { depth: 1, breakLength: Number.POSITIVE_INFINITY, customInspect: false }),
      500,
    )
  } catch {
    return 'something unreadable'
  }
}
