import type {
  ErrorDescription,
  LogEvent,
  RequestDescription,
  RequestUser,
} from '../event/log-event.ts'
import type { IncidentView } from '../incident/incident.ts'
import { type Words, wordsFor } from './locale/locale.ts'
import type { Fact, Link, NotificationSettings } from './notification.ts'
import {
  cleanText,
  ellipsize,
  headOf,
  isTraceback,
  joinTexts,
  replaceNewlines,
  shortText,
  showCount,
  showRate,
  sparkline,
  sumOf,
  textOf,
  utcTimes,
} from './text.ts'

/** A message shows at most so many: Slack takes ten fields in one section. */
const maxFacts = 10
const maxFactText = 200
const maxHosts = 3
const maxEndpoints = 2
const rateWindowMinutes = 5
const minuteMs = 60_000

/** The essential facts, counters last. */
export function factsOf(view: IncidentView, settings: NotificationSettings): readonly Fact[] {
  const words = wordsFor(settings.locale)
  const counters = counterFacts(view, words)
  return [...describedFacts(view, settings).slice(0, maxFacts - counters.length), ...counters]
}

/** `1,204 · 3.1/s`; without a rate when it is over. */
export function showCounter(view: IncidentView, words: Words): string {
  const count = showCount(view.count)
  if (view.state !== 'active') return count
  const recent = sumOf(view.perMinute.slice(-rateWindowMinutes))
  const spanMs = Math.min(rateWindowMinutes * minuteMs, view.lastSeen - view.firstSeen)
  return recent > 1 ? `${count} · ${showRate(recent, spanMs, words)}` : count
}

function describedFacts(view: IncidentView, settings: NotificationSettings): readonly Fact[] {
  const words = wordsFor(settings.locale)
  const { sample, hosts, users } = view
  const { request, error } = sample
  const values: readonly (readonly [keyof Words['labels'], string | undefined])[] = [
    ['request', showEndpoints(view, words) || joinTexts([request?.method, request?.path], ' ')],
    ['users', users === undefined ? undefined : showCount(users)],
    ['user', request?.user && showUser(request.user)],
    ['client', request?.clientIp],
    ['hosts', showFirst(hosts.slice(0, maxHosts), hosts.length, words)],
    ['code', error?.code],
    // A link to the trace shows the id already.
    ['trace', isTraceLinked(settings) ? undefined : sample.traceId],
    ['requestId', sample.traceId === undefined ? sample.requestId : undefined],
    ['logger', error === undefined ? undefined : sample.logger],
    ['also', showOthers(view, settings)],
  ]
  return values
    .map(([name, value]) => ({
      label: words.labels[name],
      text: shortText(value ?? '', settings.sanitize, maxFactText),
    }))
    .filter(({ text }) => text !== '')
}

function isTraceLinked({ links }: NotificationSettings): boolean {
  return Object.values(links).some((link) => link.includes('{trace_id}'))
}

/** The count is shown from the second occurrence on: `Count 1` adds nothing. */
function counterFacts(view: IncidentView, words: Words): readonly Fact[] {
  const times = { from: view.firstSeen, to: view.lastSeen }
  const seen: Fact = { label: words.labels.seen, text: utcTimes(times.from, times.to), times }
  if (view.count <= 1) return [seen]
  const text = joinTexts([showCounter(view, words), sparkline(view.perMinute)], '  ')
  return [{ label: words.labels.count, text }, seen]
}

/** `86 % POST /orders/:id, 9 % GET /cart and 3 more`. */
function showEndpoints({ endpoints = [], requests = 0 }: IncidentView, words: Words): string {
  const shown = endpoints
    .slice(0, maxEndpoints)
    .map(({ name, count }) => `${Math.round((count / requests) * 100)} % ${name}`)
  return showFirst(shown, endpoints.length, words)
}

function showFirst(shown: readonly string[], total: number, words: Words): string {
  const more = total - shown.length
  return shown.join(', ') + (more > 0 ? ` ${words.andMore(showCount(more))}` : '')
}

/** Other headlines of the same problem, where their values differ. */
function showOthers({ sample, others = [] }: IncidentView, settings: NotificationSettings): string {
  const lines = new Set(others.map((event) => headline(event, settings)))
  lines.delete(headline(sample, settings))
  return [...lines].join(' | ')
}

/** Characters of a trace id in a label. */
const shownId = 8
const maxName = 40
/** Slack takes no longer URL in a link. */
const maxUrl = 3000

