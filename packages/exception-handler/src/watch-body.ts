import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ReadableStream } from 'node:stream/web'
import { isClientGone } from './node-exchange.ts'
import { isTagged, readProperty } from './read-safely.ts'

/** A body that is sent piece by piece, and may break off. */
export type StreamedBody = NodeJS.ReadableStream | ReadableStream

/** Whom a body is sent to. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Told of the error that the body broke off with. */
  readonly onBreak: (error: unknown) => void
}

/** The stream in what is about to be sent, if it is one or a `Response` with one. */
export function streamIn(payload: unknown): StreamedBody | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined
  const body = isTagged(payload, 'Response') ? readProperty(payload, 'body') : payload
  return isNodeStream(body) || isWebStream(body) ? body : undefined
}

/** Tells of a body that breaks off, but not where it does so because the client is gone. */
export function watchBody(body: StreamedBody, exchange: Exchange): void {
  if (isNodeStream(body)) watchNodeStream(body, exchange)
  else watchWebStream(body, exchange)
}

function watchNodeStream(stream: NodeJS.ReadableStream, exchange: Exchange): void {
  stream.once('error', exchange.onBreak)
  watchForEarlyClose(stream, exchange)
}

/** Tells of a stream that is destroyed without an error before its end, but not where that is because the client is gone. */
export function watchForEarlyClose(
  stream: NodeJS.ReadableStream,
  { request, response, onBreak }: Exchange,
): void {
  stream.once('close', () => {
    const isAwaited = !response.writableEnded && !isClientGone(request, response)
    if (isAwaited && isLeftOff(stream)) onBreak(earlyClose())
  })
}

/** True for a stream that was destroyed before its end, and without an error. */
function isLeftOff(stream: NodeJS.ReadableStream): boolean {
  return readProperty(stream, 'readableEnded') === false && readProperty(stream, 'errored') === null
}

function earlyClose(): Error {
  const error = new Error('The stream of the body was destroyed before its end')
  return Object.assign(error, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
}

/** Of the errors of a web stream hears only who reads it. */
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
