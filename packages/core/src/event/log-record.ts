import { thisHost } from '../environment.ts'
import { type Levels, pinoLabels, severityOf } from '../options/levels.ts'
import { redactBeginning } from '../redaction/bounded-text.ts'
import {
  readProperty,
  isError,
  isObject,
  isPlainObject,
  keysOf,
  readList,
  readObject,
  readText,
  withoutKeys,
} from '../redaction/safe-read.ts'
import { copyFields, readValues } from './logged-values.ts'
import { readLoggersRecord } from './logger-records.ts'
import { readStack } from './stack.ts'

/** What an adapter hands to the sink: raw, not yet copied, parsed or redacted. */
export interface LogRecord {
  /** The label of the level, as the logger calls it: `'error'`, `'fatal'`, or a custom one. */
  readonly level: string
  /**
   * How severe the record is, on pino's scale: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
   *
   * @default the severity of the label; 50 for an unknown label
   */
  readonly severity?: number | undefined
  /** When it was logged, in milliseconds since 1970. */
  readonly time: number
  /** The text the program logged; empty if there is none. */
  readonly message: string
  /** The format string before its values were put in, where the logger still has it. */
  readonly template?: string | undefined
  /** The thrown thing: an Error, its serialized form, or anything else. */
  readonly error?: unknown
  /** The request during which it was logged: a live request object or its serialized form. */
  readonly request?: unknown
  /** Everything else the program logged with it. */
  readonly fields: Readonly<Record<string, unknown>>
  /**
   * The name of the service that logged it, which messages show where neither the option `service` is set nor a field of that name
   * says it.
   */
  readonly service?: string | undefined
  /** The name of the logger. */
  readonly logger?: string | undefined
  /** The library it was logged with, where hints may name its calls. */
  readonly source?: 'pino' | 'winston' | undefined
  /**
   * Returns the record as people may see it, where that takes time to find out: called before it is described, and not for records
   * that are only counted.
   *
   * @default the record itself
   */
  readonly shown?: (() => LogRecord) | undefined
}

const maxHostLength = 255

/**
 * The host that a record names, or this one. What a program logs as `hostname` may be any text, a URL with a password included.
 *
 * @param redact removes secrets from a text
 */
export function readHost({ fields }: LogRecord, redact: (text: string) => string): string {
  const host = readProperty(fields, 'hostname')
  return typeof host === 'string' ? redactBeginning(host, maxHostLength, redact) : thisHost
}

export interface RawRecordOptions {
  /** In milliseconds since 1970. */
  readonly now: () => number
  /** Severities of the logger's own levels. */
  readonly levels: Levels
  /** Called with what is wrong, in one sentence without values. */
  readonly onWrong: (sentence: string) => void
}

/** Whether a record has everything that adapters give it. */
function isWhole(given: unknown): given is LogRecord {
  try {
    const { level, time, message, fields, severity } = given as Partial<LogRecord>
    const isComplete =
      typeof level === 'string' && typeof message === 'string' && typeof time === 'number'
    const hasSeverity = severity === undefined || typeof severity === 'number'
    return isComplete && hasSeverity && typeof fields === 'object' && fields !== null
  } catch {
    return false
  }
}

/**
 * A record of whatever a program wrote to a sink: an Error, a text, a parsed line of pino or bunyan, what a logger's hook
 * passed on, an object that lacks something. Nothing is lost, and what cannot be right is reported.
 *
 * @returns `undefined` for a record that is less severe than `minSeverity`
 */
export function completeRecord(
  given: unknown,
  options: RawRecordOptions,
  minSeverity: number,
): LogRecord | undefined {
  if (isWhole(given)) return given
  const blank = { level: 'error', time: options.now(), message: '', fields: {} }
  if (isError(given)) return { ...blank, error: given }
  if (typeof given === 'string') return { ...blank, message: given }
  if (isObject(given)) {
    const leveled = readLoggersRecord(given)
    const level = readLevel(leveled ?? given, options)
    const isIgnored = severityIn(options.levels, level) < minSeverity
    return isIgnored ? undefined : readRecord(leveled?.read() ?? given, level, options)
  }
  options.onWrong(`Expected a record, got ${kindOf(given)}`)
  return { ...blank, message: print(given) }
}

type Level = Pick<LogRecord, 'level' | 'severity'>

/** On pino's scale. */
export function severityIn(levels: Levels, { level, severity }: Level): number {
  return severity ?? levels[level] ?? severityOf(level)
}

