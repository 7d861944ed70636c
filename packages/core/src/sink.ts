import { isMainThread } from 'node:worker_threads'
import { Alarm, containTimers, runSoon, SteadyClock } from './clock.ts'
import { unansweredTwice } from './delivery/attempt.ts'
import { lookUpPost } from './delivery/look-up-post.ts'
import type { Destination } from './delivery/destination.ts'
import { EditSchedule } from './delivery/edit-schedule.ts'
import { registerExitHooks } from './delivery/exit-flush/process-exit.ts'
import { IncidentThread } from './delivery/incident-thread.ts'
import type { Delivery } from './delivery/channel-queue.ts'
import { Queue, type QueueDeps } from './delivery/queue.ts'
import { Recall } from './delivery/recall.ts'
import { StormThread } from './delivery/storm-thread.ts'
import type { ThreadDeps } from './delivery/thread.ts'
import { resolveEnvironment, type SinkEnvironment } from './environment.ts'
import { Breadcrumbs } from './event/breadcrumbs.ts'
import { appRoot } from './event/host.ts'
import type { LogEvent } from './event/log-event.ts'
import type { LogRecord } from './event/log-record.ts'
import { completeRecord, isWhole, type RawRecordOptions } from './event/raw-record.ts'
import { SampleKeeper } from './event/samples.ts'
import { Health, type SinkHealth } from './health/health.ts'
import type { LookedUpPost } from './incident/adoption.ts'
import { Incidents, type RoutedOccurrence } from './incident/incidents.ts'
import { Intake } from './incident/intake.ts'
import { createInertSink } from './inert-sink.ts'
import { type IncidentSnapshot, shiftSnapshots } from './incident/snapshot.ts'
import { Routes } from './incident/routes.ts'
import { type Adopted, maxAlertAgeMs } from './journal/adopt.ts'
import { holderOf, journalFolderOf, ProcessWatch } from './journal/folder.ts'
import { Journal } from './journal/journal.ts'
import type { SendingRecord } from './journal/records.ts'
import { resolveLocale, wordsFor } from './notification/locale/locale.ts'
import { buildLossesNotice, describeTrouble, type LossesView } from './notification/notices.ts'
import { showCount } from './notification/numbers.ts'
import type { NotificationSettings } from './notification/notification.ts'
import { buildList, maxListed } from './notification/storm.ts'
import { severityOf } from './options/levels.ts'
import type { SlackOptions } from './options/options.ts'
import { quietMs } from './options/quiet-hours.ts'
import { type ResolvedOptions, resolveOptions } from './options/resolve.ts'
import { channelOf } from './options/routes.ts'
import { type ActiveTarget, secretsOf } from './options/target.ts'
import { createRedactor } from './redaction/redactor.ts'
import { createDestination, recipientOf, startNotice } from './slack/create-destination.ts'

/** Takes records, and brings what a person must know to Slack. */
export interface SlackSink {
  /** Records less severe than this are ignored, on pino's scale, so that an adapter need not parse them. */
  readonly minLevel: number
  /**
   * Takes one record. Returns at once and never throws, whatever the record is: an Error, a text, a line of pino or bunyan that was
   * parsed, and a record that lacks something, are read as far as they can be.
   */
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
  const resolved = resolveOptions(options, given.variables, given.fetch)
  const { target } = resolved
  return target.kind === 'off'
    ? createInertSink(target, environment)
    : new Sink({ ...resolved, target }, given)
}

type ActiveOptions = ResolvedOptions & { readonly target: ActiveTarget }

/** Before the first request: a service that starts has more important work. */
const warmUpAfterMs = 1000
const exitReason = 'the process ended before it was sent'

class Sink implements SlackSink {
  readonly minLevel: number
  readonly #options: ActiveOptions
  readonly #clock: SteadyClock
  readonly #health: Health
  readonly #intake: Intake
  readonly #routes: Routes
  readonly #samples: SampleKeeper
  readonly #breadcrumbs: Breadcrumbs
  readonly #queue: Queue
  readonly #edits: EditSchedule
  readonly #incidents: Incidents
  readonly #alarm: Alarm
  readonly #journal: Journal | undefined
  readonly #recall: Recall | undefined
  readonly #unregister: () => void
  readonly #settings: NotificationSettings
  readonly #raw: RawRecordOptions
  readonly #onTimerError = (error: unknown): void => this.#health.broke('a timer', error)
  readonly #onFlushError = (error: unknown): void => this.#health.broke('a flush', error)
  #closing: Promise<void> | undefined
  /** Whether the process seems to end, so that others may continue its messages. */
  #isEnding = false

