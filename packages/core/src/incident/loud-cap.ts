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
