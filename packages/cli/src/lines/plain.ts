import { stripVTControlCharacters } from 'node:util'
import type { LogRecord } from '@slack-logger/core'

/** What plain lines say: an error with its stack, a line with a level, or both. */
export type PlainRecord = Pick<LogRecord, 'level' | 'message' | 'error' | 'fields'>

/** A date, a time, brackets and a logger may come before the level. */
const leveled =
  /^(?:\W*\d[\d\-:.,TZ+/ ]*\W*)?(?:(?:(error|fatal|critical):)|\W?\b(ERROR|FATAL|CRITICAL|SEVERE)\b\W?:?)\s*(.*)$/

const nodeFrame = /^\s+at \S/
const errorLine = /^(?:Uncaught )?[\w$.]*(?:Error|Exception)\b/
const namedLine = /^[A-Z][\w$.]*(?: \[\w+\])?: /
const pythonStart = /^\s*(?:\+ )?(?:Exception Group )?Traceback \(most recent call last\):/
const pythonChain =
  /^(?:During handling of the above exception|The above exception was the direct cause)/
/** Of Node itself, with `--trace-warnings`; those about rejections are errors. */
const nodeWarning = /^\(\w+:\d+\) (?!\[?\w*(?:Unhandled|PromiseRejection))/
const javaCause = /^Caused by: /
/** What Node prints after the stack of an uncaught error. */
const nodeVersion = /^Node\.js v\d/

/** So many lines of a message can come before the frames. */
const maxBefore = 20
const maxLines = 1000

/** Finds errors in lines of plain text: stacks of Node and Python, and lines that begin with a level. */
export class PlainReader {
  readonly #emit: (record: PlainRecord) => void
  #kind: 'none' | 'node' | 'python' = 'none'
  /** Of a stack, or what may be the beginning of one. */
  #lines: string[] = []
  /** Python prints the error after its stack. */
  #awaitsError = false
  #level: { readonly level: string; readonly message: string } | undefined

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
    const [, lower, upper, message] = leveled.exec(line) ?? []
    const level = lower ?? upper
    if (level !== undefined) {
      this.flush()
      this.#level = { level: level.toLowerCase(), message: message || line }
    }
    this.#lines.push(line)
    if (this.#lines.length > maxBefore) this.#lines.shift()
  }

  /** Ends what is pending. */
  flush(): void {
    const error = this.#kind === 'none' ? undefined : describe(this.#kind, this.#lines)
    const level = this.#level
    const isWarning = nodeWarning.test(this.#lines[0] ?? '')
    this.#kind = 'none'
    this.#lines = []
    this.#level = undefined
    if (error === undefined && level === undefined) return
    const message = level?.message ?? ''
    this.#emit({
      level: level?.level ?? (isWarning ? 'warn' : 'error'),
      message: message.includes(error?.message ?? '\0') ? '' : message,
      ...(error !== undefined && { error }),
      fields: {},
    })
  }

  #begins(line: string): boolean {
    if (pythonStart.test(line)) {
      this.#kind = 'python'
      this.#lines = [line.trim()]
      this.#awaitsError = true
      return true
    }
    if (!nodeFrame.test(line) || this.#lines.length === 0) return false
    this.#kind = 'node'
    this.#lines = [...this.#lines.slice(headerAt(this.#lines)), line]
    return true
  }

  #continues(line: string): boolean {
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
  const named = [errorLine, namedLine]
    .map((pattern) => lines.findLastIndex((line) => pattern.test(line)))
    .find((index) => index >= 0)
  return named ?? last
}

interface DescribedError {
  readonly name: string
  readonly message: string
  readonly stack: string
}

function describe(kind: 'node' | 'python', lines: readonly string[]): DescribedError {
  const shown = lines.filter((line) => !nodeVersion.test(line))
  const header =
    kind === 'node'
      ? shown
          .slice(
            0,
            shown.findIndex((line) => nodeFrame.test(line)),
          )
          .join('\n')
      : (shown.findLast((line) => /^\S/.test(line)) ?? '')
  const [, name = 'Error', message] =
    /^(?:Uncaught )?([\w$.]+)(?: \[\w+\])?(?:: ([\s\S]*))?$/.exec(header) ?? []
  return { name, message: message ?? (header === name ? '' : header), stack: shown.join('\n') }
}