function readRecord(given: object, level: Level, options: RawRecordOptions): LogRecord {
  const messageKey = readProperty(given, 'message') === undefined ? 'msg' : 'message'
  const errorKey = errorKeyOf(given)
  const message = readProperty(given, messageKey)
  const hasText = message !== undefined && !isError(message)
  // Beside a text, a field of the service.
  const args = hasText ? undefined : readList(given, 'args')
  const values = readValues(args ?? [])
  const error = firstOf(readProperty(given, errorKey), isError(message) ? message : values.error)
  const text = hasText ? print(message) : values.message
  const template = templateOf(given, text)
  // Beside an error, its stack once more.
  const read = Object.entries({ stack: error, args, template })
  const others = read.filter(([, value]) => value !== undefined).map(([key]) => key)
  const name = isLine(given) ? readText(given, 'name') : undefined
  const record: Mutable<LogRecord> = {
    level: level.level,
    time: readTime(given, options),
    message: text,
    fields: withFields(values.fields, readFields(given, [messageKey, errorKey, ...others])),
  }
  add(record, 'severity', level.severity)
  add(record, 'error', error)
  add(record, 'template', template ?? values.template)
  add(record, 'logger', readText(given, 'logger') ?? name)
  add(record, 'service', readText(given, 'service') ?? name)
  add(record, 'request', readProperty(given, 'request') ?? values.request)
  if (isEmpty(record))
    options.onWrong('Expected a record with a message, got an object without one')
  return record
}

/** A template of the text; a service may call another thing so, as that of a mail. */
function templateOf(given: object, message: string): string | undefined {
  const template = readText(given, 'template')
  if (template === undefined) return undefined
  let at = 0
  for (const part of template.split(/%[a-zA-Z%]|\{[^{}]*\}|[{}]/)) {
    const found = message.indexOf(part, at)
    if (found === -1) return undefined
    at = found + part.length
  }
  return template
}

/** An `error` that is empty stands for none if there is another. */
function errorKeyOf(given: object): string {
  const error = readProperty(given, 'error')
  if (error !== undefined && error !== null) return 'error'
  return error === undefined || readProperty(given, 'err') !== undefined ? 'err' : 'error'
}

/** `null` only if there is nothing else: it may have been thrown. */
function firstOf(first: unknown, second: unknown): unknown {
  return first ?? second ?? (first === null ? null : undefined)
}

function withFields(read: Record<string, unknown>, own: LogRecord['fields']): LogRecord['fields'] {
  if (keysOf(read).length === 0) return own
  copyFields(read, own)
  return read
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

function add<Key extends keyof LogRecord>(
  record: Mutable<LogRecord>,
  key: Key,
  value: LogRecord[Key] | undefined,
): void {
  if (value !== undefined) record[key] = value
}

/** Whether it is a record of bunyan, or a parsed line of pino: both name their logger, the process and the host. */
function isLine(given: object): boolean {
  const isOfProcess = ['pid', 'hostname'].every((key) => readProperty(given, key) !== undefined)
  return isOfProcess && readText(given, 'name') !== undefined
}

/** A number is one of pino's or bunyan's. Google Cloud has the label in `severity`. */
function readLevel(given: object, { onWrong }: RawRecordOptions): Level {
  const severity = readProperty(given, 'severity')
  const level = readProperty(given, 'level') ?? severity
  if (typeof level === 'number' && !Number.isNaN(level))
    return { level: pinoLabels[level] ?? String(level), severity: level }
  const isLabel = typeof level === 'string' && level !== ''
  if (!isLabel && level !== undefined)
    onWrong(`Expected \`level\` of a record to be a text or a number, got ${kindOf(level)}`)
  // Below all of pino's levels: a number of syslog or of an incident, beside a label that says enough.
  const isOnScale = typeof severity === 'number' && !(isLabel && severity < 10)
  return { level: isLabel ? level : 'error', ...(isOnScale && { severity }) }
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

const ownKeys: ReadonlySet<string> = new Set(['level', 'severity', 'time', 'request'])
/** Parts that are read only as a text; anything else there is a field. */
const textKeys: ReadonlySet<string> = new Set(['logger', 'service'])
/** What each line says about its process and says nothing about what happened. */
const lineKeys: ReadonlySet<string> = new Set(['name', 'pid', 'v'])

function isAbsentOrText(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

/** Everything else, where the record has no `fields`. */
function readFields(given: object, shownElsewhere: readonly string[]): LogRecord['fields'] {
  const fields = readObject(given, 'fields') as LogRecord['fields'] | undefined
  if (fields !== undefined) return fields
  const isOfLine = isLine(given)
  const isOwnHost = isOfLine && readProperty(given, 'hostname') === thisHost
  const isLeftOut = (key: string): boolean =>
    ownKeys.has(key) ||
    (textKeys.has(key) && isAbsentOrText(readProperty(given, key))) ||
    shownElsewhere.includes(key) ||
    (isOfLine && lineKeys.has(key)) ||
    (isOwnHost && key === 'hostname')
  try {
    return Object.fromEntries(Object.entries(given).filter(([key]) => !isLeftOut(key)))
  } catch {
    // A getter that throws: its field is shown as unreadable.
    return withoutKeys(given, isLeftOut)
  }
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
