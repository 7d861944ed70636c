import type { Clock, Timer } from '@slack-logger/core'

/** The parts of a deadline. */
const parts = 5

/** What passes of a clock. Its timers keep no process alive. */
export class Time {
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** In milliseconds from any fixed moment; never set. */
  elapsed(): number {
    return this.#clock.monotonic?.() ?? this.#clock.now()
  }

  /** In milliseconds since 1970; may be set at any time. */
  wall(): number {
    return this.#clock.now()
  }

  later(delayMs: number, run: () => void): Timer {
    return this.#clock.setTimer(run, delayMs)
  }

  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.setTimer(resolve, delayMs)
    })
  }

  /**
   * Settles as the promise does, or rejects when the time is over. A process that is stopped, blocked or short of processor time has not read
   * yet what arrived meanwhile: its time passes in parts, after each of which it reads.
   */
  within<Value>(timeoutMs: number, promise: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      let left = parts
      let timer: Timer | undefined
      const pass = (): void => {
        left -= 1
        if (left < 0) reject(new Error(`no answer within ${Math.round(timeoutMs)} ms`))
        else timer = this.later(timeoutMs / parts, pass)
      }
      pass()
      void promise.then(resolve, reject).finally(() => timer?.cancel())
    })
  }
}
