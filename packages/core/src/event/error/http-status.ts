import {
  callMethod,
  isEnumerable,
  isError,
  isObject,
  isTagged,
  keysOf,
  readObject,
  readProperty,
  readText,
} from '../../redaction/safe-read.ts'
import { readStackOrigin, isMadeByHttpServer } from './stack-origin.ts'

/** A status that the service gives its own client. */
export interface OwnStatus {
  readonly status: number
  /** True for an error that is made for an answer and for nothing else: of http-errors, Boom, Nest, Hono or a framework. */
  readonly isForAnswer: boolean
}

/**
 * The status that the service or its framework set on an error for the answer to its own client.
 *
 * @returns `undefined` if it sets none, and if the status is what another server answered: see {@link isUpstreamError}
 */
export function readOwnStatus(error: unknown): OwnStatus | undefined {
  if (!isObject(error) || !mayHaveStatus(error)) return undefined
  const holder = propertiesOf(error)
  const status = statusIn(holder)
  if (status === undefined) return undefined
  const isForAnswer = isMadeForAnswer(error, holder)
  return isForAnswer || !isOfClient(error, holder) ? { status, isForAnswer } : undefined
}

/**
 * True for the error of an HTTP client or an SDK, whose text and headers are another server's. Also where the service made an
 * answer of its own of it, as with `createError(404, error)`.
 */
export function isUpstreamError(error: unknown): boolean {
  if (!isObject(error)) return false
  const holder = propertiesOf(error)
  return !isOfAnswerClass(error, holder) && isOfClient(error, holder)
}

/** What another server answered, as far as the error shows it. Also of an error that the service made its own answer of. */
export function readUpstreamStatus(error: unknown): number | undefined {
  if (!isObject(error)) return undefined
  const holder = propertiesOf(error)
  const isForAnswer = isMadeForAnswer(error, holder)
  const answers = isNestException(error, holder) ? [] : answersIn(holder)
  const inAnswer = answers.map(statusIn).find((status) => status !== undefined)
  if (isForAnswer || inAnswer !== undefined) return inAnswer
  if (!isOfClient(error, holder) || isUnanswered(error)) return undefined
  return statusIn(holder) ?? [readProperty(holder, 'code')].find(isErrorStatus)
}

const connectionCode =
  /\b(?:ECONN(?:REFUSED|RESET|ABORTED)|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|EAI_AGAIN)\b/

/** Octokit and Mailgun give a request that got no answer a status of their own. */
function isUnanswered(error: object): boolean {
  return connectionCode.test(readText(error, 'message') ?? '')
}

/** The status in an error, whosever answer it is, as far as every logger keeps it. */
export function readKeptStatus(error: object): number | undefined {
  // Most errors have none of these.
  if (!keysOf(error).some((key) => keptKeys.has(key))) return undefined
  const holder = propertiesOf(error)
  const own = keptStatusIn(holder)
  if (own !== undefined) return own
  const answers = [readProperty(holder, 'output'), ...answersIn(holder)]
  return answers.map(keptStatusIn).find((status) => status !== undefined)
}

const answerKeys = [
  'response',
  'rawResponse',
  'httpResponse',
  '$response',
  '$metadata',
  'raw',
] as const

/** Where an error has a status or an answer. */
const keptKeys: ReadonlySet<string> = new Set([
  'properties',
  'output',
  'status',
  'statusCode',
  'meta',
  ...answerKeys,
])

const statusKeys = ['status', 'statusCode', 'httpStatusCode'] as const

function keptStatusIn(holder: unknown): number | undefined {
  if (!isObject(holder)) return undefined
  for (const key of statusKeys) {
    const status = readProperty(holder, key)
    if (isErrorStatus(status) && isEnumerable(holder, key)) return status
  }
  return undefined
}

export function isErrorStatus(status: unknown): status is number {
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599
}

/** The properties of an error, also of one that is described already. */
export function propertiesOf(error: object): object {
  const isDescribed = readProperty(error, 'frames') !== undefined
  return (isDescribed ? readObject(error, 'properties') : undefined) ?? error
}

