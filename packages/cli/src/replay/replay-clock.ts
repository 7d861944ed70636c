import type { Clock } from '@slack-logger/core'

interface ReplayTimer {
  readonly dueAt: number
  readonly callback: () => void
}

/** After so many turns of the event loop, what a timer began is over: nothing in a replay waits for anything else. */
const turns = 4

/** The time of the records. */
export class ReplayClock implements Clock {
  readonly #timers = new Set<ReplayTimer>()
  #now: number

  /** @param startedAt in milliseconds since 1970 */
  constructor(startedAt: number) {
    this.#now = startedAt
  }

  now(): number {
    return this.#now
  }

  setTimer(callback: () => void, delayMs: number): ReturnType<Clock['setTimer']> {
    const timer = { dueAt: this.#now + Math.max(0, delayMs), callback }
    this.#timers.add(timer)
    return { cancel: () => void this.#timers.delete(timer) }
  }

  /** Lets the event loop do what was begun. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
  }

  /**
   * Moves on to a time, unless it has passed: records of several processes are not in order.
   *
   * @returns `undefined` if nothing was due until then
   */
  advanceTo(time: number): Promise<void> | undefined {
    if (this.#next(time) !== undefined) return this.#run(time)
    this.#now = Math.max(this.#now, time)
    return undefined
  }

  async #run(until: number): Promise<void> {
    // What the record before has begun, happens at its time.
    await this.settle()
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.dueAt)
      next.callback()
      await this.settle()
    }
    this.#now = Math.max(this.#now, until)
  }

  #next(until: number): ReplayTimer | undefined {
    let next: ReplayTimer | undefined
    for (const timer of this.#timers)
      if (timer.dueAt <= until && timer.dueAt < (next?.dueAt ?? Number.POSITIVE_INFINITY))
        next = timer
    return next
  }
}
