import type { RequestContext } from '../context/request-context.ts'
import type { TraceIds } from '../context/trace-ids.ts'
import { isError } from '../read-safely.ts'
import type { ResolvedOptions } from '../resolve-options.ts'
import { runInTurn } from './in-turn.ts'
import type { LogWriter } from './log-writer.ts'
import { createRequestRedactor, type RedactRequest } from './request-redactor.ts'
import { errorMessage, serialiseError } from './serialise-error.ts'
import { warnOnce } from './warn-once.ts'
import { withoutBody } from './without-body.ts'

/** One failure, as it is to be logged. */
export interface Report {
  readonly error: unknown
  readonly request: RequestContext
  /** What the client was answered. */
  readonly status: number
  readonly ids: TraceIds
  /** Whether the client hung up, and the error says no more than that. */
  readonly isAbort: boolean
}

/** A request as it may be shown. */
type ShownRequest = Readonly<Record<string, unknown>>

/** A logger that is to be told, and how loud. */
interface Target {
  readonly writer: LogWriter
  readonly level: string
}

type ReporterOptions = Pick<
  ResolvedOptions<never>,
  | 'clientErrorLevel'
  | 'file'
  | 'isSkipped'
  | 'isWithoutStack'
  | 'redactor'
  | 'shouldAlert'
  | 'slack'
>

/** Tells the loggers of failures: the file logger of every one, the Slack logger of what is to alert. */
export class Reporter {
  readonly #options: ReporterOptions
  readonly #redactRequest: RedactRequest

  constructor(options: ReporterOptions) {
    this.#options = options
    this.#redactRequest = createRequestRedactor(options.redactor)
  }

  /** Tells at once. Throws what a logger throws, or a function of the service's. */
  report(report: Report): void {
    this.#tell(report, this.#targets(report))
  }

  /**
   * Reads and tells before the turn of the event loop ends: in a flood all failures of a turn together. Throws what comes at once,
   * as all does that the service's own `shouldAlert` throws.
   *
   * @param onLateFailure Takes what is thrown at the turn's end.
   */
  reportInTurn(read: () => Report, onLateFailure: (failure: unknown) => void): void {
    const asked = this.#options.shouldAlert === undefined ? undefined : this.#ask(read())
    runInTurn(() => {
      const { report, targets } = asked ?? this.#ask(read())
      this.#tell(report, targets)
    }, onLateFailure)
  }

  #ask(report: Report): { readonly report: Report; readonly targets: readonly Target[] } {
    return { report, targets: this.#targets(report) }
  }

  #tell(given: Report, targets: readonly Target[]): void {
    let request: ShownRequest | undefined
    // Only what is the client's fault shows a body.
    const report = given.status < 500 ? { ...given, error: withoutBody(given.error) } : given
    for (const target of targets) {
      if (!target.writer.isEnabled(target.level)) continue
      request ??= this.#redactRequest(report.request)
      const isLive = this.#isLoggedLive(report.error, target.writer)
      try {
        this.#write(target, report, { request, isLive })
      } catch (failure) {
        // A frozen error, or one with a getter that throws, is more than pino's serialiser takes.
        if (!isLive) throw failure
        this.#write(target, report, { request, isLive: false })
      }
    }
  }

  /** Tells both loggers, as far as they can be told, that handling an error failed. */
  reportOwnFailure(
    error: unknown,
    { request, failure }: { readonly request: RequestContext; readonly failure: unknown },
  ): void {
    const { file, slack, redactor } = this.#options
    const reason = errorMessage(failure)
    for (const writer of new Set([file, slack ?? file])) {
      try {
        const fields = this.#errorField(error, { writer, isLive: false })
        fields['handlerFailure'] = serialiseError(failure, { withStack: true, redactor })
        fields['request'] = redactor.value(request)
        addHandler(fields, request)
        const message = `The exception handler failed (${reason}) while it handled: ${this.#messageOf(error)}`
        writer.write({ level: 'error', message, fields })
      } catch (loggerFailure) {
        warnOnce(`a failure could not be logged: ${errorMessage(loggerFailure)}`)
      }
    }
  }

  #targets(report: Report): readonly Target[] {
    const { file, slack, clientErrorLevel } = this.#options
    const isAlert = this.#isAlert(report)
    if (slack === file) return [{ writer: file, level: isAlert ? 'error' : clientErrorLevel }]
    const level = report.status >= 500 ? 'error' : clientErrorLevel
    const ofFile = { writer: file, level }
    return isAlert && slack !== undefined ? [ofFile, { writer: slack, level: 'error' }] : [ofFile]
  }

  #isAlert({ error, request, status, ids, isAbort }: Report): boolean {
    const { isSkipped, shouldAlert } = this.#options
    if (isAbort || isSkipped(request)) return false
    return shouldAlert === undefined
      ? status >= 500
      : shouldAlert(error, { ...request, status, ids })
  }

  #write(
    { writer, level }: Target,
    report: Report,
    { request, isLive }: { readonly request: ShownRequest; readonly isLive: boolean },
  ): void {
    const { error, status, ids } = report
    const fields = this.#errorField(error, { writer, isLive })
    fields['request'] = request
    fields['status'] = status
    addHandler(fields, report.request)
    Object.assign(fields, ids)
    writer.write({ level, message: this.#messageOf(error), fields })
  }

  /** pino serialises a live error as its users expect it; a file of winston's would show `{}`. */
  #isLoggedLive(error: unknown, { convention }: LogWriter): boolean {
    return convention === 'pino' && isError(error) && !this.#options.isWithoutStack(error)
  }

  #errorField(
    error: unknown,
    { writer: { errorKey }, isLive }: { readonly writer: LogWriter; readonly isLive: boolean },
  ): Record<string, unknown> {
    if (isLive) return { [errorKey]: error }
    const { isWithoutStack, redactor } = this.#options
    const serialised = serialiseError(error, { withStack: !isWithoutStack(error), redactor })
    return { [errorKey]: Object.assign(serialised, { message: this.#messageOf(error) }) }
  }

  /** Of a thrown object the message shows its properties, so it is redacted as they would be. */
  #messageOf(error: unknown): string {
    const message = errorMessage(error)
    return isError(error) ? message : this.#options.redactor.text(message)
  }
}

/** Also beside the request, where logs are searched by it. */
function addHandler(fields: Record<string, unknown>, { handler }: RequestContext): void {
  if (handler !== undefined) fields['handler'] = handler
}