type StatusKey = 'properties' | 'output' | 'status' | 'statusCode' | 'getStatus'

/** A shortcut: most errors have none of these, and reading each by itself takes many times longer. */
function mayHaveStatus(error: Readonly<Partial<Record<StatusKey, unknown>>>): boolean {
  try {
    const { properties, output, status, statusCode, getStatus } = error
    const first = properties ?? output ?? status ?? statusCode ?? getStatus ?? undefined
    return first !== undefined
  } catch {
    return true
  }
}

/** As Nest, Boom, http-errors, Koa and Fastify keep it. */
function statusIn(holder: object): number | undefined {
  const candidates = [
    callMethod(holder, 'getStatus'),
    readProperty(readProperty(holder, 'output'), 'statusCode'),
    readProperty(holder, 'status'),
    readProperty(holder, 'statusCode'),
    readProperty(holder, 'httpStatusCode'),
  ]
  return candidates.find(isErrorStatus)
}

/** True for an error that somebody made for the answer of this service, whatever it wraps. */
function isMadeForAnswer(error: object, holder: object): boolean {
  return (
    isOfAnswerClass(error, holder) ||
    (readProperty(holder, 'isBoom') === true && !isOfWreck(holder)) ||
    isOfHttpErrors(error, holder)
  )
}

/** hapi's HTTP client makes Boom errors of the answers that it gets. */
function isOfWreck(holder: object): boolean {
  return readProperty(readProperty(holder, 'data'), 'isResponseError') === true
}

/** True for an error whose class is for answers; of any other, http-errors and Boom can make one. */
function isOfAnswerClass(error: object, holder: object): boolean {
  return (
    typeof readProperty(holder, 'getStatus') === 'function' ||
    typeof readProperty(holder, 'getResponse') === 'function' ||
    (typeof readProperty(holder, 'expose') === 'boolean' && !keysOf(holder).includes('expose')) ||
    readText(error, 'code')?.startsWith('FST_') === true ||
    answerClasses.has(nameOf(error)) ||
    isNestException(error, holder)
  )
}

/**
 * http-errors, Koa's `ctx.throw` and body parsers set `expose`.
 *
 * `createError(502, error)` keeps the status that the error has already, which then stands before `expose`. If it is another
 * server's, only a 404 is taken for what the service meant as well.
 */
function isOfHttpErrors(error: object, holder: object): boolean {
  if (typeof readProperty(holder, 'expose') !== 'boolean') return false
  const keys = keysOf(holder)
  const isKept = ['status', 'statusCode'].some((key) => {
    const at = keys.indexOf(key)
    return at >= 0 && at < keys.indexOf('expose')
  })
  return !isKept || statusIn(holder) === 404 || !isOfClient(error, holder)
}

/** Of Hono and h3, where a serializer has dropped the methods. */
const answerClasses: ReadonlySet<string> = new Set(['HTTPException', 'H3Error'])

/** One of Nest after a serializer: its `response` is the body of the answer, and not what another server sent. */
function isNestException(error: object, holder: object): boolean {
  const body = readProperty(holder, 'response')
  if (body === undefined || !isErrorStatus(readProperty(holder, 'status'))) return false
  if (isError(error) || ['request', 'headers'].some((key) => isPresent(holder, key))) return false
  const text = typeof body === 'string' ? body : readText(body, 'message')
  const isOfNest =
    readObject(holder, 'options') !== undefined ||
    nameOf(error).endsWith('Exception') ||
    (text !== undefined && readText(error, 'message')?.startsWith(text) === true)
  return isOfNest && !(isObject(body) && hasAnswerParts(body))
}

function hasAnswerParts(body: object): boolean {
  return (
    isTagged(body, 'Response') ||
    ['headers', 'header', 'config', 'request', 'req'].some((key) => isPresent(body, key))
  )
}

