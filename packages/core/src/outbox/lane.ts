import { priorities, type Delivery } from './delivery.ts'
import { TokenBucket } from './pacing.ts'
import type { Detail } from '../message/slack-message.ts'

/** What waits for one channel, most urgent first, and when the channel takes more. */
export class Lane {
  readonly channel: string
  readonly bucket: TokenBucket
  /** Before this nothing may be sent, in milliseconds since 1970. */
  blockedUntil = 0
  /** Why nothing more is sent to this channel. */
  stopReason: string | undefined
  running: Promise<void> | undefined
  readonly #waiting: Waiting[] = []

  constructor(channel: string, now: number) {
    this.channel = channel
    this.bucket = new TokenBucket({ burst: 3, everyMs: 1000 }, now)
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  push(delivery: Delivery): void {
    this.#insert({ delivery, attempts: 0, detail: 'full', firstTriedAt: undefined })
  }

  /** Back to where it stood, before what came later. */
  putBack(waiting: Waiting): void {
    const index = this.#waiting.findIndex((other) => rank(other) >= rank(waiting))
    this.#waiting.splice(index === -1 ? this.#waiting.length : index, 0, waiting)
  }

  take(): Waiting | undefined {
    return this.#waiting.shift()
  }

  /** Empties the lane. */
  takeAll(): readonly Waiting[] {
    return this.#waiting.splice(0)
  }

  #insert(waiting: Waiting): void {
    const index = this.#waiting.findIndex((other) => rank(other) > rank(waiting))
    this.#waiting.splice(index === -1 ? this.#waiting.length : index, 0, waiting)
  }
}

/** A delivery and what became of it so far. */
export interface Waiting {
  readonly delivery: Delivery
  attempts: number
  detail: Detail
  /** In milliseconds since 1970. */
  firstTriedAt: number | undefined
}

function rank(waiting: Waiting): number {
  return priorities[waiting.delivery.priority]
}
