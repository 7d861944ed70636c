import { readProperty, readText } from '../read-safely.ts'

/** What nginx calls a request whose client did not wait for the answer. */
export const clientGoneStatus = 499

const codes: ReadonlySet<unknown> = new Set([
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
  // The parser's word for a request that ended in its midst.
  'HPE_INVALID_EOF_STATE',
])

/** Of @hono/node-server, multer and busboy, whose errors have no code. */
const textsOfAbort: ReadonlySet<unknown> = new Set([
  'Client connection prematurely closed.',
  'Request aborted',
  'Unexpected end of form',
])

/** True for an error, or one that a framework made of it, that says no more than that somebody hung up. */
export function isAbortError(error: unknown): boolean {
  return isOwnAbort(error) || isOwnAbort(readProperty(error, 'cause'))
}

function isOwnAbort(error: unknown): boolean {
  return (
    codes.has(readProperty(error, 'code')) ||
    readText(error, 'name') === 'AbortError' ||
    readText(error, 'type') === 'request.aborted' ||
    textsOfAbort.has(readProperty(error, 'message'))
  )
}
