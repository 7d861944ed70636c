import type { IncomingMessage, ServerResponse } from 'node:http'
import { expressReader, type ExpressRequest } from './context/read-express-request.ts'
import { runInScope } from './context/request-scope.ts'
import { unmatchedRequest } from './context/unmatched-request.ts'
import { createScope, FailureHandler } from './failure-handler.ts'
import { isClientGone } from './node-exchange.ts'
import type { ExceptionHandlerOptions, ScopeOptions } from './options.ts'
import { resolveOptions, resolveScopeOptions } from './resolve-options.ts'
import { sendAnswer } from './send-answer.ts'

export type { ExpressRequest } from './context/read-express-request.ts'

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
 * Answers, logs and alerts every error of an application, and what no route took. Stands after all routes.
 *
 * @throws TypeError for a wrong option, in one sentence that names it.
 * @example
 * app.use(exceptionHandler({ logger }))
 */
export function exceptionHandler(
  options: ExceptionHandlerOptions<ExpressRequest>,
): (ExpressErrorMiddleware | ExpressMiddleware)[] {
  const handler = new FailureHandler(resolveOptions(options), expressReader)
  const answer = (error: unknown, request: IncomingMessage, response: ServerResponse): void => {
    const situation = {
      responseStatus: response.statusCode,
      isClientGone: () => isClientGone(request, response),
      connection: request.socket,
    }
    sendAnswer(response, handler.handle(error, request, situation))
  }
  const notFound: ExpressMiddleware = (request, response, next) => {
    // Some call `next()` although they have answered.
    if (response.headersSent) return
    if (request.method === 'OPTIONS') {
      // Express tells the methods of a route when all have passed.
      next()
      return
    }
    const { originalUrl = request.url } = request as ExpressRequest
    answer(unmatchedRequest(request.method, originalUrl), request, response)
  }
  const onError: ExpressErrorMiddleware = (error, request, response, _next) => {
    answer(error, request, response)
  }
  // In this order, since Express offers an error to one after the other.
  return [onError, notFound]
}

/**
 * Puts the request on every line that is logged while it is worked for, by `pinoMixin()` or winston's `requestContext()`. Stands
 * before everything else.
 *
 * @example
 * app.use(requestScope())
 */
export function requestScope(options?: ScopeOptions<ExpressRequest>): ExpressMiddleware {
  const resolved = resolveScopeOptions(options)
  return (request, _response, next) => {
    runInScope(() => createScope(request, expressReader, resolved), next)
  }
}
