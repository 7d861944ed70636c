import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { readProperty } from './read-safely.ts'

/** A request on Node. HTTP/1 and HTTP/2 have one face; what becomes of a request, and why, they tell in other places. */
export type NodeRequest = IncomingMessage | Http2ServerRequest

/** A response on Node. */
export type NodeResponse = ServerResponse | Http2ServerResponse

/** What HTTP/2 calls `INTERNAL_ERROR` (RFC 9113, section 7); to load `node:http2` for it would cost each service milliseconds. */
const internalError = 2

/** Ends a response in its midst, so that the client does not take the part it has for the whole. */
export function breakOff(response: NodeResponse): void {
  const stream = http2StreamOf(response)
  // To the client a stream of HTTP/2 that is destroyed without an error has ended well.
  if (stream === undefined) response.destroy()
  else stream.close(internalError)
}

/** With what the service broke a response, if it did. */
export function errorOf(response: ServerResponse): unknown {
  const { errored } = response
  // Of HTTP/2 the stream knows it, and codes but this one are the client's, which may take back its request.
  if (errored !== undefined) return errored
  const stream = http2StreamOf(response)
  return stream?.rstCode === internalError ? stream.errored : undefined
}

/**
 * True if the client of a request hung up before it had the whole answer. Where the service itself broke the answer, as
 * `pipeline()` does when its source fails, the client did not.
 */
export function isClientGone(request: NodeRequest, response: ServerResponse): boolean {
  if ((errorOf(response) ?? undefined) !== undefined) return false
  const { destroyed, writableFinished } = http2StreamOf(response) ?? response
  return (
    (destroyed && !writableFinished) ||
    isTakenBack(request) ||
    socketOf(request)?.destroyed === true
  )
}

/** The same where only an error is at hand, which tells whether the service broke the connection with it. */
export function isDisconnected(request: NodeRequest, error: unknown): boolean {
  const socket = socketOf(request)
  return isTakenBack(request) || (socket?.destroyed === true && socket.errored !== error)
}

/** True if a client hung up before it had sent the whole request, or took it back in HTTP/2. */
function isTakenBack(request: NodeRequest): boolean {
  const stream = http2StreamOf(request)
  return stream === undefined
    ? request.destroyed && !request.complete
    : stream.aborted && stream.rstCode !== internalError
}

/** Of HTTP/1; that of HTTP/2 serves other requests, too. */
function socketOf(request: NodeRequest): Socket | undefined {
  return http2StreamOf(request) === undefined ? request.socket : undefined
}

/** True for a message of HTTP/2. */
export function isHttp2(message: NodeRequest | NodeResponse): boolean {
  return http2StreamOf(message) !== undefined
}

/** Middleware may have put something else there. */
function http2StreamOf(message: NodeRequest | NodeResponse): ServerHttp2Stream | undefined {
  const stream = readProperty(message, 'stream')
  return typeof readProperty(stream, 'rstCode') === 'number'
    ? (stream as ServerHttp2Stream)
    : undefined
}
