import type { AlertingDeps } from './alerting-deps.ts'
import { attempt, type Ticker } from './clock.ts'
import { ActionIntake } from './delivery/actions/action-intake.ts'
import { unansweredTwice } from './delivery/attempt.ts'
import type { Delivery } from './delivery/channel-queue.ts'
import { EditSchedule } from './delivery/edit-schedule.ts'
import { IncidentThread } from './delivery/incident-thread.ts'
import { leaveRoot, lookUpPost } from './delivery/look-up-post.ts'
import { Queue } from './delivery/queue.ts'
import { Recall } from './delivery/recall.ts'
import { StormThread } from './delivery/storm-thread.ts'
import type { ThreadDeps } from './delivery/thread.ts'
import type { LogEvent } from './event/log-event.ts'
import { Heartbeat } from './health/heartbeat.ts'
import type { LookedUpPost } from './incident/adoption.ts'
import type { ActionAnswer, IncidentAction } from './incident/actions/action.ts'
import type { ReportBatch } from './fleet/link.ts'
import { Incidents } from './incident/incidents.ts'
import { type ReportedIncident, reportOfSnapshot, snapshotOfReport } from './incident/reported.ts'
import { type IncidentSnapshot, shiftSnapshots } from './incident/snapshot.ts'
import { type Adopted, maxAlertAgeMs } from './journal/adopt.ts'
import { holderOf } from './journal/folder.ts'
import { Journal } from './journal/journal.ts'
import type { Merged, SendingRecord } from './journal/records.ts'
import { wordsFor } from './notification/locale/locale.ts'
import { buildLossesNotice, describeTrouble, type LossesView } from './notification/notices.ts'
import { showCount } from './notification/text.ts'
import { buildList, maxListed } from './notification/storm.ts'
import { channelOf } from './options/routes.ts'
import { quietMs } from './options/quiet-hours.ts'
import { countMessages, keyOfReport, Ledger } from './report/ledger.ts'
import { OpenNow, type OpenNowDeps } from './report/open-now.ts'
import { Reporter, type ReporterDeps } from './report/reporter.ts'

/** Reported so late, an alert says when it happened, in milliseconds. */
const lateMs = 60_000

/** The incidents of a process that decides, and how people are alerted to them. Another one begins where this process leads again. */
export class Alerting implements Ticker {
  readonly incidents: Incidents
  readonly queue: Queue
  readonly edits: EditSchedule
  readonly journal: Journal | undefined
  readonly recall: Recall | undefined
  readonly reporter: Reporter
  readonly #ledger: Ledger
  readonly #heartbeat: Heartbeat | undefined
  /** How people act on the incidents; `undefined` where they cannot. */
  readonly actions: ActionIntake | undefined
  readonly #deps: AlertingDeps
  readonly #tickers: readonly Ticker[]
  /** What was logged before the events that other processes reported. */
  readonly #reportedCrumbs = new WeakMap<LogEvent, readonly LogEvent[]>()

