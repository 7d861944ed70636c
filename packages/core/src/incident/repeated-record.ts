import { mayHaveStatus } from '../event/error/http-status.ts'
import type { LogRecord } from '../event/log-record.ts'
import { type ErrorOutline, isOutlineOf, outlineError } from '../grouping/error-digest.ts'
import { isObject, keysOf } from '../redaction/safe-read.ts'

/** All that rules and grouping can ask a record for that is no more than an error and its text. */
interface Remembered extends Pick<LogRecord, 'level' | 'message'> {
  readonly template: string | undefined
  readonly logger: string | undefined
  readonly severity: number
  readonly outline: ErrorOutline
}

/**
 * Knows what was decided about a record of which everything that could decide is the same as of the one before it, as of most in a
 * flood: to decide anew takes several times longer. It keeps nothing of the record itself alive.
 */
export class RepeatedRecord<Decision> {
  #last: Remembered | undefined
  #decision: Decision | undefined

  /** What was decided about the record before this one, if it holds for this one as well. */
  read(record: LogRecord, severity: number): Decision | undefined {
    const last = this.#last
    if (last?.severity !== severity || !saysSame(last, record)) return undefined
    return isBare(record) && isOutlineOf(last.outline, record.error) ? this.#decision : undefined
  }

  learn(record: LogRecord, severity: number, decision: Decision): void {
    const { level, message, template, logger } = record
    const outline = isBare(record) ? outlineError(record.error) : undefined
    this.#last = outline && { level, message, template, logger, severity, outline }
    this.#decision = decision
  }
}

function saysSame(one: Omit<Remembered, 'severity' | 'outline'>, other: LogRecord): boolean {
  return (
    one.message === other.message &&
    one.template === other.template &&
    one.logger === other.logger &&
    one.level === other.level
  )
}

/** Whether a record is no more than an error and its text. */
function isBare(record: LogRecord): record is LogRecord & { readonly error: object } {
  const { error, request, fields } = record
  if (request !== undefined || keysOf(fields).length > 0) return false
  return isObject(error) && !mayHaveStatus(error)
}
