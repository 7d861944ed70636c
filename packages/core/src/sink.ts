import { isMainThread } from 'node:worker_threads'
import { Alerting } from './alerting.ts'
import { Alarm, containTimers, runSoon, SteadyClock, type Ticker } from './clock.ts'
import type { SyncHttp } from './delivery/exit-flush/sync-http.ts'
import type { Destination } from './delivery/destination.ts'
import { withSharedPace } from './delivery/shared-pace.ts'
import { registerExitHooks } from './delivery/exit-flush/process-exit.ts'
import { resolveEnvironment, type SinkEnvironment } from './environment.ts'
import { Breadcrumbs } from './event/breadcrumbs.ts'
import {
  type LogRecord,
  completeRecord,
  type RawRecordOptions,
  severityIn,
} from './event/log-record.ts'
import { SampleKeeper } from './event/samples.ts'
import { appRoot } from './event/stack.ts'
import { actInFleet, takeActions } from './fleet/act.ts'
import { createLink, type LinkGiven } from './fleet/create-link.ts'
import type { ExitCalls } from './fleet/link.ts'
import { Fleet } from './fleet/fleet.ts'
import { Tallies } from './fleet/tallies.ts'
import { Health, type SinkHealth } from './health/health.ts'
import type { RoutedOccurrence } from './incident/incidents.ts'
import { Intake } from './incident/intake.ts'
import { Routes } from './incident/routes.ts'
import { createHttpPost } from './http.ts'
import { createInertSink } from './inert-sink.ts'
import { fleetOf, type JournalFolder, journalFolderOf, ProcessWatch } from './journal/folder.ts'
import { resolveLocale } from './notification/locale/locale.ts'
import type { NotificationSettings } from './notification/notification.ts'
import type { SlackOptions } from './options/options.ts'
import { type ResolvedOptions, resolveOptions } from './options/resolve.ts'
import { type ActiveTarget, secretsOf } from './options/target.ts'
import { createRedactor } from './redaction/redactor.ts'
import {
  chooseFetch,
  createDestination,
  recipientOf,
  senderOf,
  setUpCure,
  startNotice,
} from './slack/create-destination.ts'

