import { Socket } from 'node:net'
import { bareAnswer, buildAnswer, type Answer } from './answer/answer.ts'
import { isErrorStatus } from './answer/error-status.ts'
import { clientGoneStatus, isAbortError } from './context/client-gone.ts'
import { describeUser } from './context/describe-user.ts'
import type { RequestContext, RequestReader } from './context/request-context.ts'
import type { RequestScope } from './context/request-scope.ts'
import type { ResolvedOptions, ResolvedScopeOptions } from './resolve-options.ts'
import { atOnce } from './report/at-once.ts'
import { Reporter, type Report } from './report/reporter.ts'
import { errorMessage } from './report/serialise-error.ts'

/** What an adapter knows of the moment in which an error came. */
export interface Situation {
  /** The status the response bore, for frameworks that honour it. */
  readonly responseStatus?: number | undefined
  /** Tells whether the client hung up; asked only where the error may come of that. */
  readonly isClientGone?: () => boolean
  /** By what the request came. Where that is no connection, nobody but the program itself waits: its failures are told at once. */
  readonly connection?: unknown
}

const plainSituation: Situation = {}

/** Handles failures of one service: one answer, one report each. All adapters stand on this. */
export class FailureHandler<Request> {
  readonly #options: ResolvedOptions<Request>
  readonly #reader: RequestReader<Request>
  readonly #reporter: Reporter

  constructor(options: ResolvedOptions<Request>, reader: RequestReader<Request>) {
    this.#options = options
    this.#reader = reader
    this.#reporter = new Reporter(options)
  }

  /** Logs an error and says what to answer. Never throws: if it fails itself, that is logged and answered with a 500. */
  handle(error: unknown, request: Request, situation: Situation = plainSituation): Answer {
    try {
      const isAbort = isAbortError(error) && situation.isClientGone?.() === true
      const answer = this.#answer(error, situation)
      const status = isAbort ? clientGoneStatus : answer.status
      // A service may take the user away once a request is answered.
      const user = userOf(request, this.#reader, this.#options)
      const read = (): Report => ({
        error,
        request: this.#reader.read(request, describeUser(user)),
        status,
        ids: this.#reader.ids(request),
        isAbort,
      })
      if (isSocket(situation.connection)) {
        askPeer(situation.connection)
        this.#reporter.reportInTurn(read, (failure) => this.#failed(failure, error, request))
      } else {
        this.#reporter.report(read())
      }
      return answer
    } catch (failure) {
      this.#failed(failure, error, request)
      return bareAnswer(this.#options.answer)
    }
  }

  /** The request for every line that is logged while it is worked for. */
  scope(request: Request): RequestScope {
    return createScope(request, this.#reader, this.#options)
  }

  /** Logs that an error could not be handled. */
  #failed(failure: unknown, error: unknown, request: Request): void {
    const context = readWithoutUser(request, this.#reader)
    this.#reporter.reportOwnFailure(error, { request: context, failure })
  }

  #answer(error: unknown, { responseStatus }: Situation): Answer {
    return buildAnswer(error, {
      locale: this.#options.answer.locale,
      texts: this.#options.answer.texts,
      responseStatus: isErrorStatus(responseStatus) ? responseStatus : undefined,
    })
  }
}

/** True for a connection of the network; tests put requests in front of a framework without one. */
function isSocket(connection: unknown): connection is Socket {
  try {
    return connection instanceof Socket
  } catch {
    // Of HTTP/2 it is a Proxy, which tells nothing once the session is closed.
    return false
  }
}

/** A closed connection no longer tells its other end, unless it was asked before. */
function askPeer({ remoteAddress }: Socket): string | undefined {
  return remoteAddress
}

/** The request for every line that is logged while it is worked for. */
export function createScope<Request>(
  request: Request,
  reader: RequestReader<Request>,
  options: ResolvedScopeOptions<Request>,
): RequestScope {
  return {
    describe: () => options.redactor.value(readForLine(request, reader, options)),
    ids: () => ({ ...reader.ids(request) }),
  }
}

function userOf<Request>(
  request: Request,
  reader: RequestReader<Request>,
  { getUser }: ResolvedScopeOptions<Request>,
): unknown {
  if (getUser === undefined) return reader.user(request)
  return atOnce(getUser(request), { name: 'getUser', instead: 'no user is logged' })
}

/** A line of the service's own is logged whatever becomes of its request. */
function readForLine<Request>(
  request: Request,
  reader: RequestReader<Request>,
  options: ResolvedScopeOptions<Request>,
): RequestContext {
  try {
    return reader.read(request, describeUser(userOf(request, reader, options)))
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
