import type { ErrorDescription, LogEvent } from '../event/log-event.ts'
import { readProperty } from '../redaction/safe-read.ts'
import { wordsFor } from './locale/locale.ts'
import type { NotificationSettings } from './notification.ts'
import { ellipsize, joinTexts, shortText, isTraceback, showCount } from './text.ts'

/** Characters of a headline: what a phone shows of a notification. */
export const maxHeadline = 140
const maxLogged = 60
const minLine = 60

/** Far more than a line shows, terminal codes included, and far less than a record may hold. */
const maxRead = 2000
const maxEndpoint = 120

/** What broke, on one line, unescaped: `TypeError: fetch failed ← connect ECONNREFUSED 127.0.0.1:5433`. */
export function headline(
  event: LogEvent,
  settings: NotificationSettings,
  max: number = maxHeadline,
): string {
  const { error, message } = event
  const line = oneLine(
    error === undefined ? essentialLine(message) : lineOf(error, event),
    settings,
  )
  if (error === undefined || line === '')
    return ellipsize(line || emptyHeadline(event, settings), max)
  const cause = rootCauseOf(error)
  const origin = cause === undefined ? '' : oneLine(causeLine(cause), settings)
  if (origin === '' || line.includes(origin) || isQuoted(cause, error)) return ellipsize(line, max)
  const arrow = ` ${causeLabel(error, settings)}`
  const room = Math.max(minLine, max - origin.length - arrow.length)
  return ellipsize(ellipsize(line, room) + arrow + origin, max)
}

/** Of an error without a text, the text that was logged with it. */
function lineOf(error: ErrorDescription, { message }: LogEvent): string {
  const line = errorLine(error)
  return isMute(error) && message.trim() !== '' && line !== message ? `${line}: ${message}` : line
}

function isQuoted(cause: ErrorDescription | undefined, { message }: ErrorDescription): boolean {
  return (
    cause !== undefined && cause.message.trim() !== '' && message.includes(cause.message.trim())
  )
}

/** `← first of 3: ` where the error has several others and no cause. */
export function causeLabel(
  error: ErrorDescription | undefined,
  settings: NotificationSettings,
): string {
  const total =
    error?.cause === undefined ? (error?.errors.length ?? 0) + (error?.moreErrors ?? 0) : 0
  return total > 1 ? `← ${wordsFor(settings.locale).firstOf(showCount(total))}` : '← '
}

/** The text that was logged with an error, on one line; empty if it adds nothing to it. */
export function loggedText({ message, error }: LogEvent, settings: NotificationSettings): string {
  if (error === undefined || !addsToError(message, error)) return ''
  return ellipsize(oneLine(essentialLine(withoutError(message, error)), settings), maxLogged)
}

/** What the message calls the service. */
export function serviceOf(event: LogEvent, settings: NotificationSettings): string {
  return event.service ?? settings.service
}

/** Line ends and indentation are noise once the lines are joined. */
function oneLine(text: string, settings: NotificationSettings): string {
  return shortText(text.trim().slice(0, maxRead), settings.sanitize).replace(/ {2,}/g, ' ')
}

/** winston appends the error's message to the text. */
function withoutError(message: string, error: ErrorDescription): string {
  const text = message.trim()
  const isAppended = error.message !== '' && text.endsWith(error.message)
  return isAppended ? text.slice(0, -error.message.length).replace(/[\s:]{1,9}$/, '') : text
}

/** Whether the logged text adds something to the error. */
export function addsToError(message: string, error: ErrorDescription): boolean {
  const text = message.trim()
  return text !== '' && !error.message.includes(text) && !errorLine(error).includes(text)
}

/** `POST /orders/:id`, unescaped; empty if no request is known. */
export function endpointOf(event: LogEvent, settings: NotificationSettings): string {
  const { method, route, path } = event.request ?? {}
  return shortText(joinTexts([method, route ?? path], ' '), settings.sanitize, maxEndpoint)
}

/** Stands in for a missing message: `logged without a message · orderId=17`. */
function emptyHeadline(event: LogEvent, settings: NotificationSettings): string {
  const fields = Object.entries(event.fields)
    .filter(([, value]) => typeof value !== 'object')
    .slice(0, 3)
    .map(([key, value]) => `${key}=${String(value)}`)
  const { noMessage } = wordsFor(settings.locale)
  return shortText([noMessage, ...fields].join(' · '), settings.sanitize)
}

/** Characters of the exact message in a root. */
export const maxMessage = 600

/** The error as JavaScript prints it on one line; of what libraries report as JSON or as a generic sentence, the part that helps. */
export function errorLine(error: ErrorDescription): string {
  const { type, code, upstreamStatus } = error
  const name = type.trim() === '' ? 'Error' : type
  const message = essentialMessage(error)
  if (isEmpty(message)) {
    if (code !== undefined) return `${name}: ${code}`
    return upstreamStatus === undefined ? name : `${name} → ${upstreamStatus}`
  }
  if (isThrownValue(error) || message.startsWith(`${name}:`)) return message
  return `${isPrisma(error) && code !== undefined ? code : name}: ${message}`
}

