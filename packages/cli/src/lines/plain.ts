import type { LogRecord } from '@slack-logger/core'
import { type LeveledLine, readLeveled } from './leveled.ts'
import { readObject } from './printed-object.ts'
import {
  go,
  nodeVersion,
  php,
  type PrintedError,
  python,
  ruby,
  rust,
  thrown,
  type Trace,
} from './traces.ts'
import { readTslog, tslogContinues, tslogStart } from './tslog.ts'

/** What plain lines say: an error with its stack, a line with a level, or both. */
export type PlainRecord = Pick<LogRecord, 'level' | 'message' | 'error' | 'fields'>

/** Of V8, of Java and of .NET. */
const frame = /^\s+at (?:\S.*\(|(?:async )?\S+:\d|<anonymous>|native)/
/** Of Java and of .NET, whose loggers print a stack below the line that it belongs to. */
const loggersFrame = /^(?:\t| {3})at /
const errorLine = /^(?:Uncaught )?[\w$.]*(?:Error|Exception)(?: \[\w+\])?(?::|\s*\{?$)/
/** An error behind the text that was logged with it. */
const loggedError =
  /(?:^|[\s:(])((?:Uncaught )?[\w$.]*(?:Error|Exception)(?: \[\w+\])?(?::\s|:?$)[\s\S]*)/
const namedLine = /^[A-Z][\w$.]*(?: \[\w+\])?: /
/** Of Node itself, with `--trace-warnings`; those about rejections are errors. */
const nodeWarning = /^\(\w+:\d+\) (?!\[?\w*(?:Unhandled|PromiseRejection))/
/** What Java and .NET put before an error that nothing caught. */
const uncaught = /^(?:Exception in thread ".*?" |Unhandled exception\. )/
/** Lines of a stack that are not indented: Java's causes, and what Node adds to an error that nothing listened to. */
const continuation = /^(?:\s|\}|$|Caused by: |Emitted 'error' event on .* at:$)/
const dotnetInner = /^ ---> /
/** The level in an object that is printed for a record, by OpenTelemetry's exporter to the console and by winston. */
const objectLevel = /^(?: {2}severityNumber: \d+,| {2}level: '[^']+',?|\{ .*\blevel: '[^']+'.* \})$/
/** .NET prints the text below the category. */
const dotnetCategory = /^[\w.]+\[\d+\]$/

/** So many lines of a message can come before the frames. */
const maxBefore = 20
const maxLines = 1000

const traces: readonly Trace[] = [python, go, ruby, php, rust, thrown]

/** What the lines that are read are a part of. */
type Kind = 'none' | 'node' | 'tslog' | 'object' | Trace

/** Finds errors in lines of plain text: stacks of several languages, and lines that begin with a level. */
export class PlainReader {
  readonly #emit: (record: PlainRecord) => void
  #kind: Kind = 'none'
  /** Of a stack, or what may be the beginning of one. */
  #lines: string[] = []
  /** A line with the level of an error, whose stack may follow, or the warning right above a stack. */
  #level: LeveledLine | undefined

  constructor(emit: (record: PlainRecord) => void) {
    this.#emit = emit
  }

  /** Whether a record is complete only with the lines that may follow. */
  get isPending(): boolean {
    return this.#kind !== 'none' || this.#level !== undefined
  }

  /** @param given without escape sequences */
  read(given: string): void {
    const line = given.trimEnd()
    if (this.#kind !== 'none' && this.#continues(line)) {
      if (line !== '' && this.#lines.length < maxLines) this.#lines.push(line)
      return
    }
    if (this.#kind !== 'none') this.flush()
    if (line === '' || this.#begins(line)) return
    const leveled = readLeveled(line)
    if (leveled !== undefined) {
      this.flush()
      if (leveled.isAlert) this.#level = { ...leveled, text: leveled.text || line.trim() }
    } else if (this.#level !== undefined && dotnetCategory.test(this.#level.text))
      this.#level = { ...this.#level, text: line.trim() }
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
      kind === 'object' ? readObject(lines.join('\n')) : recordOf({ kind, lines, level })
    if (record !== undefined) this.#emit(record)
  }

  #begins(line: string): boolean {
    const before = this.#lines
    for (const trace of traces) {
      const index = trace.startAt(line, before)
      if (index !== undefined) return this.#begin(trace, index, line)
    }
    if (objectLevel.test(line) && (line.startsWith('{') || before.includes('{')))
      return this.#begin(
        'object',
        line.startsWith('{') ? before.length : before.lastIndexOf('{'),
        line,
      )
    if (before.length === 0) return false
    if (line === tslogStart) return this.#begin('tslog', 0, line)
    return frame.test(line) && this.#begin('node', headerAt(before), line)
  }

  #begin(kind: Kind, index: number, line: string): true {
    const owner = ownerOf(this.#lines.slice(0, index), this.#lines[index] ?? line)
    const isBelow = kind === 'node' ? loggersFrame.test(line) : kind !== thrown
    // Below a warning; what is printed below other lines may be the error of a crash.
    if (owner?.isSame === true || (isBelow && owner?.level.startsWith('warn') === true))
      this.#level ??= owner
    this.#kind = kind
    this.#lines = [...this.#lines.slice(index), line]
    return true
  }

  #continues(line: string): boolean {
    const kind = this.#kind
    if (typeof kind === 'object') return kind.continues(line, this.#lines)
    if (kind === 'object')
      return this.#lines.at(-1)?.startsWith(' ') === true && /^[\s}]/.test(line)
    if (kind === 'tslog') return tslogContinues(line)
    // consola indents its levels.
    if (readLeveled(line) !== undefined) return false
    return continuation.test(line) || nodeVersion.test(line)
  }
}

interface Owner extends LeveledLine {
  /** Whether the line says the same, or the stack is a field of it. */
  readonly isSame: boolean
}

/** The line with a level to which a stack belongs that begins below it. */
function ownerOf(above: readonly string[], header: string): Owner | undefined {
  const isIndented = /^\s+\S/.test(header) && !frame.test(header)
  const line = isIndented ? above.findLast((one) => /^\S/.test(one)) : above.at(-1)
  const leveled = readLeveled(line ?? '')
  const said = header.trim().replace(/^[\w$.]+: /, '')
  return (
    leveled && { ...leveled, isSame: isIndented || (said !== '' && leveled.text.includes(said)) }
  )
}

/** Where the error's own text begins. */
function headerAt(lines: readonly string[]): number {
  const last = lines.length - 1
  if (nodeWarning.test(lines[last] ?? '')) return last
  // `--trace-uncaught` of what is no error.
  const caret =
    lines[last] === 'Thrown at:' ? lines.findLastIndex((line) => /^\s*\^+$/.test(line)) : -1
  if (caret >= 0) return caret + 1
  const named = [errorLine, uncaught, loggedError, namedLine]
    .map((pattern) => lines.findLastIndex((line) => pattern.test(line) && !dotnetInner.test(line)))
    .find((index) => index >= 0)
  return named ?? last
}

interface Read {
  readonly kind: Exclude<Kind, 'object'>
  readonly lines: readonly string[]
  readonly level: LeveledLine | undefined
}

function recordOf({ kind, lines, level }: Read): PlainRecord | undefined {
  if (kind === 'none') return level && { level: level.level, ...readText(level.text) }
  const { text, error, own } = describe(kind, lines)
  const isWarning = nodeWarning.test(lines[0] ?? '')
  // Of `console.trace`
  const ownLevel = error.name === 'Trace' ? 'trace' : isWarning ? 'warn' : 'error'
  const logged = text ?? level?.text ?? ''
  return {
    level: (own ?? level)?.level ?? ownLevel,
    message: error.message !== '' && logged.includes(error.message) ? '' : logged,
    error,
    fields: {},
  }
}

/** The fields that winston and AWS Lambda print behind a text, as JSON. */
function readText(text: string): Pick<LogRecord, 'message' | 'fields'> {
  const start = text.endsWith('}') ? text.search(/(?:^|\s)\{"/) : -1
  try {
    if (start >= 0)
      return {
        message: text.slice(0, start).trim(),
        fields: JSON.parse(text.slice(start)) as LogRecord['fields'],
      }
  } catch {
    // A text with braces.
  }
  return { message: text, fields: {} }
}

/** An error, and what was printed with it. */
export interface Described {
  /** What was logged before the error, in its first line; `undefined` if the error begins the line. */
  readonly text: string | undefined
  readonly error: PrintedError
  /** The level of the line with which the error begins. */
  readonly own: LeveledLine | undefined
}

function describe(kind: Read['kind'], given: readonly string[]): Described {
  if (typeof kind === 'object')
    return { text: undefined, error: kind.describe(given), own: undefined }
  if (kind === 'tslog') return readTslog(given)
  const lines = given.filter((line) => !nodeVersion.test(line))
  const [first = '', ...others] = lines
  const own = readLeveled(first)
  const shown = own === undefined ? first : own.text
  const frames = others.findIndex((line) => frame.test(line))
  const header = [shown, ...others.slice(0, frames)].join('\n')
  const isWhole = uncaught.test(first) || errorLine.test(shown)
  const at = isWhole ? -1 : header.indexOf(loggedError.exec(header)?.[1] ?? header)
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

function errorOf(header: string, lines: readonly string[]): PrintedError {
  const shown = header.replace(uncaught, '').replace(/\n(?: ---> |Thrown at:)[\s\S]*$/, '')
  const [isError, printed = 'Error', inBrackets = '', text = ''] =
    /^(?:Uncaught )?([\w$.]+)(?: \[(\w+)\])?(?::(?:\s([\s\S]*))?)?$/.exec(shown) ?? []
  // A name that was set after the stack was taken; else it is a code.
  const name = printed === 'Error' && /[a-z]/.test(inBrackets) ? inBrackets : printed
  return { name, message: isError === undefined ? shown : text, stack: lines.join('\n') }
}
