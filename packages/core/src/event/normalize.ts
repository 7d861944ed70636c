import { severityOf } from '../options/levels.ts'
import type { Redactor } from '../redaction/redactor.ts'
import {
  isObject,
  keysOf,
  readObject,
  readProperty,
  readText,
  redactBeginning,
  withoutKeys,
} from '../redaction/safe-read.ts'
import {
  type FoundError,
  errorKeys,
  findError,
  isEmptyObject,
  isLostError,
} from './error/find-error.ts'
import { describeError, summarize } from './error/normalize-error.ts'
import type { ErrorDescription, LogEvent, MislogHint, RequestDescription } from './log-event.ts'
import type { LogRecord } from './log-record.ts'
import { type TrustProxy, describeRequest, describeUser, readHeader } from './request.ts'

export interface DescribeEventOptions {
  readonly redactor: Redactor
  readonly trustProxy: TrustProxy
}

const maxMessageLength = 10_000
const maxNameLength = 200

/** Under which keys programs log requests. */
const requestKeys = ['req', 'request', 'httpRequest'] as const

/**
 * Normalizes a record: what happened, during which request, with which data, all of it redacted and bounded.
 *
 * Never throws, whatever getters, Proxies and methods of logged things do.
 */
export function describeEvent(record: LogRecord, options: DescribeEventOptions): LogEvent {
  const read = takeRecord(record)
  try {
    return describe(read, options)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    return describeBare(read, { ...options, note: `this record cannot be described: ${reason}` })
  }
}

function describe(record: LogRecord, options: DescribeEventOptions): LogEvent {
  const { fields } = record
  const redact = options.redactor.text
  const found = findError(record, fields)
  const bare = describeBare(record, options)
  const message =
    found?.message === undefined
      ? bare.message
      : redactBeginning(found.message, maxMessageLength, redact)
  const request = withUser(findRequest(record, options), fields, options)
  const { traceId, spanId, requestId } = findIds(fields, request.source)
  return {
    ...bare,
    message,
    error: found && describeFound(found, message, options),
    request: request.description,
    fields: describeFields(fields, [...(found?.keys ?? []), ...request.keys], {
      redactor: options.redactor,
      isFlat: found?.isFlat ?? false,
    }),
    traceId: traceId && redact(traceId),
    spanId: spanId && redact(spanId),
    requestId: requestId && redact(requestId),
    hint: detectMislog(record, {
      fields,
      message,
      severity: bare.severity,
      hasError: found !== undefined && !isLostError(found.error),
    }),
  }
}

function describeFound(
  found: FoundError,
  message: string,
  options: DescribeEventOptions,
): ErrorDescription {
  const error = describeError(found.error, options)
  if (!isLostError(found.error)) return error
  // A lost error has neither message nor class any more; the logged text is the best there is.
  return { ...error, message, type: error.type === 'object' ? 'Error' : error.type }
}

interface FoundRequest {
  readonly source: unknown
  readonly description: RequestDescription | undefined
  /** The fields that the description replaces. */
  readonly keys: readonly string[]
}

function findRequest(record: LogRecord, options: DescribeEventOptions): FoundRequest {
  const { request, fields } = record
  if (request !== undefined) {
    const keys = requestKeys.filter((key) => readProperty(fields, key) === request)
    return { source: request, description: describeRequest(request, options), keys }
  }
  for (const key of requestKeys) {
    const source = readProperty(fields, key)
    const description = source === undefined ? undefined : describeRequest(source, options)
    if (description !== undefined) return { source, description, keys: [key] }
  }
  return { source: undefined, description: undefined, keys: [] }
}

/** A user logged beside the request is the user of the request. */
function withUser(
  found: FoundRequest,
  fields: LogRecord['fields'],
  options: DescribeEventOptions,
): FoundRequest {
  const logged = readProperty(fields, 'user')
  // Without a request a mere name may be that of a database's user.
  if (found.description === undefined && !isObject(logged)) return found
  if (found.description?.user !== undefined) return found
  const user = describeUser(logged, options.redactor.text)
  if (user === undefined) return found
  const description = found.description ?? describeRequest({ user: logged }, options)
  const parts = Object.values(user).filter((part) => part !== undefined)
  const isWhole = !isObject(logged) || keysOf(logged).length === parts.length
  return {
    ...found,
    description: description && { ...description, user },
    keys: isWhole ? [...found.keys, 'user'] : found.keys,
  }
}

function describeFields(
  fields: LogRecord['fields'],
  shownElsewhere: readonly string[],
  { redactor, isFlat }: { readonly redactor: Redactor; readonly isFlat: boolean },
): Readonly<Record<string, unknown>> {
  if (keysOf(fields).length === 0) return {}
  const isEmptyError = (key: string): boolean =>
    (key === 'err' || key === 'error') && isEmptyObject(readProperty(fields, key))
  const isLeftOut = (key: string): boolean =>
    shownElsewhere.includes(key) || idKeys.has(key) || isEmptyError(key)
  const copy = redactor.value(withoutKeys(fields, isLeftOut, isFlat ? summarize : undefined))
  return isObject(copy) ? { ...copy } : {}
}

