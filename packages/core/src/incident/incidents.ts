import { LRUCache } from 'lru-cache'
import type { Sample } from '../event/samples.ts'
import { FingerprintCap } from '../grouping/fingerprint-cap.ts'
import { ChannelWatch, type Verdict } from './channel-watch.ts'
import {
  type Alert,
  type AlertReason,
  countOccurrence,
  createIncident,
  type Incident,
  isOftenEnough,
  keyOf,
  type OccurrenceFacts,
} from './incident.ts'
import { type AlertDecision, applyDecision, type Decision, type Note } from './policies/policy.ts'
import type { Storm } from './storm.ts'

/** Brings what was decided about incidents to where people read it. */
export interface Teller {
  /** @param isLoud whether it is to be heard, or only read */
  alert(incident: Incident, alert: Alert, isLoud: boolean): void
  /** The incident's thread gets a line. */
  note(incident: Incident, note: Note, isLoud: boolean): void
  /** What is shown of the incident is no longer right. */
  changed(incident: Incident): void
  /** Whether it has a message of its own. */
  isTold(incident: Incident): boolean
}

/** The same for storms. */
export interface StormTeller {
  open(storm: Storm): void
  changed(storm: Storm): void
  remind(storm: Storm): void
  end(storm: Storm): void
}

/** What a desk works with. */
export interface IncidentDeskParts {
  readonly book: IncidentBook
  readonly teller: Teller
  readonly storms: StormTeller
}

/** One occurrence, as far as incidents are concerned. */
export interface Arrival extends Occurrence {
  /** Keeps it to be shown; called at most once. */
  keep(reason: AlertReason): Sample
  /** What tells it apart from others of the same problem. */
  variation(): string
}

const maxSamples = 3
const maxLookedAt = 200
/** These alerts show the occurrence itself, and not how many there are. */
const showing: ReadonlySet<AlertReason> = new Set(['new', 'fatal', 'regression', 'repeat'])

/** Decides about each occurrence, and about what time brings: be loud, be quiet, or just count. */
export class IncidentDesk {
  readonly #parts: IncidentDeskParts
  readonly #watches = new Map<string, ChannelWatch>()
  readonly #storms = new Set<Storm>()
  #dueAt = Number.POSITIVE_INFINITY

  constructor(parts: IncidentDeskParts) {
    this.#parts = parts
  }

  /** When time alone will have something to decide, in milliseconds since 1970. */
  get dueAt(): number {
    return this.#dueAt
  }

  /** @returns whether it is told on its own */
  take(arrival: Arrival): boolean {
    const { now } = arrival
    const incident = this.#parts.book.count(arrival)
    if (incident.storm !== undefined) this.#countInStorm(incident.storm)
    const decision = decide(incident, now)
    if (decision === undefined) {
      if (lacksSample(incident)) keepSample(incident, arrival, 'repeat')
      else if (mayVary(incident)) keepVariation(incident, arrival)
      this.#parts.teller.changed(incident)
      return false
    }
    const verdict = this.#carryOut(incident, decision, { now, arrival })
    this.#noteDue(incident, now)
    return verdict === 'loud' || verdict === 'held'
  }

  /**
   * An incident of an earlier process goes on here.
   *
   * @returns whether it was not known
   */
  resume(incident: Incident, now: number): boolean {
    const isNew = this.#parts.book.add(incident)
    if (isNew) this.#noteDue(incident, now)
    return isNew
  }

