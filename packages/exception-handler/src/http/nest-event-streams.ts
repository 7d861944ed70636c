import { readProperty } from '@slack-logger/core/reading'
import { tap, type Observable } from 'rxjs'
import { controllersOf, metadata, methodsOf, type NestModules } from '../nest/modules.ts'
import {
  reportNest,
  type NestArgumentsHost,
  type NestFailureHandler,
  type NestRequest,
  type NestResponse,
} from './nest-filter.ts'

/** The metadata in which `@UseInterceptors()` keeps the interceptors of a handler. */
const interceptorsKey = '__interceptors__'

interface Interceptor {
  intercept(host: NestArgumentsHost, next: { handle(): Observable<unknown> }): Observable<unknown>
}

const added = new WeakSet<object>()

/**
 * Handles the errors of `@Sse()` after the head of the response is sent, which do not reach filters. Nest answers them itself.
 *
 * To be called before Nest creates the routes. An application before this one may have had the same handlers.
 */
export function watchEventStreams(modules: NestModules, handler: NestFailureHandler): void {
  const interceptor = createInterceptor(handler)
  added.add(interceptor)
  for (const { prototype } of controllersOf(modules)) {
    for (const method of methodsOf(prototype)) {
      const callback = readProperty(prototype, method) as object
      if (metadata.getMetadata('__sse__', callback) !== true) continue
      const known = metadata.getMetadata(interceptorsKey, callback)
      const others = Array.isArray(known) ? known.filter((other: object) => !added.has(other)) : []
      metadata.defineMetadata(interceptorsKey, [interceptor, ...others], callback)
    }
  }
}

function createInterceptor(handler: NestFailureHandler): Interceptor {
  return {
    intercept: (host, next) => {
      const http = host.switchToHttp()
      const request = http.getRequest() as NestRequest
      const response = http.getResponse() as NestResponse
      const raw = 'raw' in response ? response.raw : response
      return next.handle().pipe(
        tap({
          error: (error: unknown) => {
            if (raw.headersSent) reportNest(handler, error, { request, response })
          },
        }),
      )
    },
  }
}
