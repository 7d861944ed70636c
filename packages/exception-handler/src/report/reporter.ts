import { isError, secretsInPath } from '@slack-logger/core/reading'
import type { RequestContext, TraceIds } from '../http/request-context.ts'
import type { ResolvedOptions } from '../options.ts'
import { warn, type LogWriter } from './log-writer.ts'
import { createRequestRedactor, type RedactRequest } from './request-redactor.ts'
import { runOrDefer } from './run-or-defer.ts'
import { errorMessage, serializeError, withoutBody, withoutSecrets } from './serialize-error.ts'

/** One failure of a request. */
export interface Report {
  readonly error: unknown
  readonly request: RequestContext
  /** The status of the answer. */
  readonly status: number
  readonly ids: TraceIds
  /** Whether it never alerts: the client disconnected, or the same is tried again. */
  readonly isAbort: boolean
}

/** A request after redaction. */
type ShownRequest = Readonly<Record<string, unknown>>

/** A logger that gets a report, and the level. */
interface Target {
  readonly writer: LogWriter
  readonly level: string
  readonly isAlert: boolean
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

/** Logs failures: all to the file logger, and those that alert to the Slack logger. */
export class Reporter {
  readonly #options: ReporterOptions
  readonly #redactRequest: RedactRequest

  constructor(options: ReporterOptions) {
    this.#options = options
    this.#redactRequest = createRequestRedactor(options.redactor)
  }

  /** @throws what a logger or the service's `shouldAlert` throws */
  report(report: Report): void {
    this.#log(report, this.#targets(report))
  }

  /**
   * Reports before the event-loop turn ends: the first failure of a turn at once, the others together. The service's `shouldAlert`
   * is always called at once.
   *
   * @param onFailure Called with what is thrown at the end of the turn.
   * @param urgency The first failure of a turn that is urgent is reported at once as well.
   * @throws what is thrown at once
   */
  reportInTurn(
    read: () => Report,
    onFailure: (failure: unknown) => void,
    urgency?: { readonly isUrgent: boolean },
  ): void {
    const decided = this.#options.shouldAlert === undefined ? undefined : this.#decide(read())
    runOrDefer(
      () => {
        const { report, targets } = decided ?? this.#decide(read())
        this.#log(report, targets)
      },
      onFailure,
      urgency,
    )
  }

  /** Logs to both loggers that handling an error failed. Never throws. */
  reportOwnFailure(
    error: unknown,
    { request, failure }: { readonly request: RequestContext; readonly failure: unknown },
  ): void {
    const { file, slack, redactor } = this.#options
    const reason = errorMessage(failure)
    for (const writer of new Set([file, slack ?? file])) {
      try {
        const fields = this.#errorField(error, { writer, isLive: false })
        fields['handlerFailure'] = serializeError(failure, { withStack: true, redactor })
        fields['request'] = redactor.value(request)
        addHandler(fields, request)
        const message = `The exception handler failed (${reason}) while it handled: ${this.#messageOf(error)}`
        writer.write({ level: 'error', message, fields })
      } catch (loggerFailure) {
        warn(`a failure could not be logged: ${errorMessage(loggerFailure)}`)
      }
    }
  }

  #decide(report: Report): { readonly report: Report; readonly targets: readonly Target[] } {
    return { report, targets: this.#targets(report) }
  }

  #targets(report: Report): readonly Target[] {
    const { file, slack, clientErrorLevel } = this.#options
    const isAlert = this.#isAlert(report)
    if (slack === file)
      return [{ writer: file, level: isAlert ? 'error' : clientErrorLevel, isAlert }]
    const level = report.status >= 500 ? 'error' : clientErrorLevel
    const ofFile = { writer: file, level, isAlert: false }
    return isAlert && slack !== undefined
      ? [ofFile, { writer: slack, level: 'error', isAlert }]
      : [ofFile]
  }

  #isAlert({ error, request, status, ids, isAbort }: Report): boolean {
    const { isSkipped, shouldAlert } = this.#options
    if (isAbort || isSkipped(request)) return false
    return shouldAlert === undefined
      ? status >= 500
      : shouldAlert(error, { ...request, status, ids })
  }

  #log(given: Report, targets: readonly Target[]): void {
    let request: ShownRequest | undefined
    // Only an error of the client quotes the body.
    const shown = given.status < 500 ? withoutBody(given.error) : given.error
    const secrets = secretsInPath(given.request, this.#options.redactor)
    const error =
      secrets.length === 0 ? shown : withoutSecrets(shown, secrets, this.#options.redactor)
    const report = error === given.error ? given : { ...given, error }
    for (const target of targets) {
      if (!target.writer.isEnabled(target.level)) continue
      request ??= this.#redactRequest(report.request)
      const isLive = this.#isLoggedLive(report.error, target.writer)
      try {
        this.#write(target, report, { request, isLive })
      } catch (failure) {
        // pino's serializer throws on a frozen error, or on one with a getter that throws.
        if (!isLive) throw failure
        this.#write(target, report, { request, isLive: false })
      }
    }
  }

  #write(
    { writer, level, isAlert }: Target,
    report: Report,
    { request, isLive }: { readonly request: ShownRequest; readonly isLive: boolean },
  ): void {
    const { error, status, ids } = report
    const fields = this.#errorField(error, { writer, isLive })
    fields['request'] = request
    fields['status'] = status
    // The transport does not alert answers below 500 by itself.
    if (status < 500 && isAlert) fields['shouldAlert'] = true
    addHandler(fields, report.request)
    Object.assign(fields, ids)
    writer.write({ level, message: this.#messageOf(error), fields })
  }

  /** pino serializes an Error itself; winston's JSON format would write `{}`. */
  #isLoggedLive(error: unknown, { convention }: LogWriter): boolean {
    return convention === 'pino' && isError(error) && !this.#options.isWithoutStack(error)
  }

  #errorField(
    error: unknown,
    { writer: { errorKey }, isLive }: { readonly writer: LogWriter; readonly isLive: boolean },
  ): Record<string, unknown> {
    if (isLive) return { [errorKey]: error }
    const { isWithoutStack, redactor } = this.#options
    const serialized = serializeError(error, { withStack: !isWithoutStack(error), redactor })
    return { [errorKey]: Object.assign(serialized, { message: this.#messageOf(error) }) }
  }

  /** The message of a thrown object shows its properties, and is redacted as they are. */
  #messageOf(error: unknown): string {
    const message = errorMessage(error)
    return isError(error) ? message : this.#options.redactor.text(message)
  }
}

/** Beside the request as well, where logs are searched by it. */
function addHandler(fields: Record<string, unknown>, { handler }: RequestContext): void {
  if (handler !== undefined) fields['handler'] = handler
}
