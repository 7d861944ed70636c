import type { Answer } from './answer/answer.ts'
import { clientGoneStatus, isAbortError } from './context/client-gone.ts'
import { koaReader, type KoaContext } from './context/read-koa-request.ts'
import { runInScope } from './context/request-scope.ts'
import { unmatchedRequest } from './context/unmatched-request.ts'
import { FailureHandler } from './failure-handler.ts'
import { isClientGone as hasClientGone } from './node-exchange.ts'
import type { ExceptionHandlerOptions } from './options.ts'
import { resolveOptions } from './resolve-options.ts'
import { clearBodyHeaders, jsonType, sendAnswer } from './send-answer.ts'
import { withoutCallers } from './without-callers.ts'

export type { KoaContext } from './context/read-koa-request.ts'

/** Middleware of Koa. */
export type KoaMiddleware = (context: KoaContext, next: () => Promise<unknown>) => Promise<void>

/**
 * Answers, logs and alerts every error of an application, what no route took, and responses that break off; and puts the request
 * on every line that is logged while it is worked for. Stands before everything else.
 *
 * @throws TypeError for a wrong option, in one sentence that names it.
 * @example
 * app.use(exceptionHandler({ logger }))
 */
export function exceptionHandler(options: ExceptionHandlerOptions<KoaContext>): KoaMiddleware {
  const handler = new FailureHandler(resolveOptions(options), koaReader)
  return (context, next) => {
    const failure = new KoaFailure(handler, context)
    // Koa calls this for streams that break off and for answers that cannot be written.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a context of Koa is no event target
    context.onerror = (error) => failure.afterwards(error)
    return runInScope(
      () => handler.scope(context),
      () =>
        withoutCallers(next(), {
          onValue: () => failure.answerIfNobodyDid(),
          onError: (error) => failure.answer(error),
        }),
    )
  }
}

/** An error of one request, which may be told twice: by what threw it and by the response it broke. */
class KoaFailure {
  readonly #handler: FailureHandler<KoaContext>
  readonly #context: KoaContext
  #told: unknown
  /** Whether the client is known to be gone or was sent the last it gets: that the connection ends is no news. */
  #isOver = false

  constructor(handler: FailureHandler<KoaContext>, context: KoaContext) {
    this.#handler = handler
    this.#context = context
  }

  answerIfNobodyDid(): void {
    const context = this.#context
    if (isUnanswered(context))
      this.answer(unmatchedRequest(context.method, context.url, context.status))
  }

  /** Answers as middleware does, so that what stands outside sees the status. */
  answer(error: unknown): void {
    const context = this.#context
    const answer = this.#handle(error)
    // Koa is not to respond where the service wanted to do so itself, and failed.
    if (context.headerSent || context.res.destroyed || context.respond === false) {
      context.respond = false
      this.#breakOff(answer)
      return
    }
    const body = JSON.stringify(answer.body)
    clearBodyHeaders(context.res.getHeaderNames(), (name) => context.remove(name))
    context.status = answer.status
    // Koa sets the length with the body.
    context.set({ 'content-type': jsonType, ...answer.headers })
    context.body = body
  }

  afterwards(error: unknown): void {
    if (error === null || error === undefined || error === this.#told) return
    // Koa passes on the errors of the connection, too.
    this.#breakOff(this.#handle(error))
  }

  #breakOff(answer: Answer): void {
    sendAnswer(this.#context.res, answer)
    this.#isOver = true
  }

  #handle(error: unknown): Answer {
    const { req, res } = this.#context
    const isAbort = isAbortError(error)
    const isClientGone = isAbort && hasClientGone(req, res)
    const isKnown = this.#isOver && isAbort
    this.#told = error
    this.#isOver ||= isClientGone
    return isKnown
      ? goneAnswer
      : this.#handler.handle(error, this.#context, {
          isClientGone: () => isClientGone,
          connection: req.socket,
        })
  }
}

/** Nobody reads it. */
const goneAnswer: Answer = {
  status: clientGoneStatus,
  body: { message: '', errors: [] },
  headers: {},
}

/** What stands in the response without a body is Koa's default, or a status that the service left to it. */
function isUnanswered({ body, status, headerSent, respond }: KoaContext): boolean {
  return (body ?? undefined) === undefined && status >= 400 && !headerSent && respond !== false
}
