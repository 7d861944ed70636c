import { LRUCache } from 'lru-cache'
import { TokenBucket } from '../clock.ts'
import type { LogRecord } from '../event/log-record.ts'
import { readText } from '../redaction/safe-read.ts'

/** So many new problems are looked at at once, then so many a second: beyond that nobody could read of them anyway. */
const newProblems = { burst: 200, everyMs: 50 }
/** While fewer than this are left, it is remembered what records of known problems look like. */
const attentive = 100
const maxKnown = 2000
/** Characters of a text that tell records apart. */
const maxText = 120

/**
 * Keeps a flood of problems that are all different from holding up the program: to look at one takes many times longer than to log
 * it. Records that look like those of known problems always pass, so that these are counted to the last.
 */
export class FloodGate {
  readonly #bucket: TokenBucket
  readonly #fingerprints = new LRUCache<string, true>({ max: maxKnown })
  readonly #looks = new LRUCache<string, true>({ max: maxKnown })

  constructor(now: number) {
    this.#bucket = new TokenBucket(newProblems, now)
  }

  /** Whether only records that look known pass. */
  isClosed(now: number): boolean {
    return this.#bucket.waitMs(now) > 0
  }

  /** Whether there is time to look at this record. */
  admits(look: Look, now: number): boolean {
    return !this.isClosed(now) || this.#looks.has(lookOf(look))
  }

  /**
   * Learns which problem a record that passed is of.
   *
   * @returns whether it knew that problem already
   */
  learn(record: Look, fingerprint: string, now: number): boolean {
    const isKnown = this.#fingerprints.get(fingerprint) === true
    if (!isKnown) {
      this.#fingerprints.set(fingerprint, true)
      this.#bucket.take(now)
    } else if (this.#bucket.grants(now, 0) < attentive) this.#looks.set(lookOf(record), true)
    return isKnown
  }
}

/** What is asked about a record. */
export type Look = Pick<LogRecord, 'message' | 'error'>

/** What is cheap to read of a record, without what differs each time. */
function lookOf({ message, error }: Look): string {
  const said = typeof error === 'object' && error !== null ? readText(error, 'message') : undefined
  return `${shorten(message)}|${shorten(said)}`
}

function shorten(text: unknown): string {
  return typeof text === 'string' ? text.slice(0, maxText).replace(/\d+/g, '#') : ''
}
