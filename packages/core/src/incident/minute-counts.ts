const minuteMs = 60_000
/** An hour of five-minute buckets, and the one that is being filled. */
const minutesKept = 65

/** How often something happened in each of the latest minutes, in a ring. */
export class MinuteCounts {
  readonly #slots = new Uint32Array(minutesKept)
  #newestMinute: number

  /** @param now in milliseconds since 1970 */
  constructor(now: number) {
    this.#newestMinute = Math.floor(now / minuteMs)
  }

  /** Counts one occurrence; where the clock went back, in the newest minute. */
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

  /** Goes on from what {@link MinuteCounts.latest} told at `now`. */
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

  /** Empties the slots of minutes in which nothing was counted. */
  #advance(now: number): void {
    const minute = Math.floor(now / minuteMs)
    const passed = Math.min(minute - this.#newestMinute, minutesKept)
    for (let step = 1; step <= passed; step += 1) {
      this.#slots[(this.#newestMinute + step) % minutesKept] = 0
    }
    if (minute > this.#newestMinute) this.#newestMinute = minute
  }
}
