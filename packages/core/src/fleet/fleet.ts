import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { delay, type Ticker, TokenBucket } from '../clock.ts'
import type { ActionAnswer, IncidentAction } from '../incident/actions/action.ts'
import type { RoutedOccurrence } from '../incident/incidents.ts'
import type { SharedPace } from '../delivery/shared-pace.ts'
import type { ReportedIncident } from '../incident/reported.ts'
import type { Merged } from '../journal/records.ts'
import { actionWaitMs, unreachable } from './act.ts'
import { Batches, hasFatal, optionsOf, type Unacknowledged } from './batch.ts'
import type {
  ExitCalls,
  FleetLink,
  FleetMember,
  FleetRole,
  FleetView,
  LeftByLeader,
  ReportBatch,
} from './link.ts'
import type { FleetDeps, FleetHealth } from './fleet-deps.ts'

/** Reports that are written and sent in the caller's turn: this many at once, then one every `urgentEveryMs`. */
const urgentBurst = 50
const urgentEveryMs = 20
const reportEveryMs = 1000
/** Beyond these, what is counted waits until the leader has acknowledged some. */
const maxUnacknowledged = 200
/** The time between looks whether everything was acknowledged, in milliseconds. */
const flushStepMs = 5
/** The time between looks whether the leader has an action, in milliseconds. */
const actionStepMs = 100
const maxMembers = 1000
/** For how long a process without its fleet leaves to the others what they know, in milliseconds. */
const quietMs = 120_000
/** Kept for handing over when a leader exits, in milliseconds. */
const leaveMs = 400
const unknownFleet: FleetView = { leader: undefined, members: 1, nextInMs: reportEveryMs }

/**
 * The part of a sink in its fleet. In the leader, and in a process alone, `decides` is true, and nothing here is called for a record. In
 * a follower, occurrences are counted, and what was counted is reported in batches. A batch is kept until it is acknowledged.
 */
export class Fleet implements FleetMember, Ticker {
  readonly id: string = randomUUID()
  readonly role: FleetRole
  readonly host: string
  /** Whether this process decides about what it counts. */
  decides = false
  /** How many processes there were when this one was cut off from them; they may have messages about the same problems. */
  cutOffFrom: number | undefined
  readonly #deps: FleetDeps
  readonly #urgent: TokenBucket
  /** The latest merged batch of each member. */
  readonly #merged = new LRUCache<string, number>({ max: maxMembers })
  #state: FleetHealth['role'] = 'undecided'
  #hasJoined = false
  readonly #batches: Batches
  /** What processes of this host left that ended, for a leader on another host. */
  readonly #left: ReportBatch[] = []
  #reportAt = Number.POSITIVE_INFINITY
  #isUrgentDue = false
  #view: FleetView = unknownFleet
  #lastExchangeAt: number | undefined
  #reason: string | undefined

  constructor(deps: FleetDeps) {
    this.#deps = deps
    this.role = deps.role
    this.host = deps.host
    this.#batches = new Batches(this.id, deps.clock)
    this.#urgent = new TokenBucket({ burst: urgentBurst, everyMs: urgentEveryMs }, deps.clock.now())
  }

  get journal(): string | undefined {
    return this.#deps.journal()?.name
  }

  /** The pace that this service shares with others. */
  get pace(): SharedPace | undefined {
    return this.#deps.link.pace
  }

  warmUp(): void {
    this.#deps.link.warmUp?.()
  }

  /** Finds out who leads, if that is not known yet. @returns whether this process decides */
  join(): boolean {
    if (this.decides) return true
    this.#hasJoined = true
    this.#deps.link.join(this)
    return this.decides
  }

  /** Whether this process continues what others left, or reports it to whoever does. */
  mayAdopt(): boolean {
    return this.join() || this.mayHandOn
  }

  /** Whether this process may send, and write to its journal: no other one has taken over. */
  get isLeading(): boolean {
    return this.#state === 'alone' || (this.#state === 'leader' && this.#deps.link.isLeading)
  }

  /** Whether no other process has taken over this one's journal. */
  get isOwner(): boolean {
    return this.#state !== 'leader' || this.#deps.link.isLeading
  }

