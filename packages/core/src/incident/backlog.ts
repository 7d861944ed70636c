import type { Incident } from './incident.ts'
import type { SnapshotStorm } from './snapshot.ts'

/** A post of an earlier process about several incidents that was not answered. */
export interface LookedUpPost {
  /** Whether it was accepted. */
  readonly isSent: boolean
  /** Whether an incident is part of what it is about. */
  concerns(incident: Incident): boolean
  /** Whether it shows an incident. */
  names(incident: Incident): boolean
  /** The storm of which it is the root, if it was accepted. */
  readonly storm?: SnapshotStorm | undefined
}

/** Incidents whose alerts earlier processes left unsent: each is sent when nothing else waits. */
export class Backlog {
  readonly #incidents = new Set<Incident>()

  add(incident: Incident): void {
    this.#incidents.add(incident)
  }

  delete(incident: Incident): void {
    this.#incidents.delete(incident)
  }

  /** Those whose alerts can be sent, most urgent first. */
  byChannel(): ReadonlyMap<string, readonly Incident[]> {
    const waiting = [...this.#incidents].filter(({ adopted }) => adopted?.isUnconfirmed !== true)
    const byChannel = new Map<string, Incident[]>()
    for (const incident of waiting.toSorted(byUrgency)) {
      const { channel } = incident.route
      byChannel.set(channel, [...(byChannel.get(channel) ?? []), incident])
    }
    return byChannel
  }
}

/** Fatal ones first, then the oldest. */
function byUrgency(a: Incident, b: Incident): number {
  return Number(b.isFatal) - Number(a.isFatal) || a.firstSeen - b.firstSeen
}
