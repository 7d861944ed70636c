import { stripVTControlCharacters } from 'node:util'
import type { LogRecord } from '@slack-logger/core'
import { type LeveledLine, readLeveled } from './leveled.ts'
import { readTelemetry } from './telemetry.ts'

/** What plain lines say: an error with its stack, a line with a level, or both. */
export type PlainRecord = Pick<LogRecord, 'level' | 'message' | 'error' | 'fields'>

const nodeFrame = /^\s+at \S/
const errorLine = /^(?:Uncaught )?[\w$.]*(?:Error|Exception)\b/
/** An error behind the text that was logged with it. */
const loggedError =
  /(?:^|[\s:(])((?:Uncaught )?[\w$.]*(?:Error|Exception)(?: \[\w+\])?(?::\s|$)[\s\S]*)/
const namedLine = /^[A-Z][\w$.]*(?: \[\w+\])?: /
const pythonStart = /^\s*(?:\+ )?(?:Exception Group )?Traceback \(most recent call last\):/
const pythonChain =
  /^(?:During handling of the above exception|The above exception was the direct cause)/
/** Of Node itself, with `--trace-warnings`; those about rejections are errors. */
const nodeWarning = /^\(\w+:\d+\) (?!\[?\w*(?:Unhandled|PromiseRejection))/
const javaStart = /^Exception in thread /
const javaCause = /^Caused by: /
/** What Node prints after the stack of an uncaught error. */
const nodeVersion = /^Node\.js v\d/
/** tslog's layout for people: ` TypeError  no card`, then this line, then two lines for each frame. */
const tslogStart = 'error stack:'
const tslogFrame = /^ {2}• |^\t\S|^Caused by \(\d+\): /
/** In the object that OpenTelemetry's exporter to the console prints for each record. */
const telemetryStart = /^ {2}severityNumber: \d+,$/

/** So many lines of a message can come before the frames. */
const maxBefore = 20
const maxLines = 1000

type Kind = 'none' | 'node' | 'python' | 'tslog' | 'telemetry'

/** Finds errors in lines of plain text: stacks of Node and Python, and lines that begin with a level. */
export class PlainReader {
  readonly #emit: (record: PlainRecord) => void
  #kind: Kind = 'none'
  /** Of a stack, or what may be the beginning of one. */
  #lines: string[] = []
  /** Python prints the error after its stack. */
  #awaitsError = false
  /** A line with the level of an error, whose stack may follow. */
  #level: LeveledLine | undefined

  constructor(emit: (record: PlainRecord) => void) {
    this.#emit = emit
  }

  /** Whether a record is complete only with the lines that may follow. */
  get isPending(): boolean {
    return this.#kind !== 'none' || this.#level !== undefined
  }

  read(given: string): void {
    const line = stripVTControlCharacters(given).trimEnd()
    if (this.#kind !== 'none' && this.#continues(line)) {
      if (line !== '' && this.#lines.length < maxLines) this.#lines.push(line)
      return
    }
    if (this.#kind !== 'none') this.flush()
    if (this.#begins(line) || line === '') return
    const leveled = readLeveled(line)
    if (leveled !== undefined) {
      this.flush()
      if (leveled.isAlert) this.#level = { ...leveled, text: leveled.text || line.trim() }
    }
    this.#lines.push(line)
    if (this.#lines.length > maxBefore) this.#lines.shift()
  }

  /** Ends what is pending. */
  flush(): void {
    const kind = this.#kind
    const lines = this.#lines
    const level = this.#level
    this.#kind = 'none'
    this.#lines = []
    this.#level = undefined
    const record =
      kind === 'telemetry' ? readTelemetry(lines.join('\n')) : recordOf({ kind, lines, level })
    if (record !== undefined) this.#emit(record)
  }

  #begins(line: string): boolean {
    if (pythonStart.test(line)) {
      this.#kind = 'python'
      this.#lines = [line.trim()]
      this.#awaitsError = true
    } else if (telemetryStart.test(line)) {
      this.#kind = 'telemetry'
      this.#lines.push(line)
    } else if (line === tslogStart && this.#lines.length > 0) this.#kind = 'tslog'
    else if (nodeFrame.test(line) && this.#lines.length > 0) {
      this.#kind = 'node'
      this.#lines = [...this.#lines.slice(headerAt(this.#lines)), line]
    } else return false
    return true
  }

  #continues(line: string): boolean {
    if (this.#kind === 'telemetry') return this.#lines.at(-1) !== '}' && /^(?:\s|\})/.test(line)
    if (this.#kind === 'tslog') return tslogFrame.test(line)
    // consola indents its levels.
    if (this.#kind === 'node' && readLeveled(line) !== undefined) return false
    if (this.#kind === 'node')
      return /^(?:\s|\}|$)/.test(line) || nodeVersion.test(line) || javaCause.test(line)
    if (line === '' || /^\s/.test(line)) return true
    if (pythonStart.test(line) || pythonChain.test(line)) this.#awaitsError = true
    else if (this.#awaitsError) this.#awaitsError = false
    else return false
    return true
  }
}

/** Where the error's own text begins. */
function headerAt(lines: readonly string[]): number {
  const last = lines.length - 1
  if (nodeWarning.test(lines[last] ?? '')) return last
  const named = [errorLine, loggedError, namedLine]
    .map((pattern) => lines.findLastIndex((line) => pattern.test(line)))
    .find((index) => index >= 0)
  return named ?? last
}

interface Read {
  readonly kind: Exclude<Kind, 'telemetry'>
  readonly lines: readonly string[]
  readonly level: LeveledLine | undefined
}

function recordOf({ kind, lines, level }: Read): PlainRecord | undefined {
  if (kind === 'none') return level && { level: level.level, message: level.text, fields: {} }
  const { text, error, own } = kind === 'tslog' ? describeTslog(lines) : describe(kind, lines)
  const isWarning = nodeWarning.test(lines[0] ?? '')
  const logged = text ?? level?.text ?? ''
  return {
    level: (own ?? level)?.level ?? (isWarning ? 'warn' : 'error'),
    message: error.message !== '' && logged.includes(error.message) ? '' : logged,
    error,
    fields: {},
  }
}

interface DescribedError {
  readonly name: string
  readonly message: string
  readonly stack: string
}

interface Described {
  /** What was logged before the error, in its first line; `undefined` if the error begins the line. */
  readonly text: string | undefined
  readonly error: DescribedError
  /** The level of the line with which the error begins. */
  readonly own: LeveledLine | undefined
}

function describe(kind: 'node' | 'python', given: readonly string[]): Described {
  const lines = given.filter((line) => !nodeVersion.test(line))
  if (kind === 'python') {
    const header = lines.findLast((line) => /^\S/.test(line)) ?? ''
    return { text: undefined, error: errorOf(header, lines), own: undefined }
  }
  const [first = '', ...others] = lines
  const own = readLeveled(first)
  const shown = own === undefined ? first : own.text
  const frames = others.findIndex((line) => nodeFrame.test(line))
  const header = [shown, ...others.slice(0, frames)].join('\n')
  const at = javaStart.test(shown) ? -1 : header.indexOf(loggedError.exec(header)?.[1] ?? header)
  if (at > 0) {
    const rest = header.slice(at)
    const error = errorOf(rest, [rest, ...others.slice(frames)])
    const text = trimEnd(header.slice(0, at).trim())
    return { text: text === '' ? own && '' : text, error, own }
  }
  return { text: own && '', error: errorOf(header, [shown, ...others]), own }
}

function trimEnd(text: string): string {
  return text.replace(/[\s:,-]{1,20}$/, '')
}

function errorOf(header: string, lines: readonly string[]): DescribedError {
  const [, name = 'Error', message] =
    /^(?:Uncaught )?([\w$.]+)(?: \[\w+\])?(?:: ([\s\S]*))?$/.exec(header) ?? []
  return { name, message: message ?? (header === name ? '' : header), stack: lines.join('\n') }
}

/** As Node prints it: name and message on one line, a frame on one line. */
function describeTslog(lines: readonly string[]): Described {
  const start = lines.findIndex((line) => tslogFrame.test(line))
  const own = readLeveled(lines[0] ?? '')
  const header = lines[start - 1] ?? ''
  const [, name = 'Error', message = header.trim()] = /^ ?([\w$.]+) {1,2}(.*)$/.exec(header) ?? []
  const text = [own?.text ?? '', ...lines.slice(own === undefined ? 0 : 1, start - 1)].join('\n')
  const frames = lines.slice(start).flatMap((line, index, all) => {
    const [, , called] = /^ {2}• ([^\t]*)(?:\t(.*))?$/.exec(line) ?? []
    if (line.startsWith('\t')) return []
    if (!line.startsWith('  • ')) return [line.replace(/^Caused by \(\d+\): /, '  [cause]: ')]
    const place = all[index + 1]?.trim() ?? ''
    return [called ? `    at ${called} (${place})` : `    at ${place}`]
  })
  const stack = [`${name}: ${message}`, ...frames].join('\n')
  return { text: text.trim(), error: { name, message, stack }, own }
}