function describeBare(
  record: LogRecord,
  { redactor, note }: DescribeEventOptions & { readonly note?: string },
): LogEvent {
  const text = (value: string, maxLength: number): string =>
    redactBeginning(value, maxLength, redactor.text)
  const { severity, template, logger, time } = record
  const level = text(record.level, maxNameLength)
  return {
    level,
    severity: severity ?? severityOf(level),
    time,
    message: text(record.message, maxMessageLength),
    template: template === undefined ? undefined : text(template, maxMessageLength),
    logger: logger === undefined ? undefined : text(logger, maxNameLength),
    error: undefined,
    request: undefined,
    fields: note === undefined ? {} : { note: redactor.text(note) },
    traceId: undefined,
    spanId: undefined,
    requestId: undefined,
    hint: undefined,
  }
}

/** A record whose properties can be read without harm: an adapter made it, but of what a program logged. */
function takeRecord(record: LogRecord): LogRecord {
  const time = readProperty(record, 'time')
  const severity = readProperty(record, 'severity')
  const template = readText(record, 'template')
  const logger = readText(record, 'logger')
  const source = readProperty(record, 'source')
  return {
    level: readText(record, 'level') ?? 'error',
    time: typeof time === 'number' && Number.isFinite(time) ? time : 0,
    message: readText(record, 'message') ?? '',
    error: readProperty(record, 'error'),
    request: readProperty(record, 'request'),
    fields: withoutKeys(readObject(record, 'fields') ?? {}, () => false),
    ...(typeof severity === 'number' && { severity }),
    ...(template !== undefined && { template }),
    ...(logger !== undefined && { logger }),
    ...((source === 'pino' || source === 'winston') && { source }),
  }
}

/** What ties a record to others of the same work. */
export interface FoundIds {
  readonly traceId: string | undefined
  readonly spanId: string | undefined
  readonly requestId: string | undefined
}

const traceKeys = [
  'trace_id',
  'traceId',
  'traceID',
  'trace.id',
  'dd.trace_id',
  'otelTraceID',
  'x-b3-traceid',
  'logging.googleapis.com/trace',
]
const spanKeys = [
  'span_id',
  'spanId',
  'spanID',
  'span.id',
  'dd.span_id',
  'otelSpanID',
  'logging.googleapis.com/spanId',
]
const requestIdKeys = [
  'reqId',
  'requestId',
  'request_id',
  'requestID',
  'req_id',
  'x-request-id',
  'xRequestId',
  'correlationId',
  'correlation_id',
  'x-correlation-id',
]

/** Fields that are shown as ids and nowhere else. */
export const idKeys: ReadonlySet<string> = new Set([
  ...traceKeys,
  ...spanKeys,
  ...requestIdKeys,
  'traceparent',
  'trace_flags',
])

const traceparent = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}/i

const maxIdLength = 200

/** Finds trace, span and request id among the fields, in the request and in its headers. */
export function findIds(fields: object, request: unknown): FoundIds {
  const source = isObject(request) ? request : {}
  const parent = readProperty(fields, 'traceparent')
  const [, parentTraceId, parentSpanId] =
    traceparent.exec(asId(parent) ?? readHeader(source, 'traceparent') ?? '') ?? []
  const traceId = readId(fields, traceKeys) ?? readNested(fields, 'trace') ?? parentTraceId
  return {
    // Google's has the project in front.
    traceId: traceId?.replace(/^projects\/[^/]{1,100}\/traces\//, ''),
    spanId: readId(fields, spanKeys) ?? readNested(fields, 'span') ?? parentSpanId,
    requestId: readId(fields, requestIdKeys) ?? readRequestId(source),
  }
}

function readRequestId(request: object): string | undefined {
  return (
    readId(request, ['id', ...requestIdKeys]) ??
    readHeader(request, 'x-request-id')?.slice(0, maxIdLength)
  )
}

function readId(holder: object, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const id = asId(readProperty(holder, key))
    if (id !== undefined) return id
  }
  return undefined
}

/** Datadog's tracer adds `dd: { trace_id, span_id }`; others have `trace: { id }` and `span: { id }`. */
function readNested(fields: object, key: 'trace' | 'span'): string | undefined {
  const datadog = readProperty(readObject(fields, 'dd'), `${key}_id`)
  return asId(datadog) ?? asId(readProperty(readObject(fields, key), 'id'))
}

function asId(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return typeof value === 'string' && value !== '' ? value.slice(0, maxIdLength) : undefined
}

/** What is known of the record apart from itself. */
export interface MislogContext {
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
function findLostField({ error }: LogRecord, context: MislogContext): string | undefined {
  if (isLost(error)) return 'err'
  if (context.hasError) return undefined
  return errorKeys.find((key) => isLost(readProperty(context.fields, key)))
}

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
