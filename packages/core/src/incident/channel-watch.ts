import type { Alert, Incident } from './incident.ts'
import { Storm } from './storm.ts'

/** So many new problems within the window are a storm. */
const minStorm = 6
const windowMs = 60_000

/** How an alert is told. */
export type Verdict =
  | 'loud'
  /** It is only read. */
  | 'quiet'
  /** It would be loud, but the channel has heard enough for now. */
  | 'hushed'
  /** It waits to see whether it is one of many. */
  | 'held'
  /** Its storm tells it. */
  | 'inStorm'

/** What a watch reports. */
export interface ChannelWatchParts {
  readonly channel: string
  readonly onStorm: (storm: Storm) => void
}

function isInStorm({ storm }: Incident): boolean {
  return storm !== undefined && !storm.isOver
}

/** A new problem that was seen a moment ago. */
interface Arrival {
  readonly incident: Incident
  /** The number of the occurrence with which it became new. */
  readonly sinceCount: number
  readonly at: number
}

/** Keeps one channel readable: many new problems at once become a storm, and there is a limit to what is loud. */
export class ChannelWatch {
  readonly #parts: ChannelWatchParts
  readonly #cap = new LoudCap()
  #recent: Arrival[] = []
  readonly #held = new Map<Incident, number>()
  #gathering: Storm | undefined

  constructor(parts: ChannelWatchParts) {
    this.#parts = parts
  }

  /** Decides how an alert is told. */
  judge(incident: Incident, { reason }: Alert, now: number): Verdict {
    if (reason === 'fatal') return this.#loud(now)
    if (!incident.route.policy.keepsLiveRoot) return 'loud'
    if (isInStorm(incident)) return 'inStorm'
    if (this.#held.has(incident)) return 'held'
    if (reason === 'new' || reason === 'regression') return this.#judgeNew(incident, now)
    if (incident.route.loud === 'never') return 'quiet'
    return this.#cap.hasRoom(now) ? this.#loud(now) : 'hushed'
  }

  /** Decides whether a line of the thread is loud. */
  isLoudNote(incident: Incident, now: number): boolean {
    const isWanted = incident.route.loud === 'always' && !isInStorm(incident)
    if (!isWanted || !this.#cap.hasRoom(now)) return false
    this.#cap.take(now)
    return true
  }

  /** When a hold ends, in milliseconds since 1970. */
  get dueAt(): number {
    let dueAt = Number.POSITIVE_INFINITY
    for (const heldUntil of this.#held.values()) dueAt = Math.min(dueAt, heldUntil)
    return dueAt
  }

  /** Those that were held long enough and are to be loud now; with `Infinity` all that are held. */
  release(now: number, until: number = now): readonly Incident[] {
    const due = [...this.#held].filter(([, heldUntil]) => heldUntil <= until)
    return due.flatMap(([incident]) => (this.#releaseOne(incident, now) ? [incident] : []))
  }

  #judgeNew(incident: Incident, now: number): Verdict {
    const arrival = { incident, sinceCount: incident.count, at: now }
    if (this.#gathering?.isGathering === true) return this.#toStorm(this.#gathering, arrival)
    this.#recent = this.#recent.filter(({ at }) => now - at < windowMs)
    this.#recent.push(arrival)
    if (this.#recent.length >= minStorm) return this.#openStorm('many', now)
    if (!this.#cap.hasRoom(now)) return this.#openStorm('capped', now)
    if (this.#recent.length === 1) return this.#loud(now)
    this.#held.set(incident, now + incident.route.holdMs)
    return 'held'
  }

  #openStorm(because: Storm['because'], now: number): Verdict {
    const storm = new Storm(this.#parts.channel, because, now)
    this.#gathering = storm
    for (const arrival of this.#recent) this.#toStorm(storm, arrival)
    this.#recent = []
    this.#cap.take(now)
    this.#parts.onStorm(storm)
    return 'inStorm'
  }

  #toStorm(storm: Storm, { incident, sinceCount, at }: Arrival): Verdict {
    this.#held.delete(incident)
    storm.join(incident, sinceCount, at)
    return 'inStorm'
  }

  #releaseOne(incident: Incident, now: number): boolean {
    this.#held.delete(incident)
    if (this.#cap.hasRoom(now)) {
      this.#cap.take(now)
      return true
    }
    this.#openStorm('capped', now)
    return false
  }

  #loud(now: number): Verdict {
    this.#cap.take(now)
    return 'loud'
  }
}

const hourMs = 3_600_000

/** So many loud posts an hour are the most that people read; what is beyond them is told quietly. */
const maxPerHour = 30

/** Counts the loud posts of a channel in the last hour. */
export class LoudCap {
  /** Times of the latest ones, as a ring. */
  readonly #times = new Float64Array(maxPerHour).fill(Number.NEGATIVE_INFINITY)
  #next = 0

  hasRoom(now: number): boolean {
    return now - (this.#times[this.#next] ?? 0) >= hourMs
  }

  take(now: number): void {
    this.#times[this.#next] = now
    this.#next = (this.#next + 1) % maxPerHour
  }
}
