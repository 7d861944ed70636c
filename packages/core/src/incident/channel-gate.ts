import type { Alert, Incident } from './incident.ts'
import { Storm } from './storm.ts'

/** New problems within the window that make a storm. */
const minStorm = 6
const windowMs = 60_000
const hourMs = 3_600_000
/** Notifications in an hour; further alerts of one channel are posted without notifying. */
const maxPerHour = 30

/** How an alert is handled. */
export type Verdict =
  | 'notify'
  /** Posted without notifying, as the route asks. */
  | 'silent'
  /** Posted without notifying, because the channel's hourly limit is reached. */
  | 'capped'
  /** Waits to see whether it belongs to a storm. */
  | 'deferred'
  /** Shown by its storm. */
  | 'storm'

/** A problem that was new a moment ago. */
interface NewProblem {
  readonly incident: Incident
  /** The number of the occurrence that made it new. */
  readonly sinceCount: number
  readonly at: number
}

/** Keeps one channel readable: many new problems at once become a storm, and notifications have an hourly limit. */
export class ChannelGate {
  readonly #channel: string
  readonly #onStorm: (storm: Storm) => void
  readonly #hourly = new HourlyLimit()
  #recent: NewProblem[] = []
  /** Deferred incidents, and until when, in milliseconds since 1970. */
  readonly #deferred = new Map<Incident, number>()
  #gathering: Storm | undefined

  constructor(channel: string, onStorm: (storm: Storm) => void) {
    this.#channel = channel
    this.#onStorm = onStorm
  }

  /** Decides about an alert. */
  judge(incident: Incident, { reason }: Alert, now: number): Verdict {
    if (reason === 'fatal') return this.#notify(now)
    if (!incident.route.policy.keepsLiveRoot) return 'notify'
    if (isInStorm(incident)) return 'storm'
    if (this.#deferred.has(incident)) return 'deferred'
    if (reason === 'new' || reason === 'regression') return this.#judgeNew(incident, now)
    if (incident.route.loud === 'never') return 'silent'
    return this.#hourly.takeIfRoom(now) ? 'notify' : 'capped'
  }

  /** Decides whether the channel sees a line of a thread. */
  isBroadcast(incident: Incident, now: number): boolean {
    const isWanted = incident.route.loud === 'always' && !isInStorm(incident)
    return isWanted && this.#hourly.takeIfRoom(now)
  }

  /** When the next deferred alert is due, in milliseconds since 1970. */
  get dueAt(): number {
    return Math.min(...this.#deferred.values())
  }

  /** The deferred incidents that alert now; with `Infinity` all of them. */
  release(now: number, until: number = now): readonly Incident[] {
    const due = [...this.#deferred].filter(([, deferredUntil]) => deferredUntil <= until)
    return due
      .map(([incident]) => incident)
      .filter((incident) => {
        this.#deferred.delete(incident)
        const hasRoom = this.#hourly.takeIfRoom(now)
        if (!hasRoom) this.#openStorm('capped', now)
        return hasRoom
      })
  }

  /** Decides about an alert that an earlier process left: it makes no storm and no problem of this process wait. */
  judgeAdopted({ route }: Incident, now: number): Verdict {
    if (route.policy.keepsLiveRoot && route.loud === 'never') return 'silent'
    return this.#hourly.takeIfRoom(now) ? 'notify' : 'capped'
  }

  /** An earlier process alerted the incident already. */
  withdraw(incident: Incident): void {
    this.#deferred.delete(incident)
    this.#recent = this.#recent.filter((problem) => problem.incident !== incident)
  }

  /** Continues a storm of an earlier process. */
  resume(storm: Storm): void {
    if (storm.isGathering) this.#gathering = storm
  }

  #judgeNew(incident: Incident, now: number): Verdict {
    const problem = { incident, sinceCount: incident.count, at: now }
    if (this.#gathering?.isGathering === true) return this.#toStorm(this.#gathering, problem)
    this.#recent = this.#recent.filter(({ at }) => now - at < windowMs)
    this.#recent.push(problem)
    if (this.#recent.length >= minStorm) return this.#openStorm('many', now)
    if (!this.#hourly.hasRoom(now)) return this.#openStorm('capped', now)
    if (this.#recent.length === 1) return this.#notify(now)
    this.#deferred.set(incident, now + incident.route.holdMs)
    return 'deferred'
  }

  #openStorm(because: Storm['because'], now: number): Verdict {
    const storm = new Storm(this.#channel, { because, openedAt: now })
    this.#gathering = storm
    for (const problem of this.#recent) this.#toStorm(storm, problem)
    this.#recent = []
    this.#hourly.take(now)
    this.#onStorm(storm)
    return 'storm'
  }

  #toStorm(storm: Storm, { incident, sinceCount, at }: NewProblem): Verdict {
    this.#deferred.delete(incident)
    storm.join(incident, sinceCount, at)
    return 'storm'
  }

  #notify(now: number): Verdict {
    this.#hourly.take(now)
    return 'notify'
  }
}

function isInStorm({ storm }: Incident): boolean {
  return storm !== undefined && !storm.isOver
}

/** Counts the notifications of the last hour. */
class HourlyLimit {
  /** Times of the latest ones, as a ring. */
  readonly #times = new Float64Array(maxPerHour).fill(Number.NEGATIVE_INFINITY)
  #next = 0

  hasRoom(now: number): boolean {
    return now - (this.#times[this.#next] ?? 0) >= hourMs
  }

  takeIfRoom(now: number): boolean {
    const hasRoom = this.hasRoom(now)
    if (hasRoom) this.take(now)
    return hasRoom
  }

  take(now: number): void {
    this.#times[this.#next] = now
    this.#next = (this.#next + 1) % maxPerHour
  }
}
