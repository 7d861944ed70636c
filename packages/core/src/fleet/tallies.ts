import { LRUCache } from 'lru-cache'
import type { LogEvent } from '../event/log-event.ts'
import type { Sample } from '../event/samples.ts'
import { FingerprintCap } from '../grouping/fingerprint.ts'
import {
  countOccurrence,
  createIncident,
  type Incident,
  keyOf,
  maxSamples,
} from '../incident/incident.ts'
import type { RoutedOccurrence } from '../incident/incidents.ts'
import { reportOf, type ReportedIncident } from '../incident/reported.ts'

export interface TalliesDeps {
  readonly toWall: (time: number) => number
  /** Events before the given one, oldest first. */
  readonly breadcrumbs: (event: LogEvent) => readonly LogEvent[]
}

/** One problem, as a follower knows it. */
interface Tally {
  /** What was counted since the last report; its samples are to be reported. */
  incident: Incident | undefined
  /** The differences of the events that were reported. */
  readonly variations: Set<string>
  /** Whether the leader has an event of it. */
  isKnown: boolean
  /** Whether a leader has acknowledged a report of it, or had it itself: its message is there, or will be. */
  isAcknowledged: boolean
  /** Occurrences so far. */
  count: number
  /** In milliseconds since 1970. */
  lastSeen: number
}

const maxTallies = 1000
/** The occurrences among which variations are looked for. */
const maxCompared = 200
/** After so long, the problem is back, and its message shows the occurrence, in milliseconds. */
const silentMs = 30 * 60_000

/** Counts what a follower has not reported yet. */
export class Tallies {
  readonly #deps: TalliesDeps
  readonly #cap = new FingerprintCap()
  readonly #tallies: LRUCache<string, Tally>
  /** Those with something to report. */
  readonly #dirty = new Set<Tally>()
  readonly #reported = new WeakMap<ReportedIncident, Tally>()

  constructor(deps: TalliesDeps) {
    this.#deps = deps
    this.#tallies = new LRUCache({ max: maxTallies })
  }

  /** Whether there is something to report. */
  get isEmpty(): boolean {
    return this.#dirty.size === 0
  }

  /**
   * Counts an occurrence.
   *
   * @returns whether the leader must know at once: the problem is new to this process, or the occurrence is fatal
   */
  take(occurrence: RoutedOccurrence): boolean {
    const tally = this.#find(occurrence)
    const incident = this.#dirtyIncident(tally, occurrence)
    // Without a count, what counted it was forgotten.
    if (occurrence.repeats !== undefined && tally.count > 0)
      return this.#repeat(tally, incident, occurrence)
    const isNew = !tally.isKnown || occurrence.now - tally.lastSeen > silentMs
    countOccurrence(incident, occurrence)
    tally.lastSeen = occurrence.now
    tally.isKnown = true
    tally.count += 1
    const isUrgent = isNew || occurrence.isFatal
    if (isUrgent) keep(tally, incident, occurrence)
    else if (!incident.route.policy.keepsLiveRoot) {
      // Each message shows an occurrence of its own.
      if (incident.samples.length === 0) keep(tally, incident, occurrence)
    } else if (tally.count <= maxCompared && tally.variations.size < maxSamples) {
      if (!tally.variations.has(occurrence.variation())) keep(tally, incident, occurrence)
    }
    return isUrgent
  }

  /** Takes out what was counted. */
  drain(now: number): readonly ReportedIncident[] {
    const reports: ReportedIncident[] = []
    for (const tally of this.#dirty) {
      if (tally.incident === undefined) continue
      const report = this.#reportOf(tally.incident, now)
      this.#reported.set(report, tally)
      reports.push(report)
      tally.incident = undefined
    }
    this.#dirty.clear()
    return reports
  }

  /** The leader may not know any of the problems: the next occurrence of each is reported with its event. */
  forget(): void {
    for (const tally of this.#tallies.values()) tally.isKnown = false
  }

  /** The leader has these reports. */
  acknowledge(reports: readonly ReportedIncident[]): void {
    for (const report of reports) {
      const tally = this.#reported.get(report)
      if (tally !== undefined) tally.isAcknowledged = true
    }
  }

  /** Whether the leader has had an earlier report of the same problem, or this one. */
  hasAcknowledged(report: ReportedIncident): boolean {
    return this.#reported.get(report)?.isAcknowledged === true
  }

  /** Whether a message of the fleet shows the problem. */
  isKnown({ fingerprint, route }: Pick<RoutedOccurrence, 'fingerprint' | 'route'>): boolean {
    return this.#tallies.get(keyOf(fingerprint, route))?.isAcknowledged === true
  }

  /** Messages show the problems with these keys. */
  know(keys: readonly string[]): void {
    for (const key of keys) {
      const tally = this.#tallies.get(key) ?? createTally(Number.NEGATIVE_INFINITY)
      tally.isAcknowledged = true
      this.#tallies.set(key, tally)
    }
  }

  /** Adds what another record of a counted failure shows. */
  #repeat(tally: Tally, incident: Incident, occurrence: RoutedOccurrence): boolean {
    incident.impact.add(occurrence.endpoint, occurrence.user, occurrence.now)
    const sample = occurrence.repeats?.sample
    if (sample !== undefined && !incident.samples.includes(sample) && tally.count <= maxSamples)
      incident.samples.push(sample)
    if (!occurrence.isFatal || incident.isFatal) return false
    incident.isFatal = true
    return true
  }

  #find(occurrence: RoutedOccurrence): Tally {
    const { fingerprint, route, now } = occurrence
    const known = this.#tallies.get(keyOf(fingerprint, route))
    if (known !== undefined) return known
    const capped = this.#cap.limit({ fingerprint, place: occurrence.place(), now })
    const key = keyOf(capped, route)
    const tally = this.#tallies.get(key) ?? createTally(now)
    if (capped !== fingerprint)
      this.#dirtyIncident(tally, { ...occurrence, fingerprint: capped }).isCollapsed = true
    this.#tallies.set(key, tally)
    return tally
  }

  #dirtyIncident(tally: Tally, { fingerprint, route, now }: RoutedOccurrence): Incident {
    if (tally.incident === undefined) {
      tally.incident = createIncident(fingerprint, route, now)
      this.#dirty.add(tally)
    }
    return tally.incident
  }

  #reportOf(incident: Incident, now: number): ReportedIncident {
    const events = incident.samples.map(({ event }: Sample) => event)
    const [first] = events
    const breadcrumbs = first === undefined ? [] : this.#deps.breadcrumbs(first)
    return reportOf(incident, { now, toWall: this.#deps.toWall, events, breadcrumbs })
  }
}

function createTally(lastSeen: number): Tally {
  return {
    incident: undefined,
    variations: new Set(),
    isKnown: false,
    isAcknowledged: false,
    count: 0,
    lastSeen,
  }
}

function keep(tally: Tally, { samples }: Incident, occurrence: RoutedOccurrence): void {
  tally.variations.add(occurrence.variation())
  samples.push(occurrence.keep())
  samples.length = Math.min(samples.length, maxSamples)
}
