import type { Clock, Timer } from './environment.ts'

/** How a wait ends early, and whether it holds the process. */
export interface DelayOptions {
  /** Ends the wait at once. */
  readonly signal?: AbortSignal
  /**
   * Whether the process stays alive for it.
   *
   * @default false
   */
  readonly keepsAlive?: boolean
}

/** Resolves after `delayMs`, or at once when the signal fires. All waiting of the package goes through here. */
export function delay(clock: Clock, delayMs: number, options: DelayOptions = {}): Promise<void> {
  const { signal, keepsAlive = false } = options
  if (delayMs <= 0 || signal?.aborted === true) return Promise.resolve()
  return new Promise((resolve) => {
    const finish = (): void => {
      timer.cancel()
      signal?.removeEventListener('abort', finish)
      resolve()
    }
    const timer = clock.setTimer(finish, delayMs)
    if (keepsAlive) timer.ref?.()
    signal?.addEventListener('abort', finish, { once: true })
  })
}

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

/** How many may go at once, and how fast more are granted. */
export interface TokenBucketOptions {
  readonly burst: number
  readonly everyMs: number
}

/**
 * Grants what may be sent.
 *
 * Slack takes about one message a second per channel, with short bursts.
 *
 * @see https://docs.slack.dev/apis/web-api/rate-limits
 */
export class TokenBucket {
  readonly #options: TokenBucketOptions
  /** When everything granted so far would have gone at the steady pace, in milliseconds. */
  #paidUntil: number

  constructor(options: TokenBucketOptions, now: number) {
    this.#options = options
    this.#paidUntil = now
  }

  /** How long until one more may go, in milliseconds; 0 if now. */
  waitMs(now: number): number {
    const { burst, everyMs } = this.#options
    // A clock that went back must not lead to a wait longer than an empty bucket's.
    this.#paidUntil = Math.min(this.#paidUntil, now + burst * everyMs)
    return Math.max(0, this.#paidUntil - (burst - 1) * everyMs - now)
  }

  /** How many may go within a time. */
  grants(now: number, withinMs: number): number {
    const waitMs = this.waitMs(now)
    if (waitMs > withinMs) return 0
    const { burst, everyMs } = this.#options
    const saved = burst - Math.ceil(Math.max(0, this.#paidUntil - now) / everyMs)
    return Math.max(1, saved) + Math.floor((withinMs - waitMs) / everyMs)
  }

  take(now: number): void {
    this.#paidUntil = Math.max(this.#paidUntil, now) + this.#options.everyMs
  }
}