/** Whether something was thrown that is no error: its type is the kind of value, as in `string`. */
export function isThrownValue({ type, stack }: ErrorDescription): boolean {
  return stack === undefined && /^[a-z]+$/.test(type)
}

/** Whether an error has neither a text nor anything that stands for one. */
export function isMute(error: ErrorDescription): boolean {
  const { code, upstreamStatus } = error
  return code === undefined && upstreamStatus === undefined && isEmpty(essentialMessage(error))
}

/** Also of an error that was made from an empty answer. */
function isEmpty(message: string): boolean {
  return /^(?:\{\})?$/.test(message.trim())
}

/** What a cause adds to the line of an error: without the class where that is `Error`. */
export function causeLine(cause: ErrorDescription): string {
  return errorLine(cause).replace(/^Error: (?=\S)/, '')
}

function essentialMessage(error: ErrorDescription): string {
  const [first, ...others] = issuesOf(error)
  if (first !== undefined) return others.length === 0 ? first : `${first} (+${others.length})`
  if (isPrisma(error)) return error.message.trim().split('\n').at(-1)?.trim() ?? ''
  return upstreamLine(error) ?? essentialLine(withoutJson(error.message))
}

/** The line of a traceback that names the error; any other text whole. */
export function essentialLine(text: string): string {
  if (!text.includes('\n') || !isTraceback(text)) return text
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const isPython = text.includes('Traceback (most recent call last)')
  return (isPython ? lines.at(-1) : lines[0]) ?? text
}

/** Prisma's messages quote the source code; the last line has the reason. */
function isPrisma({ type, message }: ErrorDescription): boolean {
  return type.startsWith('PrismaClient') && message.includes('invocation')
}