  /** Whether others report to this process: what it counts is saved as often as they report. */
  get hasFollowers(): boolean {
    return this.#state === 'leader' && this.#view.members > 1
  }

  /** Whether this process sends, if there is something to send. */
  get sends(): boolean {
    return this.decides || this.#state === 'alone'
  }

  /** Counts an occurrence of a process that does not decide. @returns whether it leads to an alert of this process */
  take(occurrence: RoutedOccurrence): boolean {
    if (this.cutOffFrom !== undefined) return this.#takeCutOff(occurrence)
    const { clock, tallies } = this.#deps
    const now = clock.now()
    if (!tallies.take(occurrence)) this.#reportBy(now + this.#view.nextInMs)
    else if (this.#urgent.waitMs(now) <= 0) {
      this.#urgent.take(now)
      this.#report({ isUrgent: true })
    } else {
      this.#isUrgentDue = true
      this.#reportBy(now + urgentEveryMs)
    }
    return false
  }

  /** What the fleet knows is only counted for a while: whoever leads has its message. */
  #takeCutOff(occurrence: RoutedOccurrence): boolean {
    const { tallies, decideHere } = this.#deps
    if (occurrence.isFatal || !tallies.isKnown(occurrence)) return decideHere(occurrence)
    tallies.take(occurrence)
    return false
  }

  /** How many processes take part, as far as known. */
  get members(): number {
    return this.#view.members
  }

  /** When {@link Fleet.tick} must be called next, in milliseconds since 1970. */
  get dueAt(): number {
    return this.#reportAt
  }

  tick(now: number): void {
    if (now < this.#reportAt) return
    this.#reportAt = Number.POSITIVE_INFINITY
    if (this.cutOffFrom !== undefined) this.#endQuiet()
    else if (this.#batches.waiting.length < maxUnacknowledged)
      this.#report({ isUrgent: this.#isUrgentDue })
    else this.#reportBy(now + reportEveryMs)
  }

  /**
   * Reports what was counted.
   *
   * @returns whether all of it was acknowledged within the time, or this process decides by itself
   */
  async flush(timeoutMs: number): Promise<boolean> {
    const { clock, tallies } = this.#deps
    const deadline = clock.now() + timeoutMs
    if (!tallies.isEmpty) this.#report({ isUrgent: true })
    while (!this.sends && this.#batches.waiting.length > 0 && clock.now() < deadline)
      await delay(clock, flushStepMs, { keepsAlive: true })
    return this.sends || this.#batches.waiting.length === 0
  }

  /**
   * Asks the leader for a report, with all that is counted here.
   *
   * @returns whether the leader has been asked within the time
   */
  askForReport(timeoutMs: number): Promise<boolean> {
    this.#drain()
    this.#batches.add({ incidents: [], asks: 'report' })
    for (const each of this.#batches.waiting) this.#send(each)
    return this.flush(timeoutMs)
  }

  /** Writes down what whoever leads next may lack. @returns whether there is nothing to leave */
  leave(): boolean {
    this.#drain()
    if (this.isApart) this.#stepDown()
    else if (this.isSaving) this.#takeBack()
    for (const each of this.#batches.waiting) this.#keep(each)
    // Of a process apart, there are only the batches.
    if (this.isApart || this.isSaving)
      this.#deps.journal()?.reported(this.isSaving ? { [this.id]: this.#batches.last } : {})
    return this.#state === 'follower' && this.#batches.waiting.length === 0
  }

  /** How long a leader that exits needs for handing over, after everything was sent, in milliseconds. */
  get leaveMs(): number {
    return this.#state === 'leader' && this.#deps.link.leaveSync !== undefined ? leaveMs : 0
  }

  /** Called when the process exits, before anything is sent. */
  prepareExit(): void {
    if (this.leaveMs > 0 || this.canReportSync) this.#deps.link.prepareExit?.()
  }

  /** Hands over what this process knows as the leader with blocking calls, while it exits. @returns whether there is nothing to leave */
  leaveSync(exit: Pick<ExitCalls, 'withinMs'>): boolean {
    return this.#state === 'leader' && this.#deps.link.leaveSync?.(exit) === true
  }

  /** Hands over what was not acknowledged with blocking calls, while the process exits. */
  reportSync(exit: ExitCalls): void {
    this.#drain()
    for (const each of this.#batches.waiting) this.#keep(each)
    const batches = this.#batches.waiting.map(({ batch }) => batch)
    const isMerged = this.#deps.link.reportSync?.(batches, exit)
    if (isMerged === true) this.acknowledged(this.#batches.last)
  }

  /** Whether what processes of this host left is reported to the leader, who cannot read it. */
  get mayHandOn(): boolean {
    return this.#state === 'follower' && this.hasStore
  }

  /** Whether this process is without its fleet, and reports later what others lack. */
  get isApart(): boolean {
    return this.#state === 'alone' && this.hasStore
  }

  /** Reports what a process of this host left, under its own name, so that it is merged once. */
  handOn(batch: ReportBatch): void {
    this.#left.push(batch)
    if (this.#left.length > maxUnacknowledged) this.#left.shift()
    this.#send({ batch })
  }

  /**
   * Whether something waits that is handed over while the process exits. A leader that notices the end has what was written down, unless it
   * is stopped, blocked or about to end itself: what nobody may miss is not left to chance.
   */
  get canReportSync(): boolean {
    const { link, tallies } = this.#deps
    if (this.sends || link.reportSync === undefined) return false
    const { waiting } = this.#batches
    if (link.isWatched === true) return this.#isUrgentDue || waiting.some(hasFatal)
    return !tallies.isEmpty || waiting.length > 0
  }

  /** Takes no more reports: what they contain would no longer be sent. */
  pause(): void {
    this.#deps.link.pause?.()
  }

  close(): Promise<void> {
    return this.#hasJoined ? this.#deps.link.close() : Promise.resolve()
  }

  health(): FleetHealth {
    const { clock, link } = this.#deps
    const [oldest] = this.#batches.waiting
    return {
      role: this.#state,
      link: link.name,
      leader: this.#view.leader,
      members: this.members,
      lastExchangeAt: this.#lastExchangeAt && clock.toWall(this.#lastExchangeAt),
      lagMs: oldest === undefined ? 0 : clock.now() - oldest.since,
      reason: this.#reason,
    }
  }

  // What the link calls.

  lead({ journal, earlier = [], text = '', batches = [] }: LeftByLeader): void {
    // What others left may contain what is known here.
    if (text !== '' || this.cutOffFrom !== undefined) this.#stepDown()
    this.#decide('leader', undefined)
    if (this.hasStore) this.#deps.journal()?.adoptStored(text)
    this.#deps.journal()?.adoptNow(journal, ...earlier)
    this.#merge(batches)
    this.#mergeOwn()
    this.#deps.onDecides()
  }

  alone(reason: string, { isTrouble = false }: { readonly isTrouble?: boolean } = {}): void {
    if (this.#deps.canSend) {
      if (isTrouble) this.#deps.onTrouble(`${reason}; this process sends messages of its own`)
      // A process that exits waits for nobody.
      if (this.cutOffFrom !== undefined) this.#endQuiet()
      else if (this.hasStore) this.#cutOff(reason)
      else {
        this.#decide('alone', reason)
        this.#mergeOwn()
      }
      this.#deps.onDecides()
      return
    }
    // What it counts waits for a leader.
    this.#state = 'undecided'
    this.#reason = reason
    this.#deps.onTrouble(`nothing is sent: ${reason}`)
  }

  follow(view: FleetView): void {
    this.#stepDown()
    this.#view = view
    this.#state = 'follower'
    this.#reason = undefined
    // Another leader may know less than the last one.
    this.#deps.tallies.forget()
    for (const each of this.#batches.waiting) this.#send(each)
    for (const batch of this.#left) this.#send({ batch })
    if (this.mayHandOn) this.#deps.journal()?.adoptNow(undefined)
    if (!this.#deps.tallies.isEmpty) this.#reportBy(this.#deps.clock.now())
  }

  acknowledged(seq: number, view: FleetView = this.#view): void {
    this.#view = view
    this.#lastExchangeAt = this.#deps.clock.now()
    const merged = this.#batches.acknowledge(seq)
    for (const { batch } of merged) this.#deps.tallies.acknowledge(batch.incidents)
    if (merged.some(({ isKept }) => isKept)) this.#deps.journal()?.acknowledged(seq)
  }

  merge(batches: readonly ReportBatch[]): void {
    this.#lastExchangeAt = this.#deps.clock.now()
    // Whoever reports takes part: the link may count later.
    if (this.#view.members < 2) this.counted(2)
    this.#merge(batches)
    this.#deps.onDue()
  }

  #merge(batches: readonly ReportBatch[]): void {
    const fresh = batches.filter((batch) => batch.v === 1 && this.takeLeft(batch))
    if (fresh.length === 0) return
    const merged = Object.fromEntries(fresh.map(({ member, seq }) => [member, seq]))
    // Written down before the batch counts as merged, and applied after it.
    for (const action of fresh.flatMap(({ actions = [] }) => actions))
      this.#deps.act(action).catch((error: unknown) => this.#deps.onTrouble(String(error)))
    const reports = fresh.flatMap(({ incidents }) => incidents)
    this.#deps.merge(reports, merged)
    if (fresh.some(({ asks }) => asks === 'report')) this.#deps.onReportAsked()
  }

  /** Applies what a person did, or reports it to the process that leads, which answers the person. */
  async act(action: IncidentAction): Promise<ActionAnswer> {
    const { clock, act } = this.#deps
    this.join()
    if (this.sends && this.isLeading) return act(action)
    const reported = this.#batches.add({ incidents: [], actions: [action] })
    const isWaiting = (): boolean => this.#batches.waiting.includes(reported)
    this.#keep(reported)
    if (this.#state === 'follower') this.#send(reported)
    const deadline = clock.now() + actionWaitMs
    while (isWaiting() && clock.now() < deadline) await delay(clock, actionStepMs, {})
    return isWaiting() ? unreachable : { status: 'done' }
  }

  left(journal: string): void {
    this.#deps.journal()?.adoptNow(journal)
    this.#deps.onDue()
  }

  counted(members: number): void {
    // What was counted here before is saved, too.
    if (members > 1 && !this.hasFollowers) this.#deps.journal()?.changed()
    this.#view = { ...this.#view, members }
  }

  trouble(reason: string): void {
    this.#deps.onTrouble(reason)
  }

  // What the journal needs.

  unacknowledged(): readonly ReportBatch[] {
    return this.#batches.all
  }

  /** Whether what is counted here and written down has to reach the link's store, and may be lost until then. */
  get isSaving(): boolean {
    return this.#state === 'leader' && this.hasStore
  }

  /** Whether whoever leads next may be on another host, where it reads no file of this one. */
  get hasStore(): boolean {
    return this.#deps.link.store !== undefined
  }

  /** Which batches this process has merged, and the mark of what it counted itself. */
  merged(): Merged {
    return { ...Object.fromEntries(this.#merged.entries()), ...this.mark() }
  }

  /** What goes with what this process counted itself, in the leader's journal. */
  mark(): Merged {
    this.#batches.unmark()
    return this.hasFollowers || this.isSaving ? { [this.id]: this.#batches.mark() } : {}
  }

  /** What was counted here was appended to the link's store. If this process is killed before it is there, no other one knows it. */
  saving(incidents: readonly ReportedIncident[]): void {
    const saving = this.#batches.save(incidents)
    if (saving !== undefined && optionsOf(saving.batch).isUrgent) this.#keep(saving)
  }

  /** Another process replaced this one while it wrote: its successor counts what it has read by the mark, and else what is reported now. */
  replaced(): void {
    this.#batches.addMarked(this.#deps.takeUnsaved('unsettled'))
  }

  /** Where the leader's journal is kept, if that is not only its file. */
  get store(): FleetLink['store'] | undefined {
    const { store } = this.#deps.link
    return this.#state === 'leader' && store?.isTaking === true ? store : undefined
  }

  /** Whether what is written now reaches whoever leads next. */
  get isKept(): boolean {
    return this.isOwner && (!this.hasStore || this.store !== undefined)
  }

  /** An earlier leader has merged these. */
  addMerged(merged: Merged): void {
    for (const [member, seq] of Object.entries(merged))
      this.#merged.set(member, Math.max(seq, this.#merged.get(member) ?? 0))
  }

  /** Notes that a batch is merged. @returns whether it was not merged before */
  takeLeft({ member, seq }: ReportBatch): boolean {
    if (seq <= (this.#merged.get(member) ?? 0)) return false
    this.#merged.set(member, seq)
    return true
  }

  #decide(state: 'leader' | 'alone', reason: string | undefined): void {
    this.#state = state
    this.#reason = reason
    this.#view = state === 'leader' ? { ...unknownFleet, leader: this.#deps.self } : unknownFleet
    this.decides = true
  }

  /** New problems are alerted from here, as are fatal ones. What it counted is reported when it takes part again. */
  #cutOff(reason: string): void {
    const { clock, tallies, shown, merge } = this.#deps
    const hasLed = this.decides
    if (hasLed) {
      tallies.know(shown())
      this.#stepDown()
      for (const each of this.#batches.waiting) this.#keep(each)
    }
    this.#drain()
    this.cutOffFrom = this.#view.members
    this.#decide('alone', reason)
    this.decides = false
    this.#reportBy(clock.now() + quietMs)
    if (hasLed) return
    // Whether these have arrived is not known: they are reported again, too.
    const reports = this.#batches.waiting.flatMap(({ batch }) => batch.incidents)
    const own = reports.filter((report) => report.isFatal || !tallies.hasAcknowledged(report))
    if (own.length > 0) merge(own, {})
  }

  /** From now on, this process decides about everything that it counts. */
  #endQuiet(): void {
    if (this.decides) return
    this.decides = true
    const counted = this.#drain().flatMap(({ batch }) => batch.incidents)
    if (counted.length > 0) this.#deps.merge(counted, {})
  }

  #stepDown(): void {
    if (!this.sends) return
    this.#takeBack()
    // Where the next leader may be on another host, it has no use for a file.
    this.#deps.stepDown({ isOver: this.hasStore })
    if (this.hasStore) for (const each of this.#batches.waiting) each.isKept = false
    this.decides = false
    this.cutOffFrom = undefined
    // The next leader says what it has merged.
    this.#merged.clear()
  }

  /** What this process counted as the one that decides, and whoever leads next may not have, waits to be reported. */
  #takeBack(): void {
    this.#batches.unsave()
    this.#batches.addAll(this.#deps.takeUnsaved('all', { hasRoots: this.isApart }))
  }

  /** What was counted here before this process decided. */
  #mergeOwn(): void {
    this.#drain()
    this.#merge([...this.#batches.waiting.map(({ batch }) => batch), ...this.#left])
    // Another process may have replaced this one meanwhile.
    if (!this.isLeading) return
    // What a process alone merged is reported when it takes part again, and what the link's store may not have, too.
    if (this.isApart) return
    this.#left.length = 0
    this.#batches.merged({ isSaving: this.hasStore })
  }

  #report({ isUrgent }: { readonly isUrgent: boolean }): void {
    this.#isUrgentDue = false
    this.#reportAt = Number.POSITIVE_INFINITY
    const added = this.#drain()
    // Until the leader has it, a new problem must survive this process.
    if (isUrgent) for (const each of added) this.#keep(each)
    this.join()
    if (this.#state === 'follower') for (const each of added) this.#send(each)
  }

  #drain(): readonly Unacknowledged[] {
    return this.#batches.addAll(this.#deps.tallies.drain(this.#deps.clock.now()))
  }

  #keep(each: Unacknowledged): void {
    if (each.isKept) return
    each.isKept = true
    this.#deps.journal()?.report(each.batch)
  }

  #send({ batch }: Pick<Unacknowledged, 'batch'>): void {
    this.#deps.link.report(batch, optionsOf(batch))
  }

  #reportBy(at: number): void {
    if (at >= this.#reportAt) return
    this.#reportAt = at
    this.#deps.onDue()
  }
}
