import type { LogRecord, SlackSink } from '@slack-logger/core'
import type { LineFormat } from './options.ts'
import { readLine } from './read-line.ts'
import { RepeatedLine } from './repeated-line.ts'

/** pino writes the level first; a line that begins otherwise is parsed whole. */
const levelFirst = '{"level":'
const errorMessageStart = '"message":"'
const fatalLevel = 60

/**
 * Hands lines to a sink, each as soon as it is known what it says: parsing every line would cost most of the time that there is,
 * and what waits for it fills the memory of the application.
 */
export class LineTaker {
  readonly #sink: Pick<SlackSink, 'intakeSeverity' | 'isFlooded' | 'skips' | 'write'>
  readonly #format: LineFormat
  readonly #minLevel: number
  readonly #messageStart: string
  readonly #errorStart: string
  readonly #repeated = new RepeatedLine()

  constructor(
    sink: Pick<SlackSink, 'intakeSeverity' | 'isFlooded' | 'skips' | 'write'>,
    format: LineFormat,
  ) {
    this.#sink = sink
    this.#format = format
    this.#minLevel = sink.intakeSeverity
    this.#messageStart = `"${format.messageKey}":"`
    this.#errorStart = `"${format.errorKey}":{`
  }

  take(line: string): void {
    const level = levelOf(line)
    if (level !== undefined && level < this.#minLevel) return
    const repeated = this.#repeated.read(line)
    if (repeated !== undefined) {
      this.#sink.write(repeated)
      return
    }
    if (level !== undefined && level < fatalLevel && this.#isOneTooMany(line)) return
    const parsed = parse(line)
    if (parsed === undefined) return
    const record: LogRecord = readLine(parsed, this.#format)
    this.#repeated.learn(line, record)
    this.#sink.write(record)
  }

  /** Whether the sink says so, in a flood of different problems, to what is cheap to read of the line. */
  #isOneTooMany(line: string): boolean {
    if (!this.#sink.isFlooded) return false
    const message = textAfter(line, line.lastIndexOf(this.#messageStart), this.#messageStart)
    const errorAt = line.indexOf(this.#errorStart)
    if (errorAt === -1) return this.#sink.skips({ message })
    const saidAt = line.indexOf(errorMessageStart, errorAt)
    const said = textAfter(line, saidAt, errorMessageStart)
    return this.#sink.skips({ message, error: { message: said } })
  }
}

/** The number that the line begins with; `undefined` if there is none. */
function levelOf(line: string): number | undefined {
  if (!line.startsWith(levelFirst)) return undefined
  let end = levelFirst.length
  while (isDigit(line.charCodeAt(end))) end += 1
  const next = line[end]
  const isWhole = end > levelFirst.length && (next === ',' || next === '}')
  return isWhole ? Number(line.slice(levelFirst.length, end)) : undefined
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57

/** A text of the line as it stands there; one with an escape in it only looks unknown. */
function textAfter(line: string, at: number, start: string): string {
  if (at === -1) return ''
  const from = at + start.length
  return line.slice(from, line.indexOf('"', from))
}

/** A line that is no JSON object is no record: pino writes none, but anything can hold the stream. */
function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(line)
    return typeof parsed === 'object' && parsed !== null
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}
