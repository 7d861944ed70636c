import { severityOf } from '../options/levels.ts'
import { redactBeginning } from '../redaction/bounded-text.ts'
import type { Redactor } from '../redaction/redactor.ts'
import {
  isObject,
  keysOf,
  readFirstText,
  readObject,
  readProperty,
  readText,
  withoutKeys,
} from '../redaction/safe-read.ts'
import { hideBoundValues, describeError, summarize } from './error/normalize-error.ts'
import { readOwnMessage } from './error/error-shape.ts'
import {
  findError,
  type FoundError,
  isEmptyObject,
  isLostError,
  detectMislog,
} from './error/find-error.ts'
import { findIds, idKeys } from './ids.ts'
import type { ErrorDescription, LogEvent, RequestDescription } from './log-event.ts'
import { type LogRecord, liftMetadata } from './log-record.ts'
import { type TrustProxy, describeRequest, describeUser, redactorFor } from './request.ts'

export interface DescribeEventOptions {
  readonly redactor: Redactor
  readonly trustProxy: TrustProxy
  /** The option `service`. */
  readonly service?: string | undefined
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
  const read = liftMetadata(takeRecord(shownRecord(record)))
  try {
    return describe(read, options)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    return describeBare(read, { ...options, note: `this record cannot be described: ${reason}` })
  }
}

function shownRecord(record: LogRecord): LogRecord {
  // Records of JavaScript may have anything under this name.
  if (typeof readProperty(record, 'shown') !== 'function') return record
  const { level, severity, time, shown } = record
  try {
    return shown?.() ?? record
  } catch {
    // What must not be seen is not known.
    const message = 'a record that cannot be shown'
    return { level, time, message, fields: {}, ...(severity !== undefined && { severity }) }
  }
}

function describe(record: LogRecord, given: DescribeEventOptions): LogEvent {
  const { fields } = record
  const options = { ...given, redactor: redactorOfRecord(record, given.redactor) }
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
      found,
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

/** Messages, errors and fields may quote what is secret in the path of the request, or the values of a statement. */
function redactorOfRecord({ request, fields }: LogRecord, redactor: Redactor): Redactor {
  const requests = [request, ...requestKeys.map((key) => readProperty(fields, key))]
  return requests
    .reduce<Redactor>((last, source) => redactorFor(source, last), redactor)
    .with({ change: hideBoundValues })
}

function describeFound(
  found: FoundError,
  message: string,
  options: DescribeEventOptions,
): ErrorDescription {
  const error = describeError(found.error, options)
  if (!isLostError(found.error) || readOwnMessage(found.error) !== undefined) return error
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

/** What winston adds to an error that it caught: with `exception: true`, facts about the process. */
const exceptionKeys: ReadonlySet<string> = new Set(
  'exception rejection date process os trace stack level message'.split(' '),
)

function describeFields(
  fields: LogRecord['fields'],
  shownElsewhere: readonly string[],
  { redactor, found }: { readonly redactor: Redactor; readonly found: FoundError | undefined },
): Readonly<Record<string, unknown>> {
  if (keysOf(fields).length === 0) return {}
  const isEmptyError = (key: string): boolean =>
    (key === 'err' || key === 'error') && isEmptyObject(readProperty(fields, key))
  const isUncaught =
    ['exception', 'rejection'].some((key) => readProperty(fields, key) === true) &&
    readObject(fields, 'process') !== undefined
  const isLeftOut = (key: string): boolean =>
    shownElsewhere.includes(key) ||
    idKeys.has(key) ||
    isEmptyError(key) ||
    (isUncaught && exceptionKeys.has(key))
  const shown = (key: string, value: unknown): unknown => {
    const [field, inside] = found?.inside ?? []
    if (key === field && isObject(value)) return withoutKeys(value, (name) => name === inside)
    return found?.isFlat === true ? summarize(key, value) : value
  }
  const copy = redactor.value(withoutKeys(fields, isLeftOut, shown))
  return isObject(copy) ? { ...copy } : {}
}

function describeBare(
  record: LogRecord,
  { redactor, note, service }: DescribeEventOptions & { readonly note?: string },
): LogEvent {
  const text = (value: string, maxLength: number): string =>
    redactBeginning(value, maxLength, redactor.text)
  const { severity, template, logger, time } = record
  const loggedService = service === undefined ? serviceOf(record) : undefined
  const level = text(record.level, maxNameLength)
  return {
    level,
    severity: severity ?? severityOf(level),
    time,
    message: text(record.message, maxMessageLength),
    template: template === undefined ? undefined : text(template, maxMessageLength),
    logger: logger === undefined ? undefined : text(logger, maxNameLength),
    service: loggedService === undefined ? service : text(loggedService, maxNameLength),
    error: undefined,
    request: undefined,
    fields: note === undefined ? {} : { note: redactor.text(note) },
    traceId: undefined,
    spanId: undefined,
    requestId: undefined,
    hint: undefined,
  }
}

/** What loggers put into every record: by itself, as OpenTelemetry has it, or as Elastic does. */
function serviceOf({ service, fields }: LogRecord): string | undefined {
  const inFields =
    readFirstText(fields, ['service', 'service.name']) ??
    readText(readProperty(fields, 'service'), 'name')
  return inFields ?? service
}

/** A record whose properties can be read without harm: an adapter made it, but of what a program logged. */
function takeRecord(record: LogRecord): LogRecord {
  const time = readProperty(record, 'time')
  const severity = readProperty(record, 'severity')
  const template = readText(record, 'template')
  const logger = readText(record, 'logger')
  const service = readText(record, 'service')
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
    ...(service !== undefined && { service }),
    ...((source === 'pino' || source === 'winston') && { source }),
  }
}
