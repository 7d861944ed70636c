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
