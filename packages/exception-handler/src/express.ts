import type { IncomingMessage, ServerResponse } from 'node:http'
import { createScope, FailureHandler } from './failure-handler.ts'
import { expressReader, type ExpressRequest } from './http/express-request.ts'
import { isClientGone } from './http/node-exchange.ts'
import { unmatchedError } from './http/request-context.ts'
import { sendAnswer } from './http/send-answer.ts'
import {
  resolveOptions,
  resolveScopeOptions,
  type ExceptionHandlerOptions,
  type ScopeOptions,
} from './options.ts'
import { runInScope } from './request-scope.ts'

export type { ExpressRequest } from './http/express-request.ts'

/** Passes the request on. */
export type ExpressNext = (error?: unknown) => void

/** Middleware of Express 4 and 5. */
export type ExpressMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: ExpressNext,
) => void

/** Error middleware of Express 4 and 5. */
export type ExpressErrorMiddleware = (
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  next: ExpressNext,
) => void

/**
 * Answers, logs and alerts all errors of an application, and requests that no route matches. Add it after all routes.
 *
 * @throws TypeError for a wrong option, which it names.
 * @example
 * app.use(exceptionHandler({ logger }))
 */
export function exceptionHandler(
  options: ExceptionHandlerOptions<ExpressRequest>,
): (ExpressErrorMiddleware | ExpressMiddleware)[] {
  const handler = new FailureHandler(resolveOptions(options), expressReader)
  const answer = (error: unknown, request: IncomingMessage, response: ServerResponse): void => {
    const circumstances = {
      responseStatus: response.statusCode,
      isClientGone: () => isClientGone(request, response),
      connection: request.socket,
    }
    sendAnswer(response, handler.handle(error, request, circumstances))
  }
  const notFound: ExpressMiddleware = (request, response, next) => {
    // Some handlers call `next()` although they have answered.
    if (response.headersSent) return
    if (request.method === 'OPTIONS') {
      // Express itself answers with the methods of the route.
      next()
      return
    }
    const { originalUrl = request.url } = request as ExpressRequest
    answer(unmatchedError(request.method, originalUrl), request, response)
  }
  const onError: ExpressErrorMiddleware = (error, request, response, _next) => {
    answer(error, request, response)
  }
  // In this order, since Express passes an error on from one to the next.
  return [onError, notFound]
}

/**
 * Makes the request available to log lines, for `pinoMixin()` or winston's `requestContext()`. Add it before all other middleware.
 *
 * @example
 * app.use(requestScope())
 */
export function requestScope(options?: ScopeOptions<ExpressRequest>): ExpressMiddleware {
  const resolved = resolveScopeOptions(options)
  return (request, _response, next) => {
    runInScope(() => createScope(request, expressReader, resolved), next, request)
  }
}
