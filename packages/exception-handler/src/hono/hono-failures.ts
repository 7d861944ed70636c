import type { Context, Handler, Next } from 'hono'
import type { StreamingApi } from 'hono/utils/stream'
import type { Answer } from '../answer/answer.ts'
import { hasReadBody, readHonoBody } from '../context/hono-body.ts'
import { isHonoClientGone, withKnownAbort } from '../context/hono-client-gone.ts'
import { keepBody, nodeSideOf } from '../context/read-hono-request.ts'
import { hasTellingBody } from '../context/request-context.ts'
import { runInScope } from '../context/request-scope.ts'
import type { FailureHandler } from '../failure-handler.ts'
import { withoutCallers } from '../without-callers.ts'
import { responseOf, thrownResponse } from './send-response.ts'
import { breakOffStream, watchResponse } from './watch-response.ts'

/** The failures of one application. */
export class HonoFailures {
  readonly #handler: FailureHandler<Context>
  /** What marks a request that is in its first handler: those that follow run within it. */
  readonly #isWatched = Symbol('watched by the exception handler')

  constructor(handler: FailureHandler<Context>) {
    this.#handler = handler
  }

  /** A handler that runs in the scope of its request. */
  watch(handler: Handler): Handler {
    return (context, next): unknown => {
      const marks = marksOf(context)
      if (marks[this.#isWatched] === true) return handler(context, next)
      marks[this.#isWatched] = true
      watchResponse(context, this.#onBroken)
      return this.#inScope(context, () => this.#run(handler, context, next))
    }
  }

  /** At once, unless a body is to be looked at. */
  answer(error: unknown, context: Context): Response | Promise<Response> {
    const thrown = thrownResponse(error)
    if (thrown !== undefined) return context.newResponse(thrown.body, thrown)
    return this.#inScope(context, () =>
      needsBody(error, context)
        ? this.#answerWithBody(error, context)
        : responseOf(context, this.#handle(error, context)),
    )
  }

  /** Reports what failed in a stream, and ends the answer in its midst. */
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
      if (error instanceof Error) throw error
      // Hono gives to no error handler what is no Error.
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

  /** In the place of a response that came before the failure, which Hono would keep. */
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
    if (hasTellingBody(context.req.method)) keepBody(context, body)
    return this.#handle(isMalformed ? malformedBody(error) : error, context)
  }

  #handle(error: unknown, context: Context): Answer {
    return this.#handler.handle(withKnownAbort(error, context), context, {
      isClientGone: () => isHonoClientGone(context),
      connection: nodeSideOf(context)?.incoming.socket,
    })
  }
}

/** What is kept on a request's context, since a set of requests would cost each of them more. */
function marksOf(context: Context): Record<symbol, unknown> {
  return context as Context & Record<symbol, unknown>
}

function identity<Value>(value: Value): Value {
  return value
}

/** A request's body is also looked at for whether it is what could not be parsed. */
function needsBody(error: unknown, context: Context): boolean {
  return (
    (hasTellingBody(context.req.method) || error instanceof SyntaxError) && hasReadBody(context)
  )
}

/** `context.req.json()` throws the parser's bare error; what is wrong is the client's body all the same. */
function malformedBody(error: unknown): Error {
  const message = error instanceof Error ? error.message : ''
  return Object.assign(new SyntaxError(message, { cause: error }), { status: 400 })
}
