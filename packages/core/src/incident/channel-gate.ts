import { isQuiet, quietMs, type ResolvedQuietHours } from '../options/quiet-hours.ts'
import type { Alert, Incident } from './incident.ts'
import { Storm } from './storm.ts'

/** So many new problems within so many milliseconds make a storm. */
const storms = [
  { problems: 6, withinMs: 60_000 },
  { problems: 10, withinMs: 600_000 },
] as const
const recentMs = 600_000
/** From the third new problem in this time on, further ones wait for the next, in milliseconds. */
const burstMs = 120_000
/** They wait for so many times the usual gap between them. */
const gapFactor = 3
/** How long they wait for the next one, and how long one of them waits at most, in milliseconds. */
const maxGapMs = 60_000
const maxHoldMs = 180_000
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
  /** Shown when quiet hours end. */
  | 'quiet'

/** A problem that was new a moment ago. */
interface NewProblem {
  readonly incident: Incident
  /** The number of the occurrence that made it new. */
  readonly sinceCount: number
  readonly at: number
}

/** What waits for the end of quiet hours. */
interface Waiting {
  readonly storm: Storm
  readonly hours: ResolvedQuietHours | undefined
  /** In milliseconds since 1970. */
  endsAt: number
}

export interface ChannelGateDeps {
  /** Called with a storm that is to be posted. */
  readonly onStorm: (storm: Storm) => void
  /** Called with what will be posted when quiet hours end. */
  readonly onWaiting: (storm: Storm) => void
  /** What the wall clock shows at a time. */
  readonly toWall: (time: number) => number
}

/** Keeps one channel readable: many new problems at once become a storm, quiet hours are kept, and notifications have an hourly limit. */
export class ChannelGate {
  readonly #channel: string
  readonly #deps: ChannelGateDeps
  readonly #hourly = new HourlyLimit()
  #recent: NewProblem[] = []
  /** Deferred incidents, and until when, in milliseconds since 1970. */
  readonly #deferred = new Map<Incident, { readonly since: number; until: number }>()
  #gathering: Storm | undefined
  #waiting: Waiting | undefined

  constructor(channel: string, deps: ChannelGateDeps) {
    this.#channel = channel
    this.#deps = deps
  }

  /** Decides about an alert. */
  judge(incident: Incident, alert: Alert, now: number): Verdict {
    const { reason } = alert
    if (this.mustWait(incident, now)) return this.#wait(incident, alert, now)
    if (incident.alerts.waitingAfter !== undefined) this.#stopWaiting(incident)
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
    if (isWanted && this.mustWait(incident, now)) return false
    return isWanted && this.#hourly.takeIfRoom(now)
  }

