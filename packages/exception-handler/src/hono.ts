import type { Context, Env, Hono, Schema } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Answer } from './answer/answer.ts'
import { isClientGone } from './context/client-gone.ts'
import { readHonoBody } from './context/hono-body.ts'
import { createHonoReader, keepBody, nodeSideOf } from './context/read-hono-request.ts'
import { hasTellingBody } from './context/request-context.ts'
import { runInScope } from './context/request-scope.ts'
import { unmatchedRequest } from './context/unmatched-request.ts'
import { FailureHandler } from './failure-handler.ts'
import type { ExceptionHandlerOptions } from './options.ts'
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
  app.use('*', (context, next) => failures.watch(context, next))
  app.onError((error, context) => failures.answer(error, context))
  app.notFound((context) =>
    failures.answer(unmatchedRequest(context.req.method, context.req.path), context),
  )
  return {
    inStream: (context) => async (error) => {
      await failures.handle(error, context)
      nodeSideOf(context)?.outgoing.destroy()
    },
  }
}

class HonoFailures {
  readonly #handler: FailureHandler<Context>

  constructor(handler: FailureHandler<Context>) {
    this.#handler = handler
  }

  /** Runs what stands below, and catches what Hono gives to no error handler: a thrown thing that is no Error. */
  watch(context: Context, next: () => Promise<void>): Promise<Response | void> {
    const outgoing = nodeSideOf(context)?.outgoing
    // Not `once`, whose wrapper each request would pay for: it closes but once.
    outgoing?.on('close', () => {
      // A stream that broke off after the headers; the server has closed the connection.
      const error: unknown = outgoing.errored
      if (error !== null && error !== undefined) void this.handle(error, context)
    })
    return runInScope(
      () => this.#handler.scope(context),
      () =>
        withoutCallers<void, Response | void>(next(), {
          onValue: () => undefined,
          onError: (error) => this.answer(error, context),
        }),
    )
  }

  /** At once, unless a body is to be waited for. */
  answer(error: unknown, context: Context): Response | Promise<Response> {
    return hasTellingBody(context.req.method)
      ? this.#answerWithBody(error, context)
      : respond(context, this.#handle(error, context))
  }

  async handle(error: unknown, context: Context): Promise<Answer> {
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
