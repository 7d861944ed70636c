import { severityOf } from '../options/levels.ts'
import { redactBeginning } from '../redaction/bounded-text.ts'
import type { Redactor } from '../redaction/redactor.ts'
import {
  isObject,
  keysOf,
  readObject,
  readProperty,
  readText,
  withoutKeys,
} from '../redaction/safe-read.ts'
import { findError, type FoundError, isEmptyObject, isLostError } from './error/find-error.ts'
import { describeError, summarize } from './error/normalize-error.ts'
import { findIds, idKeys } from './ids.ts'
import type { ErrorDescription, LogEvent, RequestDescription } from './log-event.ts'
import type { LogRecord } from './log-record.ts'
import { detectMislog } from './mislog.ts'
import { describeRequest } from './request/normalize-request.ts'
import { readLoggedUser } from './request/user.ts'
import type { TrustProxy } from './request/read-request.ts'

/** What describing an event needs beside the record. */
export interface DescribeEventOptions {
  readonly redactor: Redactor
  readonly trustProxy: TrustProxy
}

const maxMessageLength = 10_000
const maxNameLength = 200

/** Under which keys programs log requests. */
const requestKeys = ['req', 'request', 'httpRequest'] as const

/**
 * Normalises a record: what happened, during which request, with which data, all of it redacted and bounded.
 *
 * Never throws, whatever getters, Proxies and methods of logged things do.
 */
export function describeEvent(record: LogRecord, options: DescribeEventOptions): LogEvent {
  const read = takeRecord(record)
  try {
    return new EventDescriber(read, options).describe()
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    return describeBare(read, { ...options, note: `this record cannot be described: ${reason}` })
  }
}

class EventDescriber {
  readonly #record: LogRecord
  readonly #options: DescribeEventOptions
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(record: LogRecord, options: DescribeEventOptions) {
    this.#record = record
    this.#options = options
    this.#fields = record.fields
  }

  describe(): LogEvent {
    const record = this.#record
    const found = findError(record, this.#fields)
    const bare = describeBare(record, this.#options)
    const message = found?.message === undefined ? bare.message : this.#text(found.message)
    const error = found === undefined ? undefined : this.#describeError(found, message)
    const request = this.#withUser(this.#findRequest())
    const { traceId, spanId, requestId } = findIds(this.#fields, request.source)
    const { redactor } = this.#options
    return {
      ...bare,
      message,
      error,
      request: request.description,
      fields: this.#describeFields(found, request.keys),
      traceId: traceId && redactor.text(traceId),
      spanId: spanId && redactor.text(spanId),
      requestId: requestId && redactor.text(requestId),
      hint: detectMislog(record, {
        fields: this.#fields,
        message,
        severity: bare.severity,
        hasError: found !== undefined && !isLostError(found.error),
      }),
    }
  }

  #describeError(found: FoundError, message: string): ErrorDescription {
    const error = describeError(found.error, this.#options)
    // What is left of a lost error has no message; the logged text is the best there is.
    return isLostError(found.error) ? { ...error, message, type: lostType(error.type) } : error
  }

  #findRequest(): FoundRequest {
    const { request } = this.#record
    if (request !== undefined) {
      const keys = requestKeys.filter((key) => readProperty(this.#fields, key) === request)
      return { source: request, description: describeRequest(request, this.#options), keys }
    }
    for (const key of requestKeys) {
      const source = readProperty(this.#fields, key)
      if (source === undefined) continue
      const description = describeRequest(source, this.#options)
      if (description !== undefined) return { source, description, keys: [key] }
    }
    return { source: undefined, description: undefined, keys: [] }
  }

  /** A user logged beside the request is the one who asked. */
  #withUser(found: FoundRequest): FoundRequest {
    const { description, keys } = found
    const logged = readProperty(this.#fields, 'user')
    if (description?.user !== undefined) return found
    // Without a request a mere name may be that of a database's user.
    if (description === undefined && !isObject(logged)) return found
    const told = readLoggedUser(logged, this.#options.redactor.text)
    if (told === undefined) return found
    return {
      ...found,
      description: { ...(description ?? unknownRequest), user: told.user },
      keys: told.isWhole ? [...keys, 'user'] : keys,
    }
  }

  #describeFields(
    found: FoundError | undefined,
    keysOfRequest: readonly string[],
  ): Readonly<Record<string, unknown>> {
    if (keysOf(this.#fields).length === 0) return {}
    const shownElsewhere = [...(found?.keys ?? []), ...keysOfRequest]
    const isShown = (key: string): boolean =>
      shownElsewhere.includes(key) || idKeys.has(key) || this.#isEmptyError(key)
    const copy = this.#options.redactor.value(
      withoutKeys(this.#fields, isShown, found?.isFlat ? summarize : undefined),
    )
    return isObject(copy) ? { ...copy } : {}
  }

  #isEmptyError(key: string): boolean {
    return (key === 'err' || key === 'error') && isEmptyObject(readProperty(this.#fields, key))
  }

  #text(value: string): string {
    return redactBeginning(value, maxMessageLength, this.#options.redactor.text)
  }
}

interface FoundRequest {
  readonly source: unknown
  readonly description: RequestDescription | undefined
  readonly keys: readonly string[]
}

const unknownRequest: RequestDescription = {
  method: undefined,
  path: undefined,
  route: undefined,
  origin: undefined,
  clientIp: undefined,
  userAgent: undefined,
  user: undefined,
  params: undefined,
  query: undefined,
  body: undefined,
}

/** A lost error has no class of its own any more. */
function lostType(type: string): string {
  return type === 'object' ? 'Error' : type
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
export function takeRecord(record: LogRecord): LogRecord {
  const time = readProperty(record, 'time')
  return {
    level: readText(record, 'level') ?? 'error',
    time: typeof time === 'number' && Number.isFinite(time) ? time : 0,
    message: readText(record, 'message') ?? '',
    error: readProperty(record, 'error'),
    request: readProperty(record, 'request'),
    fields: withoutKeys(readObject(record, 'fields') ?? {}, () => false),
    ...takeOptional(record),
  }
}

function takeOptional(
  record: LogRecord,
): Pick<LogRecord, 'severity' | 'template' | 'logger' | 'source'> {
  const severity = readProperty(record, 'severity')
  const template = readText(record, 'template')
  const logger = readText(record, 'logger')
  const source = readProperty(record, 'source')
  return {
    ...(typeof severity === 'number' && { severity }),
    ...(template !== undefined && { template }),
    ...(logger !== undefined && { logger }),
    ...((source === 'pino' || source === 'winston') && { source }),
  }
}