  constructor(deps: AlertingDeps) {
    this.#deps = deps
    this.#ledger = this.#createLedger()
    this.journal = this.#createJournal()
    this.recall = this.#createRecall()
    this.queue = this.#createQueue()
    this.edits = new EditSchedule(deps.options)
    this.incidents = this.#createIncidents()
    const reporting = this.#reporting()
    this.reporter = new Reporter(reporting)
    this.#heartbeat = this.#createHeartbeat()
    this.actions = this.#createActionIntake()
    const reporter = deps.options.reports.length > 0 ? this.reporter : undefined
    const listsOpen = deps.options.openNow && deps.destination.can.edits
    const openNow = listsOpen ? new OpenNow(reporting) : undefined
    const optional = [this.journal, this.recall, this.#heartbeat, reporter, this.actions, openNow]
    const given = optional.filter((ticker) => ticker !== undefined)
    this.#tickers = [this.incidents, this.incidents.adoption, this.edits, ...given]
  }

  get dueAt(): number {
    // Without a list of times, since it is asked for with each record.
    let dueAt = Number.POSITIVE_INFINITY
    for (const ticker of this.#tickers) dueAt = Math.min(dueAt, ticker.dueAt)
    return dueAt
  }

  tick(now: number): void {
    for (const ticker of this.#tickers) attempt(() => ticker.tick(now), this.#deps.onError)
  }

  /** Sends now what waits for its time. */
  sendDeferred(now: number, end: { readonly isEnding: boolean }): void {
    this.incidents.flush(now, end)
    this.edits.flush(now)
  }

  /** This process decides from now on, and sends what others left. */
  resume(): void {
    this.queue.resume()
    this.reporter.lookNow()
    this.actions?.start()
    this.#deps.onDue()
  }

  /** Counts what other processes reported, decides, and writes down both. */
  merge(reports: readonly ReportedIncident[], merged: Merged): void {
    const now = this.#deps.clock.now()
    const changed = reports.map((report) => this.#takeReport(report, now))
    const given = { isComplete: false, of: new Set(changed) }
    this.journal?.merged(merged, this.#leaving(this.incidents.saved.snapshots(now, given)))
  }

  /** Applies what a person did with an incident, if that person may. */
  act(action: IncidentAction): Promise<ActionAnswer> {
    const unknown: ActionAnswer = { status: 'refused', reason: 'unknown' }
    return this.actions?.receive(action) ?? Promise.resolve(unknown)
  }

  /**
   * Takes out what this process counted, and did not write before another one led; `unsettled` is what it wrote at that moment.
   *
   * @param given.hasRoots whether whoever leads next does not know the messages
   */
  takeUnsaved(
    which: 'all' | 'unsettled',
    given?: { readonly hasRoots: boolean },
  ): readonly ReportedIncident[] {
    return this.incidents.saved.takeUnsaved(which, given)
  }

  /** Makes no further decisions; the next process continues with what is known here. */
  stop(): void {
    this.#heartbeat?.stop()
    this.recall?.cancel()
    this.actions?.stop()
    this.journal?.save()
  }

  /** Another process continues with everything, also with what was about to be sent here. */
  abandon(given: { readonly isOver: boolean }): void {
    this.#heartbeat?.stop()
    this.recall?.cancel()
    this.actions?.stop()
    this.queue.abandon()
    this.journal?.abandon(given)
  }

  #takeReport(report: ReportedIncident, now: number): ReturnType<Incidents['takeReported']> {
    const { clock, routes, health } = this.#deps
    const [event] = report.events
    if (event !== undefined) this.#reportedCrumbs.set(event, report.breadcrumbs)
    const route = routes.like(report.route)
    if (report.route.repeat.policy === 'custom' && route.repeat.policy !== 'custom')
      health.wronglyUsed(
        `a process of this service has an alert policy of its own for ${route.channel}; it cannot leave its process, so the policy of this one, which leads, decides: give all processes the same \`repeat\``,
      )
    return this.incidents.takeReported(report, {
      route,
      now,
      fromWall: (time) => clock.fromWall(time),
    })
  }

  /** Takes in what earlier processes left. */
  #absorb(adopted: Adopted): readonly IncidentSnapshot[] {
    const { incidents, unconfirmed, losses, died } = adopted
    if (this.#deps.fleet.mayHandOn) {
      this.#handOn(adopted)
      return []
    }
    // Their files contain everything that the channel does, unless they only reported to others.
    if (incidents.length > 0 || adopted.batches.length === 0) this.recall?.cancel()
    const { clock, fleet } = this.#deps
    const now = clock.now()
    // A process of another host may hand on what is contained here.
    fleet.addMerged(Object.fromEntries(adopted.serials.map((serial) => [serial, 1])))
    fleet.addMerged(adopted.merged)
    for (const state of adopted.reports) this.#ledger.adopt(state)
    this.#ledger.lost(losses.tooOld + losses.unreadable)
    const left = adopted.batches.filter(({ batch }) => fleet.takeLeft(batch))
    // Who leads when this process takes part again may lack it.
    if (fleet.isApart)
      this.#report(adopted.batches.flatMap(({ batch, isReported }) => (isReported ? batch : [])))
    const isLate = ({ lastSeen }: ReportedIncident): boolean => clock.wallNow() - lastSeen > lateMs
    const late = left.flatMap((each) =>
      each.batch.incidents.filter(isLate).map((report) => snapshotOfReport(report, each.died)),
    )
    const absorbed = [
      ...this.incidents.adoption.absorb(this.#arriving([...incidents, ...late]), now),
      ...left.flatMap(({ batch }) =>
        batch.incidents
          .filter((report) => !isLate(report))
          .map((report) => this.#takeReport(report, now)),
      ),
    ]
    for (const post of unconfirmed)
      this.queue.push(
        lookUpPost(post, {
          fromWall: (time) => clock.fromWall(time),
          onLookedUp: (found, ref) => this.#confirm(post, found, ref),
        }),
      )
    const states = [...adopted.reports, ...left.map(({ batch }) => batch)]
    for (const { actions = [] } of states) for (const action of actions) this.#actLater(action)
    this.actions?.watch()
    if (losses.tooOld + losses.unreadable > 0) this.#showLosses({ ...losses, died })
    const given = { isComplete: true, of: new Set(absorbed) }
    return this.#leaving(this.incidents.saved.snapshots(now, given))
  }

  /** Applies what a person did in a process that has ended, once the journal has what was taken over. */
  #actLater(action: IncidentAction): void {
    const ageMs = this.#deps.clock.wallNow() - action.at
    if (this.actions === undefined || ageMs > maxAlertAgeMs) return
    this.#ledger.actions.set(action.id, action)
    queueMicrotask(() => void this.act(action))
  }

  #showLosses(view: Omit<LossesView, 'maxAgeMs'>): void {
    const { options, settings, clock } = this.#deps
    const channel = channelOf(options.target)
    const notification = buildLossesNotice({ ...view, maxAgeMs: maxAlertAgeMs }, settings)
    const notice: Delivery = {
      channel,
      priority: 'milestone',
      draft: () => ({ kind: 'post', channel, notification, names: [] }),
      settle: ({ status }) => {
        if (status === 'sent') this.journal?.lossesShown()
      },
    }
    // The journal keeps the losses if the process ends before.
    const waitMs = quietMs(options.quietHours, clock.wallNow())
    if (waitMs === 0) this.queue.push(notice)
    else clock.setTimer(() => this.queue.push(notice), waitMs)
  }

  /** Reports what a process of this host left, to a leader on another one. What it has sent already is known to people. */
  #handOn({ files, batches, merged }: Adopted): void {
    const { routes } = this.#deps
    const ofFiles = files.flatMap(({ serial, isReported, incidents }): readonly ReportBatch[] => {
      const unsent = isReported ? [] : incidents.filter(({ adopted }) => adopted !== undefined)
      const reports = unsent.map((snapshot) =>
        reportOfSnapshot(snapshot, (routes.to(snapshot.channel) ?? routes.default).facts),
      )
      return reports.length === 0 ? [] : [{ v: 1, member: serial, seq: 1, incidents: reports }]
    })
    // What a process merged before it ended is among its incidents.
    const left = batches.flatMap(({ batch, isReported }) =>
      isReported || batch.seq > (merged[batch.member] ?? 0) ? batch : [],
    )
    this.#report([...left, ...ofFiles])
  }

  /** Until it is reported, it must survive this process, too. */
  #report(batches: readonly ReportBatch[]): void {
    for (const batch of batches) {
      this.journal?.report(batch)
      this.#deps.fleet.handOn(batch)
    }
  }

  /** Snapshots for other processes have the times of the wall clock. */
  #leaving(snapshots: readonly IncidentSnapshot[]): readonly IncidentSnapshot[] {
    return shiftSnapshots(snapshots, this.#deps.clock.toWall(0))
  }

  #arriving(snapshots: readonly IncidentSnapshot[]): readonly IncidentSnapshot[] {
    return shiftSnapshots(snapshots, this.#deps.clock.fromWall(0))
  }

  #confirm({ id, names }: SendingRecord, post: LookedUpPost, ref: string | undefined): void {
    const { clock, health, onDue } = this.#deps
    const givenUp = this.incidents.adoption.confirm(post, clock.now())
    if (givenUp > 0) health.gaveUp(unansweredTwice, { isAlert: true })
    // Before the post is over, or a later process takes what is not listed for listed.
    this.journal?.save()
    this.journal?.sent(id, ref, post.isSent ? names : {})
    onDue()
  }

