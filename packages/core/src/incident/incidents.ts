import { LRUCache } from 'lru-cache'
import type { LogEvent } from '../event/log-event.ts'
import type { Sample } from '../event/samples.ts'
import { FingerprintCap } from '../grouping/fingerprint.ts'
import type { Journal } from '../journal/journal.ts'
import { Acting, noteStillFrom } from './actions/acting.ts'
import type { ActionAnswer, IncidentAction } from './actions/action.ts'
import type { ActionContext } from './actions/apply.ts'
import { mutedUntil } from './actions/triage.ts'
import { Adoption } from './adoption.ts'
import { ChannelGate, type Verdict } from './channel-gate.ts'
import type { CountedFailure } from './duplicates.ts'
import {
  countOccurrence,
  createIncident,
  keyOf,
  markShown,
  type Alert,
  type Incident,
  type Occurrence,
  keepSample,
  keepVariation,
  lacksSample,
  mayVary,
  needsSample,
  showsOccurrence,
} from './incident.ts'
import { applyDecision, decide, noteOf, type Decision } from './policies/policy.ts'
import { addReport, keepReported, type ReportedIncident } from './reported.ts'
import type { Route, Routes } from './routes.ts'
import { maxTriaged, SavedIncidents } from './saved.ts'
import { type Storm, Storms } from './storm.ts'

export interface IncidentsDeps {
  readonly openThread: (incident: Incident) => NonNullable<Incident['thread']>
  readonly openStorm: (storm: Storm) => NonNullable<Storm['thread']>
  /** Where what other processes left goes: alerts whose channel is no longer configured to the default. */
  readonly routes: Pick<Routes, 'to' | 'like' | 'default'>
  /** Whether other processes, which may have other routes, may continue the incidents. @default never */
  readonly hasOthers?: () => boolean
  /** Called before an incident is created: an earlier process may have known it. */
  readonly onUnknown: () => void
  /** Called with the reference of a message about an incident that has another one. */
  readonly onDuplicate?: (incident: Incident, ref: string) => void
  /** Whether nothing more urgent waits for a channel. */
  readonly isIdle: (channel: string) => boolean
  /** What the wall clock shows at a time. */
  readonly toWall: (time: number) => number
  /** Where first occurrences and fatal ones are kept until they are sent. */
  readonly journal: Pick<Journal, 'occurrence' | 'changed' | 'saveNow' | 'hasTime'> | undefined
  /** What people's actions depend on, and the owner of the buttons that they come from. */
  readonly actions: Omit<ActionContext, 'now'> & { readonly owner: string | undefined }
  /**
   * Whether what the journal writes may be lost although the process lives.
   *
   * @default never
   */
  readonly isUncertain?: () => boolean
}

/** An occurrence of a problem for one of its routes. What costs time is read only when it is needed. */
export interface RoutedOccurrence extends Occurrence {
  readonly fingerprint: string
  /** The failure that another record of it has counted already. */
  readonly repeats?: CountedFailure | undefined
  readonly route: Route
  /**
   * Keeps the event, to be shown.
   *
   * @param onNormalized called once, with the event as it will be shown
   */
  keep(onNormalized?: (event: LogEvent) => void): Sample
  /** What makes it differ from others of the same problem. */
  variation(): string
  /** Where its error was thrown; `undefined` if unknown. */
  place(): string | undefined
}

const maxIncidents = 1000
/** Decisions about one incident in one tick, so that a policy that always decides does not block the process. */
const maxDecisions = 10

