import { hostname } from 'node:os'
import { describeEvent } from './event/describe-event.ts'
import { severityOf } from './event/level.ts'
import type { LogEvent } from './event/log-event.ts'
import type { LogRecord } from './event/log-record.ts'
import { createRedactor, type Redactor } from './event/redact.ts'
import { resolveEnvironment, type SinkEnvironment } from './environment.ts'
import { Health, type SinkHealth } from './health.ts'
import { IncidentBook } from './incident/incident-book.ts'
import { viewIncident, type Alert, type Incident, type IncidentView } from './incident/incident.ts'
import { repeatKey } from './incident/repeat-key.ts'
import { createWindowPolicy } from './incident/repeat-policy.ts'
import { createRenderer } from './message/renderer.ts'
import type { SlackOptions } from './options.ts'
import { Conversation } from './outbox/conversation.ts'
import { finishBeforeExit } from './outbox/finish-before-exit.ts'
import { spoolFolderOf } from './outbox/spool-place.ts'
import type { Priority } from './outbox/delivery.ts'
import { Dispatch } from './outbox/dispatch.ts'
import { resolveOptions, type ResolvedOptions } from './resolve-options.ts'
import { secretsOf, startNotice } from './resolve-target.ts'
import { createDestination } from './slack/create-destination.ts'

/** Takes records, and brings what a person must know to Slack. */
export interface SlackSink {
  /** Records less severe than this are ignored, on pino's scale, so that an adapter need not parse them. */
  readonly intakeSeverity: number
  /** Takes one record. Returns at once and never throws, whatever the record is. */
  write(record: LogRecord): void
  /**
   * Sends what waits.
   *
   * @returns whether everything was sent within the time
   */
  flush(options?: FlushOptions): Promise<boolean>
  /** Sends what waits, within `closeTimeoutMs`, then accepts no more. Calling it again waits for the same end. */
  close(): Promise<void>
  /** What became of everything so far. */
  health(): SinkHealth
}

/** How long to wait. */
export interface FlushOptions {
  /**
   * In milliseconds.
   *
   * @default the sink's `closeTimeoutMs`
   */
  readonly timeoutMs?: number
}

/**
 * Makes the whole: what happened, is it new, how does it read, when does it go, how does it get there.
 *
 * @throws TypeError for a wrong option, in one sentence that names it.
 * @example
 * const sink = createSlackSink({ token: process.env.SLACK_BOT_TOKEN, channel: '#alerts' })
 * sink.write({ level: 'error', time: Date.now(), message: 'no stock', fields: { item: 17 } })
 * await sink.close()
 */
export function createSlackSink(
  options: SlackOptions = {},
  environment?: Partial<SinkEnvironment>,
): SlackSink {
  const resolved = resolveEnvironment(environment)
  return new Sink(resolveOptions(options, resolved.variables), resolved)
}

class Sink implements SlackSink {
  readonly #options: ResolvedOptions
  readonly #environment: SinkEnvironment
  readonly #health: Health
  readonly #redactor: Redactor
  readonly #book: IncidentBook
  readonly #dispatch: Dispatch
  readonly #conversation: Conversation
  readonly #channel: string
  #pending: Pending[] = []
  #closing: Promise<void> | undefined
  readonly #letGo: () => void

