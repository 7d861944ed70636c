import type { ErrorDescription, LogEvent } from '../event/log-event.ts'
import type { IncidentView } from '../incident/incident.ts'
import { showUser } from './details.ts'
import { errorLine, headline, serviceOf, askedIn } from './headline.ts'
import { fillIssue } from './issue-link.ts'
import { type Words, wordsFor } from './locale/locale.ts'
import type { Fact, Link, NotificationSettings } from './notification.ts'
import {
  showCount,
  showRate,
  sparkline,
  sumOf,
  utcTime,
  cleanText,
  headOf,
  joinTexts,
  shortText,
} from './text.ts'
import { triageFacts } from './actions.ts'

/** A message shows at most so many: Slack takes ten fields in one section. */
const maxFacts = 10
const maxFactText = 200
const maxHosts = 3
const maxEndpoints = 2
const maxCauses = 10
const rateWindowMinutes = 5
const minuteMs = 60_000
const dayMs = 86_400_000

/** The essential facts, counters first. */
export function factsOf(view: IncidentView, settings: NotificationSettings): readonly Fact[] {
  const words = wordsFor(settings.locale)
  return [
    ...counterFacts(view, words),
    ...triageFacts(view, settings),
    ...describedFacts(view, settings),
  ].slice(0, maxFacts)
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
    ['users', users === undefined ? undefined : showCount(users)],
    [hosts.length > 1 ? 'hosts' : 'host', showFirst(hosts.slice(0, maxHosts), hosts.length, words)],
    ['request', showEndpoints(view, words) || showTarget(sample)],
    ['user', request?.user && showUser(request.user)],
    ['client', request?.clientIp],
    ['upstream', showUpstream(error, headline(sample, settings), words)],
    ['code', isCodeShown(error) ? undefined : error?.code],
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

/** Whom the service asked, and what that server answered: of the error, or of the first cause that shows it. */
function showUpstream(error: ErrorDescription | undefined, title: string, words: Words): string {
  const found = causesOf(error).find(
    (each) => each.upstreamStatus !== undefined || askedIn(each) !== undefined,
  )
  if (found === undefined) return ''
  const asked = askedIn(found) ?? ''
  const { upstreamStatus } = found
  return joinTexts(
    [
      title.includes(asked) ? '' : asked,
      upstreamStatus === undefined ? '' : words.answered(String(upstreamStatus)),
    ],
    ' ',
  )
}

function causesOf(error: ErrorDescription | undefined): readonly ErrorDescription[] {
  const chain: ErrorDescription[] = []
  for (let next = error; next !== undefined && chain.length < maxCauses; next = next.cause)
    chain.push(next)
  return chain
}

/** The request's own path where the endpoint has placeholders. */
function showTarget({ request }: LogEvent): string {
  const { method, path, route } = request ?? {}
  return route === undefined || route === path ? '' : joinTexts([method, path], ' ')
}

function isCodeShown(error: ErrorDescription | undefined): boolean {
  return error?.code !== undefined && errorLine(error).includes(error.code)
}

function isTraceLinked({ links }: NotificationSettings): boolean {
  return Object.values(links).some((link) => link.includes('{trace_id}'))
}

/** The count and the last time are shown from the second occurrence on. */
function counterFacts(view: IncidentView, words: Words): readonly Fact[] {
  const { count, firstSeen, lastSeen, perMinute } = view
  const format = lastSeen - firstSeen < dayMs ? 'time' : 'date'
  const momentOf = (label: string, at: number): Fact => ({
    label,
    text: utcTime(at, format),
    at,
    format,
  })
  const since = momentOf(words.labels.since, firstSeen)
  if (count <= 1) return [since]
  const text = joinTexts([showCounter(view, words), sparkline(perMinute)], ' ')
  const counter = { label: words.labels.count, text }
  const isLong = lastSeen - firstSeen >= minuteMs
  return [counter, since, ...(isLong ? [momentOf(words.labels.last, lastSeen)] : [])]
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

/**
 * The configured links whose placeholders this incident can fill.
 *
 * @param messageUrl the address of its message, for an issue
 */
export function linksOf(
  view: IncidentView,
  settings: NotificationSettings,
  messageUrl?: string,
): readonly Link[] {
  return Object.entries(settings.links).flatMap(([name, template]) => {
    const url = fillTemplate(template, view, settings)
    if (url === undefined) return []
    const issue = name === 'issue' ? fillIssue(url, view, settings, messageUrl) : undefined
    if (issue !== undefined) return [{ label: wordsFor(settings.locale).fileIssue, url: issue }]
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
  const { fingerprint, sample } = view
  const isGiven = serviceOf(sample, settings) === service
  const trusted: Readonly<Record<string, unknown>> = {
    service: isGiven ? service : undefined,
    environment,
    release,
    fingerprint,
  }
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
  if (name === 'service') return sample.service
  return Object.hasOwn(sample.fields, name) ? sample.fields[name] : undefined
}

/** Only plain values fit into a URL; a value of dots alone would climb in its path. */
function encode(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string' || /^\.*$/.test(value)) return undefined
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\ufffd'))
}
