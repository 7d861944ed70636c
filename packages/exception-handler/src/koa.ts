import {
  clientGoneStatus,
  readAbort,
  readList,
  readProperty,
  readText,
} from '@slack-logger/core/reading'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './answer/answer.ts'
import { FailureHandler } from './failure-handler.ts'
import { isClientGone as hasClientGone, readNodeIds } from './http/node-exchange.ts'
import {
  isBodyLogged,
  pathOf,
  queryOf,
  unmatchedError,
  type RequestReader,
} from './http/request-context.ts'
import { clearBodyHeaders, jsonType, sendAnswer } from './http/send-answer.ts'
import { withoutCallers } from './http/without-callers.ts'
import { resolveOptions, type ExceptionHandlerOptions } from './options.ts'
import { runInScope } from './request-scope.ts'

/** The parts of a context of Koa that this package uses. */
export interface KoaContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly request: object
  readonly method: string
  readonly url: string
  readonly originalUrl: string
  readonly ip: string
  readonly state: unknown
  readonly headerSent: boolean
  status: number
  body: unknown
  respond?: boolean | undefined
  set(headers: Record<string, string>): void
  remove(name: string): void
  onerror(error: unknown): void
}

/** Middleware of Koa. */
export type KoaMiddleware = (context: KoaContext, next: () => Promise<unknown>) => Promise<void>

/**
 * Answers, logs and alerts all errors of an application, requests that no route matches, and responses that break off. Makes the
 * request available to log lines. Add it before all other middleware.
 *
 * @throws TypeError for a wrong option, which it names.
 * @example
 * app.use(exceptionHandler({ logger }))
 */
export function exceptionHandler(options: ExceptionHandlerOptions<KoaContext>): KoaMiddleware {
  const handler = new FailureHandler(resolveOptions(options), koaReader)
  return (context, next) => {
    const failure = new KoaFailure(handler, context)
    // Koa calls this for streams that break off and for answers that cannot be written.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a context of Koa is no event target
    context.onerror = (error) => failure.handleLate(error)
    return runInScope(
      () => handler.scope(context),
      () =>
        withoutCallers(next(), {
          onValue: () => failure.answerIfUnanswered(),
          onError: (error) => failure.answer(error),
        }),
      context.req,
    )
  }
}

/** The failure of one request. The same error may come twice: thrown, and from the response that it broke off. */
class KoaFailure {
  readonly #handler: FailureHandler<KoaContext>
  readonly #context: KoaContext
  #handled: unknown
  /** Whether the client disconnected or got its answer, so that the end of the connection is expected. */
  #isOver = false

  constructor(handler: FailureHandler<KoaContext>, context: KoaContext) {
    this.#handler = handler
    this.#context = context
  }

  /** A status without a body is Koa's default, or what the service set and left to Koa. */
  answerIfUnanswered(): void {
    const context = this.#context
    const hasBody = (context.body ?? undefined) !== undefined
    if (hasBody || context.status < 400 || context.headerSent || context.respond === false) return
    this.answer(unmatchedError(context.method, context.url, context.status))
  }

  /** Answers as middleware does, so that outer middleware sees the status. */
  answer(error: unknown): void {
    const context = this.#context
    const answer = this.#handle(error)
    // With `respond: false` the service responds itself, and failed.
    if (context.headerSent || context.res.destroyed || context.respond === false) {
      context.respond = false
      this.#send(answer)
      return
    }
    const body = JSON.stringify(answer.body)
    clearBodyHeaders(context.res.getHeaderNames(), (name) => context.remove(name))
    context.status = answer.status
    // Koa sets the length with the body.
    context.set({ 'content-type': jsonType, ...answer.headers })
    context.body = body
  }

  /** Handles an error from after the middleware. */
  handleLate(error: unknown): void {
    if (error === null || error === undefined || error === this.#handled) return
    this.#send(this.#handle(error))
  }

  #send(answer: Answer): void {
    sendAnswer(this.#context.res, answer)
    this.#isOver = true
  }

  #handle(error: unknown): Answer {
    const { req, res } = this.#context
    const isAbort = readAbort(error) !== undefined
    const isClientGone = isAbort && hasClientGone(req, res)
    const isExpected = this.#isOver && isAbort
    this.#handled = error
    this.#isOver ||= isClientGone
    return isExpected
      ? unreadAnswer
      : this.#handler.handle(error, this.#context, {
          isClientGone: () => isClientGone,
          connection: req.socket,
        })
  }
}

/** For a client that disconnected. */
const unreadAnswer: Answer = {
  status: clientGoneStatus,
  body: { message: '', errors: [] },
  headers: {},
}

/** Reads a request of Koa, with the pattern of @koa/router. The client's address follows Koa's setting `proxy`. */
const koaReader: RequestReader<KoaContext> = {
  read: (context, user) => {
    const { method, headers } = context.req
    return {
      method,
      path: pathOf(context.originalUrl),
      route: readText(context, '_matchedRoute') ?? readText(context, 'routerPath'),
      handler: handlerOf(context),
      origin: headers.origin,
      // An empty text if the connection is closed.
      clientIp: context.ip || undefined,
      userAgent: headers['user-agent'],
      user,
      params: readProperty(context, 'params'),
      query: queryOf(context.originalUrl),
      body: isBodyLogged(method) ? readProperty(context.request, 'body') : undefined,
    }
  },
  ids: (context) => readNodeIds(context.req),
  user: (context) => readProperty(context.state, 'user'),
}

/** The name of the route, or of its last named function. */
function handlerOf(context: KoaContext): string | undefined {
  const name = readText(context, '_matchedRouteName')
  if (name !== undefined) return name
  const layers = readList(context, 'matched') ?? []
  const route = layers.findLast((layer) => (readList(layer, 'methods') ?? []).length > 0)
  const names = (readList(route, 'stack') ?? []).map((handler) => readText(handler, 'name'))
  return names.findLast((found) => found !== undefined)
}
