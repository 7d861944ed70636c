import type { StormThread } from '../delivery/storm-thread.ts'
import type { Incident } from './incident.ts'
import type { SnapshotStorm, StormOutline } from './snapshot.ts'

const minuteMs = 60_000
/** Without a further new problem for this long, the storm takes no more, in milliseconds. */
const closesAfterMs = 5 * minuteMs
/** The time after that until the few problems that are still active alert one by one, in milliseconds. */
const releasesAfterMs = 30 * minuteMs
const maxReleased = 5
const quietAfterMs = 30 * minuteMs
/** Only what was seen within this time still happens, in milliseconds. */
const currentMs = 5 * minuteMs
const firstReminderMs = 4 * 60 * minuteMs
const reminderEveryMs = 24 * 60 * minuteMs
/** Beyond these, problems are only counted. */
const maxMembers = 1000

export const stormReasons = ['many', 'capped', 'adopted', 'quiet'] as const

/** Many problems at once, the channel's hourly limit, many that an earlier process left unsent, or what waited in quiet hours. */
export type StormReason = (typeof stormReasons)[number]

/** One problem of a storm. */
export interface StormMember {
  incident: Incident
  /** Occurrences in the storm that `incident` did not count, minus those before the storm. */
  offset: number
}

/** Many new problems at once, shown as one. */
export class Storm {
  readonly channel: string
  readonly because: StormReason
  /** In milliseconds since 1970. */
  readonly openedAt: number
  /** Problems so far. */
  distinct = 0
  /** Occurrences so far. */
  total = 0
  /** Its message, and what is below it. */
  thread:
    | Pick<
        StormThread,
        | 'notify'
        | 'count'
        | 'update'
        | 'list'
        | 'tick'
        | 'dueAt'
        | 'isFinished'
        | 'resume'
        | 'position'
        | 'hasListed'
        | 'markListed'
        | 'markUnlisted'
      >
    | undefined
  readonly #members = new Map<string, StormMember>()
  #newestAt: number
  /** Occurrences of the members that an earlier process added. */
  #rejoined = 0
  #phase: 'waiting' | 'gathering' | 'open' | 'over' = 'gathering'
  /** When the next reminder is due, in milliseconds since 1970. */
  #remindAt: number

