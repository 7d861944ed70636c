import { findError, isEmptyObject, isLostError } from '../event/error/find-error.ts'
import { isObject, keysOf, readFirstText, readProperty, readText } from '../redaction/safe-read.ts'
import { readErrorParts } from './error-key.ts'

/** What a fingerprint is made of: a record as it was logged, or the event that was made of it. */
export interface FingerprintInput {
  readonly message: string
  readonly template?: string | undefined
  readonly error?: unknown
  readonly request?: unknown
  readonly fields?: Readonly<Record<string, unknown>>
}

/** The error of a record, wherever it was logged, and the text that was logged with it. */
export interface LoggedProblem {
  readonly error: unknown
  readonly message: string
  readonly template: string | undefined
}

/** What was asked for. */
export interface RequestLine {
  readonly method: string
  readonly path: string
}

/** The error of a record and its text. Looks for an error only where there can be one, since most records are plain. */
export function readProblem(record: FingerprintInput): LoggedProblem {
  const { error } = record
  const message = typeof record.message === 'string' ? record.message : ''
  const template = typeof record.template === 'string' ? record.template : undefined
  if (!isNothing(error)) {
    return { error: isEmptyObject(error) ? undefined : error, message, template }
  }
  if (hasNoError(record.fields, message)) return { error: undefined, message, template }
  const fields = isObject(record.fields) ? record.fields : {}
  const found = findError({ level: '', time: 0, message, error, fields }, fields)
  return { error: found?.error, message: found?.message ?? message, template }
}

const isNothing = (value: unknown): boolean => value === undefined || value === null

function hasNoError(fields: unknown, message: string): boolean {
  return (!isObject(fields) || keysOf(fields).length === 0) && !message.includes('\n')
}

/** What an error says, without what serialisers append of its causes; empty if it says nothing. */
export function messageOfError(error: unknown): string {
  if (isLostError(error)) return ''
  const message = isObject(error) ? readText(error, 'message') : undefined
  const stack = isObject(error) ? readText(error, 'stack') : undefined
  if (message !== undefined && !stack?.includes('\ncaused by: ')) return message
  return readErrorParts(error).message
}

/** Method and path of the request, under the names of frameworks and serialisers. */
export function readRequestLine(record: FingerprintInput): RequestLine | undefined {
  const own = requestLineOf(record.request)
  if (own !== undefined || !isObject(record.fields)) return own
  for (const key of requestKeys) {
    const logged = requestLineOf(readProperty(record.fields, key))
    if (logged !== undefined) return logged
  }
  return undefined
}

const requestKeys = ['req', 'request', 'httpRequest']
const pathKeys = ['originalUrl', 'url', 'path']

function requestLineOf(request: unknown): RequestLine | undefined {
  if (!isObject(request)) return undefined
  const method = readText(request, 'method')
  const path = method === undefined ? undefined : readFirstText(request, pathKeys)
  return method === undefined || path === undefined ? undefined : { method, path }
}