/** True for an error with marks of an HTTP client or an SDK, or that comes from the asynchronous work of a library. */
function isOfClient(error: object, holder: object): boolean {
  return (
    isTagged(error, 'Response') ||
    clientKeys.some((key) => isPresent(holder, key)) ||
    keysOf(holder).some((key) => clientKey.test(key) && isPresent(holder, key)) ||
    answersIn(holder).length > 0 ||
    hasAnswerHeaders(readProperty(holder, 'headers')) ||
    hasForeignBody(error, holder) ||
    isOfWreck(holder) ||
    clientCode.test(readText(error, 'code') ?? '') ||
    isOfApi(error) ||
    isOfLibrary(error, holder)
  )
}

function isPresent(holder: object, key: string): boolean {
  return (readProperty(holder, key) ?? undefined) !== undefined
}

/** Parts of an exchange, and what SDKs say about one. */
const clientKeys = [
  'isAxiosError',
  'config',
  'request',
  'response',
  'rawResponse',
  'httpResponse',
  'requestBody',
  'responseHeaders',
  'raw',
  'rawError',
  'rawType',
  'statusText',
  'endpoint',
  'retryable',
  'isRetryable',
  'scope',
] as const

/** Ids of requests, links to a documentation, signs of SDKs: `request_id`, `requestID`, `moreInfo`, `$metadata`, `__isAuthError`. */
const clientKey =
  /^(?:(?:x[-_])?(?:amz[-_]?|goog[-_]?|extended[-_]?)*request[-_]?id|(?:cf[-_]?)?ray[-_]?id|cf[-_]?(?:id|ray)|more_?info|doc(?:umentation|s)?_?url|\$(?:fault|metadata|response|retryable|service)|__is\w+)$/i

/** Codes of undici, axios, got and Slack's client. */
const clientCode = /^(?:UND_ERR|ERR_BAD_RE(?:QUEST|SPONSE)$|ERR_NON_2XX_3XX|slack_webapi_)/

/**
 * True for what an API sent, with a code for a name (`validation_error`), and for an error that an SDK left without a stack. An
 * object has none by nature; pino writes its type and an empty stack.
 */
function isOfApi(error: object): boolean {
  const stack = readProperty(error, 'stack') ?? undefined
  if (stack !== undefined && stack !== '') return false
  if (/^[a-z]+(?:_[a-z]+)+$/.test(nameOf(error))) return true
  return stack === '' && readProperty(error, 'type') !== 'Object'
}

/** The answers of other servers in an error. */
function answersIn(holder: object): readonly object[] {
  const answers = answerKeys.map((key) => readProperty(holder, key))
  const meta = readProperty(holder, 'meta')
  const context = readProperty(holder, 'context')
  return [
    ...answers,
    // Of Elasticsearch and tRPC, and of Supabase.
    isErrorStatus(readProperty(meta, 'statusCode')) ? meta : readProperty(meta, 'response'),
    isTagged(context, 'Response') ? context : undefined,
  ].filter(isObject)
}

/**
 * True for headers as servers send them. A service may write `Retry-After` and the like on an error of its own; the `Headers` of
 * `fetch` it seldom uses for that.
 */
function hasAnswerHeaders(headers: unknown): boolean {
  if (!isObject(headers)) return false
  if (typeof readProperty(headers, Symbol.iterator) !== 'function') {
    return keysOf(headers).some((name) => answerHeader.test(name))
  }
  const names = namesOf(headers)
  return names.length === 0 || !names.every((name) => ownHeader.test(name))
}

const ownHeader =
  /^(?:accept(?:-.*)?|access-control-.*|allow|link|location|retry-after|(?:x-)?ratelimit(?:-.*)?)$/i

function namesOf(headers: object): readonly string[] {
  try {
    return [...(callMethod(headers, 'keys') as Iterable<unknown>)].map(String)
  } catch {
    // Something else that can be iterated.
    return []
  }
}

const answerHeader =
  /^(?:age|alt-svc|connection|content-.*|date|etag|keep-alive|last-modified|server|set-cookie|transfer-encoding|vary|via|x-powered-by|cf-.*|.*(?:request|trace|correlation)-?id|x-(?:amz|cache|envoy|goog|ms|served)-?.*)$/i

const bodyKeys = ['body', 'bodyText', 'rawBody', 'responseBody', 'responseText'] as const

