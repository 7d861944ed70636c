import { LRUCache } from 'lru-cache'
import { countOccurrence, createIncident, type Alert, type Incident } from './incident.ts'
import type { RepeatPolicy } from './repeat-policy.ts'

/** What one more occurrence led to. */
export interface Occurrence {
  readonly incident: Incident
  /** Present if it is loud. */
  readonly alert: Alert | undefined
}

/** All incidents in memory; the least recently seen are forgotten first. */
export class IncidentBook {
  readonly #incidents: LRUCache<string, Incident>
  readonly #policy: RepeatPolicy

  constructor(options: { readonly policy: RepeatPolicy; readonly maxIncidents?: number }) {
    this.#policy = options.policy
    this.#incidents = new LRUCache({ max: options.maxIncidents ?? 1000 })
  }

  count(fingerprint: string, now: number): Occurrence {
    let incident = this.#incidents.get(fingerprint)
    if (incident === undefined) {
      incident = createIncident(fingerprint, now)
      this.#incidents.set(fingerprint, incident)
    }
    countOccurrence(incident, now)
    return { incident, alert: this.#policy.onOccurrence(incident, now) }
  }
}
