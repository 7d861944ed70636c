import {
  classNameOf,
  isError,
  isList,
  isObject,
  isPlainObject,
  keysOf,
  readFirstText,
  readProperty,
} from '../../redaction/safe-read.ts'
import type { MislogHint } from '../log-event.ts'
import type { LogRecord } from '../log-record.ts'
import { readStack, readStackAt, splitLoggedStack, stackKeys } from '../stack.ts'

/** Where the error of a record was found. */
export interface FoundError {
  readonly error: unknown
  /** The fields that the error replaces. */
  readonly keys: readonly string[]
  /** The field in which the error was found, and under which key of it. */
  readonly inside?: readonly [field: string, key: string]
  /** True if the record is itself the error: its other fields are the error's properties. */
  readonly isFlat?: true
  /** The logged text without the stack that stood in it. */
  readonly message?: string
}

/** Under which keys programs log errors, the loggers' own first. */
export const errorKeys = ['err', 'error', 'exception', 'exc', 'ex', 'e'] as const

/** These count only if the record is not itself an error of which they are a part. */
const looseErrorKeys = ['cause', 'reason'] as const

/** The error's parts as fields of the record: winston's `format.errors`, OpenTelemetry, Elastic. */
const flatKeys = [
  'stack',
  'stack_trace',
  'exc_info',
  'exception.type',
  'exception.message',
  'exception.stacktrace',
  'error.type',
  'error.message',
  'error.stack_trace',
  'error.stack',
  'error.kind',
]

const errorFields: ReadonlySet<string> = new Set([
  ...errorKeys,
  ...looseErrorKeys,
  ...flatKeys,
  ...stackKeys,
])

/**
 * The error of a record. The first of these counts: what the adapter passes as the error; a field that is named after an error;
 * the parts of an error as fields; `cause` and `reason`; an Error, a serialized one or a printed stack in any other field; the
 * same one level down in a field; a stack in the text.
 */
export function findError(record: LogRecord, fields: object): FoundError | undefined {
  if (record.error !== undefined && record.error !== null) return findGiven(record.error, fields)
  const isInFields = keysOf(fields).some((key) => errorFields.has(key))
  const found = isInFields
    ? (findInFields(fields, errorKeys) ??
      findFlat(record, fields) ??
      findInFields(fields, looseErrorKeys))
    : undefined
  return found ?? findAnywhere(fields) ?? findInMessage(record) ?? findNothing(record)
}

/** `throw null`: beside a text it is more often an error that did not happen, `{ err: null }`. */
function findNothing({ error, message, source }: LogRecord): FoundError | undefined {
  const isThrown = error === null && (source === undefined || message === '')
  return isThrown ? { error, keys: [] } : undefined
}

function findGiven(error: unknown, fields: object): FoundError | undefined {
  if (isEmptyObject(error)) return undefined
  return { error, keys: keysOf(fields).filter((key) => readProperty(fields, key) === error) }
}

function findInFields(fields: object, keys: readonly string[]): FoundError | undefined {
  for (const key of keys) {
    const value = readProperty(fields, key)
    if (looksLikeError(value) || isLostError(value)) return { error: value, keys: [key] }
  }
  return undefined
}

function findFlat(record: LogRecord, fields: object): FoundError | undefined {
  const keys = flatKeys.filter((key) => typeof readProperty(fields, key) === 'string')
  const stackKey = stackKeys.find((key) => readStackAt(fields, key) !== undefined)
  const stack = stackKey === undefined ? undefined : readStackAt(fields, stackKey)
  const hasMessage = readFirstText(fields, ['exception.message', 'error.message']) !== undefined
  if (!hasMessage && (stack === undefined || !looksLikeStack(stack))) return undefined
  const parts = [...keys, 'name', 'code', 'cause', 'errors']
  const error: Record<string, unknown> = {}
  for (const part of parts) error[part] = readProperty(fields, part)
  if (stackKey === undefined) error['message'] ??= record.message
  else error[stackKey] = stack
  const printed = errorKeys.filter((key) => isPrintedIn(stack, readProperty(fields, key)))
  return {
    error,
    keys: [...parts, ...(stackKey === undefined ? [] : [stackKey]), ...printed],
    isFlat: true,
  }
}

