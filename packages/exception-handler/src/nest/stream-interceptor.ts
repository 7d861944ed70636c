import { map, type Observable } from 'rxjs'
import { readProperty } from '../read-safely.ts'
import { answerNest, type NestFailureHandler, type NestResponse } from './exception-filter.ts'
import type { NestExecutionContext } from './handler-guard.ts'
import type { NestRequest } from './read-nest-request.ts'

/** What this package uses of Nest's `StreamableFile`. */
interface StreamableFile {
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
            result.setErrorHandler((error) => answerNest(handler, error, { request, response }))
          }
          return result
        }),
      )
    },
  }
}

function isStreamableFile(result: unknown): result is StreamableFile {
  return typeof readProperty(result, 'setErrorHandler') === 'function'
}
