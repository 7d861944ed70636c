import { LRUCache } from 'lru-cache'
import { TokenBucket } from '../clock.ts'
import type { LogRecord } from '../event/log-record.ts'
import { isObject, readText } from '../redaction/safe-read.ts'

/** New problems that are read at once, then one every 50 ms: nobody could read more of them in Slack. */
const newProblems = { burst: 200, everyMs: 50 }

/** Signatures of known problems are remembered as soon as fewer new problems than this may still be read. */
const watchfulBelow = 100

const maxKnown = 2000
const maxTextLength = 120

/** The logged text and the error's message without their numbers. */
type RecordSignature = string

/**
 * Protects the program from a flood of problems that all differ: reading a new problem takes many times longer than logging it.
 * Records with the signature of a known problem are never shed, so that each of them is counted.
 */
export class LoadShedder {
  readonly #bucket: TokenBucket
  readonly #fingerprints = new LRUCache<string, true>({ max: maxKnown })
  readonly #signatures = new LRUCache<RecordSignature, true>({ max: maxKnown })

  constructor(now: number) {
    this.#bucket = new TokenBucket(newProblems, now)
  }

  shouldShed(record: LogRecord, now: number): boolean {
    return this.#bucket.waitMs(now) > 0 && !this.#signatures.has(signatureOf(record))
  }

  /** Remembers which problem a record that was read belongs to. */
  learn(record: LogRecord, fingerprint: string, now: number): void {
    if (!this.#fingerprints.has(fingerprint)) {
      this.#fingerprints.set(fingerprint, true)
      this.#bucket.take(now)
    } else if (this.#bucket.grants(now, 0) < watchfulBelow) {
      this.#signatures.set(signatureOf(record), true)
    }
  }
}

function signatureOf({ message, error }: LogRecord): RecordSignature {
  const errorMessage = isObject(error) ? readText(error, 'message') : undefined
  return `${withoutNumbers(message)}|${withoutNumbers(errorMessage)}`
}

function withoutNumbers(text: unknown): string {
  return typeof text === 'string' ? text.slice(0, maxTextLength).replace(/\d+/g, '#') : ''
}