/** `{ error: error.message, stack: error.stack }` */
function isPrintedIn(stack: string | undefined, message: unknown): boolean {
  return typeof message === 'string' && stack?.includes(message) === true
}

/** What belongs to a request or to its answer is no error of the record. */
const exchangeKeys: ReadonlySet<string> = new Set([
  'req',
  'request',
  'httpRequest',
  'res',
  'response',
])

const maxFields = 60
const maxInside = 30

function findAnywhere(fields: object): FoundError | undefined {
  let inside: FoundError | undefined
  for (const key of keysOf(fields).slice(0, maxFields)) {
    const value = readProperty(fields, key)
    if (!isWorthALook(value) || exchangeKeys.has(key)) continue
    if (isUnmistakable(value)) return { error: value, keys: [key] }
    inside ??= findInside(value, key)
  }
  return inside
}

function findInside(holder: unknown, field: string): FoundError | undefined {
  if (!isPlainObject(holder) && !isList(holder)) return undefined
  const keys = keysOf(holder)
  for (const key of keys.slice(0, maxInside)) {
    const error = readProperty(holder, key)
    if (!isWorthALook(error) || !isUnmistakable(error)) continue
    if (keys.length === 1) return { error, keys: [field] }
    return isList(holder) ? { error, keys: [] } : { error, keys: [], inside: [field, key] }
  }
  return undefined
}

/** A shortcut for most fields. */
function isWorthALook(value: unknown): boolean {
  return typeof value === 'string'
    ? value.includes('\n')
    : typeof value === 'object' && value !== null
}

/** An error by what it is, whatever its name: its message alone would also be that of a chat or of a validator. */
function isUnmistakable(value: unknown): boolean {
  if (typeof value === 'string') return splitLoggedStack(value) !== undefined
  if (!isObject(value)) return false
  if (isError(value)) return true
  const stack = mayHaveStack(value) ? readStack(value) : undefined
  return stack !== undefined && looksLikeStack(stack)
}

/** A shortcut for most values: to look up each name takes many times longer. */
function mayHaveStack(value: object): boolean {
  return !isPlainObject(value) || keysOf(value).some((key) => stackNames.has(key))
}

const stackNames: ReadonlySet<string> = new Set(stackKeys)

/** Joi and others leave the error's first line only. */
function looksLikeStack(stack: string): boolean {
  return stack.includes('\n') || /^[\w$.]{0,100}(?:Error|Exception)\b/.test(stack)
}

function findInMessage(record: LogRecord): FoundError | undefined {
  const split = splitLoggedStack(record.message)
  return split === undefined ? undefined : { error: split.stack, keys: [], message: split.text }
}

function looksLikeError(value: unknown): boolean {
  if (typeof value === 'string') return splitLoggedStack(value) !== undefined
  if (!isObject(value)) return false
  if (isError(value) || readStack(value) !== undefined) return true
  const hasMessage =
    readFirstText(value, ['message', 'exc_value', 'exception.message']) !== undefined
  return hasMessage && errorProperties.some((key) => readProperty(value, key) !== undefined)
}

const errorProperties = [
  'name',
  'type',
  'code',
  'cause',
  'errno',
  'syscall',
  'status',
  'statusCode',
  'exc_type',
  'kind',
]

/** An Error of which JSON kept only the own properties: `{ code: 'ECONNREFUSED', syscall: 'connect' }`. */
export function isLostError(value: unknown): value is object {
  if (!isObject(value) || isError(value) || readStack(value) !== undefined) return false
  if (readFirstText(value, ['message', 'msg', 'error', 'error_description']) !== undefined)
    return false
  return ['code', 'errno', 'syscall', 'name'].some((key) => readProperty(value, key) !== undefined)
}

/** All that JSON leaves of an Error without own properties. */
export function isEmptyObject(value: unknown): boolean {
  if (!isObject(value) || isError(value) || keysOf(value).length > 0) return false
  return classNameOf(value) === 'Object' && readStack(value) === undefined
}

