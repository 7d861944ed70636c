import { createBreadcrumbs, type Breadcrumbs } from './event/breadcrumbs.ts'
import { describeRecord, type DescriberParts } from './describe-record.ts'
import { describeEvent } from './event/describe-event.ts'
import { isFatal, severityOf } from './event/level.ts'
import type { LogEvent } from './event/log-event.ts'
import type { LogRecord } from './event/log-record.ts'
import { createRedactor } from './event/redact.ts'
import { SampleKeeper, type Sample } from './event/sample.ts'
import { ToldPlaces } from './event/told-places.ts'
import { resolveEnvironment, type SinkEnvironment } from './environment.ts'
import { Health, type SinkHealth } from './health.ts'
import { createRepeatPolicy } from './incident/create-repeat-policy.ts'
import { createFingerprinter, type Fingerprinter } from './incident/fingerprint.ts'
import type { AlertReason } from './incident/incident.ts'
import { defaultRoute, type Route } from './incident/routes.ts'
import { createRenderer } from './message/renderer.ts'
import type { SlackOptions } from './options.ts'
import { atProcessEnd } from './outbox/process-end.ts'
import { spoolFolderOf } from './outbox/spool-place.ts'
import { Dispatch } from './outbox/dispatch.ts'
import { IncidentReporter } from './outbox/incident-reporter.ts'
import { resolveOptions, type ResolvedOptions } from './resolve-options.ts'
import { profileOf, secretsOf, startNotice } from './resolve-target.ts'
import { appRoot, hostOf } from './whereabouts.ts'
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
  readonly #describing: DescriberParts
  readonly #fingerprinter: Fingerprinter<LogRecord | LogEvent>
  readonly #dispatch: Dispatch
  readonly #samples = new SampleKeeper()
  readonly #toldPlaces = new ToldPlaces()
  readonly #breadcrumbs: Breadcrumbs
  readonly #reporter: IncidentReporter
  readonly #route: Route
  #closing: Promise<void> | undefined
  readonly #letGo: () => void

  constructor(options: ResolvedOptions, environment: SinkEnvironment) {
    this.#options = options
    this.#environment = environment
    const redactor = createRedactor({ ...options.redact, secrets: secretsOf(options.target) })
    this.#health = new Health(environment, {
      onError: options.hooks.onError,
      onHealth: options.hooks.onHealth,
      clean: (text) => redactor.text(text),
    })
    this.#describing = {
      redactor,
      trustProxy: options.trustProxy,
      beforeSend: options.hooks.beforeSend,
      onBrokenHook: (error) => this.#health.broke('the beforeSend hook', error),
    }
    this.#fingerprinter = createFingerprinter({
      groupBy: options.groupBy,
      hook: options.hooks.fingerprint,
      onHookError: (error) => this.#health.broke('the fingerprint hook', error),
    })
    const destination = createDestination(options.target, environment)
    const settings = { ...options, profile: profileOf(options.target), ...appRoot() }
    this.#breadcrumbs = createBreadcrumbs(this.#describing)
    const renderer = createRenderer({
      settings,
      breadcrumbs: (event) => this.#breadcrumbs.for(event),
      formatter: options.hooks.formatter,
      onBrokenFormatter: (error) => this.#health.broke('the formatter hook', error),
    })
    const channel = options.target.kind === 'webApi' ? options.target.channel : 'webhook'
    this.#route = defaultRoute(channel, createRepeatPolicy(options.repeat))
    this.#dispatch = new Dispatch({
      destination,
      environment,
      health: this.#health,
      settings,
      renderer,
      channel,
      folder: spoolFolderOf(options, environment),
    })
    this.#reporter = new IncidentReporter({
      clock: environment.clock,
      hasThreads: destination.hasThreads,
      editsPerMinute: options.editsPerMinute,
      holdMs: options.repeat.policy === 'milestones' ? options.repeat.holdMs : 0,
      settings,
      renderer,
      push: (delivery) => this.#dispatch.push(delivery),
    })
    this.#letGo = this.#seeToTheEnd()
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
      finish: async () => this.#dispatch.isHopeless || this.flush(),
      hasLastWords: () => {
        this.#samples.describeAll()
        this.#reporter.endHolds()
        return this.#dispatch.hasLastWords
      },
      speak: (relay, withinMs) => this.#dispatch.speak(relay, withinMs),
      leave: () => this.#dispatch.leave(),
    })
  }

  #remember(record: LogRecord, severity: number): void {
    if (severity >= this.intakeSeverity) this.#breadcrumbs.add(record)
  }

  #count(record: LogRecord, severity: number): void {
    const { hooks, release } = this.#options
    // The hook may drop the event before it counts.
    const event =
      hooks.beforeSend === undefined ? undefined : describeRecord(record, this.#describing)
    if (event === null) return
    const fingerprint = this.#fingerprinter.of(event ?? record)
    const isLoud = this.#reporter.take({
      fingerprint,
      route: this.#route,
      now: this.#environment.clock.now(),
      isFatal: isFatal(severity),
      host: hostOf(record),
      release,
      keep: (reason) =>
        this.#keep({ fingerprint, reason }, () =>
          this.#toldPlaces.once(event ?? describeEvent(record, this.#describing)),
        ),
    })
    this.#health.count(isLoud ? 'shown' : 'counted')
  }

  /** Keeps an occurrence to be shown, and if it is the first of its kind, on disk until it is told. */
  #keep({ fingerprint, reason }: Kept, describe: () => LogEvent): Sample {
    // Repeats are in a counter that will be told anyway.
    if (reason !== 'new' && reason !== 'fatal') return this.#samples.keep(describe)
    const { channel } = this.#route
    const sample = this.#samples.keep(() => {
      const event = describe()
      this.#dispatch.keep({ fingerprint, priority: reason, channel, event })
      return event
    })
    // Nothing that is written to disk later survives an abort in this turn.
    if (this.#dispatch.hasTimeToKeep) void sample.event
    return sample
  }
}

/** Why an occurrence is kept. */
interface Kept {
  readonly fingerprint: string
  readonly reason: AlertReason
}
