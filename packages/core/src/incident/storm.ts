import type { Incident } from './incident.ts'

const minuteMs = 60_000
/** Without a further one for so long, no more new problems belong to it. */
const closesAfterMs = 5 * minuteMs
/** So long after that the few that still go on are told one by one. */
const releasesAfterMs = 30 * minuteMs
const maxReleased = 5
const quietAfterMs = 30 * minuteMs
const firstReminderMs = 4 * 60 * minuteMs
const reminderEveryMs = 24 * 60 * minuteMs
/** Of more than these only the number is known. */
const maxMembers = 1000

/** One problem of a storm. */
export interface StormMember {
  incident: Incident
  /** Occurrences in the storm that `incident` does not count, less those before the storm. */
  offset: number
}

/** What time brings to a storm. */
export type StormChange =
  /** It still goes on. */
  | { readonly kind: 'reminder' }
  /** It is over but for a few problems. */
  | { readonly kind: 'over'; readonly survivors: readonly Incident[] }

/** Many new problems at once, told as one. */
export class Storm {
  readonly channel: string
  /** Too many at once, or more than the channel should hear in an hour. */
  readonly because: 'many' | 'capped'
  /** In milliseconds since 1970. */
  readonly openedAt: number
  readonly #members = new Map<string, StormMember>()
  #newestAt: number
  #distinct = 0
  #total = 0
  #reminders = 0
  #phase: 'gathering' | 'open' | 'over' = 'gathering'

  constructor(channel: string, because: 'many' | 'capped', now: number) {
    this.channel = channel
    this.because = because
    this.openedAt = now
    this.#newestAt = now
  }

  /** Problems so far. */
  get distinct(): number {
    return this.#distinct
  }

  /** Occurrences so far. */
  get total(): number {
    return this.#total
  }

  /** In the order they came; of very many the first ones. */
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

  /** @param sinceCount the number of the occurrence with which the incident became new */
  join(incident: Incident, sinceCount: number, now: number): void {
    incident.storm = this
    this.#newestAt = now
    this.#total += incident.count - sinceCount + 1
    const known = this.#members.get(incident.key)
    if (known === undefined) {
      this.#distinct += 1
      if (this.#members.size >= maxMembers) return
      this.#members.set(incident.key, { incident, offset: 1 - sinceCount })
    } else {
      // It was forgotten meanwhile.
      known.offset += known.incident.count - sinceCount + 1
      known.incident = incident
    }
  }

  /** Whether it has a line of its own. */
  lists(key: string): boolean {
    return this.#members.has(key)
  }

  /** One more occurrence of a member. */
  count(): void {
    this.#total += 1
  }

  /** When {@link Storm.tick} has something to decide, in milliseconds since 1970. */
  dueAt(now: number): number {
    if (this.#phase === 'over') return Number.POSITIVE_INFINITY
    return this.#phase === 'gathering' ? this.#newestAt + closesAfterMs : now + minuteMs
  }

  tick(now: number): StormChange | undefined {
    const silentMs = now - this.#newestAt
    if (this.#phase === 'gathering' && silentMs >= closesAfterMs) this.#phase = 'open'
    if (this.#phase !== 'open') return undefined
    const active = this.members
      .map(({ incident }) => incident)
      .filter((incident) => now - incident.lastSeen < quietAfterMs)
    const isReleased = silentMs >= closesAfterMs + releasesAfterMs && active.length <= maxReleased
    if (active.length === 0 || isReleased) return this.#end(active)
    return this.#remind(now)
  }

  #end(survivors: readonly Incident[]): StormChange {
    this.#phase = 'over'
    for (const { incident } of this.#members.values()) incident.storm = undefined
    return { kind: 'over', survivors }
  }

  #remind(now: number): StormChange | undefined {
    const dueAt = this.openedAt + firstReminderMs + this.#reminders * reminderEveryMs
    if (now < dueAt) return undefined
    this.#reminders += 1
    return { kind: 'reminder' }
  }
}
