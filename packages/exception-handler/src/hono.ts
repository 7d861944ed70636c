import type { Context, Env, Handler, Hono, Next, Schema } from 'hono'
import type { StreamingApi } from 'hono/utils/stream'
import type { Answer } from './answer/answer.ts'
import { FailureHandler } from './failure-handler.ts'
import { hasReadBody, readHonoBody } from './http/hono-body.ts'
import {
  createHonoReader,
  exchangeOf,
  innerHandler,
  isHonoClientGone,
  keepBody,
  markUnmatched,
  withKnownAbort,
} from './http/hono-request.ts'
import { breakOffStream, responseOf, thrownResponse, watchResponse } from './http/hono-response.ts'
import { isBodyLogged, unmatchedError } from './http/request-context.ts'
import { withoutCallers } from './http/without-callers.ts'
import { resolveOptions, type ExceptionHandlerOptions } from './options.ts'
import { runInScope } from './request-scope.ts'

/** What an application can use of its handler. */
export interface HonoExceptionHandler {
  /**
   * Reports what fails in `stream()`, `streamText()` and `streamSSE()`, which catch errors themselves, and breaks off the answer.
   *
   * @example
   * streamText(context, writeAll, errors.inStream(context))
   */
  readonly inStream: (context: Context) => (error: Error, stream?: StreamingApi) => Promise<void>
}

/**
 * Answers, logs and alerts all errors of an application, requests that no route matches, and responses that break off. Makes the
 * request available to log lines. Call it before you add routes.
 *
 * @throws TypeError for a wrong option, which it names.
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
    return failures.answer(unmatchedError(context.req.method, context.req.path), context)
  })
  return {
    inStream: (context) => (error, stream) => failures.breakOff(error, context, stream),
  }
}

/**
 * Wraps every handler that is added to a router from now on. Middleware would do the same, but with it Hono no longer takes its fast
 * path for requests with a single handler.
 */
function wrapHandlers(router: Hono['router'], wrap: (handler: Handler) => Handler): void {
  const add = router.add.bind(router)
  router.add = (method, path, [handler, route]) => {
    // The route too: another application takes the handlers from there when it mounts this one.
    route.handler = withPropertiesOf(innerHandler(handler), wrap(handler))
    add(method, path, [route.handler, route])
  }
}

/** Hono reads the name and the number of parameters of a handler, and hono-openapi adds properties of its own. */
function withPropertiesOf(original: unknown, handler: Handler): Handler {
  return typeof original === 'function'
    ? Object.defineProperties(handler, Object.getOwnPropertyDescriptors(original))
    : handler
}

/** The failures of one application. */
class HonoFailures {
  readonly #handler: FailureHandler<Context>
  /** Marks a request whose first handler is running: the others run inside it. */
  readonly #isWatched = Symbol('watched by the exception handler')

  constructor(handler: FailureHandler<Context>) {
    this.#handler = handler
  }

  /** Wraps a handler to run in the scope of its request. */
  watch(handler: Handler): Handler {
    return (context, next): unknown => {
      const marks = marksOf(context)
      if (marks[this.#isWatched] === true) return handler(context, next)
      marks[this.#isWatched] = true
      watchResponse(context, this.#onBroken)
      return this.#inScope(context, () => this.#run(handler, context, next))
    }
  }

  /** Synchronous, unless the body is needed. */
  answer(error: unknown, context: Context): Response | Promise<Response> {
    const thrown = thrownResponse(error)
    if (thrown !== undefined) return context.newResponse(thrown.body, thrown)
    return this.#inScope(context, () =>
      needsBody(error, context)
        ? this.#answerWithBody(error, context)
        : responseOf(context, this.#handle(error, context)),
    )
  }

  /** Reports the failure of a stream, and breaks off the answer. */
  async breakOff(
    error: unknown,
    context: Context,
    stream: StreamingApi | undefined,
  ): Promise<void> {
    await this.#report(error, context)
    await breakOffStream(context, stream)
  }

  #run(handler: Handler, context: Context, next: Next): unknown {
    const onError = (error: unknown): Response | Promise<Response> => {
      // Hono's error handlers get only instances of Error.
      if (error instanceof Error) throw error
      return context.finalized ? this.#answerInstead(error, context) : this.answer(error, context)
    }
    try {
      const result: unknown = handler(context, next)
      return result instanceof Promise
        ? withoutCallers<unknown, unknown>(result, { onValue: identity, onError })
        : result
    } catch (error) {
      return onError(error)
    }
  }

  /** Replaces the response from before the failure, which Hono would keep. */
  async #answerInstead(error: unknown, context: Context): Promise<Response> {
    context.res = await this.answer(error, context)
    return context.res
  }

  readonly #onBroken = (error: unknown, context: Context): void => {
    void this.#report(error, context)
  }

  #inScope<Result>(context: Context, callback: () => Result): Result {
    return runInScope(() => this.#handler.scope(context), callback)
  }

  async #report(error: unknown, context: Context): Promise<Answer> {
    return needsBody(error, context)
      ? this.#handleWithBody(error, context)
      : this.#handle(error, context)
  }

  async #answerWithBody(error: unknown, context: Context): Promise<Response> {
    return responseOf(context, await this.#handleWithBody(error, context))
  }

  async #handleWithBody(error: unknown, context: Context): Promise<Answer> {
    const { body, isMalformed } = await readHonoBody(context, error)
    if (isBodyLogged(context.req.method)) keepBody(context, body)
    return this.#handle(isMalformed ? malformedBody(error) : error, context)
  }

  #handle(error: unknown, context: Context): Answer {
    return this.#handler.handle(withKnownAbort(error, context), context, {
      isClientGone: () => isHonoClientGone(context),
      connection: exchangeOf(context)?.incoming.socket,
    })
  }
}

/** Kept on the context itself, since a set of contexts would cost every request more. */
function marksOf(context: Context): Record<symbol, unknown> {
  return context as Context & Record<symbol, unknown>
}

function identity<Value>(value: Value): Value {
  return value
}

/** The body is needed for the log, and to find out whether it is what could not be parsed. */
function needsBody(error: unknown, context: Context): boolean {
  return (isBodyLogged(context.req.method) || error instanceof SyntaxError) && hasReadBody(context)
}

/** `context.req.json()` throws the parser's error without a status. */
function malformedBody(error: unknown): Error {
  const message = error instanceof Error ? error.message : ''
  return Object.assign(new SyntaxError(message, { cause: error }), { status: 400 })
}
