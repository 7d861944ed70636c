import { StringDecoder } from 'node:string_decoder'
import { stripVTControlCharacters } from 'node:util'
import type { LogRecord } from '@slack-logger/core'
import { PlainReader } from './plain.ts'
import { splitSource } from './sources.ts'
import { parseLine, readStructured, wrappedLine } from './structured.ts'

/** A longer line is cut, in characters. */
const maxLength = 1_000_000
/** A longer line of plain text is cut: what makes it a record stands at its beginning. */
const maxPlainLength = 16_000
/** For so long, further lines of a stack are waited for, in milliseconds. */
const restMs = 300
/** Programs whose lines are distinguished. */
const maxSources = 50

/** Takes a record, and what kind of line it was found in. */
export type OnRecord = (record: LogRecord, found: 'structured' | 'plain') => void

/** Finds records in what a program prints: JSON, logfmt, and errors in plain text. */
export class LineReader {
  readonly #decoder = new StringDecoder('utf8')
  readonly #onRecord: OnRecord
  readonly #timeOf: (line: string) => number
  /** By what names the program in its lines: the lines of several may be mixed. */
  readonly #plain = new Map<string, PlainReader>()
  #rest = ''
  #timer: NodeJS.Timeout | undefined
  /** Of the last line that was read. */
  #time = 0

  /** @param timeOf when a line was printed, in milliseconds since 1970 */
  constructor(onRecord: OnRecord, timeOf: (line: string) => number = Date.now) {
    this.#onRecord = onRecord
    this.#timeOf = timeOf
  }

  read(bytes: Buffer): void {
    const [first = '', ...lines] = this.#decoder.write(bytes).split('\n')
    // A line may come in many pieces.
    lines.unshift(this.#rest + first)
    this.#rest = (lines.pop() ?? '').slice(0, maxLength)
    for (const line of lines) this.#readLine(line)
    clearTimeout(this.#timer)
    if ([...this.#plain.values()].some(({ isPending }) => isPending))
      this.#timer = setTimeout(() => this.#flush(), restMs)
  }

  /** Reads what is left of the last line, and ends what is pending. */
  end(): void {
    clearTimeout(this.#timer)
    this.#readLine(this.#rest + this.#decoder.end())
    this.#rest = ''
    this.#flush()
  }

  #flush(): void {
    for (const plain of this.#plain.values()) plain.flush()
  }

  #readLine(printed: string): void {
    const line = printed.includes('\u001B') ? stripVTControlCharacters(printed) : printed
    const { source, text } = line.startsWith('{') ? { source: '', text: line } : splitSource(line)
    const parsed = parseLine(text)
    const wrapped = parsed && wrappedLine(parsed)
    const time = this.#timeOf(wrapped === undefined ? line : `${wrapped.time} ${wrapped.text}`)
    const inner = wrapped === undefined ? parsed : parseLine(wrapped.text)
    const record = inner && readStructured(inner, time)
    if (record !== undefined) this.#onRecord(record, 'structured')
    else this.#plainOf(source).read((wrapped?.text ?? text).slice(0, maxPlainLength))
    this.#time = time
  }

  #plainOf(source: string): PlainReader {
    const known = this.#plain.get(source)
    if (known !== undefined) return known
    const [oldest] = this.#plain.keys()
    if (this.#plain.size >= maxSources && oldest !== undefined) {
      this.#plain.get(oldest)?.flush()
      this.#plain.delete(oldest)
    }
    // A record ends with the line before the one that is read.
    const plain = new PlainReader((record) =>
      this.#onRecord({ ...record, time: this.#time }, 'plain'),
    )
    this.#plain.set(source, plain)
    return plain
  }
}
