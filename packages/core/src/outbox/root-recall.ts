import { isMainThread } from 'node:worker_threads'
import type { Destination, Recalled } from '../slack/destination.ts'

/** What recalling works with. */
export interface RootRecallParts {
  readonly destination: Pick<Destination, 'recall'>
  /** Those whose messages may be of incidents that go on. */
  readonly channels: readonly string[]
  /** In milliseconds since 1970. */
  readonly now: () => number
  /** Whether nothing more urgent is to be done. */
  readonly isIdle: () => boolean
  readonly onRecalled: (channel: string, posts: readonly Recalled[]) => void
}

/** A program that starts has better things to do; a worker has nothing else. */
const firstAfterMs = isMainThread ? 1500 : 100
const againAfterMs = 5000
/** What was silent for longer is told anew anyway. */
const maxAgeMs = 86_400_000
const timeoutMs = 2500

/** Finds the messages of a process that left nothing else: asked once, as soon as there is nothing more urgent. */
export class RootRecall {
  readonly #parts: RootRecallParts
  readonly #abort = new AbortController()
  #dueAt: number

  constructor(parts: RootRecallParts) {
    this.#parts = parts
    this.#dueAt = parts.now() + firstAfterMs
  }

  /** When {@link RootRecall.tick} has something to do, in milliseconds since 1970. */
  get dueAt(): number {
    return this.#dueAt
  }

  tick(now: number): void {
    if (now < this.#dueAt) return
    this.#dueAt = this.#parts.isIdle() ? Number.POSITIVE_INFINITY : now + againAfterMs
    if (this.#dueAt !== Number.POSITIVE_INFINITY) return
    for (const channel of this.#parts.channels) void this.#recall(channel, now)
  }

  /** There is no need any more. */
  cancel(): void {
    this.#dueAt = Number.POSITIVE_INFINITY
    this.#abort.abort()
  }

  async #recall(channel: string, now: number): Promise<void> {
    const { destination, onRecalled } = this.#parts
    const { signal } = this.#abort
    const since = now - maxAgeMs
    const posts = await destination.recall(channel, { since, timeoutMs, signal })
    if (!signal.aborted) onRecalled(channel, posts)
  }
}