/** All incidents of a sink: counts occurrences, applies the policies, and passes on what people must know. */
export class Incidents {
  readonly #deps: IncidentsDeps
  readonly #incidents: LRUCache<string, Incident>
  /** Those that were evicted although people decided something about them. */
  readonly #triaged = new LRUCache<string, Incident>({ max: maxTriaged })
  readonly #cap = new FingerprintCap()
  readonly #gates = new Map<string, ChannelGate>()
  readonly #storms: Storms
  /** What earlier processes left. */
  readonly adoption: Adoption
  /** What others know of them. */
  readonly saved: SavedIncidents
  readonly #acting: Acting
  /** When {@link Incidents.tick} must be called next, in milliseconds since 1970. */
  dueAt: number = Number.POSITIVE_INFINITY

  constructor(deps: IncidentsDeps) {
    this.#deps = deps
    this.#storms = new Storms(deps.openStorm)
    this.saved = new SavedIncidents(() => this.all(), deps.toWall, deps.hasOthers)
    this.#incidents = new LRUCache({
      max: maxIncidents,
      dispose: (incident, _key, reason) => {
        if (reason !== 'evict') return
        incident.thread?.edit()
        if (incident.triage !== undefined) this.#triaged.set(incident.key, incident)
      },
    })
    this.adoption = new Adoption({
      ...deps,
      incidents: {
        get: (key) => this.#get(key),
        set: (key, incident) => this.#incidents.set(key, incident),
      },
      storms: this.#storms,
      all: () => this.all(),
      gateOf: (channel) => this.#gateOf(channel),
      openStorm: (storm) => this.#openStorm(storm, 'milestone'),
      decide: (incident, occurrence) => this.#decide(incident, occurrence),
      apply: (incident, decision, now) => void this.#apply(incident, decision, { now }),
      notify: (incident, alert, isBroadcast) => this.#notify(incident, alert, isBroadcast),
      noteDue: (incident, now) => this.#noteDue(incident, now),
      stormDue: (at) => {
        this.dueAt = Math.min(this.dueAt, at)
      },
    })
    this.#acting = new Acting({
      ...deps.actions,
      incidents: () => this.all(),
      journal: deps.journal,
    })
  }

  /**
   * Counts an occurrence.
   *
   * @returns whether it leads to an alert
   */
  take(occurrence: RoutedOccurrence): boolean {
    const incident = this.#find(occurrence)
    // Without a count, what counted it was forgotten.
    if (occurrence.repeats !== undefined && incident.count > 0)
      return this.#repeat(incident, occurrence, occurrence.repeats)
    countOccurrence(incident, occurrence)
    if (incident.storm !== undefined) {
      incident.storm.total += 1
      this.#stormChanged(incident.storm)
    }
    const decision = this.#decide(incident, occurrence)
    const isSavedNow = incident.isRestored || (decision === undefined && occurrence.isFatal)
    incident.isRestored = false
    if (decision === undefined) {
      if (lacksSample(incident)) keepSample(incident, occurrence)
      else if (mayVary(incident)) keepVariation(incident, occurrence)
      incident.thread?.count()
    }
    const isAlert = this.#follow(incident, decision, occurrence)
    // A process that dies soon after each start would lose it.
    if (isSavedNow) this.#deps.journal?.saveNow()
    return isAlert
  }

  /**
   * Counts what another process reported, and decides once.
   *
   * @returns the incident
   */
  takeReported(
    report: ReportedIncident,
    {
      route,
      now,
      fromWall,
    }: { readonly route: Route; readonly now: number; readonly fromWall: (time: number) => number },
  ): Incident {
    const incident = this.#findReported(report.fingerprint, route, now)
    const occurrence = addReport(incident, report, { now, fromWall })
    if (incident.storm !== undefined) incident.storm.total += report.count
    // Without an event there is nothing to show; the next report has one.
    const isDecidable = incident.samples.length + report.events.length > 0
    const isCounted = report.count > 0 || report.isFatal
    const decision = isDecidable && isCounted ? this.#decide(incident, occurrence) : undefined
    const isShown = decision?.action === 'alert' && showsOccurrence(decision)
    keepReported(incident, report, { isShown: isShown || lacksSample(incident) })
    incident.isRestored = false
    if (decision === undefined) incident.thread?.count()
    else this.#apply(incident, decision, { now })
    if (incident.storm !== undefined) this.#stormChanged(incident.storm)
    if (report.root !== undefined) this.#joinRoot(incident, report.root, now)
    this.#noteDue(incident, now)
    return incident
  }

  /** The decision about an occurrence that was counted. */
  #decide(incident: Incident, occurrence: Occurrence): Decision | undefined {
    const ended = incident.state === 'muted' && this.#acting.checkMute(incident, occurrence)
    if (ended === 'count') return { action: 'alert', reason: 'milestone' }
    const decision = decide(incident, occurrence)
    if (decision === undefined && incident.state === 'resolved') noteStillFrom(incident, occurrence)
    return decision
  }

  #get(key: string): Incident | undefined {
    const incident = this.#incidents.get(key)
    if (incident !== undefined || this.#triaged.size === 0) return incident
    const triaged = this.#triaged.get(key)
    if (triaged !== undefined) {
      this.#triaged.delete(key)
      this.#incidents.set(key, triaged)
    }
    return triaged
  }

  /** Continues the message of a process that was without a leader, or leaves it, if there is one already. */
  #joinRoot(incident: Incident, ref: string, now: number): void {
    const { alerts, count, storm, route } = incident
    if (storm === undefined && route.policy.keepsLiveRoot && !incident.thread?.position) {
      incident.thread ??= this.#deps.openThread(incident)
      incident.thread.resume({ ref, unshown: 1, isComplete: true })
      alerts.last ??= { reason: 'new', at: now, count, previousCount: 0 }
      alerts.decided = Math.max(alerts.decided, 1)
    }
    if (incident.thread?.position?.ref === ref) markShown(incident, alerts.decided)
    else this.#deps.onDuplicate?.(incident, ref)
  }

  #findReported(fingerprint: string, route: Route, now: number): Incident {
    const key = keyOf(fingerprint, route)
    if (this.#get(key) === undefined) this.#deps.onUnknown()
    const incident = this.#get(key) ?? createIncident(fingerprint, route, now)
    this.#incidents.set(key, incident)
    incident.route = route
    return incident
  }

  /** Adds what another record of a counted failure shows. A fatal one alerts as such. */
  #repeat(incident: Incident, occurrence: RoutedOccurrence, { sample }: CountedFailure): boolean {
    incident.impact.add(occurrence.endpoint, occurrence.user, occurrence.now)
    incident.isUnsaved = true
    if (incident.savedSample === sample) incident.savedSample = undefined
    incident.thread?.count()
    if (!occurrence.isFatal || incident.isFatal) return false
    incident.isFatal = true
    return this.#follow(incident, decide(incident, occurrence), occurrence)
  }

  /** @returns whether it leads to an alert */
  #follow(
    incident: Incident,
    decision: Decision | undefined,
    occurrence: RoutedOccurrence,
  ): boolean {
    const { now } = occurrence
    const verdict = decision && this.#apply(incident, decision, { now, occurrence })
    if (verdict !== undefined) this.#noteDue(incident, now)
    // It is written with its count, so that it is known what is lost if the write is.
    const isKept =
      verdict !== undefined && decision?.action === 'alert' && isUrgent(decision.reason)
    if (isKept && this.#deps.isUncertain?.() === true) this.#deps.journal?.saveNow()
    return verdict === 'notify' || verdict === 'deferred' || verdict === 'quiet'
  }

  /** Applies what a person did. */
  act(action: IncidentAction, now: number): ActionAnswer {
    // An earlier process may have known it.
    this.#deps.onUnknown()
    const answer = this.#acting.act(action, now)
    for (const incident of this.#incidents.values()) this.#noteDue(incident, now)
    return answer
  }

  /** Applies what the time that passed decides. */
  tick(now: number): void {
    this.dueAt = Number.POSITIVE_INFINITY
    for (const incident of this.#incidents.values()) {
      this.#tickIncident(incident, now)
      this.#noteDue(incident, now)
    }
    for (const gate of this.#gates.values()) {
      gate.endWaiting(now, { isEnding: false })
      this.#release(gate, now, now)
    }
    for (const storm of this.#storms.all) this.#tickStorm(storm, now)
  }

  /** Sends all deferred alerts and lists of problems now; as the process ends, also what waits for the end of quiet hours. */
  flush(now: number, { isEnding = false }: { readonly isEnding?: boolean } = {}): void {
    for (const gate of this.#gates.values()) {
      this.#release(gate, now, Number.POSITIVE_INFINITY)
      gate.endWaiting(now, { isEnding })
    }
    for (const storm of this.#storms.all) storm.thread?.list()
    this.adoption.flush(now)
  }

  /** All incidents, those included that only their storm shows. */
  *all(): Iterable<Incident> {
    yield* this.#incidents.values()
    yield* this.#triaged.values()
    // A storm may have more members than there are incidents kept.
    for (const { incident } of this.#storms.members)
      if (this.#incidents.peek(incident.key) !== incident) yield incident
  }

  #find(occurrence: RoutedOccurrence): Incident {
    const key = keyOf(occurrence.fingerprint, occurrence.route)
    let incident = this.#get(key)
    if (incident === undefined) {
      this.#deps.onUnknown()
      incident = this.#get(key) ?? this.#create(occurrence)
    }
    incident.route = occurrence.route
    return incident
  }

  /** An incident of its own, or the one for many that differ each time. */
  #create(occurrence: RoutedOccurrence): Incident {
    const { fingerprint, route, now } = occurrence
    const capped = this.#cap.limit({ fingerprint, place: occurrence.place(), now })
    const known = this.#get(keyOf(capped, route))
    if (known !== undefined) return known
    const incident = createIncident(capped, route, now)
    incident.isCollapsed = capped !== fingerprint
    this.#incidents.set(incident.key, incident)
    return incident
  }

  #tickIncident(incident: Incident, now: number): void {
    if (incident.state === 'muted') {
      this.#acting.checkMute(incident, { now })
      return
    }
    for (let decisions = 0; decisions < maxDecisions; decisions += 1) {
      const decision = incident.route.policy.onTick?.(incident, now)
      if (decision === undefined) return
      this.#apply(incident, decision, { now })
    }
  }

  #apply(
    incident: Incident,
    decision: Decision,
    { now, occurrence }: { readonly now: number; readonly occurrence?: RoutedOccurrence },
  ): Verdict {
    this.adoption.forget(incident)
    const alert = applyDecision(incident, decision, now)
    const gate = this.#gateOf(incident.route.channel)
    if (alert === undefined) {
      const note = decision.action === 'note' ? decision.note : noteOf(decision)
      const isBroadcast = gate.isBroadcast(incident, now)
      incident.thread?.note(note, isBroadcast)
      // The state may be another one, as of what is back after it was resolved.
      this.#deps.journal?.changed()
      return 'silent'
    }
    const verdict = gate.judge(incident, alert, now)
    incident.isCapped = verdict === 'capped'
    if (occurrence !== undefined && needsSample(incident, alert, verdict)) {
      this.#keepSample(incident, occurrence, alert)
    }
    // A storm shows how its problems grow: this alert is in no message of its own, and the ones before it may be unsent.
    if (verdict === 'storm' && !showsOccurrence(alert)) incident.alerts.decided -= 1
    if (verdict !== 'deferred' && verdict !== 'storm' && verdict !== 'quiet')
      this.#notify(incident, alert, verdict === 'notify')
    if (incident.storm !== undefined) this.#stormChanged(incident.storm)
    return verdict
  }

  #keepSample(incident: Incident, occurrence: RoutedOccurrence, { reason }: Alert): void {
    const { journal, isUncertain } = this.#deps
    if (journal === undefined || !isUrgent(reason) || isUncertain?.() === true) {
      keepSample(incident, occurrence)
      return
    }
    const { now } = occurrence
    const { count, alerts } = incident
    const alert = alerts.decided
    const sample = keepSample(incident, occurrence, (event) => {
      const isWritten = journal.occurrence(incident, { at: now, count, alert, reason, event })
      if (isWritten && this.#deps.isUncertain?.() !== true)
        incident.savedCount = Math.max(count, incident.savedCount)
    })
    incident.savedSample = sample
    // What is written to disk in a later turn is lost if the process aborts in this one.
    if (journal.hasTime) void sample.event
  }

  /** @param isBroadcast whether people are notified, or the message is only there to be read */
  #notify(incident: Incident, alert: Alert, isBroadcast: boolean): void {
    if (!incident.route.policy.keepsLiveRoot) incident.thread = undefined
    incident.thread ??= this.#deps.openThread(incident)
    incident.thread.notify(alert, isBroadcast)
  }

  #release(gate: ChannelGate, now: number, until: number): void {
    for (const incident of gate.release(now, until)) {
      const { last } = incident.alerts
      if (last !== undefined) this.#notify(incident, last, true)
    }
    this.dueAt = Math.min(this.dueAt, gate.dueAt)
  }

  #tickStorm(storm: Storm, now: number): void {
    const survivors = storm.tick(now)
    if (survivors !== undefined) {
      storm.thread?.list()
      storm.thread?.update()
      // What is active long after its storm gets a message of its own.
      const unshown = survivors.filter(({ thread }) => thread === undefined)
      for (const each of unshown)
        this.#apply(each, { action: 'alert', reason: 'reminder' }, { now })
    } else if (!this.#mustWait(storm, now) && storm.takeReminder(now)) {
      storm.thread?.notify('milestone')
      this.#deps.journal?.saveNow()
    }
    storm.thread?.tick(now)
    if (storm.isOver && storm.thread?.isFinished !== false) this.#storms.close(storm)
    else this.dueAt = Math.min(this.dueAt, storm.dueAt(now), storm.thread?.dueAt ?? Infinity)
  }

  #mustWait({ channel, members }: Storm, now: number): boolean {
    const [first] = members
    return first !== undefined && this.#gateOf(channel).mustWait(first.incident, now)
  }

  #stormChanged(storm: Storm): void {
    storm.thread?.count()
    this.dueAt = Math.min(this.dueAt, storm.thread?.dueAt ?? Infinity)
  }

  #noteDue(incident: Incident, now: number): void {
    const { policy, channel } = incident.route
    const isMuted = incident.state === 'muted'
    const tickAt = isMuted ? mutedUntil(incident) : (policy.nextTickAt?.(incident, now) ?? Infinity)
    const gateAt = this.#gates.get(channel)?.dueAt ?? Number.POSITIVE_INFINITY
    this.dueAt = Math.min(this.dueAt, tickAt, gateAt)
  }

  #gateOf(channel: string): ChannelGate {
    const known = this.#gates.get(channel)
    if (known !== undefined) return known
    const gate = new ChannelGate(channel, {
      onStorm: (storm) => this.#openStorm(storm, 'new'),
      onWaiting: (storm) => this.#storms.add(storm),
      toWall: this.#deps.toWall,
    })
    this.#gates.set(channel, gate)
    return gate
  }

  #openStorm(storm: Storm, priority: 'new' | 'milestone'): void {
    this.#storms.open(storm).notify(priority)
    this.dueAt = Math.min(this.dueAt, storm.dueAt(storm.openedAt))
  }
}

/** Whether an occurrence that alerts for this reason is written down in the caller's turn. */
function isUrgent(reason: Alert['reason']): reason is 'new' | 'fatal' {
  return reason === 'new' || reason === 'fatal'
}
