import { readProperty } from '../read-safely.ts'
import { answerNest, type NestFailureHandler, type NestResponse } from './exception-filter.ts'
import type { NestRequest } from './read-nest-request.ts'

/** What this package uses of Nest's `HttpServer`, which stands before Express and Fastify. */
export interface NestHttpAdapter {
  reply(response: never, body: unknown, status?: number): unknown
}

/** What this package uses of Nest's `StreamableFile`. */
interface StreamableFile {
  getStream(): NodeJS.ReadableStream
  setErrorHandler(handler: (error: Error) => void): unknown
}

/**
 * Takes over the errors of streamed files, which Nest tells no filter.
 *
 * Done where Nest replies, since an interceptor would send every request through RxJS.
 */
export function watchStreamedFiles(adapter: NestHttpAdapter, handler: NestFailureHandler): void {
  const reply = adapter.reply.bind(adapter)
  adapter.reply = (response, body, status) => {
    if (isStreamableFile(body)) watch(body, response, handler)
    return reply(response, body, status)
  }
}

/** On Express Nest calls the file's error handler; on Fastify nobody is told once a part is sent. */
function watch(file: StreamableFile, response: NestResponse, handler: NestFailureHandler): void {
  const fail = (error: Error): void => {
    const request = readProperty(response, 'raw' in response ? 'request' : 'req') as NestRequest
    answerNest(handler, error, { request, response })
  }
  if (!('raw' in response)) {
    file.setErrorHandler(fail)
    return
  }
  file.getStream().once('error', (error) => {
    if (response.raw.headersSent) fail(error)
  })
}

function isStreamableFile(body: unknown): body is StreamableFile {
  return typeof readProperty(body, 'setErrorHandler') === 'function'
}
