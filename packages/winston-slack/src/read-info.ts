import { format } from 'node:util'
import type { LogRecord } from '@slack-logger/core'

/** What winston passes to a transport: an object, or the logged Error itself. */
export type WinstonInfo = Readonly<Record<string | symbol, unknown>>

/** The levels of a logger as winston has them: 0 is the most severe. */
export type WinstonLevels = Readonly<Record<string, number>>

/** Converts an info to a record. The info is not changed. */
export function readInfo(
  info: WinstonInfo,
  context: { readonly now: number; readonly severity: number },
): LogRecord {
  const found = findError(info)
  const label = info['label']
  const { message, template } = readMessage(info, found)
  // Assigned one by one, because spreading optional parts costs more than everything else here.
  const record: Mutable<LogRecord> = {
    level: levelOf(info),
    severity: context.severity,
    time: context.now,
    message,
    fields: readFields(info, found),
    source: 'winston',
  }
  if (template !== undefined) record.template = template
  if (found !== undefined) record.error = found.error
  if (typeof label === 'string') record.logger = label
  return record
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

const levelKey = Symbol.for('level')

/** The level's label as it was before a format coloured it. */
export function levelOf(info: WinstonInfo): string {
  return String(info[levelKey] ?? info['level'])
}

/** The usual labels on pino's scale, which the sink uses. */
const severities: Readonly<Record<string, number>> = {
  emerg: 60,
  alert: 60,
  crit: 60,
  fatal: 60,
  error: 50,
  warning: 40,
  warn: 40,
  notice: 35,
  info: 30,
  http: 25,
  verbose: 20,
  debug: 20,
  silly: 10,
}

/** The severity that the alert level has in the sink. */
export function alertSeverityOf(alertLevel: string): number {
  return severities[alertLevel] ?? 50
}

/** The severity of a level. Whether it is below the alert level depends only on the order of the logger's own levels. */
export function severityIn(
  levels: WinstonLevels,
  given: { readonly level: string; readonly alertLevel: string },
): number {
  const threshold = alertSeverityOf(given.alertLevel)
  const isAlert = (levels[given.level] ?? 0) <= (levels[given.alertLevel] ?? 0)
  const usual = severities[given.level]
  return isAlert ? Math.max(usual ?? threshold, threshold) : Math.min(usual ?? 0, threshold - 1)
}

/** An error, and where in the info it was found. */
interface FoundError {
  readonly error: unknown
  readonly place:
    | 'info'
    | 'message'
    | 'err'
    | 'error'
    | 'exception'
    | 'splat'
    | 'metadata'
    | 'stack'
}

function findError(info: WinstonInfo): FoundError | undefined {
  if (info instanceof Error) return { error: info, place: 'info' }
  // Each by its name, because this runs for every record and a loop over the names takes twice as long.
  const { message, err, error: named, exception } = info
  if (looksLikeError(message)) return { error: message, place: 'message' }
  if (looksLikeError(err)) return { error: err, place: 'err' }
  if (looksLikeError(named)) return { error: named, place: 'error' }
  if (looksLikeError(exception)) return { error: exception, place: 'exception' }
  const logged = splatOf(info).find((value) => value instanceof Error)
  if (logged !== undefined) return { error: logged, place: 'splat' }
  const metadata = metadataOf(info)
  const key = errorKeyOf(metadata)
  if (key !== undefined) return { error: metadata[key], place: 'metadata' }
  return errorFromStack(info)
}

function looksLikeError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return typeof (value as { message?: unknown }).message === 'string' || value instanceof Error
}

const splatKey = Symbol.for('splat')
const noValues: readonly unknown[] = []
const noFields: WinstonInfo = {}

/** The arguments that were logged after the message. */
function splatOf(info: WinstonInfo): readonly unknown[] {
  const splat = info[splatKey]
  return Array.isArray(splat) ? splat : noValues
}

