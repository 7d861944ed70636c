import { LRUCache } from 'lru-cache'
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
}

/** All incidents in memory. */
export class IncidentBook {
  readonly #incidents: LRUCache<string, Incident>

  constructor({ maxIncidents = defaultMaxIncidents, onForgotten }: IncidentBookOptions) {
    this.#incidents = new LRUCache({
      max: maxIncidents,
      dispose: (incident, _key, reason) => {
        if (reason === 'evict') onForgotten(incident)
      },
    })
  }

  /** The incident that an occurrence belongs to, the occurrence counted. */
  count(occurrence: OccurrenceFacts & { readonly fingerprint: string }): Incident {
    const { fingerprint, route, now } = occurrence
    const key = keyOf(fingerprint, route)
    let incident = this.#incidents.get(key)
    if (incident === undefined) {
      incident = createIncident(fingerprint, route, now)
      this.#incidents.set(key, incident)
    }
    countOccurrence(incident, occurrence)
    return incident
  }

  /** The most recently seen first. */
  values(): IterableIterator<Incident> {
    return this.#incidents.values()
  }
}
