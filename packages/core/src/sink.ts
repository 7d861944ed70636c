import { isMainThread } from 'node:worker_threads'
import { Alarm, SteadyClock } from './clock.ts'
import type { Destination } from './delivery/destination.ts'
import { EditSchedule } from './delivery/edit-schedule.ts'
import { registerExitHooks } from './delivery/exit-flush/process-exit.ts'
import { IncidentThread } from './delivery/incident-thread.ts'
import { Leftovers } from './delivery/leftovers.ts'
import { Queue, type QueueDeps } from './delivery/queue.ts'
import { Recall } from './delivery/recall.ts'
import { StormThread } from './delivery/storm-thread.ts'
import type { ThreadDeps } from './delivery/thread.ts'
import { resolveEnvironment, type SinkEnvironment } from './environment.ts'
import { Breadcrumbs } from './event/breadcrumbs.ts'
import { appRoot } from './event/host.ts'
import type { LogEvent } from './event/log-event.ts'
import type { LogRecord } from './event/log-record.ts'
import { SampleKeeper } from './event/samples.ts'
import { Health, type SinkHealth } from './health/health.ts'
import { Incidents } from './incident/incidents.ts'
import { Intake } from './incident/intake.ts'
import { Routes } from './incident/routes.ts'
import { journalFolderOf, type SpoolFolder } from './journal/folder.ts'
import { Spool } from './journal/spool.ts'
import { StateFile, StateKeeper } from './journal/state-file.ts'
import { resolveLocale, wordsFor } from './notification/locale/locale.ts'
import { describeTrouble } from './notification/notices.ts'
import { showCount } from './notification/numbers.ts'
import type { NotificationSettings } from './notification/notification.ts'
import { buildList, maxListed } from './notification/storm.ts'
import { severityOf } from './options/levels.ts'
import type { SlackOptions } from './options/options.ts'
import { type ResolvedOptions, resolveOptions } from './options/resolve.ts'
import { channelOf } from './options/routes.ts'
import { secretsOf } from './options/target.ts'
import { createRedactor } from './redaction/redactor.ts'
import { createDestination, recipientOf, startNotice } from './slack/create-destination.ts'

/** Takes records, and brings what a person must know to Slack. */
export interface SlackSink {
  /** Records less severe than this are ignored, on pino's scale, so that an adapter need not parse them. */
  readonly minLevel: number
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
  /** Statistics since start. */
  health(): SinkHealth
}

/** How long to wait. */
export interface FlushOptions {
  /**
   * In milliseconds.
   *
   * @default the sink's `closeTimeoutMs`
   */
  readonly timeoutMs?: number | undefined
}

/**
 * Creates a sink: groups records into incidents, decides when an incident alerts, and delivers messages to Slack.
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
  return new Sink(resolved, given)
}

/** Before the first request: a service that starts has more important work. */
const warmUpAfterMs = 1000
const exitReason = 'the process ended before it was sent'

class Sink implements SlackSink {
  readonly minLevel: number
  readonly #options: ResolvedOptions
  readonly #clock: SteadyClock
  readonly #health: Health
  readonly #intake: Intake
  readonly #routes: Routes
  readonly #samples = new SampleKeeper()
  readonly #breadcrumbs: Breadcrumbs
  readonly #queue: Queue
  readonly #edits: EditSchedule
  readonly #incidents: Incidents
  readonly #alarm: Alarm
  readonly #spool: Spool | undefined
  readonly #state: StateKeeper | undefined
  readonly #leftovers: Leftovers | undefined
  readonly #recall: Recall | undefined
  readonly #unregister: () => void
  #closing: Promise<void> | undefined

