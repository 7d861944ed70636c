import { loadCore } from '#load-core'
import type { FilledText, LogRecord } from '@slack-logger/core'
import { isPrimitive, type Logged, readOriginal } from './format-watch.ts'
import { hasMasked, headOf, lineOf, maskAs, maskError, maskFields, messageOf } from './masking.ts'

let loaded: ReturnType<typeof loadCore> | undefined
/** Kept, because to ask for a module takes longer than to read a text. */
const core = (): ReturnType<typeof loadCore> => (loaded ??= loadCore())

/** What winston passes to a transport: an object, or the logged Error itself. */
export type WinstonInfo = Readonly<Record<string | symbol, unknown>>

/** The levels of a logger as winston has them: 0 is the most severe. */
export type WinstonLevels = Readonly<Record<string, number>>

interface ReadContext {
  /** In milliseconds since 1970. */
  readonly now: number
  readonly severity: number
  /** Whether what the user's formats masked is masked in the record: comparing the copies takes longer than all the rest. */
  readonly isMasked: boolean
}

/** Converts an info to a record. The info is not changed. */
export function readInfo(logged: WinstonInfo, context: ReadContext): LogRecord {
  const info = withFields(logged)
  const line = context.isMasked ? lineOf(info) : undefined
  const original = readOriginal(logged)
  const filled = fillInfo(info, line, original)
  const found = findError(info, original, filled)
  const error = context.isMasked ? found && shownError(info, found) : found?.error
  const isMasked = error !== found?.error
  const label = info['label']
  // Assigned one by one, because spreading optional parts costs more than everything else here.
  const record: Mutable<LogRecord> = {
    level: levelOf(info),
    severity: context.severity,
    time: context.now,
    message: withValues(
      filled?.text ?? maskAs(line, readMessage(info, found, error)),
      filled?.rest ?? looseValues(info, original),
    ),
    fields: maskFields(line, readFields(info, { found, filled, isMasked })),
    source: 'winston',
  }
  if (filled?.template !== undefined) record.template = filled.template
  if (found !== undefined) record.error = error
  if (typeof label === 'string') record.logger = label
  if (!context.isMasked) record.shown = maskLater(logged, context)
  return record
}

/** V8 allocates a function that is written where it is assigned to a property as an old object, which then keeps all records in memory. */
function maskLater(logged: WinstonInfo, context: ReadContext): () => LogRecord {
  return () => readInfo(logged, { ...context, isMasked: true })
}

/** With all fields in their place: those that `format.metadata` moved, and those of an object that was logged without a text. */
function withFields(info: WinstonInfo): WinstonInfo {
  if (info instanceof Error) return info
  const { message, metadata } = info
  if (typeof message === 'object' && core().holdsError(message)) {
    const { message: _, ...others } = info
    return { ...message, ...others }
  }
  if (typeof metadata !== 'object' || metadata === null || metadata instanceof Error) return info
  if (Object.keys(metadata).some((key) => key in info)) return info
  const { metadata: _, ...others } = info
  return { ...others, ...metadata }
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

/** What is more severe alerts: the alert level may change at run time, the sink's cannot. */
export const minAlertSeverity = 1
export const contextSeverity = 0

const unknownSeverity = 50

/**
 * The severity of a record: that of its level if it alerts, else {@link contextSeverity}. Whether it alerts depends only on the
 * order of the logger's own levels, where they are known.
 */
export function severityIn(
  levels: WinstonLevels,
  given: { readonly level: string; readonly alertLevel: string },
): number {
  const usual = severities[given.level]
  const threshold = severities[given.alertLevel] ?? unknownSeverity
  const rank = levels[given.level]
  const isAlert =
    rank === undefined ? (usual ?? threshold) >= threshold : rank <= (levels[given.alertLevel] ?? 0)
  return isAlert ? Math.max(usual ?? threshold, threshold) : contextSeverity
}

/** An error, and where in the info it was found. */
interface FoundError {
  readonly error: unknown
  readonly place: 'info' | 'message' | 'err' | 'error' | 'exception' | 'splat' | 'stack'
  /** Whether winston copied its message and its stack to the info. */
  readonly isCopied?: boolean
}

/** Errors in other fields are found by the sink. */
function findError(
  info: WinstonInfo,
  original: Logged | undefined,
  filled: FilledText | undefined,
): FoundError | undefined {
  if (info instanceof Error) return { error: info, place: 'info' }
  // Each by its name, because this runs for every record and a loop over the names takes twice as long.
  const { message, err, error: named, exception } = info
  if (looksLikeError(message)) return { error: message, place: 'message' }
  if (looksLikeError(err)) return { error: err, place: 'err' }
  if (looksLikeError(named)) return { error: named, place: 'error', isCopied: isUncaught(info) }
  if (looksLikeError(exception)) return { error: exception, place: 'exception' }
  if (isThrownValue(info)) return { error: named, place: 'error' }
  const logged = splatOf(info).find((value) => value instanceof Error)
  if (logged !== undefined) return { error: logged, place: 'splat', isCopied: filled === undefined }
  if (original?.error !== undefined) return { ...original, place: 'splat' }
  return filled === undefined ? findByStack(info) : undefined
}

/** `throw 17`, `Promise.reject({ code })`. `null` and `undefined` are texts, because a record with either has no error. */
function isThrownValue(info: WinstonInfo): boolean {
  return isUncaught(info) && info['error'] !== undefined && info['error'] !== null
}

function looksLikeError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return typeof (value as { message?: unknown }).message === 'string' || value instanceof Error
}