  constructor(options: ActiveOptions, given: SinkEnvironment) {
    const contained = { ...given, clock: containTimers(given.clock, this.#onTimerError) }
    const clock = new SteadyClock(contained.clock)
    const environment = { ...given, clock }
    const toWall = (time: number): number => clock.toWall(time)
    this.#options = options
    this.#clock = clock
    this.minLevel = options.contextSeverity ?? options.severity
    const redactor = createRedactor({ ...options.redact, secrets: secretsOf(options) })
    const redact = (text: string): string => redactor.text(text)
    const destination = createDestination(options, contained, (what, error) =>
      this.#health.broke(what, error),
    )
    this.#health = new Health(environment, {
      onError: options.hooks.onError,
      onHealth: options.hooks.onHealth,
      redact,
      toWall,
      destination: destination.name,
    })
    this.#samples = new SampleKeeper(this.#onTimerError)
    const { trustProxy, givenService: service } = options
    const normalizing = { redactor, trustProxy, service }
    const startedAt = clock.now()
    this.#breadcrumbs = new Breadcrumbs(normalizing)

    this.#settings = {
      ...options,
      locale: resolveLocale(options.locale, (error) => this.#health.broke('the locale', error)),
      ...appRoot(),
    }
    this.#routes = new Routes(options.routes, {
      onBrokenPolicy: (error) => this.#health.broke('the alert policy', error),
    })
    this.#raw = {
      now: () => clock.wallNow(),
      onWrong: (sentence) => this.#health.wronglyUsed(sentence),
    }
    this.#intake = new Intake({
      options,
      normalizing,
      health: this.#health,
      routes: this.#routes,
      samples: this.#samples,
      onLate: (occurrences) => this.#take(occurrences),
      now: startedAt,
    })
    const watch = new ProcessWatch(environment.process)
    this.#journal = this.#createJournal(given, watch)
    this.#recall = this.#createRecall(destination, watch)
    this.#queue = this.#createQueue({ ...environment, destination })
    this.#edits = new EditSchedule(options)
    this.#incidents = this.#createIncidents(destination, { environment, redact, startedAt })
    const optional = [this.#journal, this.#recall].filter((ticker) => ticker !== undefined)
    const tickers = [
      this.#intake,
      this.#incidents,
      this.#incidents.adoption,
      this.#edits,
      ...optional,
    ]
    this.#alarm = new Alarm(clock, tickers, this.#onTimerError)
    this.#alarm.update()
    runSoon(() => this.#adopt(), this.#onTimerError)
    if (isMainThread) clock.setTimer(() => destination.warmUp?.(), warmUpAfterMs)
    else destination.warmUp?.()
    this.#unregister = this.#registerExitHooks()
    const notice = startNotice(options.target)
    if (notice !== undefined) environment.writeStderr(`[slack-logger] ${notice}`)
  }

  write(given: LogRecord): void {
    try {
      const record = isWhole(given) ? given : completeRecord(given, this.#raw)
      const { levels, severity: alertSeverity } = this.#options
      const severity = record.severity ?? levels[record.level] ?? severityOf(record.level)
      if (severity < alertSeverity) {
        if (severity >= this.minLevel) this.#breadcrumbs.add(record)
      } else if (this.#closing === undefined) this.#count(record, severity)
      else this.#health.lost('the sink is closed')
    } catch (error) {
      this.#health.lost('the record could not be read')
      this.#health.broke('a record could not be read', error)
    }
  }

  flush(options: FlushOptions = {}): Promise<boolean> {
    return this.#flush(options).catch((error: unknown) => {
      this.#onFlushError(error)
      return false
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close().catch(this.#onFlushError)
    return this.#closing
  }

  health(): SinkHealth {
    return this.#health.read()
  }

  async #flush(options: FlushOptions): Promise<boolean> {
    const deadline = this.#clock.now() + (options.timeoutMs ?? this.#options.closeTimeoutMs)
    this.#adopt()
    this.#sendDeferred()
    const isDone = await this.#queue.flush(deadline - this.#clock.now())
    // Occurrences while the roots were sent.
    if (!isDone || !this.#edits.hasWaiting) return isDone
    this.#sendDeferred()
    return this.#queue.flush(deadline - this.#clock.now())
  }

  #count(record: LogRecord, severity: number): void {
    const occurrences = this.#intake.accept(record, severity, this.#clock.now())
    if (occurrences.length > 0) this.#take(occurrences)
    else this.#alarm.update()
  }

  #take(occurrences: readonly RoutedOccurrence[]): void {
    let isAlert = false
    for (const occurrence of occurrences) isAlert = this.#incidents.take(occurrence) || isAlert
    this.#isEnding = false
    if (isAlert) this.#journal?.changed()
    this.#alarm.update()
    const isRepeat = occurrences.every(({ repeats }) => repeats !== undefined)
    const counted = isRepeat ? 'duplicates' : 'counted'
    this.#health.count(isAlert ? 'shown' : counted)
  }

  /** Takes over what processes that have ended left. */
  #adopt(): void {
    this.#journal?.adopt()
    this.#alarm.update()
  }

  /** Sends now what waits for its time. */
  #sendDeferred(): void {
    const now = this.#clock.now()
    this.#intake.flush()
    this.#incidents.flush(now, { isEnding: this.#isEnding })
    this.#edits.flush(now)
  }

  async #close(): Promise<void> {
    const deadline = this.#clock.now() + this.#options.closeTimeoutMs
    this.#isEnding = true
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
    this.#journal?.save()
  }

  #end(): void {
    this.#journal?.close()
    this.#health.end()
  }

  #registerExitHooks(): () => void {
    return registerExitHooks({
      flush: async () => {
        this.#isEnding = true
        const timeoutMs = this.#queue.idleFlushMs(this.#options.closeTimeoutMs)
        // Once: Node asks again after each attempt, and the process must end.
        return this.#queue.flushTimedOut || this.flush({ timeoutMs })
      },
      canFlushSync: () => {
        this.#isEnding = true
        this.#samples.normalizeAll()
        this.#sendDeferred()
        return this.#queue.canFlushSync
      },
      flushSync: (http, withinMs) => {
        const deadline = this.#clock.now() + withinMs
        this.#queue.flushSync(http, withinMs)
        // What was found in messages of earlier processes.
        if (!this.#edits.hasWaiting) return
        this.#sendDeferred()
        this.#queue.flushSync(http, deadline - this.#clock.now())
      },
      leave: () => {
        this.#stop()
        this.#queue.leave(exitReason)
        this.#end()
      },
      onError: this.#onFlushError,
    })
  }

  #createQueue(deps: Pick<QueueDeps, 'clock' | 'random' | 'destination'>): Queue {
    const settings = this.#settings
    const words = wordsFor(settings.locale)
    const toWall = (time: number): number => this.#clock.toWall(time)
    return new Queue({
      ...deps,
      health: this.#health,
      journal: this.#journal,
      recall: this.#recall,
      describeTrouble: (trouble) =>
        describeTrouble(trouble, { ...settings, destination: deps.destination.name, toWall }),
      maxListed,
      summarize: (problems) =>
        buildList(words.delivery.rest(showCount(problems.length)), problems, settings),
    })
  }

  #createIncidents(
    destination: Destination,
    {
      environment,
      redact,
      startedAt,
    }: {
      readonly environment: SinkEnvironment
      readonly redact: (text: string) => string
      /** In milliseconds since 1970. */
      readonly startedAt: number
    },
  ): Incidents {
    const self = holderOf(environment.process)
    const threads: ThreadDeps = {
      destination,
      settings: this.#settings,
      self,
      owner: () => (this.#isEnding ? '' : self),
      edits: this.#edits,
      now: () => this.#clock.now(),
      toWall: (time) => this.#clock.toWall(time),
      push: (delivery) => this.#queue.push(delivery),
      onChanged: () => this.#journal?.save(),
      onDue: () => this.#alarm.update(),
      files: { areRefused: false },
    }
    const incidentThread = {
      ...threads,
      breadcrumbs: (event: LogEvent) => this.#breadcrumbs.for(event),
      redact,
    }
    return new Incidents({
      openThread: (incident) => new IncidentThread(incident, incidentThread),
      openStorm: (storm) => new StormThread(storm, { ...threads, startedAt }),
      routeTo: (channel) => this.#routes.to(channel),
      defaultRoute: this.#routes.default,
      onUnknown: () => this.#journal?.adopt(),
      isIdle: (channel) => this.#queue.isIdleFor(channel),
      toWall: threads.toWall,
      journal: this.#journal,
    })
  }

  #createJournal(environment: SinkEnvironment, watch: ProcessWatch): Journal | undefined {
    const { target, spoolDir, service, release } = this.#options
    const recipient = recipientOf(target)
    const folder = journalFolderOf({ spoolDir, service, recipient }, environment)
    if (folder === undefined) return undefined
    const now = (): number => this.#clock.now()
    return new Journal({
      folder,
      watch,
      release,
      clock: this.#clock,
      snapshots: (given) => this.#leaving(this.#incidents.snapshots(now(), given)),
      onAdopted: (adopted) => this.#absorb(adopted),
      onDue: () => this.#alarm.update(),
      onTrouble: (reason) => this.#health.journalFailed(reason),
    })
  }

  /** Takes in what earlier processes left. */
  #absorb({ incidents, unconfirmed, losses, died }: Adopted): readonly IncidentSnapshot[] {
    // Their files contain everything that the channel does.
    this.#recall?.cancel()
    const now = this.#clock.now()
    const absorbed = this.#incidents.adoption.absorb(this.#arriving(incidents), now)
    for (const post of unconfirmed)
      this.#queue.push(
        lookUpPost(post, {
          fromWall: (time) => this.#clock.fromWall(time),
          onLookedUp: (found, ref) => this.#confirm(post, found, ref),
        }),
      )
    if (losses.tooOld + losses.unreadable > 0) this.#showLosses({ ...losses, died })
    return this.#leaving(this.#incidents.snapshots(now, { isComplete: true, of: absorbed }))
  }

  #showLosses(view: Omit<LossesView, 'maxAgeMs'>): void {
    const channel = channelOf(this.#options.target)
    const notification = buildLossesNotice({ ...view, maxAgeMs: maxAlertAgeMs }, this.#settings)
    const notice: Delivery = {
      channel,
      priority: 'milestone',
      draft: () => ({ kind: 'post', channel, notification, names: [] }),
      settle: ({ status }) => {
        if (status === 'sent') this.#journal?.lossesShown()
      },
    }
    // The journal keeps the losses if the process ends before.
    const waitMs = quietMs(this.#options.quietHours, this.#clock.wallNow())
    if (waitMs === 0) this.#queue.push(notice)
    else this.#clock.setTimer(() => this.#queue.push(notice), waitMs)
  }

  /** Snapshots for other processes have the times of the wall clock. */
  #leaving(snapshots: readonly IncidentSnapshot[]): readonly IncidentSnapshot[] {
    return shiftSnapshots(snapshots, this.#clock.toWall(0))
  }

  #arriving(snapshots: readonly IncidentSnapshot[]): readonly IncidentSnapshot[] {
    return shiftSnapshots(snapshots, this.#clock.fromWall(0))
  }

  #confirm({ id, names }: SendingRecord, post: LookedUpPost, ref: string | undefined): void {
    const givenUp = this.#incidents.adoption.confirm(post, this.#clock.now())
    if (givenUp > 0) this.#health.gaveUp(unansweredTwice, { isAlert: true })
    // Before the post is over, or a later process takes what is not listed for listed.
    this.#journal?.save()
    this.#journal?.sent(id, ref, post.isSent ? names : {})
    this.#alarm.update()
  }

  #createRecall(destination: Destination, watch: ProcessWatch): Recall | undefined {
    if (destination.recall === undefined) return undefined
    return new Recall({
      clock: this.#clock,
      destination,
      service: this.#options.service,
      channels: this.#routes.channels,
      isIdle: () => this.#queue.isIdle,
      hasEnded: (owner) => watch.isDead(owner),
      onRecalled: (snapshots) => {
        this.#incidents.adoption.absorb(this.#arriving(snapshots), this.#clock.now())
        this.#alarm.update()
      },
      onError: this.#onTimerError,
    })
  }
}
