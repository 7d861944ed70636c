import type { StormThread } from '../delivery/storm-thread.ts'
import type { Incident } from './incident.ts'

const minuteMs = 60_000
/** Without a further new problem for this long, the storm takes no more, in milliseconds. */
const closesAfterMs = 5 * minuteMs
/** The time after that until the few problems that are still active alert one by one, in milliseconds. */
const releasesAfterMs = 30 * minuteMs
const maxReleased = 5
const quietAfterMs = 30 * minuteMs
const firstReminderMs = 4 * 60 * minuteMs
const reminderEveryMs = 24 * 60 * minuteMs
/** Beyond these, problems are only counted. */
const maxMembers = 1000

/** One problem of a storm. */
export interface StormMember {
  incident: Incident
  /** Occurrences in the storm that `incident` did not count, minus those before the storm. */
  offset: number
}

/** Many new problems at once, shown as one. */
export class Storm {
  readonly channel: string
  /** Many problems at once, or the channel's hourly limit. */
  readonly because: 'many' | 'capped'
  /** In milliseconds since 1970. */
  readonly openedAt: number
  /** Problems so far. */
  distinct = 0
  /** Occurrences so far. */
  total = 0
  /** Its message, and what is below it. */
  thread: Pick<StormThread, 'notify' | 'count' | 'update' | 'list' | 'tick' | 'dueAt'> | undefined
  readonly #members = new Map<string, StormMember>()
  #newestAt: number
  #reminders = 0
  #phase: 'gathering' | 'open' | 'over' = 'gathering'

  constructor(channel: string, because: 'many' | 'capped', now: number) {
    this.channel = channel
    this.because = because
    this.openedAt = now
    this.#newestAt = now
  }

  /** In the order of their first occurrence; of very many only the first ones. */
  get members(): readonly StormMember[] {
    return [...this.#members.values()]
  }

  /** How many members are listed. */
  get listed(): number {
    return this.#members.size
  }

  /** Whether new problems belong to it. */
  get isGathering(): boolean {
    return this.#phase === 'gathering'
  }

  get isOver(): boolean {
    return this.#phase === 'over'
  }

  /** @param sinceCount the number of the occurrence that made the incident new */
  join(incident: Incident, sinceCount: number, now: number): void {
    incident.storm = this
    this.#newestAt = now
    this.total += incident.count - sinceCount + 1
    const known = this.#members.get(incident.key)
    if (known === undefined) {
      this.distinct += 1
      if (this.#members.size >= maxMembers) return
      this.#members.set(incident.key, { incident, offset: 1 - sinceCount })
    } else {
      // The incident was evicted meanwhile and is new again.
      known.offset += known.incident.count - sinceCount + 1
      known.incident = incident
    }
  }

  /** Whether a problem is listed. */
  lists(key: string): boolean {
    return this.#members.has(key)
  }

  /** When {@link Storm.tick} must be called next, in milliseconds since 1970. */
  dueAt(now: number): number {
    if (this.isOver) return Number.POSITIVE_INFINITY
    return this.isGathering ? this.#newestAt + closesAfterMs : now + minuteMs
  }

  /**
   * Ends it when it is over, except for a few problems.
   *
   * @returns those problems; `undefined` while it is not over
   */
  tick(now: number): readonly Incident[] | undefined {
    const silentMs = now - this.#newestAt
    if (this.isGathering && silentMs >= closesAfterMs) this.#phase = 'open'
    if (this.#phase !== 'open') return undefined
    const incidents = this.members.map(({ incident }) => incident)
    const active = incidents.filter(({ lastSeen }) => now - lastSeen < quietAfterMs)
    const isReleased = silentMs >= closesAfterMs + releasesAfterMs && active.length <= maxReleased
    if (active.length > 0 && !isReleased) return undefined
    this.#phase = 'over'
    for (const incident of incidents) incident.storm = undefined
    return active
  }

  /** Whether it is open for so long that people are reminded of it; `true` once for each reminder. */
  takeReminder(now: number): boolean {
    const dueAt = this.openedAt + firstReminderMs + this.#reminders * reminderEveryMs
    if (this.#phase !== 'open' || now < dueAt) return false
    this.#reminders += 1
    return true
  }
}