/** Where `format.metadata` moves all fields. */
function metadataOf(info: WinstonInfo): WinstonInfo {
  const { metadata } = info
  return typeof metadata === 'object' && metadata !== null ? (metadata as WinstonInfo) : noFields
}

const metadataErrorKeys = ['err', 'error', 'exception']

function errorKeyOf(metadata: WinstonInfo): string | undefined {
  return metadataErrorKeys.find((key) => looksLikeError(metadata[key]))
}

/** `format.errors` replaces an Error by a plain object with its message, stack and cause. */
function errorFromStack({ stack, message, cause }: WinstonInfo): FoundError | undefined {
  if (typeof stack !== 'string') return undefined
  return {
    error: { message: String(message), stack, ...(cause !== undefined && { cause }) },
    place: 'stack',
  }
}

/** The logged text without what winston appends to it, and its format string if it has one. */
function readMessage(
  info: WinstonInfo,
  found: FoundError | undefined,
): Pick<LogRecord, 'message' | 'template'> {
  const message = info['message']
  if (found?.place === 'info' || found?.place === 'message' || message === undefined) {
    return { message: '' }
  }
  if (typeof message !== 'string') return { message: show(message) }
  const splat = splatOf(info)
  if (splat.length > 0 && hasPlaceholder(message)) {
    return { message: format(message, ...splat), template: message }
  }
  return { message: found === undefined ? message : withoutError(message, found) }
}

function hasPlaceholder(message: string): boolean {
  return message.includes('%') && /%[sdifjoOc]/.test(message)
}

/** winston appends the message of an error in the splat to the text, and the stack of an uncaught error to its own prefix. */
function withoutError(message: string, { error, place }: FoundError): string {
  const errorMessage = (error as { message?: unknown }).message
  if (typeof errorMessage !== 'string' || message === errorMessage) return ''
  const textEnd = message.length - errorMessage.length - 1
  if (place === 'splat' && message[textEnd] === ' ' && message.endsWith(errorMessage)) {
    return message.slice(0, textEnd)
  }
  if (place !== 'error') return message
  return /^(uncaughtException|unhandledRejection): /.exec(message)?.[1] ?? message
}

function show(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value
  } catch {
    // A cycle, a BigInt or a getter that throws.
    return Object.prototype.toString.call(value)
  }
}

/** Keys that are not fields, because the record carries them elsewhere. */
const ownKeys: ReadonlySet<string> = new Set(
  'level message timestamp stack cause splat label'.split(' '),
)
/** Keys that winston adds to the record of an uncaught exception. */
const exceptionKeys: ReadonlySet<string> = new Set(
  'exception rejection date process os trace'.split(' '),
)

function readFields(
  info: WinstonInfo,
  found: FoundError | undefined,
): Readonly<Record<string, unknown>> {
  // The properties of a logged Error are shown with the error.
  if (found?.place === 'info') return {}
  const fields = fieldsOf(info, found)
  if (found?.place !== 'metadata') return fields
  const metadata = metadataOf(info)
  const { [errorKeyOf(metadata) ?? '']: _, ...moved } = metadata
  return { ...fields, ...moved }
}

function fieldsOf(
  info: WinstonInfo,
  found: FoundError | undefined,
): Readonly<Record<string, unknown>> {
  const isUncaught = info['exception'] === true || info['rejection'] === true
  const entries: [string, unknown][] = []
  for (const key of Object.keys(info)) {
    if (ownKeys.has(key) || key === found?.place) continue
    if ((isUncaught && exceptionKeys.has(key)) || isCopied(key, found)) continue
    entries.push([key, info[key]])
  }
  return entries.length === 0 ? {} : Object.fromEntries(entries)
}

/** winston copies the own properties of an error in the splat to the info. */
function isCopied(key: string, found: FoundError | undefined): boolean {
  return found?.place === 'splat' && Object.hasOwn(found.error as object, key)
}