/** The configured links whose placeholders this incident can fill. */
export function linksOf(view: IncidentView, settings: NotificationSettings): readonly Link[] {
  return Object.entries(settings.links).flatMap(([name, template]) => {
    const url = fillTemplate(template, view, settings)
    if (url === undefined) return []
    const { traceId = '' } = view.sample
    const id = template.includes('{trace_id}') ? ` ${headOf(cleanText(traceId), shownId)}` : ''
    const title = headOf(cleanText(name), maxName)
    return [{ label: title.charAt(0).toUpperCase() + title.slice(1) + id, url }]
  })
}

function fillTemplate(
  template: string,
  view: IncidentView,
  settings: NotificationSettings,
): string | undefined {
  const { service, environment, release = view.releases.at(-1) } = settings
  const { fingerprint } = view
  const trusted: Readonly<Record<string, unknown>> = { service, environment, release, fingerprint }
  const prefilled = template.replace(
    placeholder,
    (whole, name: string) => encode(trusted[name]) ?? whole,
  )
  // A record may fill in a part of a URL, but never choose the server.
  if (!/^https?:\/\/[^/?#{}\s]+(?:[/?#]|$)/.test(prefilled)) return undefined
  let isComplete = true
  const url = prefilled.replace(placeholder, (_whole, name: string) => {
    const value = encode(valueOf(name, view))
    if (value === undefined) isComplete = false
    return value ?? ''
  })
  return isComplete && url.length <= maxUrl && URL.canParse(url) ? url : undefined
}

const placeholder = /\{([^{}]*)\}/g

function valueOf(name: string, { sample }: IncidentView): unknown {
  if (name === 'trace_id') return sample.traceId
  if (name === 'request_id') return sample.requestId
  return Object.hasOwn(sample.fields, name) ? sample.fields[name] : undefined
}

/** Only plain values fit into a URL; a value of dots alone would climb in its path. */
function encode(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string' || /^\.*$/.test(value)) return undefined
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\ufffd'))
}

/** The request as literal text; empty if nothing is known. */
export function showRequest(request: RequestDescription, { labels }: Words): string {
  const details = showValues({
    [labels.endpoint]: request.route === request.path ? undefined : request.route,
    [labels.user]: (request.user && showUser(request.user)) || undefined,
    [labels.client]: request.clientIp,
    [labels.origin]: request.origin,
    [labels.userAgent]: request.userAgent,
    [labels.params]: filled(request.params),
    [labels.query]: filled(request.query),
    [labels.body]: request.body === null || request.body === '' ? undefined : request.body,
  })
  const target = cleanText(joinTexts([request.method, request.path], ' ')).trim()
  return joinTexts([target, details], '\n')
}

/** `#17 · ann · ann@example.com · admin`. */
export function showUser({ id, name, email, role }: RequestUser): string {
  const number = id !== undefined && /^\d+$/.test(id) ? `#${id}` : id
  return joinTexts([number, name, email, role], ' · ')
}

function filled(
  values: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  return values !== undefined && Object.keys(values).length > 0 ? values : undefined
}

const maxDepth = 10

/** The logged fields and the properties of the errors as literal text; empty if there are none. */
export function showData({ fields, error }: LogEvent): string {
  return joinTexts(
    [showValues(fields), ...(error === undefined ? [] : showErrorData(error, 0))],
    '\n',
  )
}

/** The properties of an error and of its causes, by type. The root shows the code of the outermost one. */
function showErrorData(error: ErrorDescription, depth: number): readonly string[] {
  const code = depth === 0 || error.code === undefined ? {} : { code: error.code }
  const data = { ...code, ...error.properties }
  const own = Object.keys(data).length === 0 ? '' : showValues({ [error.type]: data })
  const inner = error.cause === undefined ? error.errors : [...error.errors, error.cause]
  if (depth >= maxDepth) return [own]
  return [own, ...inner.flatMap((each) => showErrorData(each, depth + 1))]
}

const maxBreadcrumbs = 15
const maxLine = 240

/** The last log lines before an event, aligned, with their distance in time: `-1.24s info  cart loaded {"items":3}`. */
export function showBreadcrumbs(breadcrumbs: readonly LogEvent[], time: number): string {
  const shown = breadcrumbs.slice(-maxBreadcrumbs)
  const offsets = shown.map((breadcrumb) => showOffset(breadcrumb.time - time))
  const offsetWidth = longest(offsets)
  const levelWidth = longest(shown.map(({ level }) => level))
  const lines = shown.map((breadcrumb, index) => {
    const start = `${offsets[index]?.padStart(offsetWidth)} ${breadcrumb.level.padEnd(levelWidth)}`
    const line = cleanText(`${start} ${showLine(breadcrumb)}`)
    return ellipsize(replaceNewlines(line, '\\n'), maxLine)
  })
  return lines.join('\n')
}

function showLine({ message, error, fields }: LogEvent): string {
  const failure = error === undefined || message.includes(error.message) ? '' : errorLine(error)
  const rest = Object.keys(fields).length === 0 ? '' : cleanText(jsonOf(fields))
  return joinTexts([message, failure, rest], ' ')
}

function showOffset(offsetMs: number): string {
  const sign = offsetMs > 0 ? '+' : '-'
  const seconds = Math.abs(offsetMs) / 1000
  if (seconds < 60) return `${sign}${seconds.toFixed(2)}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${sign}${minutes}m${twoDigits(seconds % 60)}s`
  return `${sign}${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0')
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length))
}

/** What fits beside its key on a phone. */
const maxInLine = 60

const maxTreeDepth = 8

/** Named values as literal text, one below the other: a string as it is, anything else as JSON, on several lines only where it is long. */
function showValues(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => showPair(cleanText(key), value))
    .join('\n')
}

function showPair(key: string, value: unknown): string {
  if (typeof value !== 'string') return `${key}: ${cleanText(showTree(value, 0))}`
  const text = cleanText(value)
  return text.includes('\n') ? `${key}:\n${text}` : `${key}: ${text}`
}

function showTree(value: unknown, depth: number): string {
  const inLine = jsonOf(value)
  if (inLine.length <= maxInLine || depth >= maxTreeDepth || !isTree(value)) return inLine
  const indentation = '  '.repeat(depth + 1)
  const isList = Array.isArray(value)
  const items = Object.entries(value).map(([key, item]) => {
    const text = showTree(item, depth + 1)
    return indentation + (isList ? text : `${JSON.stringify(key)}: ${text}`)
  })
  const [start, end] = isList ? '[]' : '{}'
  return `${start}\n${items.join(',\n')}\n${'  '.repeat(depth)}${end}`
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

/** JSON would show the control characters of terminal codes as escapes. */
function cleanStrings(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? cleanText(value) : value
}

/** Fields are JSON values; a hook may have put something else there. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, cleanStrings) ?? textOf(value)
  } catch {
    return textOf(value)
  }
}

const maxHeadline = 240
const maxLogged = 100

/** Far more than a line shows, terminal codes included, and far less than a record may hold. */
const maxRead = 2000
const maxEndpoint = 120

/** What broke, on one line, unescaped: `TypeError: Cannot read properties of undefined (reading id)`. */
export function headline(event: LogEvent, settings: NotificationSettings): string {
  const { error, message } = event
  const line = oneLine(error === undefined ? essentialLine(message) : errorLine(error), settings)
  const isAddition = error !== undefined && addsToError(message, error)
  const logged = isAddition ? oneLine(essentialLine(withoutError(message, error)), settings) : ''
  const parts = [ellipsize(logged, maxLogged), line || emptyHeadline(event, settings)]
  return ellipsize(joinTexts(parts, ': '), maxHeadline)
}

/** Indentation is noise once the lines are joined. */
function oneLine(text: string, settings: NotificationSettings): string {
  return shortText(text.slice(0, maxRead), settings.sanitize).replace(/ {2,}/g, ' ')
}

/** winston appends the error's message to the text. */
function withoutError(message: string, error: ErrorDescription): string {
  const text = message.trim()
  const isAppended = error.message !== '' && text.endsWith(error.message)
  return isAppended ? text.slice(0, -error.message.length).replace(/[\s:]{1,9}$/, '') : text
}

/** The error as JavaScript prints it on one line. */
export function errorLine(error: ErrorDescription): string {
  const type = error.type.trim() === '' ? 'Error' : error.type
  const message = essentialLine(error.message)
  if (message.trim() === '') return error.code === undefined ? type : `${type}: ${error.code}`
  return isThrownValue(error) || message.startsWith(`${type}:`) ? message : `${type}: ${message}`
}

/** Whether something was thrown that is no error: its type is the kind of value, as in `string`. */
export function isThrownValue({ type, stack }: ErrorDescription): boolean {
  return stack === undefined && /^[a-z]+$/.test(type)
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

/** The line of a traceback that names the error; any other text whole. */
function essentialLine(text: string): string {
  if (!text.includes('\n') || !isTraceback(text)) return text
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const isPython = text.includes('Traceback (most recent call last)')
  return (isPython ? lines.at(-1) : lines[0]) ?? text
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
export const maxMessage = 1200
