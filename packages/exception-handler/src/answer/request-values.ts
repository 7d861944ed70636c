import { isList, isObject, readList, readProperty, readText } from '@slack-logger/core/reading'
import type { RequestContext } from '../http/request-context.ts'
import { checksNoAnswers, type FieldError } from './validation.ts'

/**
 * Whether a validator checked the request, and not what another service answered.
 *
 * Its error alone does not show that. An answer of another service arrives while the handler waits: what was checked before the
 * handler waited for anything is the request. After that it is the request if all that is wrong can be found in it. In doubt, as
 * without a stack, it is.
 */
export function isOfRequest(
  error: unknown,
  errors: readonly FieldError[],
  { readRequest }: { readonly readRequest?: (() => RequestParts) | undefined },
): boolean {
  if (readRequest === undefined || checksNoAnswers(error) || !isAfterWaiting(error)) return true
  const request = readRequest()
  return checksOf(error, errors).every((check) => isFoundIn(request, check))
}

/** What of a request may be checked. */
export interface RequestParts extends RequestContext {
  readonly headers?: unknown
  readonly cookies?: unknown
}

/** Frames of frameworks and of Node's server, which call a handler. */
const callerFrame =
  /[\\/]node_modules[\\/](?:@koa[\\/]router|@nestjs[\\/]core|express|fastify|hono|koa|koa-compose|koa-router|router)[\\/]|\bnode:_http_server\b|\bnode:internal[\\/]http2\b/

/** Frames below which a function goes on after it waited. */
const waitingFrame = /^\s*at (?:async |process\.processTicksAndRejections |runMicrotasks )/

const frame = /^\s*at /

/** True if the stack shows that the function had waited before: it ends, or goes on with a promise, before a framework's frame. */
function isAfterWaiting(error: unknown): boolean {
  const lines = (readText(error, 'stack') ?? '').split('\n').filter((line) => frame.test(line))
  const end = lines.find((line) => callerFrame.test(line) || waitingFrame.test(line))
  if (end !== undefined) return waitingFrame.test(end)
  return lines.length > 0 && lines.length < Error.stackTraceLimit
}

/** A value that is wrong. */
interface Check {
  readonly path: readonly PropertyKey[]
  /** The type that it should have, where the validator names it. */
  readonly expected?: string | undefined
}

function checksOf(error: unknown, errors: readonly FieldError[]): readonly Check[] {
  const issues = readList(error, 'issues')
  if (issues === undefined) {
    return errors.map(({ field }) => ({ path: field === '' ? [] : field.split('.') }))
  }
  return issues.map((issue) => ({
    path: (readList(issue, 'path') ?? []).map(
      (part) => (isObject(part) ? readProperty(part, 'key') : part) as PropertyKey,
    ),
    expected: readText(issue, 'expected'),
  }))
}

function isFoundIn(request: RequestParts, { path, expected }: Check): boolean {
  const { method, body, query, params, headers, cookies } = request
  // A body that nobody has read, or that the handler does not know.
  const hasUnknownBody = body === undefined && method !== 'GET' && method !== 'HEAD'
  if (hasUnknownBody) return true
  const isWrong = (value: unknown): boolean => value !== undefined && typeOf(value) !== expected
  // All of them may be checked at once, as the parts of one object.
  const whole = { body, query, params, headers, cookies }
  if (path.length === 0) return isWrong(body)
  const parts = [...Object.values(whole), whole]
  if (parts.some((part) => isWrong(valueAt(part, path)))) return true
  // What is missing can only be missing in a body: all requests lack most parameters.
  return [body, whole].some((part) => {
    const parent = valueAt(part, path.slice(0, -1))
    return parent !== whole && typeof parent === 'object' && valueAt(part, path) === undefined
  })
}

function valueAt(holder: unknown, path: readonly PropertyKey[]): unknown {
  let value = holder
  for (const key of path) value = readProperty(value, key)
  return value
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return isList(value) ? 'array' : typeof value
}
