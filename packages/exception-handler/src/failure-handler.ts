import {
  callMethod,
  clientGoneStatus,
  isErrorStatus,
  readAbort,
  readProperty,
  redactorFor,
} from '@slack-logger/core/reading'
import { Socket } from 'node:net'
import { bareAnswer, buildAnswer, type Answer } from './answer/answer.ts'
import { toUserContext, type RequestContext, type RequestReader } from './http/request-context.ts'
import type { ResolvedOptions, ResolvedScopeOptions } from './options.ts'
import { withoutPromise } from './report/log-writer.ts'
import { Reporter, type Report } from './report/reporter.ts'
import { errorMessage } from './report/serialize-error.ts'
import type { RequestScope } from './request-scope.ts'

/** What an adapter knows about the moment of an error. */
interface Circumstances {
  /** The status of the response, for frameworks that use it. */
  readonly responseStatus?: number | undefined
  /** Whether the client disconnected. Called only for errors that may come from that. */
  readonly isClientGone?: () => boolean
  /** Whether no client waits for an answer, whose fault the failure could be: it has the status 500. */
  readonly isBackground?: boolean
  /** Whether the same is tried again; until then it does not alert. */
  readonly willRetry?: boolean
  /** The connection of the request. Failures without one are always logged at once. */
  readonly connection?: unknown
}

const noCircumstances: Circumstances = {}

/** Handles the failures of one service, for all adapters: each gets one answer and one report. */
export class FailureHandler<Request> {
  readonly #options: ResolvedOptions<Request>
  readonly #reader: RequestReader<Request>
  readonly #reporter: Reporter

  constructor(options: ResolvedOptions<Request>, reader: RequestReader<Request>) {
    this.#options = options
    this.#reader = reader
    this.#reporter = new Reporter(options)
  }

  /** Logs an error and returns the answer. Never throws: its own failure is logged and answered with a 500. */
  handle(error: unknown, request: Request, circumstances: Circumstances = noCircumstances): Answer {
    try {
      const isAbort = readAbort(error) !== undefined && circumstances.isClientGone?.() === true
      const answer = this.#answer(error, request, circumstances)
      const { isBackground, willRetry = false } = circumstances
      const status = isBackground ? 500 : isAbort ? clientGoneStatus : answer.status
      // Read now: a service may remove the user once the request is answered.
      const user = userOf(request, this.#reader, this.#options)
      const read = (): Report => ({
        error,
        request: this.#reader.read(request, toUserContext(user)),
        status,
        ids: this.#reader.ids(request),
        isAbort: isAbort || willRetry,
      })
      if (isSocket(circumstances.connection)) {
        cachePeer(circumstances.connection)
        const onFailure = (failure: unknown): void => this.#reportOwn(failure, error, request)
        this.#reporter.reportInTurn(read, onFailure, { isUrgent: status >= 500 })
      } else {
        this.#reporter.report(read())
      }
      return answer
    } catch (failure) {
      this.#reportOwn(failure, error, request)
      return bareAnswer(this.#options.answer)
    }
  }

  scope(request: Request): RequestScope {
    return createScope(request, this.#reader, this.#options)
  }

  #reportOwn(failure: unknown, error: unknown, request: Request): void {
    const context = readWithoutUser(request, this.#reader)
    this.#reporter.reportOwnFailure(error, { request: context, failure })
  }

  #answer(error: unknown, request: Request, { responseStatus }: Circumstances): Answer {
    const { locale, texts, findAnswer } = this.#options.answer
    return buildAnswer(error, {
      locale,
      texts,
      findAnswer,
      responseStatus: isErrorStatus(responseStatus) ? responseStatus : undefined,
      readRequest: () => ({ ...this.#reader.read(request, undefined), ...headersOf(request) }),
    })
  }
}

/** Where all frameworks have them. */
function headersOf(request: unknown): { readonly headers: unknown; readonly cookies: unknown } {
  return {
    headers: readProperty(request, 'headers') ?? callMethod(readProperty(request, 'req'), 'header'),
    cookies: readProperty(request, 'cookies'),
  }
}

/** False for the connections of test tools that inject requests. */
function isSocket(connection: unknown): connection is Socket {
  try {
    return connection instanceof Socket
  } catch {
    // HTTP/2 has a Proxy, which throws once the session is closed.
    return false
  }
}

/** Node keeps the address once it is read; that of a closed connection can no longer be read. */
function cachePeer({ remoteAddress }: Socket): string | undefined {
  return remoteAddress
}

export function createScope<Request>(
  request: Request,
  reader: RequestReader<Request>,
  options: ResolvedScopeOptions<Request>,
): RequestScope {
  return {
    describe: () => {
      const context = readForLine(request, reader, options)
      return redactorFor(context, options.redactor).value(context)
    },
    ids: () => ({ ...reader.ids(request) }),
  }
}

function userOf<Request>(
  request: Request,
  reader: RequestReader<Request>,
  { getUser }: ResolvedScopeOptions<Request>,
): unknown {
  if (getUser === undefined) return reader.user(request)
  return withoutPromise(getUser(request), { name: 'getUser', fallback: 'no user is logged' })
}

/** A log line of the service must not fail, even if its request cannot be read. */
function readForLine<Request>(
  request: Request,
  reader: RequestReader<Request>,
  options: ResolvedScopeOptions<Request>,
): RequestContext {
  try {
    return reader.read(request, toUserContext(userOf(request, reader, options)))
  } catch (error) {
    return Object.assign(readWithoutUser(request, reader), { unreadable: errorMessage(error) })
  }
}

function readWithoutUser<Request>(
  request: Request,
  reader: RequestReader<Request>,
): RequestContext & { readonly unreadable?: string } {
  try {
    return reader.read(request, undefined)
  } catch (error) {
    return { unreadable: errorMessage(error) }
  }
}
