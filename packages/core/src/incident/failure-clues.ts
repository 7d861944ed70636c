import { readCause } from '../event/error/error-shape.ts'
import { findRequestIds, type RequestIds } from '../event/ids.ts'
import type { LogRecord } from '../event/log-record.ts'
import { readStack } from '../event/stack.ts'
import {
  isError,
  isObject,
  keysOf,
  readObject,
  readProperty,
  readText,
} from '../redaction/safe-read.ts'
import type { RecordView } from './record-view.ts'

/** What shows which failure a record is about, in texts. */
export interface FailureClues {
  /**
   * `error`: it has the error · `text`: it only says that something failed during a request · `answer`: a request logger's line, which
   * says that a request was answered with a 5xx.
   */
  readonly kind: 'error' | 'text' | 'answer'
  /** Whether the error is the object that was thrown, and not what a logger made of it. */
  readonly isLive: boolean
  /**
   * The beginnings of the stacks of the error and its causes. Empty for a live error: it is found by itself, and reading its stack
   * takes long.
   */
  readonly stacks: readonly string[]
  readonly ids: RequestIds
  /** As in `'POST /orders/17'`. */
  readonly requestLine: string | undefined
  /** Of the record's fields. */
  readonly keys: readonly string[]
}

/** What shows it by the objects themselves. */
export interface FailureObjects {
  readonly error: unknown
  /** The error that was thrown and its causes; empty if there is only a copy. */
  readonly errors: readonly object[]
  readonly request: object | undefined
}

export interface FoundClues {
  readonly clues: FailureClues
  readonly objects: FailureObjects
}

/** `undefined` for a record that is not compared with others. */
export function readClues(record: LogRecord, view: RecordView): FoundClues | undefined {
  const { error } = view
  const hasError = isObject(error) || typeof error === 'string'
  const answer = hasError && !isMadeForAnswer(error) ? undefined : readAnswer(record)
  if (answer !== undefined) return answer
  const { fields } = record
  const { request, requestLine } = view
  const keys = keysOf(fields)
  const ids = findRequestIds(fields, keys, request)
  const isNamed = requestLine !== undefined || ids.requestIds.length > 0
  if (!hasError && !isNamed) return undefined
  const errors = hasError ? liveErrorsOf(error) : none
  return {
    clues: {
      kind: hasError ? 'error' : 'text',
      isLive: errors.length > 0,
      stacks: hasError && errors.length === 0 ? readStacks(error) : none,
      ids,
      requestLine,
      keys,
    },
    objects: { error, errors, request },
  }
}

/** Whether it shows which request it is about. A trace may contain many requests. */
export function namesRequest({ ids, requestLine }: FailureClues): boolean {
  return requestLine !== undefined || ids.requestIds.length > 0
}

const none: readonly never[] = []
const maxCauses = 5

function liveErrorsOf(error: unknown): readonly object[] {
  const thrown = liveErrorOf(error)
  if (thrown === undefined) return none
  const errors = [thrown]
  let cause = liveErrorOf(readCause(thrown))
  while (cause !== undefined && errors.length < maxCauses) {
    errors.push(cause)
    cause = liveErrorOf(readCause(cause))
  }
  return errors
}

/** Serializers keep the error that they copied as `raw`, where JSON does not show it. */
function liveErrorOf(thrown: unknown): object | undefined {
  if (!isObject(thrown) || isError(thrown)) return isObject(thrown) ? thrown : undefined
  const raw = readProperty(thrown, 'raw')
  return isError(raw) ? raw : undefined
}

/** The message, as a rule, and the place where it was thrown. */
const maxTextLength = 200
const causeMarker = '\ncaused by: '

/** Of the stacks of the error and of the causes that are no live errors: V8 builds the text of a stack when it is read first. */
export function readStacks(error: unknown): readonly string[] {
  const stacks: string[] = []
  let link = error
  for (let depth = 0; depth < maxCauses && link !== undefined; depth += 1) {
    if (depth === 0 || !isError(link)) {
      const stack = isObject(link) ? (readStack(link) ?? readText(link, 'message')) : link
      if (typeof stack === 'string') addStacks(stacks, stack, !isError(link))
    }
    link = isObject(link) ? readCause(link) : undefined
  }
  return stacks
}

/** Serializers print the causes below. */
function addStacks(stacks: string[], text: string, hasCauses: boolean): void {
  stacks.push(beginningOf(text, 0))
  if (!hasCauses) return
  let end = text.indexOf(causeMarker)
  while (end >= 0 && stacks.length < maxCauses) {
    const start = end + causeMarker.length
    stacks.push(beginningOf(text, start))
    end = text.indexOf(causeMarker, start)
  }
}

/** Of a part that ends with its cause. */
function beginningOf(text: string, start: number): string {
  const part = text.slice(start, start + maxTextLength + causeMarker.length)
  const cause = part.indexOf(causeMarker)
  const end = cause < 0 ? maxTextLength : Math.min(cause, maxTextLength)
  // A copy: V8 keeps the whole of a text as long as a part of it.
  return ` ${part.slice(0, end)}`.slice(1)
}

/** The error that pino-http makes for a response with a 5xx, of which it knows no error. */
const madeForAnswer = /^failed with status code 5\d\d$/

function isMadeForAnswer(error: unknown): boolean {
  const message = readProperty(error, 'message')
  return typeof message === 'string' && message.startsWith('failed ') && madeForAnswer.test(message)
}

/** Reads a request logger's line: the response with its status, beside the request or in a text as `'POST /orders/17 500 12 ms'`. */
function readAnswer({ fields, message }: LogRecord): FoundClues | undefined {
  const hasStatus = hasFailedResponse(fields)
  const request = hasStatus
    ? (readObject(fields, 'req') ?? readObject(fields, 'request') ?? fields)
    : undefined
  const requestLine = request === undefined ? readAccessLine(message) : requestLineOf(request)
  if (!hasStatus && requestLine === undefined) return undefined
  const keys = keysOf(fields)
  const ids = findRequestIds(fields, keys, request)
  if (requestLine === undefined && ids.requestIds.length === 0) return undefined
  return {
    clues: {
      kind: 'answer',
      isLive: false,
      stacks: none,
      ids,
      requestLine,
      keys,
    },
    objects: { error: undefined, errors: none, request: undefined },
  }
}

function hasFailedResponse(fields: object): boolean {
  const response = readProperty(fields, 'res') ?? readProperty(fields, 'response')
  if (response === undefined) return false
  const status = readProperty(response, 'statusCode') ?? readProperty(response, 'status')
  return typeof status === 'number' && status >= 500
}

function requestLineOf(request: object): string | undefined {
  const method = readText(request, 'method')
  const url = readText(request, 'originalUrl') ?? readText(request, 'url')
  return method === undefined || url === undefined ? undefined : `${method} ${pathOf(url)}`
}

// oxlint-disable-next-line no-control-regex -- morgan colors its lines
const colors = /\u001B\[[\d;]{0,10}m/g
const accessLine =
  /\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[\]"'\s:]{1,4}(\/[^\s"'\]]{0,2000})(?=[\s"'\]])(?: HTTP\/[\d.]{1,3})?\D{1,40}5\d\d\b/

function readAccessLine(message: string): string | undefined {
  if (!message.includes('/')) return undefined
  const match = accessLine.exec(message.slice(0, 4000).replace(colors, ''))
  return match === null ? undefined : `${match[1]} ${pathOf(match[2] ?? '')}`
}

function pathOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/?#]*/, '').replace(/[?#].*$/s, '')
  return path === '' ? '/' : path
}
