import type { Clock, Timer } from '../environment.ts'

/** Node's timers take no more. */
const maxDelayMs = 2 ** 31 - 1

/** The one timer of a sink: rings at the earliest of the times it was set to. */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: () => void
  #timer: Timer | undefined
  #setTo = Number.POSITIVE_INFINITY
  #isOver = false

  /** @param ring has to set the alarm again for whatever is still to come */
  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** @param at in milliseconds since 1970 */
  set(at: number): void {
    if (this.#isOver || at >= this.#setTo) return
    this.#timer?.cancel()
    this.#setTo = at
    const delayMs = Math.min(Math.max(0, at - this.#clock.now()), maxDelayMs)
    this.#timer = this.#clock.setTimer(() => {
      this.#reset()
      this.#ring()
    }, delayMs)
  }

  /** Rings no more. */
  end(): void {
    this.#isOver = true
    this.#reset()
  }

  #reset(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#setTo = Number.POSITIVE_INFINITY
  }
}