  /** Does what time has brought. */
  tick(now: number): void {
    this.#dueAt = Number.POSITIVE_INFINITY
    for (const incident of this.#parts.book.values()) {
      this.#tickIncident(incident, now)
      this.#noteDue(incident, now)
    }
    for (const watch of this.#watches.values()) this.#release(watch, now, now)
    for (const storm of this.#storms) this.#tickStorm(storm, now)
  }

  /** Lets go what is held. */
  endHolds(now: number): void {
    for (const watch of this.#watches.values()) this.#release(watch, now, Number.POSITIVE_INFINITY)
  }

  #tickIncident(incident: Incident, now: number): void {
    const { policy } = incident.route
    let decision = policy.onTime(incident, now)
    while (decision !== undefined) {
      this.#carryOut(incident, decision, { now })
      decision = policy.onTime(incident, now)
    }
  }

  #carryOut(
    incident: Incident,
    decision: Decision,
    { now, arrival }: { readonly now: number; readonly arrival?: Arrival },
  ): Verdict {
    const { teller } = this.#parts
    const alert = applyDecision(incident, decision, now)
    const watch = this.#watchOf(incident.route.channel)
    if (alert === undefined) {
      const note = decision.action === 'note' ? decision.note : noteOf(decision)
      teller.note(incident, note, watch.isLoudNote(incident, now))
      return 'quiet'
    }
    const verdict = watch.judge(incident, alert, now)
    incident.isHushed = verdict === 'hushed'
    if (arrival !== undefined && isShown(incident, alert) && needsSample(incident, verdict)) {
      keepSample(incident, arrival, alert.reason)
    }
    if (verdict === 'loud') teller.alert(incident, alert, true)
    else if (verdict === 'quiet' || verdict === 'hushed') teller.alert(incident, alert, false)
    if (incident.storm !== undefined) this.#parts.storms.changed(incident.storm)
    return verdict
  }

  #release(watch: ChannelWatch, now: number, until: number): void {
    for (const incident of watch.release(now, until)) {
      const { last } = incident.alerts
      if (last !== undefined) this.#parts.teller.alert(incident, last, true)
    }
    this.#dueAt = Math.min(this.#dueAt, watch.dueAt)
  }

  #countInStorm(storm: Storm): void {
    storm.count()
    this.#parts.storms.changed(storm)
  }

  #tickStorm(storm: Storm, now: number): void {
    const change = storm.tick(now)
    if (change?.kind === 'reminder') this.#parts.storms.remind(storm)
    if (change?.kind === 'over') {
      this.#storms.delete(storm)
      this.#parts.storms.end(storm)
      for (const incident of change.survivors) this.#tellSurvivor(incident, now)
    }
    this.#dueAt = Math.min(this.#dueAt, storm.dueAt(now))
  }

  /** What still goes on long after its storm gets a message of its own. */
  #tellSurvivor(incident: Incident, now: number): void {
    if (this.#parts.teller.isTold(incident)) return
    this.#carryOut(incident, { action: 'alert', reason: 'reminder' }, { now })
  }

  #noteDue(incident: Incident, now: number): void {
    const { policy, channel } = incident.route
    const heldUntil = this.#watches.get(channel)?.dueAt ?? Number.POSITIVE_INFINITY
    this.#dueAt = Math.min(this.#dueAt, policy.dueAt(incident, now), heldUntil)
  }

  #watchOf(channel: string): ChannelWatch {
    let watch = this.#watches.get(channel)
    if (watch === undefined) {
      const { storms } = this.#parts
      const onStorm = (storm: Storm): void => {
        this.#storms.add(storm)
        this.#dueAt = Math.min(this.#dueAt, storm.dueAt(storm.openedAt))
        storms.open(storm)
      }
      watch = new ChannelWatch({ channel, onStorm })
      this.#watches.set(channel, watch)
    }
    return watch
  }
}

function decide(incident: Incident, now: number): Decision | undefined {
  const isFirst = incident.alerts.last === undefined
  if (isFirst && !incident.isFatal && !isOftenEnough(incident, now)) return undefined
  return incident.route.policy.onOccurrence(incident, now)
}

function isShown({ samples }: Incident, { reason }: Alert): boolean {
  return showing.has(reason) || samples.length === 0
}

/** Of very many problems at once only the number is shown. */
function needsSample({ storm, key }: Incident, verdict: Verdict): boolean {
  return verdict !== 'inStorm' || storm === undefined || storm.lists(key)
}

