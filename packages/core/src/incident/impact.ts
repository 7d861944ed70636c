const maxEndpoints = 20
const maxUsers = 500

/** Occurrences at an endpoint. */
export interface EndpointCount {
  /** As in `'POST /orders/:id'`. */
  readonly name: string
  readonly count: number
}

/** The endpoints and users that an incident affects, in bounded counters. */
export class Impact {
  readonly #endpoints = new Map<string, number>()
  readonly #users = new Set<string>()
  #requests = 0

  add(endpoint: string | undefined, user: string | undefined): void {
    if (user !== undefined && this.#users.size < maxUsers) this.#users.add(user)
    if (endpoint === undefined) return
    this.#requests += 1
    const count = this.#endpoints.get(endpoint)
    if (count !== undefined) this.#endpoints.set(endpoint, count + 1)
    else if (this.#endpoints.size < maxEndpoints) this.#endpoints.set(endpoint, 1)
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
    return this.#users.size
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
