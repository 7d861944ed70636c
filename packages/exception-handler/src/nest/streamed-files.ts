import type { ServerResponse } from 'node:http'
import { readProperty } from '../read-safely.ts'
import type { FastifyReplyLike } from '../send-reply.ts'
import { streamIn, watchBody, watchForEarlyClose } from '../watch-body.ts'
import {
  answerNest,
  reportNest,
  type NestFailureHandler,
  type NestResponse,
} from './exception-filter.ts'
import { rawRequestOf, type NestRequest } from './read-nest-request.ts'

/** What this package uses of Nest's `HttpServer`, which stands before Express and Fastify. */
export interface NestHttpAdapter {
  reply(response: never, body: unknown, status?: number): unknown
}

/** Answers what a file's stream fails with. */
type ErrorHandler = (error: Error, response: ServerResponse) => unknown

/** What this package uses of Nest's `StreamableFile`. */
interface StreamableFile {
  readonly errorHandler: ErrorHandler
  getStream(): NodeJS.ReadableStream
  setErrorHandler(handler: ErrorHandler): unknown
}

/**
 * Takes over the errors of streamed files, which Nest tells no filter; and on Fastify, those of other streams.
 *
 * Done where Nest replies, since an interceptor would send every request through RxJS.
 */
export function watchStreamedFiles(adapter: NestHttpAdapter, handler: NestFailureHandler): void {
  const reply = adapter.reply.bind(adapter)
  adapter.reply = (response: NestResponse, body, status) => {
    if ('raw' in response) watchReply(response, body, handler)
    else if (isStreamableFile(body)) watchFile(response, body, handler)
    return reply(response as never, body, status)
  }
}

/** Fastify tells nobody once a part is sent. */
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

/** On Express, Nest calls the file's error handler, if there is an error; otherwise the client would wait for ever. */
function watchFile(
  response: ServerResponse,
  file: StreamableFile,
  handler: NestFailureHandler,
): void {
  const request = response.req as NestRequest
  const exchange = { request, response }
  const onError = file.errorHandler
  file.setErrorHandler((error, given) => {
    if (isOfNest(file, onError)) {
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

/** True for what Nest gives a file that the service gave no error handler: a function of each file's own, but of one text. */
function isOfNest(file: StreamableFile, errorHandler: ErrorHandler): boolean {
  const NestFile = rootOf(file).constructor as new (content: Uint8Array) => StreamableFile
  return String(errorHandler) === String(new NestFile(new Uint8Array()).errorHandler)
}

/** The prototype of Nest's own class, below those that a service made of it. */
function rootOf(object: object): object {
  const prototype = Object.getPrototypeOf(object) as object
  return prototype === Object.prototype ? object : rootOf(prototype)
}

function isStreamableFile(body: unknown): body is StreamableFile {
  return typeof readProperty(body, 'setErrorHandler') === 'function'
}
