import { pinoLabels } from '../options/levels.ts'
import {
  isError,
  isObject,
  isPlainObject,
  keysOf,
  readObject,
  readProperty,
  readText,
  withoutKeys,
} from '../redaction/safe-read.ts'
import type { LogRecord } from './log-record.ts'
import { readStack } from './stack.ts'

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

export interface RawRecordOptions {
  /** In milliseconds since 1970. */
  readonly now: () => number
  /** Called with what is wrong, in one sentence without values. */
  readonly onWrong: (sentence: string) => void
}

/** Whether a record has everything that adapters give it. */
export function isWhole(given: LogRecord): boolean {
  try {
    const { level, time, message, fields, severity } = given
    const isComplete =
      typeof level === 'string' && typeof message === 'string' && typeof time === 'number'
    const hasSeverity = severity === undefined || typeof severity === 'number'
    return isComplete && hasSeverity && typeof fields === 'object' && fields !== null
  } catch {
    return false
  }
}

/**
 * Makes a record of whatever a program wrote to a sink: an Error, a text, a parsed line of pino or bunyan, an object that lacks
 * something. Nothing is lost, and what cannot be right is reported.
 */
export function completeRecord(given: unknown, options: RawRecordOptions): LogRecord {
  const blank = { level: 'error', time: options.now(), message: '', fields: {} }
  if (isError(given)) return { ...blank, error: given }
  if (typeof given === 'string') return { ...blank, message: given }
  if (isObject(given)) return readRecord(given, options)
  options.onWrong(`Expected a record, got ${kindOf(given)}`)
  return { ...blank, message: print(given) }
}

function readRecord(given: object, options: RawRecordOptions): LogRecord {
  const messageKey = readProperty(given, 'message') === undefined ? 'msg' : 'message'
  const errorKey = readProperty(given, 'error') === undefined ? 'err' : 'error'
  const message = readProperty(given, messageKey)
  const error = readProperty(given, errorKey)
  const { level, severity } = readLevel(given, options)
  const record: Mutable<LogRecord> = {
    level,
    time: readTime(given, options),
    message: message === undefined || isError(message) ? '' : print(message),
    fields: readFields(given, [...ownKeys, messageKey, errorKey]),
  }
  if (severity !== undefined) record.severity = severity
  if (error !== undefined || isError(message)) record.error = error ?? message
  for (const key of ['template', 'logger', 'service'] as const) {
    const text = readText(given, key)
    if (text !== undefined) record[key] = text
  }
  const request = readProperty(given, 'request')
  if (request !== undefined) record.request = request
  if (isEmpty(record))
    options.onWrong('Expected a record with a message, got an object without one')
  return record
}

/** A number is one of pino's or bunyan's. Google Cloud has the label in `severity`. */
function readLevel(
  given: object,
  { onWrong }: RawRecordOptions,
): Pick<LogRecord, 'level' | 'severity'> {
  const severity = readProperty(given, 'severity')
  const level = readProperty(given, 'level') ?? severity
  if (typeof level === 'number' && !Number.isNaN(level)) {
    const label = pinoLabels[level] ?? String(level)
    return { level: label, severity: typeof severity === 'number' ? severity : level }
  }
  const isLabel = typeof level === 'string' && level !== ''
  if (!isLabel && level !== undefined)
    onWrong(`Expected \`level\` of a record to be a text or a number, got ${kindOf(level)}`)
  return {
    level: isLabel ? level : 'error',
    ...(typeof severity === 'number' && { severity }),
  }
}

function readTime(given: object, { now, onWrong }: RawRecordOptions): number {
  const time = readProperty(given, 'time')
  if (time === undefined) return now()
  const ms = time instanceof Date ? time.getTime() : time
  const read = typeof ms === 'string' ? Date.parse(ms) : ms
  if (typeof read === 'number' && Number.isFinite(read)) return read
  onWrong(`Expected \`time\` of a record to be milliseconds or a date, got ${kindOf(time)}`)
  return now()
}

const ownKeys = 'level severity time template request logger service source fields'.split(' ')

/** Everything else, where the record has no `fields`. */
function readFields(given: object, shownElsewhere: readonly string[]): LogRecord['fields'] {
  return (
    (readObject(given, 'fields') as LogRecord['fields'] | undefined) ??
    withoutKeys(given, (key) => shownElsewhere.includes(key))
  )
}

function isEmpty({ message, error, fields }: LogRecord): boolean {
  return message === '' && error === undefined && Object.keys(fields).length === 0
}

function print(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return (typeof value === 'object' ? JSON.stringify(value) : undefined) ?? String(value)
  } catch {
    // A cycle, a BigInt or a getter that throws.
    return Object.prototype.toString.call(value)
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** Where loggers put what was logged beside the text: winston's `format.metadata`, express-winston, winston-mongodb. */
const metadataKeys = ['metadata', 'meta'] as const

/**
 * Makes what is in the fields `metadata` and `meta` fields of the record itself, so that its error, request, ids and user are
 * found there. What has the name of another field stays where it is.
 */
export function liftMetadata(record: LogRecord): LogRecord {
  let { fields } = record
  for (const key of metadataKeys) {
    const metadata = readProperty(fields, key)
    if (isPlainObject(metadata) && !isSerializedError(metadata))
      fields = lift(fields, key, metadata)
  }
  return fields === record.fields ? record : { ...record, fields }
}

function isSerializedError(metadata: object): boolean {
  const isPrinted = readText(metadata, 'message') !== undefined && readStack(metadata) !== undefined
  // express-winston adds the message and the stack of an error to the error itself.
  return isPrinted && ['err', 'error'].every((key) => readProperty(metadata, key) === undefined)
}

function lift(fields: LogRecord['fields'], key: string, metadata: object): LogRecord['fields'] {
  try {
    const { [key]: _, ...own } = fields
    const lifted = { ...metadata, ...own }
    const left = keysOf(metadata).filter((name) => Object.hasOwn(own, name))
    if (left.length === 0) return lifted
    const entries = left.map((name) => [name, readProperty(metadata, name)])
    return { ...lifted, [key]: Object.fromEntries(entries) }
  } catch {
    // A getter that throws: where it is, it is shown as unreadable.
    return fields
  }
}
