import { isTagged, isUpstreamError, readOwnStatus, readProperty } from '@slack-logger/core/reading'
import { libraryAnswer, type AnswerRule, type FindAnswer } from './answers.ts'
import { readMalformedBody } from './malformed-body.ts'
import { ownMessage } from './message.ts'
import { isOfRequest, type RequestParts } from './request-values.ts'
import { defaultText, type Locale } from './texts.ts'
import { readFailedChecks, readValidation, showFieldError, type FieldError } from './validation.ts'

/** What the client of a failed request gets. */
export interface Answer {
  readonly status: number
  readonly body: AnswerBody
  /** Headers of the error, as `retry-after` and `www-authenticate`; the names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** The body of every answer to a failed request. */
export interface AnswerBody {
  /** One text for people. */
  readonly message: string
  /** Everything that a validator found wrong; empty for any other failure. */
  readonly errors: readonly FieldError[]
}

/** How an error becomes an answer. */
export interface AnswerOptions {
  readonly locale: Locale
  /** Texts of the service by status, which replace the default ones. */
  readonly texts: Readonly<Record<number, string>>
  /** The service's rows of the table of answers. */
  readonly findAnswer?: FindAnswer | undefined
  /** The status of the response when the error came, for frameworks that use it. */
  readonly responseStatus?: number | undefined
  /** Reads the failed request. Called only for the errors of validators and parsers. */
  readonly readRequest?: (() => RequestParts) | undefined
}

/** The rows that apply to an error: a service's own comes first, and what is known of a library's error stays known. */
interface Rules {
  readonly ofService: AnswerRule | undefined
  readonly ofLibrary: AnswerRule | undefined
}

/** The answer to an error. */
export function buildAnswer(error: unknown, options: AnswerOptions): Answer {
  const rules = { ofService: options.findAnswer?.(error), ofLibrary: libraryAnswer(error) }
  const hasRule = rules.ofService !== undefined || rules.ofLibrary !== undefined
  if (!hasRule && options.responseStatus === undefined && isPlainError(error)) {
    return bareAnswer(options)
  }
  const own = readOwnStatus(error)
  // A status that was not made for an answer is only the service's own without signs of an upstream.
  const isForeign = own?.isForAnswer !== false && isUpstreamError(error)
  const { status, errors } = classify(error, rules, { ...options, carried: own?.status, isForeign })
  // The client of a failed authentication must not learn what was wrong, nor any client what another server answered.
  const isHidden = status === 401 || isForeign
  const shown = isHidden ? [] : errors
  const message = chooseMessage(error, { status, errors: shown, isHidden }, rules)
  return {
    status,
    body: { message: message ?? textOf(status, options), errors: shown },
    headers: isForeign ? {} : answerHeaders(error),
  }
}

/** A 500 without details. */
export function bareAnswer(options: AnswerOptions): Answer {
  return { status: 500, body: { message: textOf(500, options), errors: [] }, headers: {} }
}

function textOf(status: number, { locale, texts }: AnswerOptions): string {
  return texts[status] ?? defaultText(status, locale)
}

interface Classified {
  readonly status: number
  readonly errors: readonly FieldError[]
}

interface ClassifyOptions extends AnswerOptions {
  /** The status that the service set on the error. */
  readonly carried: number | undefined
  /** Whether texts and headers of the error are another server's. */
  readonly isForeign: boolean
}

function classify(error: unknown, rules: Rules, options: ClassifyOptions): Classified {
  const given = rules.ofService?.status ?? options.carried
  if (given === undefined) return classifyBare(error, rules, options)
  if (given >= 500) return { status: given, errors: readFailedChecks(error) }
  if (options.isForeign) return { status: given, errors: [] }
  const malformed = given === 400 ? readMalformedBody(error, options) : undefined
  const errors = malformed === undefined ? readValidation(error) : [malformed]
  return { status: given, errors: errors ?? [] }
}

/** Of an error without a status. */
function classifyBare(error: unknown, { ofLibrary }: Rules, options: ClassifyOptions): Classified {
  if (ofLibrary !== undefined) return { status: ofLibrary.status, errors: [] }
  const errors = options.isForeign ? undefined : readValidation(error)
  if (errors === undefined) return { status: options.responseStatus ?? 500, errors: [] }
  return isOfRequest(error, errors, options) ? { status: 400, errors } : { status: 500, errors: [] }
}

function chooseMessage(
  error: unknown,
  { status, errors: [first], isHidden }: Classified & { readonly isHidden: boolean },
  { ofService, ofLibrary }: Rules,
): string | undefined {
  if (typeof ofService?.message === 'string') return ofService.message
  if (first !== undefined && status < 500) return showFieldError(first)
  const isReplaced = isHidden || ofService?.message === false || ofLibrary?.message === false
  return isReplaced ? undefined : ownMessage(error, status)
}

const plainPrototypes: ReadonlySet<unknown> = new Set(
  [Error, TypeError, ReferenceError, RangeError, SyntaxError, URIError, EvalError].map(
    ({ prototype }) => prototype as unknown,
  ),
)

/** True for an error of a built-in class without properties of its own, as most bugs are: it has no status and no details. */
function isPlainError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  try {
    return (
      plainPrototypes.has(Object.getPrototypeOf(error)) &&
      // Added properties are usually enumerable, and listing the others takes V8 ten times as long.
      Object.keys(error).length === 0 &&
      !('status' in error || 'statusCode' in error)
    )
  } catch {
    return false
  }
}

const maxHeaders = 20
const headerName = /^[\w!#$%&'*+.^`|~-]{1,100}$/
const headerValue = /^[\t\x20-\x7e\x80-\xff]{0,4000}$/
const bodyHeader = /^(?:content-|etag$|last-modified$|set-cookie$|trailer$)/
/** HTTP/2 has none of these: Node throws on them, and some frameworks then end the process. */
const connectionHeader =
  /^(?:connection|http2-settings|keep-alive|proxy-connection|te|transfer-encoding|upgrade)$/

/** The headers an error has for its answer (http-errors, Boom, Hono), without those of a body or of the connection. */
function answerHeaders(error: unknown): Readonly<Record<string, string>> {
  const headers = findHeaders(error)
  if (headers === undefined) return {}
  const result: Record<string, string> = {}
  for (const [name, value] of entriesOf(headers).slice(0, maxHeaders)) {
    const key = name.toLowerCase()
    if (!headerName.test(key) || bodyHeader.test(key) || connectionHeader.test(key)) continue
    if (headerValue.test(value)) result[key] = value
  }
  return result
}

function findHeaders(error: unknown): unknown {
  const response = readProperty(error, 'res')
  if (isTagged(response, 'Response')) return readProperty(response, 'headers')
  return (
    readProperty(readProperty(error, 'output'), 'headers') ??
    (typeof readProperty(error, 'status') === 'number' ? readProperty(error, 'headers') : undefined)
  )
}

function entriesOf(headers: unknown): [string, string][] {
  if (typeof headers !== 'object' || headers === null) return []
  const isIterable =
    isTagged(headers, 'Headers') && typeof readProperty(headers, Symbol.iterator) === 'function'
  const entries = isIterable ? [...(headers as Headers)] : Object.entries(headers)
  return entries.map(([name, value]) => [name, String(value)])
}
