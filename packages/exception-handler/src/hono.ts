import type { Context, Env, Handler, Hono, Next, Schema } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Answer } from './answer/answer.ts'
import { breakOff, errorOf, isClientGone } from './node-exchange.ts'
import { readHonoBody } from './context/hono-body.ts'
import {
  createHonoReader,
  innerHandler,
  keepBody,
  nodeSideOf,
} from './context/read-hono-request.ts'
import { hasTellingBody } from './context/request-context.ts'
import { runInScope } from './context/request-scope.ts'
import { unmatchedRequest } from './context/unmatched-request.ts'
import { FailureHandler } from './failure-handler.ts'
import type { ExceptionHandlerOptions } from './options.ts'
import { readProperty } from './read-safely.ts'
import { resolveOptions } from './resolve-options.ts'
import { jsonType } from './send-answer.ts'
import { withoutCallers } from './without-callers.ts'

/** What an application can use of its handler. */
export interface HonoExceptionHandler {
  /**
   * Reports what fails in `stream()`, `streamText()` and `streamSSE()`, which catch it themselves, and breaks off the answer.
   *
   * @example
   * streamText(context, writeAll, errors.inStream(context))
   */
  readonly inStream: (context: Context) => (error: Error) => Promise<void>
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
  app.notFound((context) =>
    failures.answer(unmatchedRequest(context.req.method, context.req.path), context),
  )
  return {
    inStream: (context) => (error) => failures.breakOff(error, context),
  }
}

/**
 * Wraps every handler that a router is given from now on. A middleware would do the same, but for any middleware Hono leaves
 * its short way for requests that one handler takes.
 */
function wrapHandlers(router: Hono['router'], wrap: (handler: Handler) => Handler): void {
  const add = router.add.bind(router)
  router.add = (method, path, [handler, route]) => {
    // The route too: from there another application takes the handlers of one that it mounts.
    route.handler = named(wrap(handler), innerHandler(handler))
    add(method, path, [route.handler, route])
  }
}

function identity<Value>(value: Value): Value {
  return value
}

/** Name and number of parameters are what Hono shows of a handler, and how it tells a middleware. */
function named(handler: Handler, like: unknown): Handler {
  const name = readProperty(like, 'name')
  const length = readProperty(like, 'length')
  return Object.defineProperties(handler, { name: { value: name }, length: { value: length } })
}

class HonoFailures {
  readonly #handler: FailureHandler<Context>
  /** What marks a request that is in its first handler: those that follow run within it. */
  readonly #isWatched = Symbol('watched by the exception handler')
  /** What marks a request whose answer was broken off here; why, is told then. */
  readonly #isBrokenOff = Symbol('broken off by the exception handler')

  constructor(handler: FailureHandler<Context>) {
    this.#handler = handler
  }

  /** A handler that runs in the scope of its request. */
  watch(handler: Handler): Handler {
    return (context, next): unknown => {
      const marks = marksOf(context)
      if (marks[this.#isWatched] === true) return handler(context, next)
      marks[this.#isWatched] = true
      this.#watchConnection(context)
      return this.#inScope(context, () => this.#run(handler, context, next))
    }
  }

  #run(handler: Handler, context: Context, next: Next): unknown {
    const onError = (error: unknown): Response | Promise<Response> => {
      if (error instanceof Error) throw error
      // Hono gives to no error handler what is no Error.
      return this.answer(error, context)
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

  #watchConnection(context: Context): void {
    const outgoing = nodeSideOf(context)?.outgoing
    // Not `once`, whose wrapper each request would pay for: it closes but once.
    outgoing?.on('close', () => {
      // A stream that broke off after the headers; the server has closed the connection.
      const error = errorOf(outgoing)
      if (error === null || error === undefined) return
      if (marksOf(context)[this.#isBrokenOff] !== true) void this.#report(error, context)
    })
  }

  /** Reports what failed in a stream, and ends the answer in its midst. */
  async breakOff(error: unknown, context: Context): Promise<void> {
    await this.#report(error, context)
    const outgoing = nodeSideOf(context)?.outgoing
    if (outgoing === undefined) return
    marksOf(context)[this.#isBrokenOff] = true
    breakOff(outgoing)
  }

  #inScope<Result>(context: Context, callback: () => Result): Result {
    return runInScope(() => this.#handler.scope(context), callback)
  }

  /** At once, unless a body is to be waited for. */
  answer(error: unknown, context: Context): Response | Promise<Response> {
    return this.#inScope(context, () =>
      hasTellingBody(context.req.method)
        ? this.#answerWithBody(error, context)
        : respond(context, this.#handle(error, context)),
    )
  }

  async #report(error: unknown, context: Context): Promise<Answer> {
    return hasTellingBody(context.req.method)
      ? this.#handleWithBody(error, context)
      : this.#handle(error, context)
  }

  async #answerWithBody(error: unknown, context: Context): Promise<Response> {
    return respond(context, await this.#handleWithBody(error, context))
  }

  async #handleWithBody(error: unknown, context: Context): Promise<Answer> {
    const { body, parseError } = await readHonoBody(context)
    keepBody(context, body)
    return this.#handle(isParseError(error, parseError) ? malformedBody(error) : error, context)
  }

  #handle(error: unknown, context: Context): Answer {
    return this.#handler.handle(error, context, {
      isClientGone: () => isGone(context),
      connection: nodeSideOf(context)?.incoming.socket,
    })
  }
}

/** What is kept on a request's context, since a set of requests would cost each of them more. */
function marksOf(context: Context): Record<symbol, unknown> {
  return context as Context & Record<symbol, unknown>
}

function respond(context: Context, answer: Answer): Response {
  return context.body(JSON.stringify(answer.body), answer.status as ContentfulStatusCode, {
    'content-type': jsonType,
    ...answer.headers,
  })
}

function isGone(context: Context): boolean {
  const node = nodeSideOf(context)
  return node === undefined
    ? context.req.raw.signal.aborted
    : isClientGone(node.incoming, node.outgoing)
}

function isParseError(error: unknown, parseError: string | undefined): error is SyntaxError {
  return parseError !== undefined && error instanceof SyntaxError && error.message === parseError
}

/** `context.req.json()` throws the parser's bare error; what is wrong is the client's body all the same. */
function malformedBody(error: SyntaxError): Error {
  return Object.assign(new SyntaxError(error.message, { cause: error }), { status: 400 })
}
