import type { Answer } from './answer/answer.ts'
import { readNodeIds, readNodeRequest } from './context/read-node-request.ts'
import type { RequestContext } from './context/request-context.ts'
import { runInScope } from './context/request-scope.ts'
import { FailureHandler } from './failure-handler.ts'
import { isDisconnected, type NodeRequest } from './node-exchange.ts'
import type { ExceptionHandlerOptions } from './options.ts'
import { resolveOptions } from './resolve-options.ts'

/** What is known of the request that failed; what is told here wins over what `request` says. */
export interface ExceptionContext extends Omit<RequestContext, 'user'> {
  /** A request of `node:http`, or of `node:http2` by its compatibility API. */
  readonly request?: NodeRequest
  /** Who asked; id, name, email and role are logged. */
  readonly user?: unknown
}

/** A handler without a framework. */
export interface ExceptionHandler {
  /** Logs an error, alerts if it is the service's fault, and says what to answer. Never throws. */
  readonly handleException: (error: unknown, context?: ExceptionContext) => Answer
  /** Runs a callback, and everything it starts, as work for a request, so that its log lines carry it. */
  readonly runInRequest: <Result>(context: ExceptionContext, callback: () => Result) => Result
}

/**
 * Makes a handler for `node:http` and for frameworks that have no adapter here.
 *
 * @throws TypeError for a wrong option, in one sentence that names it.
 * @example
 * const { handleException } = createExceptionHandler({ logger })
 * createServer(async (request, response) => {
 *   try {
 *     await route(request, response)
 *   } catch (error) {
 *     sendAnswer(response, handleException(error, { request }))
 *   }
 * })
 */
export function createExceptionHandler(
  options: ExceptionHandlerOptions<ExceptionContext>,
): ExceptionHandler {
  const resolved = resolveOptions(options)
  const handler = new FailureHandler<ExceptionContext>(resolved, {
    read: ({ request, ...told }, user) =>
      Object.assign(
        request === undefined ? {} : readNodeRequest(request, resolved.trustProxy),
        told,
        {
          user,
        },
      ),
    ids: ({ request }) => (request === undefined ? {} : readNodeIds(request)),
    user: ({ user, request }) => user ?? (request as { user?: unknown } | undefined)?.user,
  })
  return {
    handleException: (error, context = {}) => {
      const { request } = context
      const isClientGone = (): boolean => request !== undefined && isDisconnected(request, error)
      return handler.handle(error, context, { isClientGone })
    },
    runInRequest: (context, callback) => runInScope(() => handler.scope(context), callback),
  }
}
