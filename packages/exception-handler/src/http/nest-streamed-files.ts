import { readProperty } from '@slack-logger/core/reading'
import type { ServerResponse } from 'node:http'
import type { FastifyReplyLike } from './fastify-exchange.ts'
import {
  answerNest,
  rawRequestOf,
  reportNest,
  type NestFailureHandler,
  type NestRequest,
  type NestResponse,
} from './nest-filter.ts'
import { streamIn, watchBody, watchForEarlyClose } from './watch-body.ts'

/** The part of Nest's `HttpServer`, its layer over Express and Fastify, that sends replies. */
export interface NestHttpAdapter {
  reply(response: never, body: unknown, status?: number): unknown
}

/** Answers the error of a file's stream. */
type ErrorHandler = (error: Error, response: ServerResponse) => unknown

/** The parts of Nest's `StreamableFile` that this package uses. */
interface StreamableFile {
  readonly errorHandler: ErrorHandler
  getStream(): NodeJS.ReadableStream
  setErrorHandler(handler: ErrorHandler): unknown
}

/**
 * Handles the errors of streamed files, which do not reach filters; on Fastify, of all streams.
 *
 * An interceptor would do the same, but send every request through RxJS.
 */
export function watchStreamedFiles(adapter: NestHttpAdapter, handler: NestFailureHandler): void {
  const reply = adapter.reply.bind(adapter)
  adapter.reply = (response: NestResponse, body, status) => {
    if ('raw' in response) watchReply(response, body, handler)
    else if (isStreamableFile(body)) watchFile(response, body, handler)
    return reply(response as never, body, status)
  }
}

/** Fastify does not pass on the errors of a response that is partly sent. */
function watchReply(response: FastifyReplyLike, body: unknown, handler: NestFailureHandler): void {
  const stream = streamIn(isStreamableFile(body) ? body.getStream() : body)
  if (stream === undefined) return
  const request = readProperty(response, 'request') as NestRequest
  watchBody(stream, {
    request: rawRequestOf(request),
    response: response.raw,
    onBreak: (error) => {
      if (response.raw.headersSent) answerNest(handler, error, { request, response })
    },
  })
}

/** On Express, Nest calls the file's error handler, but not if the stream closes without an error: then the client would wait. */
function watchFile(
  response: ServerResponse,
  file: StreamableFile,
  handler: NestFailureHandler,
): void {
  const request = response.req as NestRequest
  const exchange = { request, response }
  const onError = file.errorHandler
  file.setErrorHandler((error, given) => {
    if (isDefaultHandler(onError, file)) {
      answerNest(handler, error, exchange)
      return
    }
    try {
      onError(error, given)
    } finally {
      reportNest(handler, error, { ...exchange, responseStatus: response.statusCode })
    }
  })
  watchForEarlyClose(file.getStream(), {
    request: rawRequestOf(request),
    response,
    onBreak: (error) => answerNest(handler, error, exchange),
  })
}

/** Nest gives each file a default handler of its own, all with the same source. */
function isDefaultHandler(errorHandler: ErrorHandler, file: StreamableFile): boolean {
  const NestFile = rootOf(file).constructor as new (content: Uint8Array) => StreamableFile
  return String(errorHandler) === String(new NestFile(new Uint8Array()).errorHandler)
}

/** The prototype of Nest's own class, below the service's subclasses. */
function rootOf(object: object): object {
  const prototype = Object.getPrototypeOf(object) as object
  return prototype === Object.prototype ? object : rootOf(prototype)
}

function isStreamableFile(body: unknown): body is StreamableFile {
  return typeof readProperty(body, 'setErrorHandler') === 'function'
}