/** Takes records, and brings what a person must know to Slack. */
export interface SlackSink {
  /** Records less severe than this are ignored, on pino's scale, so that an adapter need not parse them. */
  readonly minLevel: number
  /**
   * Takes one record. Returns at once and never throws, whatever the record is: an Error, a text, what the hook of another logger passed
   * on, and a record that lacks something, are read as far as they can be. In place of `message`, a record may have `args`: the values
   * that were logged, in the order in which `console.error` takes them. It can be passed on without the sink.
   */
  write(this: void, record: LogRecord | object | string): void
  /**
   * Sends what waits.
   *
   * @returns whether everything was sent within the time
   */
  flush(options?: FlushOptions): Promise<boolean>
  /**
   * Sends a report now: the first of the option `report` about the time since it came last, or one about the last day. In a process that does
   * not lead its fleet, the leader is asked to.
   *
   * @returns whether it was sent, or the leader has been asked
   */
  report(): Promise<boolean>
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
  readonly #samples: SampleKeeper
  readonly #breadcrumbs: Breadcrumbs
  readonly #createAlerting: () => Alerting
  readonly #fleet: Fleet
  readonly #alarm: Alarm
  readonly #unregister: () => void
  readonly #raw: RawRecordOptions
  readonly #onCounted: SinkEnvironment['onCounted']
  readonly #onTimerError = (error: unknown): void => this.#health.broke('a timer', error)
  readonly #onFlushError = (error: unknown): void => this.#health.broke('a flush', error)
  #alerting: Alerting
  #takesActions: (() => void) | undefined
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
    this.#onCounted = given.onCounted
    this.minLevel = options.contextSeverity ?? options.severity
    const redactor = createRedactor({ ...options.redact, secrets: secretsOf(options) })
    const destination = createDestination(options, contained, (what, error) =>
      this.#health.broke(what, error),
    )
    this.#health = new Health(environment, {
      ...options.hooks,
      redact: (text) => redactor.text(text),
      toWall,
      destination: destination.name,
      cure: setUpCure(options.target),
      fleet: () => this.#fleet.health(),
    })
    this.#samples = new SampleKeeper(this.#onTimerError)
    const { trustProxy, givenService: service } = options
    const normalizing = { redactor, trustProxy, service }
    const startedAt = clock.now()
    this.#breadcrumbs = new Breadcrumbs(normalizing)
    const routes = new Routes(options.routes, {
      onBrokenPolicy: (error) => this.#health.broke('the alert policy', error),
    })
    this.#raw = {
      now: () => clock.wallNow(),
      levels: options.levels,
      onWrong: (sentence) => this.#health.wronglyUsed(sentence),
    }
    this.#intake = new Intake({
      options,
      normalizing,
      health: this.#health,
      routes,
      samples: this.#samples,
      onLate: (occurrences) => this.#take(occurrences),
      now: startedAt,
    })
    const recipient = recipientOf(options.target)
    const folder = journalFolderOf({ ...options, recipient }, given)
    const name = recipient && fleetOf(options, recipient)
    const sender = senderOf(options.target)
    this.#fleet = this.#createFleet({ folder, given, clock: contained.clock, name, sender })
    const settings: NotificationSettings = {
      ...options,
      locale: resolveLocale(options.locale, (error) => this.#health.broke('the locale', error)),
      ...appRoot(),
    }
    const request = createHttpPost(options.heartbeat && chooseFetch(options, contained.fetch))
    const watch = new ProcessWatch(environment.process)
    this.#createAlerting = () =>
      new Alerting({
        options,
        settings,
        environment,
        clock,
        destination: withSharedPace(destination, { pace: this.#fleet.pace, clock }),
        health: this.#health,
        routes,
        watch,
        folder,
        breadcrumbs: (event) => this.#breadcrumbs.for(event),
        redact: (text) => redactor.text(text),
        isEnding: () => this.#isEnding,
        startedAt,
        request,
        onDue: () => this.#alarm.update(),
        onError: this.#onTimerError,
        fleet: this.#fleet,
        owner: name,
        passAction: (action) => actInFleet(action, { ...environment, path: folder?.path }),
      })
    this.#alerting = this.#createAlerting()
    this.#alarm = new Alarm(
      clock,
      [this.#intake, this.#fleet, this.#alertingTicker()],
      this.#onTimerError,
    )
    this.#alarm.update()
    this.#begin(destination)
    this.#unregister = this.#registerExitHooks()
    if (name !== undefined) this.#takesActions = this.#takeActions(name)
    const notice = startNotice(options.target, options)
    if (notice !== undefined) environment.writeStderr(`[slack-logger] ${notice}`)
  }

  /** Continues what earlier processes left, and prepares to send, off the caller's stack. */
  #begin(destination: Destination): void {
    runSoon(() => this.#join(), this.#onTimerError)
    if (isMainThread) this.#clock.setTimer(() => this.#warmUp(destination), warmUpAfterMs)
    else this.#warmUp(destination)
  }

  readonly write = (given: LogRecord | object | string): void => {
    try {
      const record = completeRecord(given, this.#raw, this.minLevel)
      if (record === undefined) return
      const severity = severityIn(this.#options.levels, record)
      if (severity < this.#options.severity) {
        if (severity >= this.minLevel) this.#breadcrumbs.add(record)
      } else if (this.#closing !== undefined) this.#health.lost('the sink is closed')
      else this.#take(this.#intake.accept(record, severity, this.#clock.now()))
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

  report(): Promise<boolean> {
    return this.#report().catch((error: unknown) => {
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

  #warmUp(destination: Destination): void {
    destination.warmUp?.()
    this.#fleet.warmUp()
  }

  async #flush(options: FlushOptions): Promise<boolean> {
    const deadline = this.#clock.now() + (options.timeoutMs ?? this.#options.closeTimeoutMs)
    this.#adopt()
    this.#sendDeferred()
    if (!this.#fleet.sends) {
      const isReported = await this.#fleet.flush(deadline - this.#clock.now())
      // The leader may have ended meanwhile.
      if (!this.#fleet.sends) return isReported
      this.#sendDeferred()
    }
    // In a fleet, it takes as little to lose the count of the leader as of others.
    if (this.#fleet.hasFollowers) this.#alerting.journal?.save()
    const isDone = await this.#alerting.queue.flush(deadline - this.#clock.now())
    // Occurrences while the roots were sent.
    if (!isDone || !this.#alerting.edits.hasWaiting) return isDone
    this.#sendDeferred()
    return this.#alerting.queue.flush(deadline - this.#clock.now())
  }

  async #report(): Promise<boolean> {
    if (this.#fleet.decides || this.#fleet.join()) return this.#alerting.reporter.sendNow()
    return this.#fleet.askForReport(this.#options.closeTimeoutMs)
  }

  #take(occurrences: readonly RoutedOccurrence[]): void {
    if (occurrences.length === 0) return this.#alarm.update()
    let isAlert = false
    if (this.#fleet.decides || this.#fleet.join()) {
      const { incidents, journal } = this.#alerting
      for (const occurrence of occurrences) isAlert = incidents.take(occurrence) || isAlert
      if (isAlert || this.#fleet.hasFollowers) journal?.changed()
    } else for (const occurrence of occurrences) isAlert = this.#fleet.take(occurrence) || isAlert
    this.#isEnding = false
    this.#alarm.update()
    const counted = occurrences.find(({ repeats }) => repeats === undefined)
    if (counted !== undefined) this.#onCounted?.(counted.fingerprint, counted.now)
    if (isAlert) this.#health.count('shown')
    else this.#health.count(counted === undefined ? 'duplicates' : 'counted')
  }

  #join(): void {
    // Clicks must reach somebody, also on messages of earlier processes.
    const { role } = this.#fleet
    if (role === 'leader' || this.#alerting.actions?.offersButtons === true) this.#fleet.join()
    this.#adopt()
  }

  #takeActions(fleet: string): () => void {
    return takeActions(fleet, {
      act: (action) => this.#fleet.act(action),
      onRejected: () => this.#health.count('rejectedActions'),
    })
  }

  #decideHere(occurrence: RoutedOccurrence): boolean {
    const { incidents, journal } = this.#alerting
    const isAlert = incidents.take(occurrence)
    if (isAlert) journal?.changed()
    return isAlert
  }

  /** Takes over what processes that have ended left. */
  #adopt(): void {
    this.#alerting.journal?.adopt()
    this.#alarm.update()
  }

  /** Sends now what waits for its time. */
  #sendDeferred(): void {
    this.#intake.flush()
    this.#alerting.sendDeferred(this.#clock.now(), { isEnding: this.#isEnding })
  }

  async #close(): Promise<void> {
    const deadline = this.#clock.now() + this.#options.closeTimeoutMs
    this.#isEnding = true
    await this.flush()
    this.#fleet.pause()
    this.#sendDeferred()
    this.#stop()
    await this.#alerting.queue.close(deadline - this.#clock.now(), exitReason)
    await this.#end()
    this.#unregister()
  }

  /** Makes no further decisions; the next process continues with what is known here. */
  #stop(): void {
    this.#takesActions?.()
    this.#alarm.stop()
    this.#alerting.stop()
  }

  /** What is written when the link is left, is there for the process that leads then. */
  #end(exit?: Pick<ExitCalls, 'withinMs'>): Promise<void> {
    const isOver = this.#fleet.leave()
    this.#alerting.journal?.close(
      () => isOver || (exit !== undefined && this.#fleet.leaveSync(exit)),
    )
    const left = this.#fleet.close()
    this.#health.end()
    return left
  }

  #registerExitHooks(): () => void {
    return registerExitHooks({
      flush: async () => {
        this.#isEnding = true
        const { queue } = this.#alerting
        const timeoutMs = queue.idleFlushMs(this.#options.closeTimeoutMs)
        // Once: Node asks again after each attempt, and the process must end.
        return queue.flushTimedOut || this.flush({ timeoutMs })
      },
      canFlushSync: () => {
        this.#isEnding = true
        this.#samples.normalizeAll()
        this.#sendDeferred()
        this.#fleet.prepareExit()
        return this.#alerting.queue.canFlushSync || this.#fleet.canReportSync
      },
      flushSync: (http, withinMs) => {
        const deadline = this.#clock.now() + withinMs - this.#fleet.leaveMs
        const leftMs = (): number => deadline - this.#clock.now()
        if (this.#fleet.canReportSync) this.#reportSync(http, leftMs())
        const { queue, edits } = this.#alerting
        queue.flushSync(http, leftMs())
        // What was found in messages of earlier processes.
        if (!edits.hasWaiting) return
        this.#sendDeferred()
        queue.flushSync(http, leftMs())
      },
      leave: (withinMs) => {
        this.#stop()
        this.#alerting.queue.leave(exitReason)
        void this.#end({ withinMs })
      },
      onError: this.#onFlushError,
    })
  }

  #reportSync(http: SyncHttp, withinMs: number): void {
    this.#fleet.reportSync({
      withinMs,
      talk: (socket, forMs) => http.talk(socket, forMs),
    })
    if (this.#fleet.sends) this.#sendDeferred()
  }

  #alertingTicker(): Ticker {
    const current = (): Alerting => this.#alerting
    return {
      get dueAt() {
        return current().dueAt
      },
      tick: (now) => current().tick(now),
    }
  }

  #createFleet(deps: LinkGiven & { readonly folder: JournalFolder | undefined }): Fleet {
    const { folder, given } = deps
    const { process } = given
    const clock = this.#clock
    return new Fleet({
      link: createLink(this.#options, folder, deps),
      role: this.#options.fleet === false ? 'auto' : this.#options.fleet.role,
      canSend: this.#options.target.kind !== 'leader',
      self: `${process.host}:${process.pid}`,
      host: process.host,
      clock,
      tallies: new Tallies({
        toWall: (time) => clock.toWall(time),
        breadcrumbs: (event) => this.#breadcrumbs.for(event),
      }),
      journal: () => this.#alerting.journal,
      merge: (reports, merged) => this.#alerting.merge(reports, merged),
      act: (action) => this.#alerting.act(action),
      onReportAsked: () => void this.#alerting.reporter.sendNow(),
      decideHere: (occurrence) => this.#decideHere(occurrence),
      shown: () => this.#alerting.incidents.saved.shown,
      onDecides: () => this.#alerting.resume(),
      takeUnsaved: (which, taking) => this.#alerting.takeUnsaved(which, taking),
      stepDown: (stepping) => this.#stepDown(stepping),
      onDue: () => this.#alarm.update(),
      onTrouble: (reason) => this.#health.broke('the fleet', new Error(reason)),
    })
  }

  /** Another process leads, and has taken over what this one wrote. */
  #stepDown(given: { readonly isOver: boolean }): void {
    this.#alerting.abandon(given)
    this.#alerting = this.#createAlerting()
  }
}
