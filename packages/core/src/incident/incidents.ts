import { LRUCache } from 'lru-cache'
import type { Sample } from '../event/samples.ts'
import { FingerprintCap } from '../grouping/fingerprint.ts'
import { ChannelGate, type Verdict } from './channel-gate.ts'
import {
  countOccurrence,
  createIncident,
  isOftenEnough,
  keyOf,
  type Alert,
  type AlertReason,
  type Incident,
  type Occurrence,
} from './incident.ts'
import { applyDecision, noteOf, type Decision } from './policies/policy.ts'
import type { Route } from './routes.ts'
import { restoreIncident, takeSnapshot, type IncidentSnapshot } from './snapshot.ts'
import type { Storm } from './storm.ts'

export interface IncidentsDeps {
  readonly openThread: (incident: Incident) => NonNullable<Incident['thread']>
  readonly openStorm: (storm: Storm) => NonNullable<Storm['thread']>
  /** `undefined` for a channel that is no longer configured. */
  readonly routeTo: (channel: string) => Route | undefined
  /** Called before an incident is created: an earlier process may have known it. */
  readonly onUnknown: () => void
}

/** An occurrence of a problem for one of its routes. What costs time is read only when it is needed. */
export interface RoutedOccurrence extends Occurrence {
  readonly fingerprint: string
  readonly route: Route
  /** Keeps the event, to be shown. */
  keep(reason: AlertReason): Sample
  /** What makes it differ from others of the same problem. */
  variation(): string
  /** Where its error was thrown; `undefined` if unknown. */
  place(): string | undefined
}

const maxIncidents = 1000
/** Beyond these, the least recently seen incidents are in no snapshot. */
const maxSnapshots = 200
/** Incidents that were not seen for this long are in no snapshot, in milliseconds. */
const maxSnapshotAgeMs = 7 * 86_400_000
const maxSamples = 3
/** Decisions about one incident in one tick, so that a policy that always decides does not block the process. */
const maxDecisions = 10
/** The occurrences among which variations are looked for. */
const maxCompared = 200
/** These alerts show the occurrence that caused them; the others show how many there are. */
const showingReasons: ReadonlySet<AlertReason> = new Set(['new', 'fatal', 'regression', 'repeat'])

/** All incidents of a sink: counts occurrences, applies the policies, and passes on what people must know. */
export class Incidents {
  readonly #deps: IncidentsDeps
  readonly #incidents: LRUCache<string, Incident>
  readonly #cap = new FingerprintCap()
  readonly #gates = new Map<string, ChannelGate>()
  readonly #storms = new Set<Storm>()
  /** When {@link Incidents.tick} must be called next, in milliseconds since 1970. */
  dueAt: number = Number.POSITIVE_INFINITY

