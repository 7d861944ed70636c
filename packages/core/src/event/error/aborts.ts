import { isObject, readProperty, readText } from '../../redaction/safe-read.ts'
import { propertiesOf, readOwnStatus } from './http-status.ts'
import { isMadeByHttpServer } from './stack-origin.ts'

/** nginx's status for a request whose client disconnected before the answer. */
export const clientGoneStatus = 499

/**
 * Whether an error, or the one it wraps, means an aborted connection.
 *
 * @returns `client` if it shows that a client of this service went away, `unknown` if it may as well come from the connection to
 * another server, or from a timeout of the service
 */
export function readAbort(error: unknown): 'client' | 'unknown' | undefined {
  return readOwnAbort(error) ?? readOwnAbort(readProperty(error, 'cause'))
}

function readOwnAbort(error: unknown): 'client' | 'unknown' | undefined {
  if (!isObject(error) || !mayBeAborted(error)) return undefined
  if (isClientGone(error)) return 'client'
  const isAborted =
    abortCodes.has(readProperty(error, 'code')) ||
    readText(error, 'name') === 'AbortError' ||
    isAbortMessage(readProperty(error, 'message'))
  return isAborted ? 'unknown' : undefined
}

type Properties = Readonly<
  Partial<
    Record<'code' | 'message' | 'name' | 'properties' | 'status' | 'statusCode' | 'type', unknown>
  >
>

/** A shortcut: most errors have nothing of this, and reading each by itself takes many times longer. */
function mayBeAborted(error: Properties): boolean {
  try {
    const { code, status, statusCode, properties, type, name, message } = error
    return (
      abortCodes.has(code) ||
      (status ?? statusCode ?? properties ?? type ?? undefined) !== undefined ||
      name === 'AbortError' ||
      isAbortMessage(message)
    )
  } catch {
    return true
  }
}

/** raw-body says so, and Node's HTTP server creates the error of a connection that its client closed. */
function isClientGone(error: object): boolean {
  if (readText(propertiesOf(error), 'type') === 'request.aborted') return true
  const code = readText(error, 'code')
  const message = readText(error, 'message')
  if (code === 'ECONNABORTED' && message === 'request aborted') return true
  if (hasClientGoneStatus(error)) return true
  const isClosed =
    code === 'ERR_STREAM_PREMATURE_CLOSE' || (code === 'ECONNRESET' && message === 'aborted')
  return isClosed && isMadeByHttpServer(error)
}

function hasClientGoneStatus(error: object): boolean {
  const isGiven = ['status', 'statusCode'].some(
    (key) => readProperty(propertiesOf(error), key) === clientGoneStatus,
  )
  return isGiven && readOwnStatus(error) !== undefined
}

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
const maxAbortMessage = 40
const abortMessages: ReadonlySet<unknown> = new Set([
  'Client connection prematurely closed.',
  'Request aborted',
  'Unexpected end of form',
])

function isAbortMessage(message: unknown): boolean {
  return (
    typeof message === 'string' && message.length < maxAbortMessage && abortMessages.has(message)
  )
}