/** Bodies of answers. Parsers of requests keep the body of the request in their errors, restify that of its own answer. */
function hasForeignBody(error: object, holder: object): boolean {
  return (
    bodyKeys.some((key) => isPresent(holder, key)) &&
    nameOf(error) !== 'SyntaxError' &&
    !isPresent(holder, 'jse_info') &&
    readText(holder, 'type')?.startsWith('entity.') !== true
  )
}

function isOfLibrary(error: object, holder: object): boolean {
  return statusIn(holder) !== undefined && readStackOrigin(error).by === 'library'
}

function nameOf(error: object): string {
  const constructor = readProperty(error, 'constructor')
  const className = typeof constructor === 'function' ? readText(constructor, 'name') : undefined
  const own = readText(error, 'name')
  if (own !== undefined && own !== 'Error') return own
  return className === undefined || className === 'Object'
    ? (readText(error, 'type') ?? '')
    : className
}

/** nginx's status for a request whose client disconnected before the answer. */
export const clientGoneStatus = 499

/**
 * Whether an error, or the one it wraps, means an aborted connection.
 *
 * @returns `client` if it shows that a client of this service went away, `unknown` if it may as well come from the connection to
 * another server, or from a timeout of the service
 */
export function readAbort(error: unknown): 'client' | 'unknown' | undefined {
  return readOwnAbort(error) ?? readOwnAbort(readProperty(error, 'cause'))
}

function readOwnAbort(error: unknown): 'client' | 'unknown' | undefined {
  if (!isObject(error) || !mayBeAborted(error)) return undefined
  if (isClientGone(error)) return 'client'
  const isAborted =
    abortCodes.has(readProperty(error, 'code')) ||
    readText(error, 'name') === 'AbortError' ||
    isAbortMessage(readProperty(error, 'message'))
  return isAborted ? 'unknown' : undefined
}

type Properties = Readonly<
  Partial<
    Record<'code' | 'message' | 'name' | 'properties' | 'status' | 'statusCode' | 'type', unknown>
  >
>

/** A shortcut: most errors have nothing of this, and reading each by itself takes many times longer. */
function mayBeAborted(error: Properties): boolean {
  try {
    const { code, status, statusCode, properties, type, name, message } = error
    return (
      abortCodes.has(code) ||
      (status ?? statusCode ?? properties ?? type ?? undefined) !== undefined ||
      name === 'AbortError' ||
      isAbortMessage(message)
    )
  } catch {
    return true
  }
}

/** raw-body says so, and Node's HTTP server creates the error of a connection that its client closed. */
function isClientGone(error: object): boolean {
  if (readText(propertiesOf(error), 'type') === 'request.aborted') return true
  const code = readText(error, 'code')
  const message = readText(error, 'message')
  if (code === 'ECONNABORTED' && message === 'request aborted') return true
  if (hasClientGoneStatus(error)) return true
  const isClosed =
    code === 'ERR_STREAM_PREMATURE_CLOSE' || (code === 'ECONNRESET' && message === 'aborted')
  return isClosed && isMadeByHttpServer(error)
}

function hasClientGoneStatus(error: object): boolean {
  const isGiven = ['status', 'statusCode'].some(
    (key) => readProperty(propertiesOf(error), key) === clientGoneStatus,
  )
  return isGiven && readOwnStatus(error) !== undefined
}

const abortCodes: ReadonlySet<unknown> = new Set([
  'ABORT_ERR',
  'ECONNABORTED',
  'ECONNRESET',
  'EPIPE',
  // Of axios.
  'ERR_CANCELED',
  'ERR_HTTP2_INVALID_STREAM',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_WRITE_AFTER_END',
  // Of Node's parser, for an incomplete request.
  'HPE_INVALID_EOF_STATE',
])

/** Of @hono/node-server, multer and busboy, whose errors have no code. */
const maxAbortMessage = 40
const abortMessages: ReadonlySet<unknown> = new Set([
  'Client connection prematurely closed.',
  'Request aborted',
  'Unexpected end of form',
])

function isAbortMessage(message: unknown): boolean {
  return (
    typeof message === 'string' && message.length < maxAbortMessage && abortMessages.has(message)
  )
}