  constructor(
    channel: string,
    given: Pick<StormOutline, 'because' | 'openedAt'> &
      Partial<StormOutline> & { readonly isWaiting?: boolean },
  ) {
    const { because, openedAt, newestAt = openedAt, distinct = 0, total = 0 } = given
    this.channel = channel
    this.because = because
    this.openedAt = openedAt
    this.#newestAt = newestAt
    this.distinct = distinct
    this.total = total
    this.#remindAt = given.remindAt ?? openedAt + firstReminderMs
    // What an earlier process left, and what waited, does not gather what is new.
    if (because === 'adopted' || because === 'quiet') this.#phase = 'open'
    if (given.isWaiting === true) this.#phase = 'waiting'
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

  /** Whether it has no message before quiet hours end. */
  get isWaiting(): boolean {
    return this.#phase === 'waiting'
  }

  get isOver(): boolean {
    return this.#phase === 'over'
  }

  /** What a later process must know about a member; `undefined` without a message. */
  snapshot({ key }: Incident): SnapshotStorm | undefined {
    const position = this.thread?.position
    if (position === undefined || this.isOver) return undefined
    const { ref, unshown, expected } = position
    const isListed = this.thread?.hasListed(key) === true
    return { ...this.outline(), ref, unshown, isListed, ...(expected && { expected }) }
  }

  /** What a later process must know before there is a message. */
  outline(): StormOutline {
    const { because, openedAt, distinct, total } = this
    return {
      because,
      openedAt,
      newestAt: this.#newestAt,
      remindAt: this.#remindAt,
      distinct,
      total,
    }
  }

  /** Continues with a member that an earlier process added, which its numbers may not contain yet. */
  rejoin(incident: Incident): void {
    incident.storm = this
    this.#members.set(incident.key, { incident, offset: 0 })
    this.distinct = Math.max(this.distinct, this.#members.size)
    this.#rejoined += incident.count
    this.total = Math.max(this.total, this.#rejoined)
  }

  /** Takes out a member that another process has alerted already. */
  leave(incident: Incident): void {
    const member = this.#members.get(incident.key)
    if (member === undefined || !this.#members.delete(incident.key)) return
    incident.storm = undefined
    this.distinct -= 1
    this.total -= member.offset + incident.count
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

  /** The latest occurrence of a member, in milliseconds since 1970. */
  get lastSeen(): number {
    const times = this.members.map(({ incident }) => incident.lastSeen)
    return times.reduce((a, b) => Math.max(a, b), this.openedAt)
  }

  /** When {@link Storm.tick} must be called next, in milliseconds since 1970. */
  dueAt(now: number): number {
    if (this.isWaiting) return Number.POSITIVE_INFINITY
    return this.isGathering ? this.#newestAt + closesAfterMs : now + minuteMs
  }

  /** Quiet hours are over. What has a message of its own goes on there. */
  endWaiting(now: number): void {
    this.#phase = 'open'
    this.#newestAt = now
    this.#remindAt = now + firstReminderMs
    for (const { incident } of this.#members.values()) {
      const { thread, route } = incident
      incident.alerts.waitingAfter = undefined
      incident.changes += 1
      incident.isUnsaved = true
      thread?.update()
      if (thread !== undefined || !route.policy.keepsLiveRoot) incident.storm = undefined
    }
  }

  /**
   * Ends it when all of its problems are quiet, or only a few are active.
   *
   * @returns those that still happen; `undefined` while it is not over
   */
  tick(now: number): readonly Incident[] | undefined {
    const silentMs = now - this.#newestAt
    if (this.isGathering && silentMs >= closesAfterMs) this.#phase = 'open'
    if (this.#phase !== 'open') return undefined
    const active = this.#seenWithin(quietAfterMs, now)
    const isReleased = silentMs >= closesAfterMs + releasesAfterMs && active.length <= maxReleased
    if (active.length > 0 && !isReleased) return undefined
    this.#phase = 'over'
    const current = this.#seenWithin(currentMs, now)
    for (const { incident } of this.#members.values()) {
      if (incident.storm !== this) continue
      incident.storm = undefined
      incident.isLeftByStorm = incident.thread === undefined
    }
    return current
  }

  /** The members that were seen within a time, without those that left. */
  #seenWithin(ms: number, now: number): readonly Incident[] {
    return this.members
      .map(({ incident }) => incident)
      .filter(({ lastSeen, storm }) => storm === this && now - lastSeen < ms)
  }

  /** Whether it is open for so long that people are reminded of it; `true` once for each reminder. */
  takeReminder(now: number): boolean {
    if (this.#phase !== 'open' || now < this.#remindAt) return false
    if (this.#seenWithin(currentMs, now).length === 0) return false
    this.#remindAt = now + reminderEveryMs
    for (const { incident } of this.#members.values()) incident.isUnsaved = true
    return true
  }
}

/** The storms that are not over, or not shown as a whole yet. */
export class Storms {
  readonly #openThread: (storm: Storm) => NonNullable<Storm['thread']>
  readonly #storms = new Set<Storm>()

  constructor(openThread: (storm: Storm) => NonNullable<Storm['thread']>) {
    this.#openThread = openThread
  }

  get all(): readonly Storm[] {
    return [...this.#storms]
  }

  get members(): readonly StormMember[] {
    return this.all.flatMap(({ members }) => members)
  }

  /** What earlier processes left in a channel, if that is a storm. */
  adoptedIn(channel: string): Storm | undefined {
    return this.all.find(
      (storm) => storm.because === 'adopted' && storm.channel === channel && !storm.isOver,
    )
  }

  /** Adds a storm that has no message yet. */
  add(storm: Storm): void {
    this.#storms.add(storm)
  }

  /** Adds a storm and its thread. */
  open(storm: Storm): NonNullable<Storm['thread']> {
    this.#storms.add(storm)
    storm.thread = this.#openThread(storm)
    return storm.thread
  }

  /** Continues the storm of an earlier process. */
  resume(channel: string, snapshot: SnapshotStorm): Storm {
    const { ref, unshown, expected } = snapshot
    const known = this.all.find(({ thread }) => thread?.position?.ref === ref)
    if (known !== undefined) return known
    const storm = new Storm(channel, snapshot)
    this.open(storm).resume({ ref, unshown, isComplete: true, expected })
    return storm
  }

  close(storm: Storm): void {
    this.#storms.delete(storm)
  }
}