  constructor(options: ResolvedOptions, given: SinkEnvironment) {
    const clock = new SteadyClock(given.clock)
    const environment = { ...given, clock }
    const toWall = (time: number): number => clock.toWall(time)
    this.#options = options
    this.#clock = clock
    this.minLevel = options.contextSeverity ?? options.severity
    const redactor = createRedactor({ ...options.redact, secrets: secretsOf(options) })
    const redact = (text: string): string => redactor.text(text)
    const destination = createDestination(options, given, (error) =>
      this.#health.broke('the formatter hook', error),
    )
    this.#health = new Health(environment, {
      onError: options.hooks.onError,
      onHealth: options.hooks.onHealth,
      redact,
      toWall,
      destination: destination.name,
    })
    const normalizing = { redactor, trustProxy: options.trustProxy }
    const startedAt = clock.now()
    this.#breadcrumbs = new Breadcrumbs(normalizing)

    const settings: NotificationSettings = {
      ...options,
      locale: resolveLocale(options.locale, (error) => this.#health.broke('the locale', error)),
      ...appRoot(),
    }
    const recipient = recipientOf(options.target)
    const folder = journalFolderOf({ ...options, recipient }, given)
    const onTrouble = (reason: string): void => this.#health.broke('the spool', new Error(reason))
    const { release } = options
    this.#spool = folder && new Spool({ folder, clock, release, onTrouble })
    this.#routes = new Routes(options.routes, {
      onBrokenPolicy: (error) => this.#health.broke('the alert policy', error),
    })
    this.#intake = new Intake({
      options,
      normalizing,
      health: this.#health,
      routes: this.#routes,
      samples: this.#samples,
      journal: this.#spool,
      now: startedAt,
    })
    this.#queue = this.#createQueue({ ...environment, destination }, settings)
    this.#edits = new EditSchedule(options)
    const threads: ThreadDeps = {
      destination,
      settings,
      edits: this.#edits,
      now: () => clock.now(),
      toWall,
      push: (delivery) => this.#queue.push(delivery),
      onPosted: () => this.#state?.changed(),
      onDue: () => this.#alarm.update(),
      files: { areRefused: false },
    }
    const incidentThread = {
      ...threads,
      breadcrumbs: (event: LogEvent) => this.#breadcrumbs.for(event),
      redact,
    }
    this.#incidents = new Incidents({
      openThread: (incident) => new IncidentThread(incident, incidentThread),
      openStorm: (storm) => new StormThread(storm, { ...threads, startedAt }),
      routeTo: (channel) => this.#routes.to(channel),
      onUnknown: () => this.#state?.adopt(),
    })
    this.#state = folder && this.#createState(folder)
    this.#recall = this.#createRecall(destination)
    this.#leftovers =
      folder &&
      new Leftovers({
        ...threads,
        folder,
        // Other processes compare their wall clocks with what it writes.
        clock: given.clock,
        onTrouble,
        channel: channelOf(options.target),
      })
    const optional = [this.#state, this.#recall].filter((ticker) => ticker !== undefined)
    const tickers = [this.#incidents, this.#edits, ...optional]
    this.#alarm = new Alarm(clock, tickers, (error) => this.#health.broke('a timer', error))
    this.#alarm.update()
    setImmediate(() => this.#leftovers?.start())
    if (isMainThread) clock.setTimer(() => destination.warmUp?.(), warmUpAfterMs)
    else destination.warmUp?.()
    this.#unregister = this.#registerExitHooks()
    const notice = startNotice(options.target)
    if (notice !== undefined) environment.writeStderr(`[slack-logger] ${notice}`)
  }

  write(record: LogRecord): void {
    try {
      const { levels, severity: alertSeverity, target } = this.#options
      const severity = record.severity ?? levels[record.level] ?? severityOf(record.level)
      if (target.kind === 'off') return
      if (severity < alertSeverity) {
        if (severity >= this.minLevel) this.#breadcrumbs.add(record)
      } else if (this.#closing === undefined) this.#count(record, severity)
      else this.#health.lost('the sink is closed')
    } catch (error) {
      this.#health.lost('the record could not be read')
      this.#health.broke('a record could not be read', error)
    }
  }

  async flush(options: FlushOptions = {}): Promise<boolean> {
    const deadline = this.#clock.now() + (options.timeoutMs ?? this.#options.closeTimeoutMs)
    this.#sendDeferred()
    this.#leftovers?.start()
    const isDone = await this.#queue.flush(deadline - this.#clock.now())
    // Occurrences while the roots were sent.
    if (!isDone || !this.#edits.hasWaiting) return isDone
    this.#sendDeferred()
    return this.#queue.flush(deadline - this.#clock.now())
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  health(): SinkHealth {
    return this.#health.read()
  }

  #count(record: LogRecord, severity: number): void {
    const occurrences = this.#intake.accept(record, severity, this.#clock.now())
    if (occurrences.length === 0) return
    let isAlert = false
    for (const occurrence of occurrences) isAlert = this.#incidents.take(occurrence) || isAlert
    if (isAlert) this.#state?.changed()
    this.#alarm.update()
    this.#health.count(isAlert ? 'shown' : 'counted')
  }

  /** Sends now what waits for its time. */
  #sendDeferred(): void {
    const now = this.#clock.now()
    this.#incidents.flush(now)
    this.#edits.flush(now)
  }

  async #close(): Promise<void> {
    const deadline = this.#clock.now() + this.#options.closeTimeoutMs
    await this.flush()
    this.#stop()
    await this.#queue.close(deadline - this.#clock.now(), exitReason)
    this.#end()
    this.#unregister()
  }

  /** Makes no further decisions; the next process continues with what is known here. */
  #stop(): void {
    this.#alarm.stop()
    this.#recall?.cancel()
    this.#state?.close()
  }

  #end(): void {
    this.#spool?.close()
    this.#leftovers?.close()
    this.#health.end()
  }

  #registerExitHooks(): () => void {
    return registerExitHooks({
      flush: async () => {
        const timeoutMs = this.#queue.idleFlushMs(this.#options.closeTimeoutMs)
        // Once: Node asks again after each attempt, and the process must end.
        return this.#queue.flushTimedOut || this.flush({ timeoutMs })
      },
      canFlushSync: () => {
        this.#samples.normalizeAll()
        this.#sendDeferred()
        return this.#queue.canFlushSync
      },
      flushSync: (http, withinMs) => this.#queue.flushSync(http, withinMs),
      leave: () => {
        this.#stop()
        this.#queue.leave(exitReason)
        this.#end()
      },
    })
  }

  #createQueue(
    deps: Pick<QueueDeps, 'clock' | 'random' | 'destination'>,
    settings: NotificationSettings,
  ): Queue {
    const words = wordsFor(settings.locale)
    const toWall = (time: number): number => this.#clock.toWall(time)
    return new Queue({
      ...deps,
      health: this.#health,
      journal: this.#spool,
      describeTrouble: ({ from, to, outage, ...trouble }) =>
        describeTrouble(
          {
            ...trouble,
            from: toWall(from),
            to: toWall(to),
            outage: outage && { ...outage, from: toWall(outage.from), to: toWall(outage.to) },
          },
          { ...settings, destination: deps.destination.name },
        ),
      maxListed,
      summarize: (problems) =>
        buildList(words.delivery.rest(showCount(problems.length)), problems, settings),
    })
  }

  #createState(folder: SpoolFolder): StateKeeper {
    const now = (): number => this.#clock.now()
    const onTrouble = (reason: string): void =>
      this.#health.broke('the state file', new Error(reason))
    return new StateKeeper({
      file: new StateFile({ folder, now: () => this.#clock.wallNow(), onTrouble }),
      now,
      collect: () => this.#incidents.snapshots(now()),
      onAdopted: (snapshots) => {
        this.#incidents.absorb(snapshots, now())
        // The files of an earlier process contain everything that the channel does.
        if (snapshots.length > 0) this.#recall?.cancel()
      },
      onDue: () => this.#alarm.update(),
    })
  }

  #createRecall(destination: Destination): Recall | undefined {
    if (destination.recall === undefined) return undefined
    return new Recall({
      clock: this.#clock,
      destination,
      service: this.#options.service,
      channels: this.#routes.channels,
      isIdle: () => this.#queue.isIdle,
      onRecalled: (snapshots) => {
        this.#incidents.absorb(snapshots, this.#clock.now())
        this.#alarm.update()
      },
    })
  }
}
