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

/** The endpoints and users that an incident affects, in bounded counters. */
export class Impact {
  readonly #endpoints = new Map<string, number>()
  readonly #users = new Set<string>()
  /** Hashes of the users that other processes reported. */
  readonly #reportedUsers = new Set<string>()
  #requests = 0

  add(endpoint: string | undefined, user: string | undefined): void {
    if (user !== undefined && this.#users.size < maxUsers) this.#users.add(user)
    if (endpoint === undefined) return
    this.#requests += 1
    const count = this.#endpoints.get(endpoint)
    if (count !== undefined) this.#endpoints.set(endpoint, count + 1)
    else if (this.#endpoints.size < maxEndpoints) this.#endpoints.set(endpoint, 1)
  }

  /** Adds what another process counted. */
  addReported(reported: ReportedImpact): void {
    this.#requests += reported.requests
    for (const [name, count] of reported.endpoints) {
      const known = this.#endpoints.get(name)
      if (known !== undefined || this.#endpoints.size < maxEndpoints)
        this.#endpoints.set(name, (known ?? 0) + count)
    }
    for (const user of reported.users)
      if (this.#reportedUsers.size < maxUsers) this.#reportedUsers.add(user)
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
    return this.#reportedUsers.size === 0 ? this.#users.size : this.#hashedUsers.length
  }

  /** The same for another process, which does not need to know the users. */
  get reported(): ReportedImpact {
    const endpoints = this.endpoints.map(({ name, count }) => [name, count] as const)
    return { requests: this.#requests, endpoints, users: this.#hashedUsers }
  }

  get #hashedUsers(): readonly string[] {
    const own = [...this.#users].map((user) =>
      createHash('sha256').update(user).digest('base64url').slice(0, 12),
    )
    return [...new Set([...this.#reportedUsers, ...own])].slice(0, maxUsers)
  }
}

const minuteMs = 60_000
/** An hour of five-minute buckets, and the current one. */
const minutesKept = 65

/** Occurrences in each of the latest minutes, as a ring. */
export class MinuteCounts {
  readonly #slots = new Uint32Array(minutesKept)
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

  /** Counts several occurrences of a minute, unless that is over for so long that it is not kept. */
  addMany(time: number, count: number, now: number): void {
    this.#advance(Math.max(time, now))
    const minute = Math.floor(time / minuteMs)
    if (this.#newestMinute - minute >= minutesKept) return
    const slot = minute % minutesKept
    this.#slots[slot] = (this.#slots[slot] ?? 0) + count
  }

  /** The minutes with occurrences, as the wall clock counts them. */
  entries(
    now: number,
    toWall: (time: number) => number,
  ): readonly (readonly [minute: number, count: number])[] {
    return this.latest(minutesKept, now).flatMap((count, index) => {
      const minute = this.#newestMinute - (minutesKept - 1 - index)
      const middle = minute * minuteMs + minuteMs / 2
      return count === 0 ? [] : [[Math.floor(toWall(middle) / minuteMs), count] as const]
    })
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

  /** Restores what {@link MinuteCounts.latest} returned at `now`. */
  restore(latest: readonly number[], now: number): void {
    this.#newestMinute = Math.floor(now / minuteMs)
    this.#slots.fill(0)
    const kept = latest.slice(-minutesKept)
    kept.forEach((count, index) => {
      const minutesAgo = kept.length - 1 - index
      this.#slots[(this.#newestMinute - minutesAgo) % minutesKept] = count
    })
  }

  #at(minutesAgo: number): number {
    return this.#slots[(this.#newestMinute - minutesAgo + minutesKept) % minutesKept] ?? 0
  }

  /** Clears the slots of the minutes that passed. */
  #advance(now: number): void {
    const minute = Math.floor(now / minuteMs)
    const passed = Math.min(minute - this.#newestMinute, minutesKept)
    for (let step = 1; step <= passed; step += 1) {
      this.#slots[(this.#newestMinute + step) % minutesKept] = 0
    }
    if (minute > this.#newestMinute) this.#newestMinute = minute
  }
}
