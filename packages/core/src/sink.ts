import { Dispatch } from './delivery/dispatch.ts'
import { atProcessEnd } from './delivery/exit-flush/process-exit.ts'
import { IncidentReporter } from './delivery/reporter.ts'
import { resolveEnvironment, type SinkEnvironment } from './environment.ts'
import { type Breadcrumbs, createBreadcrumbs } from './event/breadcrumbs.ts'
import { appRoot } from './event/host.ts'
import type { LogRecord } from './event/log-record.ts'
import { Health, type SinkHealth } from './health/health.ts'
import { type DescriberParts, Intake } from './incident/intake.ts'
import { OccurrenceKeeper } from './incident/keep-occurrence.ts'
import type { Look } from './incident/load-shedder.ts'
import { spoolFolderOf } from './journal/folder.ts'
import { severityOf } from './options/levels.ts'
import type { SlackOptions } from './options/options.ts'
import { type ResolvedOptions, resolveOptions } from './options/resolve.ts'
import { channelOf } from './options/routes.ts'
import { profileOf, secretsOf, startNotice } from './options/target.ts'
import { createRedactor } from './redaction/redactor.ts'
import { chooseFetch } from './slack/choose-fetch.ts'
import { createDestination } from './slack/create-destination.ts'
import { createRenderer } from './slack/renderer.ts'

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
  const given = resolveEnvironment(environment)
  const resolved = resolveOptions(options, given.variables)
  return new Sink(resolved, { ...given, fetch: chooseFetch(resolved, given.fetch) })
}

class Sink implements SlackSink {
  readonly #options: ResolvedOptions
  readonly #environment: SinkEnvironment
  readonly #health: Health
  readonly #intake: Intake
  readonly #dispatch: Dispatch
  readonly #breadcrumbs: Breadcrumbs
  readonly #reporter: IncidentReporter
  readonly #keeper: OccurrenceKeeper
  #closing: Promise<void> | undefined
  readonly #letGo: () => void

  constructor(options: ResolvedOptions, environment: SinkEnvironment) {
    this.#options = options
    this.#environment = environment
    const redactor = createRedactor({ ...options.redact, secrets: secretsOf(options) })
    this.#health = new Health(environment, {
      onError: options.hooks.onError,
      onHealth: options.hooks.onHealth,
      clean: (text) => redactor.text(text),
    })
    const describing: DescriberParts = {
      redactor,
      trustProxy: options.trustProxy,
      beforeSend: options.hooks.beforeSend,
      onBrokenHook: (error) => this.#health.broke('the beforeSend hook', error),
    }
    this.#intake = new Intake({
      options,
      describing,
      health: this.#health,
      now: environment.clock.now(),
    })
    const destination = createDestination(options.target, environment)
    const settings = { ...options, profile: profileOf(options.target), ...appRoot() }
    this.#breadcrumbs = createBreadcrumbs(describing)
    const renderer = createRenderer({
      settings,
      breadcrumbs: (event) => this.#breadcrumbs.for(event),
      formatter: options.hooks.formatter,
      onBrokenFormatter: (error) => this.#health.broke('the formatter hook', error),
    })
    const folder = spoolFolderOf(options, environment)
    this.#dispatch = new Dispatch({
      destination,
      environment,
      health: this.#health,
      settings,
      renderer,
      channel: channelOf(options.target),
      folder,
    })
    this.#reporter = new IncidentReporter({
      clock: environment.clock,
      destination,
      dispatch: this.#dispatch,
      routes: this.#intake,
      editsPerMinute: options.editsPerMinute,
      settings,
      renderer,
      clean: (text) => redactor.text(text),
      folder,
      onTrouble: (reason) => this.#health.broke('the state file', new Error(reason)),
    })
    this.#keeper = new OccurrenceKeeper({ intake: this.#intake, dispatch: this.#dispatch })
    this.#letGo = this.#seeToTheEnd()
    const notice = startNotice(options.target)
    if (notice !== undefined) environment.writeStderr(`[slack-logger] ${notice}`)
  }

  get intakeSeverity(): number {
    return this.#options.contextSeverity ?? this.#options.severity
  }

  get isFlooded(): boolean {
    return this.#intake.isFlooded(this.#environment.clock.now())
  }

  skips(look: Look): boolean {
    return this.#intake.skips(look, this.#environment.clock.now())
  }

  write(record: LogRecord): void {
    try {
      const { levels, severity: alertSeverity, target } = this.#options
      const severity = record.severity ?? levels[record.level] ?? severityOf(record.level)
      if (target.kind === 'off') return
      if (severity < alertSeverity) this.#remember(record, severity)
      else if (this.#closing === undefined) this.#count(record, severity)
      else this.#health.lost('the sink is closed')
    } catch (error) {
      this.#health.lost('the record could not be read')
      this.#health.broke('a record could not be read', error)
    }
  }

  async flush(options: FlushOptions = {}): Promise<boolean> {
    const { clock } = this.#environment
    const deadline = clock.now() + (options.timeoutMs ?? this.#options.closeTimeoutMs)
    this.#reporter.endHolds()
    const isDone = await this.#dispatch.flush(deadline - clock.now())
    // What happened while the roots were on their way.
    if (!isDone || !this.#reporter.hasWaiting) return isDone
    this.#reporter.endHolds()
    return this.#dispatch.flush(deadline - clock.now())
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  health(): SinkHealth {
    return this.#health.read()
  }

  async #close(): Promise<void> {
    const { clock } = this.#environment
    const deadline = clock.now() + this.#options.closeTimeoutMs
    await this.flush()
    this.#reporter.stop()
    await this.#dispatch.close(deadline - clock.now())
    this.#letGo()
  }

  #seeToTheEnd(): () => void {
    return atProcessEnd({
      // Once: Node asks again after each attempt, and the process must end.
      finish: async () => {
        const timeoutMs = this.#dispatch.patienceMs(this.#options.closeTimeoutMs)
        return this.#dispatch.isHopeless || this.flush({ timeoutMs })
      },
      hasLastWords: () => {
        this.#keeper.describeAll()
        this.#reporter.endHolds()
        return this.#dispatch.hasLastWords
      },
      speak: (relay, withinMs) => this.#dispatch.speak(relay, withinMs),
      leave: () => {
        this.#reporter.stop()
        this.#dispatch.leave()
      },
    })
  }

  #remember(record: LogRecord, severity: number): void {
    if (severity >= this.intakeSeverity) this.#breadcrumbs.add(record)
  }

  #count(record: LogRecord, severity: number): void {
    const now = this.#environment.clock.now()
    const accepted = this.#intake.accept(record, severity, now)
    if (accepted === undefined) return
    let isTold = false
    for (const route of accepted.routes) {
      isTold = this.#reporter.take(this.#keeper.arrivalOf(accepted, { route, now })) || isTold
    }
    this.#health.count(isTold ? 'shown' : 'counted')
  }
}

/** Takes records, and brings what a person must know to Slack. */
export interface SlackSink {
  /** Records less severe than this are ignored, on pino's scale, so that an adapter need not parse them. */
  readonly intakeSeverity: number
  /** Whether so many different problems come at once that most records are only counted: see `skips`. */
  readonly isFlooded: boolean
  /** Whether a record that says this is one of those. It counts with that, so that an adapter need not parse it. */
  skips(look: Pick<LogRecord, 'message' | 'error'>): boolean
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