  constructor(options: ResolvedOptions, environment: SinkEnvironment) {
    this.#options = options
    this.#environment = environment
    this.#redactor = createRedactor({ ...options.redact, secrets: secretsOf(options.target) })
    this.#health = new Health(environment, {
      onError: options.hooks.onError,
      onHealth: options.hooks.onHealth,
      clean: (text) => this.#redactor.text(text),
    })
    this.#book = new IncidentBook({ policy: createWindowPolicy(options.repeat) })
    const destination = createDestination(options.target, environment)
    const settings = { ...options, profile: destination.hasThreads ? 'thread' : 'inline' } as const
    const renderer = createRenderer({
      settings,
      formatter: options.hooks.formatter,
      onBrokenFormatter: (error) => this.#health.broke('the formatter hook', error),
    })
    this.#channel = options.target.kind === 'webApi' ? options.target.channel : 'webhook'
    this.#dispatch = new Dispatch({
      destination,
      environment,
      health: this.#health,
      settings,
      renderer,
      channel: this.#channel,
      folder: spoolFolderOf(options, environment),
    })
    this.#conversation = new Conversation({
      channel: this.#channel,
      hasThreads: destination.hasThreads,
      renderer,
      push: (delivery) => this.#dispatch.push(delivery),
    })
    this.#letGo = finishBeforeExit(() => this.flush())
    const notice = startNotice(options.target)
    if (notice !== undefined) environment.writeStderr(`[slack-logger] ${notice}`)
  }

  get intakeSeverity(): number {
    return this.#options.contextSeverity ?? this.#options.severity
  }

  write(record: LogRecord): void {
    try {
      const { levels, severity: alertSeverity, target } = this.#options
      const severity = record.severity ?? levels[record.level] ?? severityOf(record.level)
      if (severity < alertSeverity || target.kind === 'off') return
      if (this.#closing === undefined) this.#count(record, severity)
      else this.#health.lost('the sink is closed')
    } catch (error) {
      this.#health.lost('the record could not be read')
      this.#health.broke('a record could not be read', error)
    }
  }

  async flush(options: FlushOptions = {}): Promise<boolean> {
    this.#describePending()
    return this.#dispatch.flush(options.timeoutMs ?? this.#options.closeTimeoutMs)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  health(): SinkHealth {
    return this.#health.read()
  }

  async #close(): Promise<void> {
    this.#describePending()
    await this.#dispatch.close(this.#options.closeTimeoutMs)
    this.#letGo()
  }

  #count(record: LogRecord, severity: number): void {
    const { incident, alert } = this.#book.count(repeatKey(record), this.#environment.clock.now())
    if (alert === undefined) {
      this.#health.count('counted')
      return
    }
    if (this.#pending.length >= maxPending) {
      this.#health.lost('too many at once')
      return
    }
    this.#health.count('shown')
    const pending: Pending = {
      record,
      incident,
      alert,
      priority: severity >= fatalSeverity ? 'fatal' : 'new',
      event: undefined,
    }
    if (this.#pending.length === 0) setImmediate(() => this.#describePending())
    this.#pending.push(pending)
    // Nothing that is written to disk later survives an abort in this turn.
    if (isFirst(pending) && this.#dispatch.hasTimeToKeep) this.#describe(pending)
  }

  /** Off the caller's stack: describing, redacting and rendering take longer than logging may. */
  #describePending(): void {
    for (const pending of this.#pending.splice(0)) {
      const event = this.#describe(pending)
      if (event !== null)
        this.#conversation.open(() => this.#view(pending, event), pending.priority)
    }
  }

  /** Describes an occurrence once, and keeps it on disk until it is told. */
  #describe(pending: Pending): LogEvent | null {
    if (pending.event !== undefined) return pending.event
    const event = this.#prepare(pending.record) ?? null
    pending.event = event
    if (event !== null && isFirst(pending)) {
      const { priority, incident } = pending
      this.#dispatch.keep({
        fingerprint: incident.fingerprint,
        priority,
        channel: this.#channel,
        event,
      })
    }
    return event
  }

  #prepare(record: LogRecord): LogEvent | undefined {
    const { beforeSend } = this.#options.hooks
    const event = describeEvent(record, {
      redactor: this.#redactor,
      trustProxy: this.#options.trustProxy,
    })
    try {
      return beforeSend === undefined ? event : (beforeSend(event) ?? undefined)
    } catch (error) {
      this.#health.broke('the beforeSend hook', error)
      return event
    }
  }

  #view({ incident, alert }: Pending, sample: LogEvent): IncidentView {
    const { release } = this.#options
    return viewIncident(incident, {
      sample,
      alert,
      now: this.#environment.clock.now(),
      host: hostname(),
      ...(release !== undefined && { release }),
    })
  }
}

/** An admitted occurrence until it is described. */
interface Pending {
  readonly record: LogRecord
  readonly incident: Incident
  readonly alert: Alert
  readonly priority: Priority
  /** `null` if the service's own hook dropped it. */
  event: LogEvent | null | undefined
}

/** So many occurrences may wait until the end of the turn; a loop that logs without end must not fill the memory. */
const maxPending = 1000
const fatalSeverity = 60

/** Repeats are in a counter that will be told anyway. */
function isFirst({ alert, priority }: Pending): boolean {
  return priority === 'fatal' || alert.reason === 'new'
}