/** What is known of the record apart from itself. */
interface MislogContext {
  readonly fields: object
  /** The logged text, redacted. */
  readonly message: string
  readonly severity: number
  /** Whether an error with a message or stack was found. */
  readonly hasError: boolean
}

const errorSeverity = 50

const maxShownText = 60

/** Fields that any record of a service may have: they are no sign of how this one was logged. */
const boundFields =
  /^(?:trace|span|req(?:uest)?(?:_?id)?$|correlation|service|env|version|release|host|dd$|context$|module$|component$|v$)/i

/** `failed: TypeError: it is not a function`, `failed: {}`, `failed: [object Object]`. */
const printedError =
  /(?:^|[\s:])[A-Z][\w$]{0,100}(?:Error|Exception)(?: \[\w{1,64}\])?: |^Error: |[\s:]Error: /
const printedObject = /(?:^|[\s:])(?:\{\}|\[object (?:Object|Error)\])\s*$/

/** Finds where the way of logging lost the error before it came here; `undefined` if nothing seems lost. */
export function detectMislog(record: LogRecord, context: MislogContext): MislogHint | undefined {
  const key = findLostField(record, context)
  const lost =
    key === undefined ? describeLostText(record, context) : describeLostField(record, context, key)
  if (lost === undefined) return undefined
  const kind = key === undefined ? 'text' : `field ${key}`
  return { lost, fix: fixFor(record, context), place: placeOf(kind, context) }
}

/** pino serializes errors under its error key only; elsewhere JSON keeps an Error's own properties, often none. */
function findLostField({ error, source }: LogRecord, context: MislogContext): string | undefined {
  // What was thrown in this process is there as it was thrown.
  if (isLost(error) && source !== 'winston') return 'err'
  if (context.hasError) return undefined
  return (
    errorKeys.find((key) => isLost(readProperty(context.fields, key))) ??
    keysOf(context.fields).find(
      (key) => errorName.test(key) && isEmptyObject(readProperty(context.fields, key)),
    )
  )
}

/** `dbError`, `lastErr`: an empty object under such a name was an Error. */
const errorName = /(?:err|error|exception)$/i

function isLost(value: unknown): boolean {
  return isEmptyObject(value) || isLostError(value)
}

function describeLostField({ error }: LogRecord, { fields }: MislogContext, key: string): string {
  const value = isLost(error) ? error : readProperty(fields, key)
  const what = isEmptyObject(value)
    ? 'the error, with its message and its stack'
    : "the error's message and stack"
  return `${what}: \`${key}\` came as plain JSON`
}

function describeLostText(record: LogRecord, context: MislogContext): string | undefined {
  const { message, fields } = context
  if (context.hasError || context.severity < errorSeverity) return undefined
  if (printedError.test(message)) return "the error's stack: the error was put into the text"
  if (printedObject.test(message)) return 'the error or object that was put into the text'
  if (record.source === 'winston') return undefined
  const hasOwnFields = keysOf(fields).some((key) => !boundFields.test(key))
  if (message === '' || hasOwnFields) return undefined
  if (/:\s*$/.test(message)) return 'what was passed after the text'
  return record.source === 'pino'
    ? 'the error, if one was passed after the text: pino takes it before the text only'
    : undefined
}

function fixFor({ source }: LogRecord, { message }: MislogContext): string {
  const [beforeColon = ''] = message.replace(printedObject, '').split(/:\s/, 1)
  const text = beforeColon.replace(/[\s:]+$/, '').slice(0, maxShownText) || 'what failed'
  const quoted = `'${text.replace(/['\\\n\r]/g, ' ')}'`
  return source === 'winston' ? `logger.error(${quoted}, { error })` : `log.error(err, ${quoted})`
}

/** Texts from one place differ in their numbers and values. */
function placeOf(kind: string, { message }: MislogContext): string {
  return `${kind}|${message.replace(/[\d'":{[].*$/s, '').slice(0, 200)}`
}
