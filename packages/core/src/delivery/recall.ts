import { isMainThread } from 'node:worker_threads'
import { withTimeout, type SteadyClock, type Ticker } from '../clock.ts'
import { snapshotOfMetadata, type IncidentSnapshot } from '../incident/snapshot.ts'
import type { Destination } from './destination.ts'

export interface RecallDeps {
  readonly destination: Pick<Destination, 'recall'>
  readonly service: string
  /** The channels that may have messages of active incidents. */
  readonly channels: readonly string[]
  readonly clock: SteadyClock
  /** Whether nothing more urgent is waiting. */
  readonly isIdle: () => boolean
  readonly onRecalled: (incidents: readonly IncidentSnapshot[]) => void
}

/** Later in the main thread, where a starting service has more important work. */
const firstAfterMs = isMainThread ? 1500 : 100
const retryAfterMs = 5000
/** An incident that was silent for longer alerts again anyway, in milliseconds. */
const maxAgeMs = 86_400_000
const timeoutMs = 2500

/** Finds the messages of an earlier process that left no files: once, as soon as nothing more urgent waits. */
export class Recall implements Ticker {
  readonly #deps: RecallDeps
  readonly #abort = new AbortController()
  dueAt: number

  constructor(deps: RecallDeps) {
    this.#deps = deps
    this.dueAt = deps.clock.now() + firstAfterMs
  }

  tick(now: number): void {
    const { isIdle, channels } = this.#deps
    if (now < this.dueAt) return
    const isTime = isIdle()
    this.dueAt = isTime ? Number.POSITIVE_INFINITY : now + retryAfterMs
    if (isTime) for (const channel of channels) void this.#recall(channel, now)
  }

  cancel(): void {
    this.dueAt = Number.POSITIVE_INFINITY
    this.#abort.abort()
  }

  async #recall(channel: string, now: number): Promise<void> {
    const { clock, destination, service, onRecalled } = this.#deps
    const { signal } = this.#abort
    const messages = await withTimeout(clock, { timeoutMs, signal }, async (ended) =>
      destination.recall?.(channel, { since: clock.toWall(now) - maxAgeMs, signal: ended }),
    ).catch(() => undefined)
    // Without an answer the process starts as if it were the first; nothing is lost by that.
    if (messages === undefined || signal.aborted) return
    onRecalled(
      messages.flatMap(
        ({ metadata, ref }) => snapshotOfMetadata(metadata, { service, channel, ref }) ?? [],
      ),
    )
  }
}
