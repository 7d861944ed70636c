import { LRUCache } from 'lru-cache'
import { attempt, runSoon } from '../clock.ts'
import type { LogEvent } from './log-event.ts'

/** The event of an occurrence that is kept to be shown. */
export interface Sample {
  readonly event: LogEvent
}

export interface KeptSample extends Sample {
  /** Adds what another record of the same occurrence shows of its request. */
  addContext(normalize: () => LogEvent): void
}

const maxPerTurn = 20

/** Samples beyond this number are normalized only when they are shown. */
const maxWaiting = 1000

const maxHintPlaces = 500

/**
 * Keeps occurrences to be shown. Each is normalized on first access, at the latest in the next turn as a rule: normalizing takes
 * longer than a log call may, but the program may change logged objects later.
 */
export class SampleKeeper {
  readonly #waiting: LazySample[] = []
  /** Where in the program a hint was shown. */
  readonly #hintPlaces = new LRUCache<string, true>({ max: maxHintPlaces })
  readonly #onError: (error: unknown) => void

  /** @param onError called when a sample that nobody waits for cannot be normalized */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** @param onNormalized called once, with the event as it will be shown */
  keep(normalize: () => LogEvent, onNormalized?: (event: LogEvent) => void): KeptSample {
    const sample = new LazySample(() => this.#showHintOnce(normalize()), onNormalized)
    if (this.#waiting.length === 0) this.#normalizeSoon()
    if (this.#waiting.length < maxWaiting) this.#waiting.push(sample)
    return sample
  }

  /** For a process that ends, which has no next turn. */
  normalizeAll(): void {
    for (const sample of this.#waiting.splice(0)) attempt(() => void sample.event, this.#onError)
  }

  #normalizeSoon(): void {
    runSoon(() => {
      const due = this.#waiting.splice(0, maxPerTurn)
      if (this.#waiting.length > 0) this.#normalizeSoon()
      for (const sample of due) attempt(() => void sample.event, this.#onError)
    }, this.#onError)
  }

  #showHintOnce(event: LogEvent): LogEvent {
    const place = event.hint?.place
    if (place === undefined) return event
    if (this.#hintPlaces.has(place)) return { ...event, hint: undefined }
    this.#hintPlaces.set(place, true)
    return event
  }
}

class LazySample implements KeptSample {
  #normalize: (() => LogEvent) | undefined
  readonly #onNormalized: ((event: LogEvent) => void) | undefined
  #event: LogEvent | undefined

  constructor(normalize: () => LogEvent, onNormalized: ((event: LogEvent) => void) | undefined) {
    this.#normalize = normalize
    this.#onNormalized = onNormalized
  }

  addContext(normalize: () => LogEvent): void {
    const first = this.#normalize
    if (first !== undefined) this.#normalize = () => withContext(first(), normalize())
    else this.#event = withContext(this.event, normalize())
  }

  get event(): LogEvent {
    if (this.#normalize !== undefined) {
      this.#event = this.#normalize()
      // Releases the logged objects.
      this.#normalize = undefined
      this.#onNormalized?.(this.#event)
    }
    return this.#event as LogEvent
  }
}

function withContext(event: LogEvent, other: LogEvent): LogEvent {
  const { request = other.request } = event
  const user = request?.user ?? other.request?.user
  return {
    ...event,
    request: request && { ...request, user },
    traceId: event.traceId ?? other.traceId,
    spanId: event.spanId ?? other.spanId,
    requestId: event.requestId ?? other.requestId,
  }
}
