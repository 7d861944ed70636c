import { LRUCache } from 'lru-cache'
import type { LogEvent } from './log-event.ts'

/** An occurrence that is kept to be shown. */
export interface Sample {
  readonly event: LogEvent
}

/** So that a storm of new problems does not hold up the program. */
const maxPerTurn = 20
/** More of them are described only when they are shown, if ever. */
const maxWaiting = 1000

/**
 * Keeps occurrences, which are normalised when they are first looked at, and as a rule no later than in the next turn: normalising
 * takes longer than logging may, but the program may change later what it logged.
 */
export class SampleKeeper {
  readonly #waiting: LazySample[] = []

  keep(describe: () => LogEvent): Sample {
    const sample = new LazySample(describe)
    if (this.#waiting.length === 0) setImmediate(() => this.#describeSome())
    if (this.#waiting.length < maxWaiting) this.#waiting.push(sample)
    return sample
  }

  /** For where there is no next turn. */
  describeAll(): void {
    for (const sample of this.#waiting.splice(0)) void sample.event
  }

  #describeSome(): void {
    for (const sample of this.#waiting.splice(0, maxPerTurn)) void sample.event
    if (this.#waiting.length > 0) setImmediate(() => this.#describeSome())
  }
}

class LazySample implements Sample {
  #describe: (() => LogEvent) | undefined
  #event: LogEvent | undefined

  constructor(describe: () => LogEvent) {
    this.#describe = describe
  }

  get event(): LogEvent {
    if (this.#describe !== undefined) {
      this.#event = this.#describe()
      // What the program logged may go.
      this.#describe = undefined
    }
    return this.#event as LogEvent
  }
}

const maxPlaces = 500

/** Lets the hint of each place in the program through once: a second one teaches nobody. */
export class ToldPlaces {
  readonly #places = new LRUCache<string, true>({ max: maxPlaces })

  once(event: LogEvent): LogEvent {
    const place = event.hint?.place
    if (place === undefined) return event
    if (this.#places.has(place)) return { ...event, hint: undefined }
    this.#places.set(place, true)
    return event
  }
}