/** An earlier process told it, and did not leave what it was. */
function lacksSample({ samples, alerts, storm }: Incident): boolean {
  return samples.length === 0 && alerts.last !== undefined && storm === undefined
}

function keepSample(incident: Incident, arrival: Arrival, reason: AlertReason): void {
  const { samples, variations } = incident
  samples.unshift(arrival.keep(reason))
  samples.length = Math.min(samples.length, maxSamples)
  variations.add(arrival.variation())
}

/** Among the first ones, those that differ are kept as well; later a flood must cost nothing. */
function mayVary({ samples, count, storm, route }: Incident): boolean {
  if (count > maxLookedAt || storm !== undefined || !route.policy.keepsLiveRoot) return false
  return samples.length > 0 && samples.length < maxSamples
}

function keepVariation({ samples, variations }: Incident, arrival: Arrival): void {
  const variation = arrival.variation()
  if (variations.has(variation)) return
  variations.add(variation)
  samples.push(arrival.keep('repeat'))
}

/** What the thread says already while an alert waits. */
function noteOf({ reason, silentMs }: AlertDecision): Note {
  return reason === 'regression' ? { kind: 'back', silentMs } : { kind: 'count' }
}

const defaultMaxIncidents = 1000

/** How many incidents are remembered. */
export interface IncidentBookOptions {
  /** @default 1_000 */
  readonly maxIncidents?: number
  /** Told of each incident that has to go, the least recently seen first. */
  readonly onForgotten: (incident: Incident) => void
  /** Asked before an incident is made: it may have been known to a process that is gone. */
  readonly onUnknown?: () => void
}

/** One more occurrence of a problem. */
export interface Occurrence extends OccurrenceFacts {
  readonly fingerprint: string
  /** Where its error was thrown; asked for only if the problem is not known. */
  readonly place: () => string | undefined
}

/** All incidents in memory. */
export class IncidentBook {
  readonly #incidents: LRUCache<string, Incident>
  readonly #cap = new FingerprintCap()
  /** The most recently seen one, so that a flood of one problem need not look it up. */
  #latest: Incident | undefined
  readonly #onUnknown: (() => void) | undefined

  constructor({ maxIncidents = defaultMaxIncidents, onForgotten, onUnknown }: IncidentBookOptions) {
    this.#onUnknown = onUnknown
    this.#incidents = new LRUCache({
      max: maxIncidents,
      dispose: (incident, _key, reason) => {
        if (reason === 'evict') onForgotten(incident)
      },
    })
  }

  /** The incident that an occurrence belongs to, the occurrence counted. */
  count(occurrence: Occurrence): Incident {
    const { fingerprint, route } = occurrence
    const key = keyOf(fingerprint, route)
    let incident = this.#latest?.key === key ? this.#latest : this.#incidents.get(key)
    if (incident === undefined) {
      this.#onUnknown?.()
      incident = this.#incidents.get(key) ?? this.#create(occurrence)
    }
    countOccurrence(incident, occurrence)
    this.#latest = incident
    return incident
  }

  /** One of its own, or one of many that differ each time. */
  #create(occurrence: Occurrence): Incident {
    const { fingerprint, route, now } = occurrence
    const capped = this.#cap.limit({ fingerprint, place: occurrence.place(), now })
    const known = this.#incidents.get(keyOf(capped, route))
    if (known !== undefined) return known
    const incident = createIncident(capped, route, now)
    incident.isCollapsed = capped !== fingerprint
    this.#incidents.set(incident.key, incident)
    return incident
  }

  /** @returns whether it was not known */
  add(incident: Incident): boolean {
    if (this.#incidents.has(incident.key)) return false
    this.#incidents.set(incident.key, incident)
    this.#latest = undefined
    return true
  }

  /** The most recently seen first. */
  values(): IterableIterator<Incident> {
    return this.#incidents.values()
  }
}
