import { inspect } from 'node:util'
import { cutText, readList, readProperty, readText } from '../read-safely.ts'

const maxCauses = 5
const maxErrors = 10
const maxProperties = 40
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
  return error instanceof Error ? errorName(error) : `${showThrown(error)} was thrown`
}

/**
 * A thrown thing as plain data with its causes; never throws, runs no method of it.
 *
 * The object has no prototype, since pino's serialiser takes the constructor's name for the type.
 */
export function serialiseError(
  error: unknown,
  { withStack, depth = 0 }: { readonly withStack: boolean; readonly depth?: number },
): SerialisedError {
  const type = errorName(error)
  const inner = { withStack, depth: depth + 1 }
  const cause = readProperty(error, 'cause')
  const errors = type === 'AggregateError' ? readList(error, 'errors') : undefined
  const stack = withStack ? readText(error, 'stack') : undefined
  const isDeep = depth >= maxCauses
  return Object.assign(Object.create(null) as object, {
    ...ownProperties(error),
    type,
    name: type,
    message: errorMessage(error),
    ...(stack !== undefined && { stack: cutText(stack, maxStackLength) }),
    ...(cause !== undefined && !isDeep && { cause: serialiseError(cause, inner) }),
    ...(errors !== undefined &&
      !isDeep && { errors: errors.slice(0, maxErrors).map((one) => serialiseError(one, inner)) }),
  })
}

const describedApart = new Set(['name', 'message', 'stack', 'cause', 'errors'])

function ownProperties(error: unknown): Record<string, unknown> {
  const properties: Record<string, unknown> = {}
  for (const key of keysOf(error).slice(0, maxProperties)) {
    const value = readProperty(error, key)
    if (!describedApart.has(key) && isPrimitive(value)) properties[key] = value
  }
  return properties
}

function keysOf(error: unknown): readonly string[] {
  if (typeof error !== 'object' || error === null) return []
  try {
    return Object.keys(error)
  } catch {
    return []
  }
}

function isPrimitive(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
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