/** Messages of validators that do not show what is wrong. */
const genericMessage = /^[[{]|validation (?:failed|error)|errors? occurred|^Bad Request Exception$/i
const maxParsed = 50_000

/** What a validator found wrong, as in `id: expected string, received number`; empty for any other error. */
export function issuesOf({ message, properties }: ErrorDescription): readonly string[] {
  const { issues, errors, details, response } = properties
  // valibot shows the message of the first one, without its place.
  const isGeneric = message === '' || genericMessage.test(message) || message === firstOf(issues)
  if (!isGeneric) return []
  const lists = [parseList(message), issues, errors, details, readProperty(response, 'message')]
  const found = lists.map(readIssues).find((texts) => texts.length > 0) ?? []
  // Sequelize says the same in its message and in a list of one.
  return found.every((text) => text === message) ? [] : found
}

function firstOf(issues: unknown): unknown {
  return Array.isArray(issues) ? readProperty(issues[0], 'message') : undefined
}

function parseList(message: string): unknown {
  const list = /^\s*\[/.test(message) ? parseObject(message) : undefined
  // A list of plain values was thrown as it is.
  const isList = Array.isArray(list) && list.every((issue) => typeof issue === 'object')
  return isList ? list : undefined
}

const maxIssues = 100

function readIssues(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return []
  return list.slice(0, maxIssues).flatMap((issue: unknown) => {
    const text = typeof issue === 'string' ? issue : readIssue(issue)
    return text === undefined ? [] : [text]
  })
}

/** One entry of zod, valibot, ajv, joi, yup, express-validator or class-validator. */
function readIssue(issue: unknown): string | undefined {
  const constraints = readProperty(issue, 'constraints')
  const [constraint] = typeof constraints === 'object' ? Object.values(constraints ?? {}) : []
  // Those of class-validator begin with the property's name.
  if (typeof constraint === 'string') return constraint
  const message = readProperty(issue, 'message') ?? readProperty(issue, 'msg')
  if (typeof message !== 'string') return undefined
  const text = message.replace(/^Invalid input: /, '')
  const place = placeOf(issue)
  return place === '' || isNamedIn(text, place) ? text : `${place}: ${text}`
}

/** In front, in quotes, or as in `Validation isEmail on email failed`; a word like `email` may also be what is expected there. */
function isNamedIn(text: string, place: string): boolean {
  const rest = text.startsWith(place) ? text.slice(place.length) : undefined
  const isFirst = rest !== undefined && !/^[\p{L}\p{N}_]/u.test(rest)
  return (
    isFirst ||
    [`"${place}"`, `'${place}'`, `\`${place}\``, ` on ${place} `].some((part) =>
      text.includes(part),
    )
  )
}

function placeOf(issue: unknown): string {
  const path = readProperty(issue, 'path')
  if (Array.isArray(path)) return path.map((part: unknown) => keyOf(part)).join('.')
  const places = [path, readProperty(issue, 'instancePath'), readProperty(issue, 'param')]
  const place = places.find((each): each is string => typeof each === 'string' && each !== '') ?? ''
  return place.replace(/^\//, '').replaceAll('/', '.')
}

/** valibot's paths have objects. */
function keyOf(part: unknown): string {
  return String(typeof part === 'object' ? readProperty(part, 'key') : part)
}

/** The text in JSON, and in front of it: SDKs make the message of an error from a whole answer, or append it. */
function withoutJson(message: string): string {
  const start = message.search(/\{\s*"|\[\s*\{/)
  const json = start < 0 ? undefined : parseObject(message.slice(start))
  if (json === undefined) return message
  const lead = message.slice(0, start).replace(/[\s:,-]{1,9}$/, '')
  if (/\p{L}{3}/u.test(lead)) return lead
  const text = readMessage(json)
  return text === undefined ? message : joinTexts([lead.trim(), text], ' ')
}

function parseObject(text: string): object | undefined {
  if (text.length > maxParsed) return undefined
  try {
    return JSON.parse(text) as object
  } catch {
    // A text that only looks like JSON, or that was cut.
    return undefined
  }
}

const textKeys = ['message', 'msg', 'error_description', 'detail', 'title', 'reason', 'error']

function readMessage(json: unknown, depth = 0): string | undefined {
  if (typeof json === 'string') return json.trim() === '' ? undefined : json
  if (depth > 2) return undefined
  const nested = [...textKeys.map((key) => readProperty(json, key)), readProperty(json, 'errors')]
  const parts = Array.isArray(json) ? json.slice(0, 1) : nested
  return parts.map((part) => readMessage(part, depth + 1)).find((text) => text !== undefined)
}

/** The last cause of an error that has a text of its own; `undefined` if it has none. */
export function rootCauseOf(
  error: ErrorDescription | undefined,
  depth = 0,
): ErrorDescription | undefined {
  const cause = error?.cause ?? error?.errors[0]
  if (cause === undefined || depth >= 10) return undefined
  return rootCauseOf(cause, depth + 1) ?? (isBareObject(cause) ? undefined : cause)
}

/** An object without a message, as the state of the servers that MongoDB's client appends. */
function isBareObject({ stack, message }: ErrorDescription): boolean {
  return stack === undefined && message.startsWith('{')
}

/** Messages of HTTP clients that say no more than the answer's status. */
const genericAnswer =
  /^(?:(?:\[[A-Z]+\] "[^"]*": )?(?:Request failed with status(?: code)? )?\d{3}(?: \(?[A-Z][\w' -]*\)?)?(?:: [A-Z]+ \S+)?|Request failed with status.*|Response code \d{3}\b.*|HTTP ?error!? ?:?.*|[A-Z][a-z]+(?: [A-Z][a-z]+){0,3}|)$/i

/** `GET https://acquirer/v1/charges` or `[GET] "https://acquirer/v1/charges"` in a message. */
const printedRequest = /\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\]? "?(\w+:\/\/[^\s"]+)/

/** Whom an HTTP client asked and what came back, as in `POST acquirer/v1/charges → 503`, where the message says no more. */
export function upstreamLine(error: ErrorDescription): string | undefined {
  const { response } = error.properties
  const inAnswer = readProperty(response, 'status') ?? readProperty(response, 'statusCode')
  const status = inAnswer ?? error.upstreamStatus
  if (typeof status !== 'number' || !genericAnswer.test(error.message)) return undefined
  const asked = askedIn(error)
  return asked === undefined ? undefined : `${asked} → ${status}`
}

/** Whom an HTTP client asked, without the query, as in `POST acquirer/v1/charges`; `undefined` where the error does not show it. */
export function askedIn({ message, properties }: ErrorDescription): string | undefined {
  const { config, request, options } = properties
  const sources = [config, options, request, properties]
  const [, printedMethod, printedUrl] = printedRequest.exec(message) ?? []
  const method = textIn(sources, 'method')?.toUpperCase() ?? printedMethod
  const url = textIn(sources, 'url') ?? textIn(sources, 'path') ?? printedUrl
  if (method === undefined || url === undefined) return undefined
  const base = textIn(sources, 'baseURL') ?? textIn(sources, 'host') ?? ''
  const whole = /^\w+:\/\//.test(url) ? url : `${base.replace(/\/$/, '')}/${url.replace(/^\//, '')}`
  return `${method} ${whole.replace(/^\w+:\/\//, '').replace(/[?#].*$/, '')}`
}

function textIn(sources: readonly unknown[], key: string): string | undefined {
  const values = sources.map((source) => readProperty(source, key))
  return values.find((value): value is string => typeof value === 'string')
}
