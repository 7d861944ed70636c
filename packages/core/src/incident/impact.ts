import { createHash } from 'node:crypto'

const maxEndpoints = 20
const maxUsers = 500

/** Occurrences at an endpoint. */
export interface EndpointCount {
  /** As in `'POST /orders/:id'`. */
  readonly name: string
  readonly count: number
}

/** What an incident affects, as another process knows it. */
export interface ReportedImpact {
  /** Occurrences with a known request. */
  readonly requests: number
  readonly endpoints: readonly (readonly [name: string, count: number])[]
  /** Hashes of the ids of affected users. */
  readonly users: readonly string[]
}

/** Hashes of the ids of affected users, with the quarter of an hour since 1970 in which each was seen last. */
export type SeenUsers = Readonly<Record<string, number>>

/** The endpoints and users that an incident affects, in bounded counters. */
export class Impact {
  readonly #endpoints = new Map<string, number>()
  /** The quarter of an hour in which each was seen last. */
  readonly #users = new Map<string, number>()
  /** The same of hashes of users that other processes reported. */
  readonly #reportedUsers = new Map<string, number>()
  /** Users of which the journal lacks the quarter. */
  readonly #unsaved = new Set<string>()
  #requests = 0

  /** @param now in milliseconds since 1970 */
  add(endpoint: string | undefined, user: string | undefined, now: number): void {
    if (user !== undefined) this.#addUser(user, quarterOf(now))
    if (endpoint === undefined) return
    this.#requests += 1
    const count = this.#endpoints.get(endpoint)
    if (count !== undefined) this.#endpoints.set(endpoint, count + 1)
    else if (this.#endpoints.size < maxEndpoints) this.#endpoints.set(endpoint, 1)
  }

  #addUser(user: string, quarter: number): void {
    const known = this.#users.get(user)
    if (known === quarter || (known === undefined && this.#users.size >= maxUsers)) return
    this.#users.set(user, quarter)
    this.#unsaved.add(user)
  }

  /** Adds what another process counted. */
  addReported(reported: ReportedImpact, now: number): void {
    this.#requests += reported.requests
    for (const [name, count] of reported.endpoints) {
      const known = this.#endpoints.get(name)
      if (known !== undefined || this.#endpoints.size < maxEndpoints)
        this.#endpoints.set(name, (known ?? 0) + count)
    }
    const quarter = quarterOf(now)
    this.addSeen(Object.fromEntries(reported.users.map((user) => [user, quarter])))
  }

  /** Adds users whom another process, or an earlier one, saw. */
  addSeen(seen: SeenUsers): void {
    for (const [user, quarter] of Object.entries(seen)) {
      const known = this.#reportedUsers.get(user)
      if (known === undefined && this.#reportedUsers.size >= maxUsers) continue
      this.#reportedUsers.set(user, Math.max(quarter, known ?? 0))
    }
  }

  /** Occurrences with a known request, at any endpoint. */
  get requests(): number {
    return this.#requests
  }

  /** The most frequent first. */
  get endpoints(): readonly EndpointCount[] {
    const counts = [...this.#endpoints].map(([name, count]) => ({ name, count }))
    return counts.toSorted((a, b) => b.count - a.count)
  }

  /** Distinct users, up to 500. */
  get users(): number {
    return this.#reportedUsers.size === 0
      ? this.#users.size
      : Object.keys(this.seen()).slice(0, maxUsers).length
  }

  /** The same for another process, which does not need to know the users. */
  get reported(): ReportedImpact {
    const endpoints = this.endpoints.map(({ name, count }) => [name, count] as const)
    const users = Object.keys(this.seen()).slice(0, maxUsers)
    return { requests: this.#requests, endpoints, users }
  }

  /** All users. */
  seen(): SeenUsers {
    const seen = Object.fromEntries(this.#reportedUsers)
    for (const [user, quarter] of this.#users) {
      const hash = hashOf(user)
      seen[hash] = Math.max(quarter, seen[hash] ?? 0)
    }
    return seen
  }

  /** Those of which the journal lacks something, or all; they count as written then. */
  takeUnsaved({ isComplete }: { readonly isComplete: boolean }): SeenUsers {
    const seen = isComplete
      ? this.seen()
      : Object.fromEntries(
          [...this.#unsaved].map((user) => [hashOf(user), this.#users.get(user) ?? 0]),
        )
    this.#unsaved.clear()
    return seen
  }
}

function hashOf(user: string): string {
  return createHash('sha256').update(user).digest('base64url').slice(0, 12)
}

const minuteMs = 60_000
/** An hour of five-minute buckets, and the current one. */
const minutesKept = 65
const minutesPerQuarter = 15
/** The times of reports are quarters of an hour in all time zones, those with a half or three quarters included. */
export const quarterMs: number = minutesPerQuarter * minuteMs
/** Eight days. */
const quartersKept = 8 * 24 * 4

/** The quarter of an hour of a time, both since 1970. */
export function quarterOf(time: number): number {
  return Math.floor(time / quarterMs)
}

/** When a quarter of an hour since 1970 begins, in milliseconds. */
export function quarterStart(quarter: number): number {
  return quarter * quarterMs
}

/**
 * Occurrences in each of the latest minutes, as a ring, and in each quarter of an hour of eight days. A minute that leaves the ring is added to its
 * quarter, so that counting an occurrence costs nothing more.
 */
export class MinuteCounts {
  readonly #slots = new Uint32Array(minutesKept)
  /** What is no longer in the ring, by quarter since 1970. */
  readonly #quarters = new Map<number, number>()
  #newestMinute: number

  /** @param now in milliseconds since 1970 */
  constructor(now: number) {
    this.#newestMinute = Math.floor(now / minuteMs)
  }

  /** Counts one occurrence; in the newest minute if that is ahead, as the clock of an earlier process may have been. */
  add(now: number): void {
    this.#advance(now)
    const slot = this.#newestMinute % minutesKept
    this.#slots[slot] = (this.#slots[slot] ?? 0) + 1
  }

  /** Counts several occurrences of a minute, unless that is longer ago than eight days. */
  addMany(time: number, count: number, now: number): void {
    this.#advance(Math.max(time, now))
    const minute = Math.floor(time / minuteMs)
    if (this.#newestMinute - minute >= minutesKept) {
      this.#addToQuarter(quarterOf(time), count)
      return
    }
    const slot = minute % minutesKept
    this.#slots[slot] = (this.#slots[slot] ?? 0) + count
  }

  /** The minutes with occurrences, as the wall clock counts them; of a quarter of an hour that is long over, the one in its middle. */
  entries(
    now: number,
    toWall: (time: number) => number,
  ): readonly (readonly [minute: number, count: number])[] {
    const latest = this.latest(minutesKept, now).flatMap((count, index) => {
      const minute = this.#newestMinute - (minutesKept - 1 - index)
      const middle = minute * minuteMs + minuteMs / 2
      return count === 0 ? [] : [[Math.floor(toWall(middle) / minuteMs), count] as const]
    })
    const before = [...this.#quarters].map(
      ([quarter, count]) =>
        [Math.floor(toWall(quarterStart(quarter) + quarterMs / 2) / minuteMs), count] as const,
    )
    return [...before, ...latest]
  }

  /** What {@link MinuteCounts.latest} no longer has: each of the quarters up to that of `now`, from the first one with occurrences on. */
  quarters(now: number): readonly number[] {
    this.#advance(now)
    if (this.#quarters.size === 0) return []
    const newest = quarterOf(now)
    const oldest = Math.max(newest - quartersKept + 1, Math.min(...this.#quarters.keys()))
    const length = Math.max(0, newest - oldest + 1)
    return Array.from({ length }, (_, index) => this.#quarters.get(oldest + index) ?? 0)
  }

  /** Each of the last `minutes`, up to 65, oldest first, the current one last. */
  latest(minutes: number, now: number): readonly number[] {
    this.#advance(now)
    const counts: number[] = []
    for (let ago = minutes - 1; ago >= 0; ago -= 1) counts.push(this.#at(ago))
    return counts
  }

  /** The sum of `minutes` up to the one `minutesAgo`, by default the current one. */
  sum(minutes: number, now: number, minutesAgo: number = 0): number {
    this.#advance(now)
    let sum = 0
    for (let ago = minutesAgo; ago < minutesAgo + minutes; ago += 1) sum += this.#at(ago)
    return sum
  }

  /** Restores what {@link MinuteCounts.latest} and {@link MinuteCounts.quarters} returned at `now`. */
  restore(latest: readonly number[], now: number, quarters: readonly number[] = []): void {
    this.#newestMinute = Math.floor(now / minuteMs)
    this.#slots.fill(0)
    this.#quarters.clear()
    this.#addQuarters(quarters, now)
    const kept = latest.slice(-minutesKept)
    kept.forEach((count, index) => {
      const minutesAgo = kept.length - 1 - index
      this.#slots[(this.#newestMinute - minutesAgo) % minutesKept] = count
    })
  }

  /** Adds what another process counted, by minute, to the quarters of an hour alone. */
  addCounted(perMinute: Iterable<readonly [minute: number, count: number]>): void {
    for (const [minute, count] of perMinute)
      this.#addToQuarter(Math.floor(minute / minutesPerQuarter), count)
  }

  #addQuarters(quarters: readonly number[], savedAt: number): void {
    const newest = quarterOf(savedAt)
    for (const [index, count] of quarters.entries())
      this.#addToQuarter(newest - (quarters.length - 1 - index), count)
  }

  #addToQuarter(quarter: number, count: number): void {
    const oldest = Math.floor(this.#newestMinute / minutesPerQuarter) - quartersKept
    if (count === 0 || quarter <= oldest) return
    this.#quarters.set(quarter, (this.#quarters.get(quarter) ?? 0) + count)
    if (this.#quarters.size <= quartersKept) return
    for (const each of this.#quarters.keys()) if (each <= oldest) this.#quarters.delete(each)
  }

  #at(minutesAgo: number): number {
    return this.#slots[(this.#newestMinute - minutesAgo + minutesKept) % minutesKept] ?? 0
  }

  /** The occurrences of a span, in each of its quarters of an hour: from the one of its begin to the one before its end. */
  between(from: number, to: number, now: number): readonly number[] {
    this.#advance(now)
    const first = quarterOf(from)
    const counts = Array.from(
      { length: Math.max(0, quarterOf(to) - first) },
      (_, index) => this.#quarters.get(first + index) ?? 0,
    )
    for (let ago = 0; ago < minutesKept; ago += 1) {
      const index = Math.floor((this.#newestMinute - ago) / minutesPerQuarter) - first
      const count = this.#at(ago)
      if (count > 0 && index >= 0 && index < counts.length)
        counts[index] = (counts[index] ?? 0) + count
    }
    return counts
  }

  /** Clears the slots of the minutes that passed. */
  #advance(now: number): void {
    const minute = Math.floor(now / minuteMs)
    const passed = Math.min(minute - this.#newestMinute, minutesKept)
    for (let step = 1; step <= passed; step += 1) {
      const slot = (this.#newestMinute + step) % minutesKept
      const count = this.#slots[slot] ?? 0
      if (count === 0) continue
      const over = this.#newestMinute + step - minutesKept
      this.#addToQuarter(Math.floor(over / minutesPerQuarter), count)
      this.#slots[slot] = 0
    }
    if (minute > this.#newestMinute) this.#newestMinute = minute
  }
}
