import { type HttpAnswer, readRetryAfter } from '@slack-logger/core'

/** A route of Discord's API. Its limit counts for each channel or webhook on its own. */
export interface Route {
  /** Without ids, as in `POST channels/messages`. */
  readonly name: string
  /** The id of the channel or of the webhook. */
  readonly resource: string
}

/** After an answer with 429 that names no time, in milliseconds: Cloudflare's bans last for minutes. */
const defaultWaitMs = 60_000

/**
 * Discord's rate limits, as far as its answers show them: no number is written here, since Discord changes them.
 *
 * @see https://docs.discord.com/developers/topics/rate-limits
 */
export class RateLimits {
  /** Discord's names of the limits, by route; several routes may share one. */
  readonly #buckets = new Map<string, string>()
  /** When exhausted limits are granted again, by limit and resource, in milliseconds. */
  readonly #exhausted = new Map<string, number>()
  #globalUntil = 0

  /** How long a request must wait, in milliseconds; 0 for now. */
  waitMs(route: Route, now: number): number {
    const until = this.#exhausted.get(this.#keyOf(route)) ?? 0
    return Math.max(0, until - now, this.#globalUntil - now)
  }

  /**
   * Remembers what an answer says about its route.
   *
   * @returns the wait in milliseconds after a refusal, else `undefined`
   */
  read(route: Route, answer: HttpAnswer, now: number): number | undefined {
    const { headers, status } = answer
    const bucket = headers['x-ratelimit-bucket']
    if (bucket !== undefined) this.#buckets.set(route.name, bucket)
    if (status === 429) return this.#refused(route, answer, now)
    const resetMs = Number(headers['x-ratelimit-reset-after']) * 1000
    if (headers['x-ratelimit-remaining'] === '0' && resetMs > 0) this.#exhaust(route, now, resetMs)
    return undefined
  }

  #refused(route: Route, answer: HttpAnswer, now: number): number {
    const limit = readLimit(answer.body)
    const waitMs = limit?.afterMs ?? readRetryAfter(answer, Date.now()) ?? defaultWaitMs
    // An answer without JSON is Cloudflare's, which refuses the whole address.
    const isGlobal = limit?.isGlobal ?? true
    if (isGlobal || answer.headers['x-ratelimit-global'] === 'true')
      this.#globalUntil = Math.max(this.#globalUntil, now + waitMs)
    else this.#exhaust(route, now, waitMs)
    return waitMs
  }

  #exhaust(route: Route, now: number, forMs: number): void {
    for (const [key, until] of this.#exhausted) if (until <= now) this.#exhausted.delete(key)
    this.#exhausted.set(this.#keyOf(route), now + forMs)
  }

  #keyOf({ name, resource }: Route): string {
    return `${this.#buckets.get(name) ?? name} ${resource}`
  }
}

interface Limit {
  readonly afterMs: number | undefined
  readonly isGlobal: boolean
}

/** The body of a 429: `retry_after` is in seconds with decimals. */
function readLimit(body: string): Limit | undefined {
  try {
    const { retry_after: seconds, global } = JSON.parse(body) as Readonly<Record<string, unknown>>
    const isTime = typeof seconds === 'number' && seconds >= 0
    return { afterMs: isTime ? Math.ceil(seconds * 1000) : undefined, isGlobal: global === true }
  } catch {
    // Cloudflare answers with a page.
    return undefined
  }
}
