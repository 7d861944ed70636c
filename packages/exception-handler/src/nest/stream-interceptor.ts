import { map, type Observable } from 'rxjs'
import { readProperty } from '../read-safely.ts'
import { answerNest, type NestFailureHandler, type NestResponse } from './exception-filter.ts'
import type { NestExecutionContext } from './handler-guard.ts'
import type { NestRequest } from './read-nest-request.ts'

/** What this package uses of Nest's `StreamableFile`. */
interface StreamableFile {
  getStream(): NodeJS.ReadableStream
  setErrorHandler(handler: (error: Error) => void): unknown
}

/** An interceptor that takes over the errors of streamed files, which Nest tells no filter. */
export function createStreamInterceptor(handler: NestFailureHandler): {
  intercept(
    context: NestExecutionContext,
    next: { handle(): Observable<unknown> },
  ): Observable<unknown>
} {
  return {
    intercept: (context, next) => {
      if (context.getType() !== 'http') return next.handle()
      return next.handle().pipe(
        map((result) => {
          if (isStreamableFile(result)) {
            const http = context.switchToHttp()
            const request = http.getRequest() as NestRequest
            const response = http.getResponse() as NestResponse
            watch(result, response, (error) => answerNest(handler, error, { request, response }))
          }
          return result
        }),
      )
    },
  }
}

/** On Express Nest calls the file's error handler; on Fastify nobody is told once a part is sent. */
function watch(file: StreamableFile, response: NestResponse, fail: (error: Error) => void): void {
  if (!('raw' in response)) {
    file.setErrorHandler(fail)
    return
  }
  file.getStream().once('error', (error) => {
    if (response.raw.headersSent) fail(error)
  })
}

function isStreamableFile(result: unknown): result is StreamableFile {
  return typeof readProperty(result, 'setErrorHandler') === 'function'
}