  /** When the next deferred alert is due, in milliseconds since 1970. */
  get dueAt(): number {
    const endsAt = this.#waiting?.endsAt ?? Number.POSITIVE_INFINITY
    return Math.min(endsAt, ...[...this.#deferred.values()].map(({ until }) => until))
  }

  /** Whether quiet hours hold for an incident. */
  mustWait({ route, isFatal }: Incident, now: number): boolean {
    const { quietHours } = route
    if (quietHours === undefined || (isFatal && quietHours.except === 'fatal')) return false
    return isQuiet(quietHours, this.#deps.toWall(now))
  }

  /** An alert of an earlier process waited for the end of quiet hours. */
  resumeWaiting(incident: Incident, now: number): void {
    const { last } = incident.alerts
    if (last !== undefined) this.#wait(incident, last, now)
  }

  /** Posts what waited when quiet hours are over, or when the process ends. */
  endWaiting(now: number, { isEnding }: { readonly isEnding: boolean }): void {
    const waiting = this.#waiting
    if (waiting === undefined) return
    const { storm, hours } = waiting
    if (!isEnding && hours !== undefined && isQuiet(hours, this.#deps.toWall(now))) {
      // The clock was set back.
      if (now >= waiting.endsAt) waiting.endsAt = this.#endOf(hours, now)
      return
    }
    this.#waiting = undefined
    storm.endWaiting(now)
    if (storm.listed === 0) return
    this.#hourly.take(now)
    this.#deps.onStorm(storm)
  }

  /** The deferred incidents that alert now; with `Infinity` all of them. */
  release(now: number, until: number = now): readonly Incident[] {
    const due = [...this.#deferred].filter(([, deferral]) => deferral.until <= until)
    return due
      .map(([incident]) => incident)
      .filter((incident) => {
        this.#deferred.delete(incident)
        const { last } = incident.alerts
        if (last !== undefined && this.mustWait(incident, now)) {
          this.#wait(incident, last, now)
          return false
        }
        const hasRoom = this.#hourly.takeIfRoom(now)
        if (!hasRoom) this.#openStorm('capped', now)
        return hasRoom
      })
  }

  /** Decides about an alert that an earlier process left: it makes no storm and no problem of this process wait. */
  judgeAdopted(incident: Incident, alert: Alert, now: number): Verdict {
    const { route } = incident
    if (this.mustWait(incident, now)) return this.#wait(incident, alert, now)
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
    this.#recent = this.#recent.filter(({ at }) => now - at < recentMs)
    this.#recent.push(problem)
    if (this.#isStorm(now)) return this.#openStorm('many', now)
    if (!this.#hourly.hasRoom(now)) return this.#openStorm('capped', now)
    const holdMs = this.#holdMs(incident, now)
    if (holdMs === undefined) return this.#notify(now)
    this.#defer(incident, now, now + holdMs)
    return 'deferred'
  }

  #wait(incident: Incident, { previousCount, at }: Alert, now: number): Verdict {
    this.withdraw(incident)
    if (isInStorm(incident)) return 'storm'
    const openedAt = Math.min(incident.origin?.at ?? at, now)
    this.#waiting ??= this.#startWaiting(incident.route.quietHours, { openedAt, now })
    const { storm } = this.#waiting
    const after = incident.alerts.waitingAfter ?? previousCount
    storm.join(incident, after + 1, now)
    if (storm.lists(incident.key)) incident.alerts.waitingAfter = after
    return 'quiet'
  }

  #startWaiting(
    hours: ResolvedQuietHours | undefined,
    { openedAt, now }: { readonly openedAt: number; readonly now: number },
  ): Waiting {
    const storm = new Storm(this.#channel, { because: 'quiet', openedAt, isWaiting: true })
    this.#deps.onWaiting(storm)
    return { storm, hours, endsAt: this.#endOf(hours, now) }
  }

  /** It notifies by itself, as it is fatal now. */
  #stopWaiting(incident: Incident): void {
    incident.alerts.waitingAfter = undefined
    this.#waiting?.storm.leave(incident)
  }

  #endOf(hours: ResolvedQuietHours | undefined, now: number): number {
    return now + quietMs(hours, this.#deps.toWall(now))
  }

  #isStorm(now: number): boolean {
    return storms.some(({ problems, withinMs }) => {
      const oldest = this.#recent.at(-problems)
      return oldest !== undefined && now - oldest.at < withinMs
    })
  }

  /** How long a new problem waits; `undefined` for one that is not close to another. */
  #holdMs({ route }: Incident, now: number): number | undefined {
    const burst = this.#recent.filter(({ at }) => now - at < burstMs)
    const [first] = burst
    if (first === undefined || burst.length === 1) return undefined
    if (burst.length === 2 || route.holdMs === 0) return route.holdMs
    const gapMs = (now - first.at) / (burst.length - 1)
    return Math.max(route.holdMs, Math.min(gapFactor * gapMs, maxGapMs))
  }

  /** Those that wait already wait for the next one, too. */
  #defer(incident: Incident, now: number, until: number): void {
    this.#deferred.set(incident, { since: now, until })
    for (const deferral of this.#deferred.values()) {
      const latest = deferral.since + maxHoldMs
      deferral.until = Math.max(deferral.until, Math.min(until, latest))
    }
  }

  #openStorm(because: Storm['because'], now: number): Verdict {
    const storm = new Storm(this.#channel, { because, openedAt: now })
    this.#gathering = storm
    for (const problem of this.#recent) this.#toStorm(storm, problem)
    this.#recent = []
    this.#hourly.take(now)
    this.#deps.onStorm(storm)
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
