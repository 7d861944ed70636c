import { readClientIp, readProperty, type TrustProxy } from '@slack-logger/core/reading'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import {
  pathOf,
  queryOf,
  readTraceIds,
  type ReadHeader,
  type RequestContext,
  type TraceIds,
} from './request-context.ts'

/** A request of HTTP/1 or HTTP/2. They have one interface, but their states are found in other places. */
export type NodeRequest = IncomingMessage | Http2ServerRequest

/** A response of HTTP/1 or HTTP/2. */
export type NodeResponse = ServerResponse | Http2ServerResponse

export function readNodeRequest(
  request: NodeRequest,
  trustProxy: TrustProxy = false,
): RequestContext {
  const { headers, url = '/' } = request
  const remoteAddress = readProperty(request.socket, 'remoteAddress')
  return {
    method: request.method,
    path: pathOf(url),
    origin: headers.origin,
    clientIp: readClientIp({ remoteAddress, headers }, trustProxy),
    userAgent: headers['user-agent'],
    query: queryOf(url),
  }
}

/** The ids of a request; middleware that gives requests an id sets `request.id`. */
export function readNodeIds(request: NodeRequest): TraceIds {
  return readTraceIds(headerReader(request), (request as { id?: unknown }).id)
}

export function headerReader({ headers }: Pick<NodeRequest, 'headers'>): ReadHeader {
  return (name) => {
    const value = headers[name]
    return typeof value === 'string' ? value : value?.join(', ')
  }
}

/** `INTERNAL_ERROR` of RFC 9113, section 7. Loading `node:http2` for it would take milliseconds. */
const internalError = 2

/** Aborts a response that is partly sent, so that the client does not take the part for the whole. */
export function abortResponse(response: NodeResponse): void {
  const stream = http2StreamOf(response)
  // A stream of HTTP/2 that is destroyed without an error code looks complete to the client.
  if (stream === undefined) response.destroy()
  else stream.close(internalError)
}

/** The error with which the service broke off a response. */
export function errorOf(response: ServerResponse): unknown {
  const { errored } = response
  if (errored !== undefined) return errored
  // In HTTP/2 the stream has it; any other code than this one is the client's.
  const stream = http2StreamOf(response)
  return stream?.rstCode === internalError ? stream.errored : undefined
}

/**
 * True if the client disconnected before it had the whole answer; false where the service itself broke off the answer, as
 * `pipeline()` does when its source fails.
 */
export function isClientGone(request: NodeRequest, response: ServerResponse): boolean {
  if ((errorOf(response) ?? undefined) !== undefined) return false
  const { destroyed, writableFinished } = http2StreamOf(response) ?? response
  return (
    (destroyed && !writableFinished) ||
    isCancelled(request) ||
    socketOf(request)?.destroyed === true
  )
}

/** The same without a response; `error` is compared with that of the socket, in case the service destroyed it. */
export function isDisconnected(request: NodeRequest, error: unknown): boolean {
  const socket = socketOf(request)
  return isCancelled(request) || (socket?.destroyed === true && socket.errored !== error)
}

/** True if a client disconnected before it had sent the whole request, or cancelled it in HTTP/2. */
function isCancelled(request: NodeRequest): boolean {
  const stream = http2StreamOf(request)
  return stream === undefined
    ? request.destroyed && !request.complete
    : stream.aborted && stream.rstCode !== internalError
}

/** Of HTTP/1 only: that of HTTP/2 is shared with other requests. */
function socketOf(request: NodeRequest): Socket | undefined {
  return http2StreamOf(request) === undefined ? request.socket : undefined
}

export function isHttp2(message: NodeRequest | NodeResponse): boolean {
  return http2StreamOf(message) !== undefined
}

/** Middleware may have set a property `stream` of its own. */
function http2StreamOf(message: NodeRequest | NodeResponse): ServerHttp2Stream | undefined {
  const stream = readProperty(message, 'stream')
  return typeof readProperty(stream, 'rstCode') === 'number'
    ? (stream as ServerHttp2Stream)
    : undefined
}