  constructor(deps: IncidentsDeps) {
    this.#deps = deps
    this.#incidents = new LRUCache({
      max: maxIncidents,
      dispose: (incident, _key, reason) => {
        if (reason === 'evict') incident.thread?.edit()
      },
    })
  }

  /**
   * Counts an occurrence.
   *
   * @returns whether it leads to an alert
   */
  take(occurrence: RoutedOccurrence): boolean {
    const { now } = occurrence
    const incident = this.#count(occurrence)
    if (incident.storm !== undefined) {
      incident.storm.total += 1
      this.#stormChanged(incident.storm)
    }
    const decision = decide(incident, occurrence)
    if (decision === undefined) {
      if (lacksSample(incident)) keepSample(incident, occurrence, 'repeat')
      else if (mayVary(incident)) keepVariation(incident, occurrence)
      incident.thread?.count()
      return false
    }
    const verdict = this.#apply(incident, decision, { now, occurrence })
    this.#noteDue(incident, now)
    return verdict === 'notify' || verdict === 'deferred'
  }

  /** Takes in incidents from outside this process, the least recently seen first. Those that are known already stay as they are. */
  absorb(snapshots: readonly IncidentSnapshot[], now: number): void {
    for (const snapshot of snapshots) {
      const route = this.#deps.routeTo(snapshot.channel)
      if (route?.policy.keepsLiveRoot !== true) continue
      const incident = restoreIncident(snapshot, route)
      if (this.#incidents.has(incident.key)) continue
      this.#incidents.set(incident.key, incident)
      this.#noteDue(incident, now)
      if (snapshot.root === undefined) continue
      incident.thread = this.#deps.openThread(incident)
      incident.thread.resume(snapshot.root)
    }
  }

  /** What a later process must know. */
  snapshots(now: number): readonly IncidentSnapshot[] {
    const snapshots: IncidentSnapshot[] = []
    for (const incident of this.#incidents.values()) {
      if (snapshots.length >= maxSnapshots) break
      const hasAlerted = incident.alerts.last !== undefined && incident.route.policy.keepsLiveRoot
      if (!hasAlerted || now - incident.lastSeen > maxSnapshotAgeMs) continue
      snapshots.push(takeSnapshot(incident, now))
    }
    return snapshots
  }

  /** Applies what the time that passed decides. */
  tick(now: number): void {
    this.dueAt = Number.POSITIVE_INFINITY
    for (const incident of this.#incidents.values()) {
      this.#tickIncident(incident, now)
      this.#noteDue(incident, now)
    }
    for (const gate of this.#gates.values()) this.#release(gate, now, now)
    for (const storm of this.#storms) this.#tickStorm(storm, now)
  }

  /** Sends all deferred alerts and lists of problems now. */
  flush(now: number): void {
    for (const gate of this.#gates.values()) this.#release(gate, now, Number.POSITIVE_INFINITY)
    for (const storm of this.#storms) storm.thread?.list()
  }

  #count(occurrence: RoutedOccurrence): Incident {
    const key = keyOf(occurrence.fingerprint, occurrence.route)
    let incident = this.#incidents.get(key)
    if (incident === undefined) {
      this.#deps.onUnknown()
      incident = this.#incidents.get(key) ?? this.#create(occurrence)
    }
    incident.route = occurrence.route
    countOccurrence(incident, occurrence)
    return incident
  }

  /** An incident of its own, or the one for many that differ each time. */
  #create(occurrence: RoutedOccurrence): Incident {
    const { fingerprint, route, now } = occurrence
    const capped = this.#cap.limit({ fingerprint, place: occurrence.place(), now })
    const known = this.#incidents.get(keyOf(capped, route))
    if (known !== undefined) return known
    const incident = createIncident(capped, route, now)
    incident.isCollapsed = capped !== fingerprint
    this.#incidents.set(incident.key, incident)
    return incident
  }

  #tickIncident(incident: Incident, now: number): void {
    if (incident.state === 'muted') return
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
    const alert = applyDecision(incident, decision, now)
    const gate = this.#gateOf(incident.route.channel)
    if (alert === undefined) {
      const note = decision.action === 'note' ? decision.note : noteOf(decision)
      const isBroadcast = gate.isBroadcast(incident, now)
      incident.thread?.note(note, isBroadcast)
      return 'silent'
    }
    const verdict = gate.judge(incident, alert, now)
    incident.isCapped = verdict === 'capped'
    if (occurrence !== undefined && isShown(incident, alert) && needsSample(incident, verdict)) {
      keepSample(incident, occurrence, alert.reason)
    }
    if (verdict !== 'deferred' && verdict !== 'storm')
      this.#notify(incident, alert, verdict === 'notify')
    if (incident.storm !== undefined) this.#stormChanged(incident.storm)
    return verdict
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
      this.#storms.delete(storm)
      storm.thread?.list()
      storm.thread?.update()
      // What is active long after its storm gets a message of its own.
      const unshown = survivors.filter(({ thread }) => thread === undefined)
      for (const each of unshown)
        this.#apply(each, { action: 'alert', reason: 'reminder' }, { now })
    } else if (storm.takeReminder(now)) storm.thread?.notify('milestone')
    storm.thread?.tick(now)
    this.dueAt = Math.min(this.dueAt, storm.dueAt(now), storm.thread?.dueAt ?? Infinity)
  }

  #stormChanged(storm: Storm): void {
    storm.thread?.count()
    this.dueAt = Math.min(this.dueAt, storm.thread?.dueAt ?? Infinity)
  }

  #noteDue(incident: Incident, now: number): void {
    const { policy, channel } = incident.route
    const isMuted = incident.state === 'muted'
    const tickAt = (isMuted ? undefined : policy.nextTickAt?.(incident, now)) ?? Infinity
    const gateAt = this.#gates.get(channel)?.dueAt ?? Number.POSITIVE_INFINITY
    this.dueAt = Math.min(this.dueAt, tickAt, gateAt)
  }

  #gateOf(channel: string): ChannelGate {
    const known = this.#gates.get(channel)
    if (known !== undefined) return known
    const gate = new ChannelGate(channel, (storm) => {
      this.#storms.add(storm)
      this.dueAt = Math.min(this.dueAt, storm.dueAt(storm.openedAt))
      storm.thread = this.#deps.openStorm(storm)
      storm.thread.notify('new')
    })
    this.#gates.set(channel, gate)
    return gate
  }
}

/** A muted incident is only counted, whatever its policy. */
function decide(incident: Incident, occurrence: Occurrence): Decision | undefined {
  if (incident.state === 'muted') return undefined
  const isFirst = incident.alerts.last === undefined
  const isEnough = incident.isFatal || isOftenEnough(incident, occurrence.now)
  if (isFirst && !isEnough) return undefined
  return incident.route.policy.onOccurrence(incident, occurrence)
}

function isShown({ samples }: Incident, { reason }: Alert): boolean {
  return showingReasons.has(reason) || samples.length === 0
}

/** Of very many problems at once only the number is shown. */
function needsSample({ storm, key }: Incident, verdict: Verdict): boolean {
  return verdict !== 'storm' || storm === undefined || storm.lists(key)
}

/** Whether an earlier process alerted it and left no event. */
function lacksSample({ samples, alerts, storm }: Incident): boolean {
  return samples.length === 0 && alerts.last !== undefined && storm === undefined
}

function keepSample(incident: Incident, occurrence: RoutedOccurrence, reason: AlertReason): void {
  const { samples, variations } = incident
  samples.unshift(occurrence.keep(reason))
  samples.length = Math.min(samples.length, maxSamples)
  variations.add(occurrence.variation())
}

/** Only the first occurrences are compared: later a flood must cost nothing. */
function mayVary({ samples, count, storm, route }: Incident): boolean {
  if (count > maxCompared || storm !== undefined || !route.policy.keepsLiveRoot) return false
  return samples.length > 0 && samples.length < maxSamples
}

function keepVariation({ samples, variations }: Incident, occurrence: RoutedOccurrence): void {
  const variation = occurrence.variation()
  if (variations.has(variation)) return
  variations.add(variation)
  samples.push(occurrence.keep('repeat'))
}