const splatKey = Symbol.for('splat')
const noValues: readonly unknown[] = []

/** The arguments that were logged after the message. */
function splatOf(info: WinstonInfo): readonly unknown[] {
  const splat = info[splatKey]
  return Array.isArray(splat) ? splat : noValues
}

/** What winston leaves of an Error that a child logger logs: its message, stack and cause. */
function findByStack({ stack, message, cause }: WinstonInfo): FoundError | undefined {
  if (typeof stack !== 'string') return undefined
  const text = String(message)
  const thrown = messageOf(headOf(stack))
  const isOfMessage = text === thrown || text.endsWith(` ${thrown}`) || hasMasked(text, thrown)
  if (!isOfMessage) return undefined
  const error = { message: thrown, stack, ...(cause !== undefined && { cause }) }
  return { error, place: 'stack', isCopied: true }
}

/** The error with what the user's formats masked in it. */
function shownError(info: WinstonInfo, { error, isCopied = false }: FoundError): unknown {
  return typeof error === 'object' && error !== null ? maskError(error, info, isCopied) : error
}

/** The text with its values, where winston leaves that to a format. */
function fillInfo(
  info: WinstonInfo,
  line: string | undefined,
  original: Logged | undefined,
): FilledText | undefined {
  const { message } = info
  if (typeof message !== 'string') return undefined
  const text = maskAs(line, message)
  const refilled = original && core().refillText(text, original)
  return refilled ?? core().fillText(text, splatOf(info))
}

/** The logged text without what winston appends to it. */
function readMessage(info: WinstonInfo, found: FoundError | undefined, shown: unknown): string {
  const message = info['message']
  if (found?.place === 'info' || found?.place === 'message' || message === undefined) return ''
  if (typeof message !== 'string') return show(message)
  if (isUncaught(info)) return readUncaught(info, message)
  const text = typeof info['stack'] === 'string' ? maskAs(headOf(info['stack']), message) : message
  if (found === undefined) return text
  // A format may have masked what winston appended.
  const short = withoutError(text, found)
  return short === text ? withoutError(text, { ...found, error: shown }) : short
}

/**
 * Values that were logged behind a text without placeholders, as in `logger.error('no stock', 17)`; none if a format changed the
 * text, since it may have used them and masked them.
 */
function looseValues({ message }: WinstonInfo, original: Logged | undefined): readonly unknown[] {
  if (original === undefined) return noValues
  const isAsLogged = message === original.message || original.message instanceof Error
  return isAsLogged ? original.values : noValues
}

/** As `console.error` prints them. */
function withValues(text: string, values: readonly unknown[]): string {
  if (values.length === 0) return text
  const added = values.filter(isPrimitive).map(String)
  return added.length === 0 ? text : [text, ...added].join(' ').trim()
}

/** winston appends the message of an error in the splat to the text. */
function withoutError(message: string, { error, place }: FoundError): string {
  const errorMessage = (error as { message?: unknown }).message
  if (typeof errorMessage !== 'string' || message === errorMessage) return ''
  const textEnd = message.length - errorMessage.length - 1
  const isAppended = place === 'splat' && message[textEnd] === ' ' && message.endsWith(errorMessage)
  return isAppended ? message.slice(0, textEnd) : message
}

/** winston puts message and stack behind its own prefix, and `(no error message)` behind it if no Error was thrown. */
function readUncaught({ error }: WinstonInfo, message: string): string {
  const prefix = /^(uncaughtException|unhandledRejection): /.exec(message)?.[1]
  if (prefix === undefined) return message
  const isText = looksLikeError(error) || (typeof error !== 'object' && error !== undefined)
  return isText ? prefix : `${prefix}: ${show(error)}`
}

function isUncaught(info: WinstonInfo): boolean {
  return info['exception'] === true || info['rejection'] === true
}

function show(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  try {
    return JSON.stringify(value)
  } catch {
    // A cycle, a BigInt or a getter that throws.
    return Object.prototype.toString.call(value)
  }
}

/** Keys that are not fields, because the record carries them elsewhere. */
const ownKeys: ReadonlySet<string> = new Set('level message timestamp splat label'.split(' '))

interface ReadSoFar {
  readonly found: FoundError | undefined
  readonly filled: FilledText | undefined
  readonly isMasked: boolean
}

function readFields(
  info: WinstonInfo,
  { found, filled, isMasked }: ReadSoFar,
): Readonly<Record<string, unknown>> {
  // The properties of a logged Error are shown with the error.
  if (found?.place === 'info') return {}
  // winston copies the own properties of an error in the splat to the info.
  const copied = found?.place === 'splat' && !isMasked ? (found.error as object) : {}
  const fields: Record<string, unknown> = {}
  for (const key of Object.keys(info)) {
    if (ownKeys.has(key) || Object.hasOwn(copied, key)) continue
    if (found !== undefined && isOfError(key, found)) continue
    const value = info[key]
    // To assign it would change the prototype.
    if (key === '__proto__') Object.defineProperty(fields, key, { value, enumerable: true })
    else fields[key] = value
  }
  return filled === undefined ? fields : { ...restOf(filled), ...fields }
}

function isOfError(key: string, { place }: FoundError): boolean {
  return key === place || key === 'stack' || key === 'cause'
}

/** As `format.splat` does it: the properties of the objects that are no format arguments. */
function restOf({ rest }: FilledText): Readonly<Record<string, unknown>> {
  const objects = rest.filter(
    (value) => typeof value === 'object' && value !== null && !(value instanceof Error),
  )
  return Object.assign({}, ...objects) as Readonly<Record<string, unknown>>
}
