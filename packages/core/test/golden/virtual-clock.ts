import type { Clock } from '../../src/index.ts'

interface VirtualTimer {
  readonly owner: object
  readonly dueAt: number
  readonly callback: () => void
}

/** So many turns of the event loop without anything new, and what a timer began is over. */
const calmTurns = 8

/** Time that moves only when a test moves it, for several programs at once. */
export class VirtualClock {
  now: number
  #timers: VirtualTimer[] = []
  /** Counts whatever may lead to more within the same moment. */
  #activity = 0
  #busy = 0

  /** @param startedAt in milliseconds since 1970 */
  constructor(startedAt: number) {
    this.now = startedAt
  }

  /** The clock of one program. */
  of(owner: object): Clock {
    return {
      now: () => this.now,
      setTimer: (callback, delayMs) => {
        const timer = { owner, dueAt: this.now + Math.max(0, delayMs), callback }
        this.#timers.push(timer)
        this.#activity += 1
        return {
          cancel: () => {
            this.#timers = this.#timers.filter((other) => other !== timer)
          },
        }
      },
    }
  }

  /** Cancels the timers of a program that died. */
  stop(owner: object): void {
    this.#timers = this.#timers.filter((timer) => timer.owner !== owner)
  }

  /** Time does not move on before this is done. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#busy += 1
    try {
      return await work()
    } finally {
      this.#busy -= 1
      this.#activity += 1
    }
  }

  async advance(ms: number): Promise<void> {
    const until = this.now + ms
    await this.#settle()
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.now = Math.max(this.now, next.dueAt)
      next.callback()
      await this.#settle()
    }
    this.now = until
  }

  /** The earliest; of those due at the same time, the one that was set first. */
  #next(until: number): VirtualTimer | undefined {
    let next: VirtualTimer | undefined
    for (const timer of this.#timers) {
      if (timer.dueAt <= until && (next === undefined || timer.dueAt < next.dueAt)) next = timer
    }
    return next
  }

  async #settle(): Promise<void> {
    for (let calm = 0; calm < calmTurns;) {
      const before = this.#activity
      await new Promise<void>((resolve) => {
        setImmediate(resolve)
      })
      calm = this.#busy === 0 && this.#activity === before ? calm + 1 : 0
    }
  }
}
