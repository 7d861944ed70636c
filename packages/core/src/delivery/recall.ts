import { isMainThread } from 'node:worker_threads'
import { attempt, delay, withTimeout, type SteadyClock, type Ticker } from '../clock.ts'
import { type Origin, snapshotsOfMetadata } from '../incident/metadata.ts'
import { type IncidentSnapshot } from '../incident/snapshot.ts'
import type { Destination, Recalled, SyncCall } from './destination.ts'

export interface RecallDeps {
  readonly destination: Pick<Destination, 'recall' | 'exit'>
  readonly origin: Origin
  /** The channels that may have messages of active incidents. */
  readonly channels: readonly string[]
  readonly clock: SteadyClock
  /** From 0 to 1. */
  readonly random: () => number
  /** Whether nothing more urgent is waiting. */
  readonly isIdle: () => boolean
  /** Whether a process is known to have ended. */
  readonly hasEnded: (owner: string) => boolean
  /** The number of processes from which this one was cut off; each of them may post first. */
  readonly cutOffFrom: () => number | undefined
  readonly onRecalled: (incidents: readonly IncidentSnapshot[]) => void
  /** Called when what was read cannot be taken in. */
  readonly onError: (error: unknown) => void
}

/** Later in the main thread, where a starting service has more important work. */
const firstAfterMs = isMainThread ? 1500 : 100
const retryAfterMs = 5000
/** How old a message may be that is continued, in milliseconds: edits do not make it younger. */
const maxAgeMs = 7 * 86_400_000
/** For how long the first alert waits at most, in milliseconds. */
const maxWaitMs = 1500

/** How long one of many processes without a leader waits, so that others find the message of the first, in milliseconds. */
const spread = { perMemberMs: 50, maxMs: 5000 }

/** For how long the first alert may wait where it must be sent within a time. */
export function maxRecallMs(withinMs: number): number {
  return Math.min(maxWaitMs, withinMs / 2)
}

/**
 * Finds the messages of earlier processes that left no files, so that this process continues them: once for each channel, as soon as
 * nothing more urgent waits, at the latest before the first alert.
 */
export class Recall implements Ticker {
  readonly #deps: RecallDeps
  readonly #abort = new AbortController()
  readonly #reading = new Map<string, Promise<void>>()
  readonly #read = new Set<string>()
  /** What was found so far, by message and problem. */
  readonly #found = new Set<string>()
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
    if (isTime)
      for (const channel of channels)
        void this.before(channel, { withinMs: Number.POSITIVE_INFINITY, isFatal: false })
  }

  /** An earlier process left files, which contain all that its messages do. */
  cancel(): void {
    this.dueAt = Number.POSITIVE_INFINITY
    this.#abort.abort()
  }

  /**
   * Resolves when the messages of a channel were read, or the time for it is over: once, or, where this process was cut off from others that
   * may post the same, each time.
   */
  before(
    channel: string,
    { withinMs, isFatal }: { readonly withinMs: number; readonly isFatal: boolean },
  ): Promise<void> | undefined {
    if (this.#abort.signal.aborted) return undefined
    const others = this.#deps.cutOffFrom()
    if (others !== undefined) return this.#recallAmong(isFatal ? 0 : others, channel, withinMs)
    const known = this.#reading.get(channel)
    if (known !== undefined) return known
    const reading = this.#recall(channel, maxRecallMs(withinMs))
    this.#reading.set(channel, reading)
    return reading
  }

  /** The same with blocking calls. */
  beforeSync(channel: string, call: SyncCall): void {
    const { destination, clock } = this.#deps
    if (this.#abort.signal.aborted || this.#read.has(channel)) return
    const messages = destination.exit?.recall?.(channel, clock.wallNow() - maxAgeMs, call)
    this.#absorb(channel, messages ?? [])
  }

  async #recallAmong(others: number, channel: string, withinMs: number): Promise<void> {
    const { clock, random } = this.#deps
    const { signal } = this.#abort
    const waitMs = random() * Math.min(others * spread.perMemberMs, spread.maxMs)
    if (waitMs < withinMs / 4) await delay(clock, waitMs, { signal })
    this.#read.delete(channel)
    await this.#recall(channel, maxRecallMs(withinMs))
  }

  async #recall(channel: string, timeoutMs: number): Promise<void> {
    const { clock, destination } = this.#deps
    const { signal } = this.#abort
    const since = clock.wallNow() - maxAgeMs
    const messages = await withTimeout(clock, { timeoutMs, signal }, async (ended) =>
      destination.recall?.(channel, { since, signal: ended }),
    ).catch(() => undefined)
    // Without an answer the process starts as if it were the first; nothing is lost by that.
    if (messages === undefined || signal.aborted) return
    attempt(() => this.#absorb(channel, messages), this.#deps.onError)
  }

  #absorb(channel: string, messages: readonly Recalled[]): void {
    // A process that ends does not wait for what it reads, and reads it again.
    if (this.#read.has(channel)) return
    this.#read.add(channel)
    const { origin, clock, hasEnded, cutOffFrom, onRecalled } = this.#deps
    const isCutOff = cutOffFrom() !== undefined
    const given = { ...origin, channel, now: clock.wallNow(), hasEnded, isCutOff }
    const found = messages.flatMap(({ metadata, ref }) =>
      snapshotsOfMetadata(metadata, { ...given, ref }).filter(({ fingerprint }) => {
        const name = `${ref} ${fingerprint}`
        const isNew = !this.#found.has(name)
        this.#found.add(name)
        return isNew
      }),
    )
    // Of several messages about one incident, the newest one of its own is continued, else the newest storm.
    const byAge = found
      .toReversed()
      .toSorted((a, b) => Number(b.storm !== undefined) - Number(a.storm !== undefined))
    const byFingerprint = new Map(byAge.map((each) => [each.fingerprint, each]))
    onRecalled([...byFingerprint.values()])
  }
}
