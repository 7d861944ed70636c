import { callMethod, isTagged, readProperty, readText } from '@slack-logger/core/reading'

/** The status that the service or its framework set on an error. */
export function carriedStatus(error: unknown): number | undefined {
  const candidates = [
    callMethod(error, 'getStatus'),
    readProperty(readProperty(error, 'output'), 'statusCode'),
    readProperty(error, 'status'),
    readProperty(error, 'statusCode'),
  ]
  const status = candidates.find(isErrorStatus)
  return status === undefined || isUpstreamError(error) ? undefined : status
}

export function isErrorStatus(status: unknown): status is number {
  return Number.isInteger(status) && Number(status) >= 400 && Number(status) <= 599
}

/**
 * True for the error of an HTTP client (axios, got, ky, octokit, Stripe, OpenAI, Elasticsearch, a thrown `Response`), whose status
 * is another service's answer to this one.
 */
export function isUpstreamError(error: unknown): boolean {
  // Nest's own errors have a `response`, too: the body of the answer.
  if (typeof readProperty(error, 'getStatus') === 'function') return false
  return (
    isTagged(error, 'Response') ||
    readProperty(error, 'isAxiosError') === true ||
    hasStatus(readProperty(error, 'response')) ||
    hasStatus(readProperty(error, 'meta')) ||
    isTagged(readProperty(error, 'headers'), 'Headers') ||
    readText(error, 'rawType') !== undefined ||
    readText(error, 'code')?.startsWith('UND_ERR') === true
  )
}

function hasStatus(answer: unknown): boolean {
  return (
    typeof readProperty(answer, 'status') === 'number' ||
    typeof readProperty(answer, 'statusCode') === 'number'
  )
}

/** nginx's status for a request whose client disconnected before the answer. */
export const clientGoneStatus = 499

const abortCodes: ReadonlySet<unknown> = new Set([
  'ABORT_ERR',
  'ECONNABORTED',
  'ECONNRESET',
  'EPIPE',
  // Of axios.
  'ERR_CANCELED',
  'ERR_HTTP2_INVALID_STREAM',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_WRITE_AFTER_END',
  // Of Node's parser, for an incomplete request.
  'HPE_INVALID_EOF_STATE',
])

/** Of @hono/node-server, multer and busboy, whose errors have no code. */
const abortMessages: ReadonlySet<unknown> = new Set([
  'Client connection prematurely closed.',
  'Request aborted',
  'Unexpected end of form',
])

/** True for an error that means no more than an aborted connection, or that wraps such an error. */
export function isAbortError(error: unknown): boolean {
  return isOwnAbort(error) || isOwnAbort(readProperty(error, 'cause'))
}

function isOwnAbort(error: unknown): boolean {
  return (
    abortCodes.has(readProperty(error, 'code')) ||
    readText(error, 'name') === 'AbortError' ||
    readText(error, 'type') === 'request.aborted' ||
    abortMessages.has(readProperty(error, 'message'))
  )
}
