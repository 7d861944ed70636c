import { StringDecoder } from 'node:string_decoder'
import type { LogRecord } from '@slack-logger/core'
import { PlainReader } from './plain.ts'
import { readStructured } from './structured.ts'

/** A longer line is cut, in characters. */
const maxLength = 1_000_000
/** For so long, further lines of a stack are waited for, in milliseconds. */
const restMs = 300

/** Takes a record, and what kind of line it was found in. */
export type OnRecord = (record: LogRecord, found: 'structured' | 'plain') => void

/** Finds records in what a program prints: JSON, logfmt, and errors in plain text. */
export class LineReader {
  readonly #decoder = new StringDecoder('utf8')
  readonly #onRecord: OnRecord
  readonly #now: () => number
  readonly #plain: PlainReader
  #rest = ''
  #timer: NodeJS.Timeout | undefined

  /** @param now when a line was printed that does not say so, in milliseconds since 1970 */
  constructor(onRecord: OnRecord, now: () => number = Date.now) {
    this.#onRecord = onRecord
    this.#now = now
    this.#plain = new PlainReader((record) => onRecord({ ...record, time: now() }, 'plain'))
  }

  read(bytes: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(bytes)).split('\n')
    this.#rest = (lines.pop() ?? '').slice(0, maxLength)
    for (const line of lines) this.#readLine(line)
    clearTimeout(this.#timer)
    if (this.#plain.isPending) this.#timer = setTimeout(() => this.#plain.flush(), restMs)
  }

  /** Reads what is left of the last line, and ends what is pending. */
  end(): void {
    clearTimeout(this.#timer)
    this.#readLine(this.#rest)
    this.#rest = ''
    this.#plain.flush()
  }

  #readLine(line: string): void {
    const record = readStructured(line, this.#now())
    if (record === undefined) this.#plain.read(line)
    else this.#onRecord(record, 'structured')
  }
}
