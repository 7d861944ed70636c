import type { Context, Env, Hono, Schema } from 'hono'
import type { StreamingApi } from 'hono/utils/stream'
import { markUnmatched } from './context/hono-route.ts'
import { createHonoReader } from './context/read-hono-request.ts'
import { unmatchedRequest } from './context/unmatched-request.ts'
import { FailureHandler } from './failure-handler.ts'
import { HonoFailures } from './hono/hono-failures.ts'
import { wrapHandlers } from './hono/wrap-handlers.ts'
import type { ExceptionHandlerOptions } from './options.ts'
import { resolveOptions } from './resolve-options.ts'

/** What an application can use of its handler. */
export interface HonoExceptionHandler {
  /**
   * Reports what fails in `stream()`, `streamText()` and `streamSSE()`, which catch it themselves, and breaks off the answer.
   *
   * @example
   * streamText(context, writeAll, errors.inStream(context))
   */
  readonly inStream: (context: Context) => (error: Error, stream?: StreamingApi) => Promise<void>
}

/**
 * Answers, logs and alerts every error of an application, what no route took, and responses that break off; and puts the request
 * on every line that is logged while it is worked for. Stands before all routes.
 *
 * @throws TypeError for a wrong option, in one sentence that names it.
 * @example
 * const app = new Hono()
 * exceptionHandler(app, { logger })
 */
export function exceptionHandler<E extends Env, S extends Schema, BasePath extends string>(
  app: Hono<E, S, BasePath>,
  options: ExceptionHandlerOptions<Context>,
): HonoExceptionHandler {
  const resolved = resolveOptions(options)
  const failures = new HonoFailures(
    new FailureHandler(resolved, createHonoReader(resolved.trustProxy)),
  )
  wrapHandlers(app.router, (handler) => failures.watch(handler))
  app.onError((error, context) => failures.answer(error, context))
  app.notFound((context) => {
    markUnmatched(context)
    return failures.answer(unmatchedRequest(context.req.method, context.req.path), context)
  })
  return {
    inStream: (context) => (error, stream) => failures.breakOff(error, context, stream),
  }
}
