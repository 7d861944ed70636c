import { findUser } from '@slack-logger/core/reading'
import type { Answer } from './answer/answer.ts'
import { FailureHandler } from './failure-handler.ts'
import {
  isDisconnected,
  readNodeIds,
  readNodeRequest,
  type NodeRequest,
} from './http/node-exchange.ts'
import type { RequestContext } from './http/request-context.ts'
import { resolveOptions, type ExceptionHandlerOptions } from './options.ts'
import { runInScope } from './request-scope.ts'

/** The request that failed. Properties that are set here replace those read from `request`. */
export interface ExceptionContext extends Omit<RequestContext, 'user'> {
  /** A request of `node:http`, or of the compatibility API of `node:http2`. */
  readonly request?: NodeRequest
  /** The signed-in user; id, name, email and role are logged. */
  readonly user?: unknown
}

/** A handler without a framework. */
export interface ExceptionHandler {
  /** Logs an error, alerts if the service is at fault, and returns the answer for the client. Never throws. */
  readonly handleException: (error: unknown, context?: ExceptionContext) => Answer
  /** Runs a callback in the scope of a request: log lines of everything it starts can have the request. */
  readonly runInRequest: <Result>(context: ExceptionContext, callback: () => Result) => Result
}

/**
 * Creates a handler for `node:http` and for frameworks without an adapter.
 *
 * @throws TypeError for a wrong option, which it names.
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
    read: ({ request, ...given }, user) => {
      const context = request === undefined ? {} : readNodeRequest(request, resolved.trustProxy)
      return Object.assign(context, given, { user })
    },
    ids: ({ request }) => (request === undefined ? {} : readNodeIds(request)),
    user: ({ user, request }) => user ?? (request && findUser(request)),
  })
  return {
    handleException: (error, context = {}) => {
      const { request } = context
      const isClientGone = (): boolean => request !== undefined && isDisconnected(request, error)
      return handler.handle(error, context, { isClientGone })
    },
    runInRequest: (context, callback) =>
      runInScope(() => handler.scope(context), callback, context.request),
  }
}
