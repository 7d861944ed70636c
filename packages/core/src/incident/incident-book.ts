import { LRUCache } from 'lru-cache'
import { FingerprintCap } from './fingerprint-cap.ts'
import {
  countOccurrence,
  createIncident,
  keyOf,
  type Incident,
  type OccurrenceFacts,
} from './incident.ts'

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
