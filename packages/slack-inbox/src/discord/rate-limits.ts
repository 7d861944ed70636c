import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'

/** Requests of a route in a window; Discord shows its numbers in headers only. */
const routeLimit = { requests: 5, windowMs: 2000 }
const globalLimit = { requests: 50, windowMs: 1000 }

interface Window {
  readonly startedAt: number
  count: number
}

/** What a request may do, and what the headers of its answer say. */
export interface Permit {
  readonly headers: Readonly<Record<string, string>>
  /** How long the client must wait, in milliseconds; `undefined` if the request is granted. */
  readonly waitMs: number | undefined
  readonly isGlobal: boolean
}

/**
 * Discord's limits: requests of a route to one channel or webhook, and of everything together.
 *
 * @see https://docs.discord.com/developers/topics/rate-limits
 */
export class DiscordRateLimits {
  readonly #clock: Clock
  readonly #isOn: boolean
  readonly #windows = new Map<string, Window>()

  constructor(clock: Clock, isOn: boolean) {
    this.#clock = clock
    this.#isOn = isOn
  }

  /** @param route as in `POST webhooks` @param resource the id of the channel or webhook */
  count(route: string, resource: string): Permit {
    if (!this.#isOn) return { headers: {}, waitMs: undefined, isGlobal: false }
    const all = this.#window('global', globalLimit.windowMs)
    const one = this.#window(`${route} ${resource}`, routeLimit.windowMs)
    const globalWaitMs = waitOf(all, globalLimit, this.#clock.now())
    if (globalWaitMs !== undefined)
      return {
        headers: { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' },
        waitMs: globalWaitMs,
        isGlobal: true,
      }
    const waitMs = waitOf(one, routeLimit, this.#clock.now())
    if (waitMs === undefined) {
      one.count += 1
      all.count += 1
    }
    return { headers: this.#headers(route, one, waitMs), waitMs, isGlobal: false }
  }

  clear(): void {
    this.#windows.clear()
  }

  #window(key: string, windowMs: number): Window {
    const now = this.#clock.now()
    const known = this.#windows.get(key)
    if (known !== undefined && now - known.startedAt < windowMs) return known
    const window = { startedAt: now, count: 0 }
    this.#windows.set(key, window)
    return window
  }

  #headers(route: string, window: Window, waitMs: number | undefined): Permit['headers'] {
    const resetAt = window.startedAt + routeLimit.windowMs
    return {
      'x-ratelimit-limit': String(routeLimit.requests),
      'x-ratelimit-remaining': String(routeLimit.requests - window.count),
      'x-ratelimit-reset': (resetAt / 1000).toFixed(3),
      'x-ratelimit-reset-after': ((resetAt - this.#clock.now()) / 1000).toFixed(3),
      'x-ratelimit-bucket': createHash('sha256').update(route).digest('hex').slice(0, 32),
      ...(waitMs !== undefined && { 'x-ratelimit-scope': 'user' }),
    }
  }
}

function waitOf(
  { count, startedAt }: Window,
  { requests, windowMs }: { readonly requests: number; readonly windowMs: number },
  now: number,
): number | undefined {
  return count < requests ? undefined : startedAt + windowMs - now
}
