import { isTagged, readProperty } from '@slack-logger/core/reading'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ReadableStream } from 'node:stream/web'
import { isClientGone } from './node-exchange.ts'

/** A streamed body, which may break off. */
type StreamedBody = NodeJS.ReadableStream | ReadableStream

/** The exchange that a body belongs to. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Called with the error that broke off the body. */
  readonly onBreak: (error: unknown) => void
}

/** The stream in a payload: the payload itself, or the body of a `Response`. */
export function streamIn(payload: unknown): StreamedBody | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined
  const body = isTagged(payload, 'Response') ? readProperty(payload, 'body') : payload
  return isNodeStream(body) || isWebStream(body) ? body : undefined
}

/** Calls back if a body breaks off, unless the client disconnected. */
export function watchBody(body: StreamedBody, exchange: Exchange): void {
  if (isNodeStream(body)) {
    body.once('error', exchange.onBreak)
    watchForEarlyClose(body, exchange)
  } else {
    watchWebStream(body, exchange)
  }
}

/** Calls back if a stream is destroyed before its end without an error, unless the client disconnected. */
export function watchForEarlyClose(
  stream: NodeJS.ReadableStream,
  { request, response, onBreak }: Exchange,
): void {
  stream.once('close', () => {
    const isWaitedFor = !response.writableEnded && !isClientGone(request, response)
    const isIncomplete =
      readProperty(stream, 'readableEnded') === false && readProperty(stream, 'errored') === null
    if (isWaitedFor && isIncomplete) onBreak(earlyClose())
  })
}

function earlyClose(): Error {
  const error = new Error('The stream of the body was destroyed before its end')
  return Object.assign(error, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
}

/** A web stream reports its errors only to its reader. */
function watchWebStream(stream: ReadableStream, { onBreak }: Exchange): void {
  const getReader = stream.getReader.bind(stream) as (...options: unknown[]) => unknown
  const value = (...options: unknown[]): unknown => {
    const reader = getReader(...options)
    Promise.resolve(readProperty(reader, 'closed')).catch(onBreak)
    return reader
  }
  Reflect.defineProperty(stream, 'getReader', { value, configurable: true })
}

function isNodeStream(body: unknown): body is NodeJS.ReadableStream {
  return typeof readProperty(body, 'pipe') === 'function'
}

function isWebStream(body: unknown): body is ReadableStream {
  return typeof readProperty(body, 'getReader') === 'function'
}
