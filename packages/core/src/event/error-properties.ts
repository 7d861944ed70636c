import type { ErrorShape } from './error-shape.ts'
import { describedKeys } from './error-shape.ts'
import { withoutKeys } from './without-keys.ts'
import { classNameOf, isError, isObject, keysOf, readProperty } from './read-safely.ts'
import type { Redactor } from './redact.ts'

/** What of an HTTP client's request and response helps; the rest is headers, sockets and settings by the hundred. */
const exchangeKeys: Readonly<Record<string, readonly string[]>> = {
  config: ['method', 'url', 'baseURL', 'timeout'],
  request: ['method', 'path', 'host', 'url'],
  response: ['status', 'statusCode', 'statusText', 'statusMessage', 'data', 'body'],
  options: ['method', 'url'],
  meta: ['statusCode', 'body'],
}

/** Own properties of an error beside those that its description tells by itself. */
export function describeProperties(
  value: object,
  shape: ErrorShape,
  redactor: Redactor,
): Readonly<Record<string, unknown>> {
  if (keysOf(value).length === 0) return {}
  const rest = withoutKeys(value, (key) => isDescribed(value, key, shape), summarize)
  const copy = redactor.value(rest)
  return isObject(copy) ? { ...copy } : {}
}

function isDescribed(value: object, key: string, shape: ErrorShape): boolean {
  if (describedKeys.has(key)) return true
  if (key === 'type') return !isError(value) && readProperty(value, key) === shape.type
  // winston writes its level into the Error that is logged.
  if (key === 'level') return isError(value) && typeof readProperty(value, key) === 'string'
  if (key === 'errors' || key === 'aggregateErrors') return shape.errorCount > 0
  // The cause may stand under several names: Sequelize has `parent` and `original`.
  return (
    shape.cause !== undefined && isObject(shape.cause) && readProperty(value, key) === shape.cause
  )
}

/** The part of an HTTP client's exchange that helps; anything else as it is. */
export function summarize(key: string, value: unknown): unknown {
  const kept = exchangeKeys[key]
  if (kept === undefined || !isObject(value) || !isExchange(value)) return value
  const summary: Record<string, unknown> = {}
  for (const part of kept) {
    const partValue = readProperty(value, part)
    if (partValue !== undefined) summary[part] = partValue
  }
  return summary
}

function isExchange(value: object): boolean {
  if (classNameOf(value) !== 'Object') return true
  return ['headers', '_header'].some((key) => readProperty(value, key) !== undefined)
}
