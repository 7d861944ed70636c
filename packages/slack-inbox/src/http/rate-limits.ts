import type { Clock } from '../clock.ts'

/** How many messages the inbox accepts before it responds with 429. */
export interface RateLimitOptions {
  /**
   * Messages that one channel accepts at once; after that, one a second. Slack documents no number; up to 25 were
   * observed.
   *
   * @default 10
   */
  readonly burst?: number
  /**
   * Messages a minute to all channels together. Slack documents "several hundred".
   *
   * @default 300
   */
  readonly messagesPerMinute?: number
}

interface Window {
  readonly startedAt: number
  count: number
}

interface Bucket {
  level: number
  at: number
}

const minuteMs = 60_000

/**
 * Slack's limits: calls a minute per method, and one message a second per channel, with a burst.
 *
 * @see https://docs.slack.dev/apis/web-api/rate-limits
 */
export class RateLimits {
  readonly #clock: Clock
  readonly #burst: number
  readonly #messagesPerMinute: number
  readonly #isOn: boolean
  readonly #windows = new Map<string, Window>()
  readonly #channels = new Map<string, Bucket>()
  #workspace: Bucket = { level: 0, at: 0 }

  constructor(clock: Clock, options: RateLimitOptions | boolean) {
    this.#clock = clock
    this.#isOn = options !== false
    const { burst = 10, messagesPerMinute = 300 } = typeof options === 'object' ? options : {}
    this.#burst = burst
    this.#messagesPerMinute = messagesPerMinute
  }

  /** Counts a call of `method`; returns the seconds to wait if it exceeds the limit. */
  countCall(method: string, callsPerMinute: number): number | undefined {
    if (!this.#isOn) return undefined
    const now = this.#clock.now()
    const window = this.#windows.get(method)
    if (window === undefined || now - window.startedAt >= minuteMs) {
      this.#windows.set(method, { startedAt: now, count: 1 })
      return undefined
    }
    if (window.count >= callsPerMinute) return wholeSeconds(window.startedAt + minuteMs - now)
    window.count += 1
    return undefined
  }

  /** The seconds until `channel` accepts another message; undefined if it accepts one now. */
  messageWait(channel: string): number | undefined {
    if (!this.#isOn) return undefined
    const inChannel = this.#channelBucket(channel).level + 1 - this.#burst
    const inWorkspace = this.#drainedWorkspace().level + 1 - this.#messagesPerMinute
    const waitMs = Math.max(inChannel * 1000, (inWorkspace * minuteMs) / this.#messagesPerMinute)
    return waitMs > 0 ? wholeSeconds(waitMs) : undefined
  }

  /** Counts a message that `channel` accepted. */
  countMessage(channel: string): void {
    if (!this.#isOn) return
    this.#channelBucket(channel).level += 1
    this.#drainedWorkspace().level += 1
  }

  clear(): void {
    this.#windows.clear()
    this.#channels.clear()
    this.#workspace = { level: 0, at: 0 }
  }

  #channelBucket(channel: string): Bucket {
    const bucket = drained(this.#channels.get(channel), this.#clock.now(), 1 / 1000)
    this.#channels.set(channel, bucket)
    return bucket
  }

  #drainedWorkspace(): Bucket {
    const perMs = this.#messagesPerMinute / minuteMs
    this.#workspace = drained(this.#workspace, this.#clock.now(), perMs)
    return this.#workspace
  }
}

function drained(bucket: Bucket | undefined, now: number, perMs: number): Bucket {
  if (bucket === undefined) return { level: 0, at: now }
  return { level: Math.max(0, bucket.level - (now - bucket.at) * perMs), at: now }
}

/** `Retry-After` is in whole seconds; rounded down, the client would retry too early. */
function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}