  #createQueue(): Queue {
    const { settings, clock, environment, destination, health, fleet } = this.#deps
    const words = wordsFor(settings.locale)
    const toWall = (time: number): number => clock.toWall(time)
    return new Queue({
      ...environment,
      destination,
      health,
      journal: this.journal,
      recall: this.recall,
      maySend: () => fleet.isLeading,
      describeTrouble: (trouble) =>
        describeTrouble(trouble, { ...settings, destination: destination.name, toWall }),
      maxListed,
      summarize: (problems) =>
        buildList(words.delivery.rest(showCount(problems.length)), problems, settings),
    })
  }

  #createIncidents(): Incidents {
    const { destination, settings, environment, clock, routes, owner, fleet } = this.#deps
    const { isEnding, breadcrumbs, redact, startedAt, onDue } = this.#deps
    const self = holderOf(environment.process)
    const threads: ThreadDeps = {
      destination,
      settings,
      self,
      owner: () => (isEnding() ? '' : self),
      edits: this.edits,
      now: () => clock.now(),
      toWall: (time) => clock.toWall(time),
      push: (delivery) => this.queue.push(delivery),
      onChanged: () => {
        this.journal?.save()
        this.actions?.watch()
      },
      onDue,
      files: { areRefused: false },
    }
    const incidentThread = {
      ...threads,
      breadcrumbs: (event: LogEvent) => this.#reportedCrumbs.get(event) ?? breadcrumbs(event),
      redact,
      buttonsOf: () => (this.actions?.offersButtons === true ? owner : undefined),
    }
    return new Incidents({
      openThread: (incident) => new IncidentThread(incident, incidentThread),
      openStorm: (storm) => new StormThread(storm, { ...threads, startedAt }),
      routes,
      hasOthers: () => fleet.members > 1,
      onUnknown: () => this.journal?.adopt(),
      isIdle: (channel) => this.queue.isIdleFor(channel),
      toWall: threads.toWall,
      journal: this.journal,
      actions: {
        owner,
        fromWall: (time) => clock.fromWall(time),
        release: settings.release,
        redact,
      },
      onDuplicate: (incident, ref) => this.queue.push(leaveRoot(incident, ref, settings)),
      isUncertain: () => fleet.store !== undefined || !fleet.isKept,
    })
  }

  #createLedger(): Ledger {
    const { options, health, clock, startedAt } = this.#deps
    return new Ledger({
      keys: options.reports.map(keyOfReport),
      release: options.release,
      startedAt: () => clock.toWall(startedAt),
      messages: () => countMessages(health.read()),
    })
  }

  #reporting(): ReporterDeps & OpenNowDeps {
    const { options, settings, environment, clock, health, routes, fleet } = this.#deps
    return {
      reports: options.reports,
      ledger: this.#ledger,
      channel: channelOf(options.target),
      channels: routes.channels,
      self: holderOf(environment.process),
      clock,
      settings,
      hook: options.hooks.beforeReport,
      incidents: () => this.incidents.all(),
      processes: () => fleet.members,
      decides: () => this.#decides(),
      push: (delivery) => this.queue.push(delivery),
      onChanged: () => this.journal?.save(),
      onHookError: (error) => health.broke('the beforeReport hook', error),
    }
  }

  #createHeartbeat(): Heartbeat | undefined {
    const { options, clock, request, health } = this.#deps
    if (options.heartbeat === undefined) return undefined
    return new Heartbeat({
      ...options.heartbeat,
      clock,
      request,
      decides: () => this.#decides(),
      isDelivering: () => this.queue.isDelivering(),
      onTrouble: (reason) => health.broke('the heartbeat', new Error(reason)),
    })
  }

  /** Whether this process decides, after it has taken over what others left. */
  #decides(): boolean {
    const { fleet } = this.#deps
    return fleet.mayAdopt() && fleet.isLeading
  }

  #createActionIntake(): ActionIntake | undefined {
    const { destination, options, settings, environment, clock, health } = this.#deps
    const { fleet, onDue, passAction } = this.#deps
    if (destination.actions === undefined || options.actions === false) return undefined
    return new ActionIntake({
      port: destination.actions,
      options: options.actions,
      clock,
      locale: settings.locale,
      incidents: () => this.incidents.all(),
      isLeading: () => fleet.isLeading,
      pass: passAction,
      waiting: this.#ledger.actions,
      onWaiting: () => this.journal?.save(),
      act: (action) => {
        const answer = this.incidents.act(action, clock.now())
        onDue()
        return answer
      },
      onRejected: () => health.count('rejectedActions'),
      onDue,
      onNotice: (notice) => environment.writeStderr(`[slack-logger] ${notice}`),
      onTrouble: (reason) => health.broke('actions', reason),
    })
  }

  #createJournal(): Journal | undefined {
    const { folder, watch, options, clock, health, fleet, onDue } = this.#deps
    if (folder === undefined) return undefined
    return new Journal({
      folder,
      watch,
      release: options.release,
      clock,
      snapshots: (given) => this.#leaving(this.incidents.saved.snapshots(clock.now(), given)),
      onAdopted: (adopted) => this.#absorb(adopted),
      onSettled: ({ isWritten, isSaved }) => {
        // What is in the link's store is sure a moment later.
        if (isWritten && fleet.isSaving) fleet.saving(this.incidents.saved.takeUnsaved('unsettled'))
        this.incidents.saved.settle({ isSaved })
      },
      reports: (given) => this.#ledger.state(given),
      fleet,
      onDue,
      onTrouble: (reason) => health.journalFailed(reason),
    })
  }

  #createRecall(): Recall | undefined {
    const { destination, environment, clock, options, routes, watch } = this.#deps
    const { fleet, onDue, onError } = this.#deps
    if (destination.recall === undefined) return undefined
    return new Recall({
      clock,
      destination,
      origin: { service: options.service, environment: options.environment },
      channels: routes.channels,
      // A follower continues no messages, though it hands on what others of its host left.
      isIdle: () => this.queue.isIdle && fleet.mayAdopt() && !fleet.mayHandOn,
      hasEnded: (owner) => watch.isDead(owner),
      random: environment.random,
      cutOffFrom: () => fleet.cutOffFrom,
      onRecalled: (snapshots) => {
        this.incidents.adoption.absorb(this.#arriving(snapshots), clock.now())
        this.actions?.watch()
        onDue()
      },
      onError,
    })
  }
}
