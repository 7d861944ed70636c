import type { RequestDescription } from '../event/log-event.ts'
import type { IncidentView } from '../incident/incident.ts'
import { literalMrkdwn } from '../slack/blocks/mrkdwn.ts'
import { maxFields } from '../slack/limits.ts'
import { showUser } from './details.ts'
import { headline } from './headline.ts'
import { type LabelName, type Words, wordsFor } from './locale/locale.ts'
import { showCount, showRate, sparkline } from './numbers.ts'
import type { MessageSettings } from './settings.ts'
import { ellipsize, shortText } from './text.ts'
import { showTimes } from './times.ts'

/** A short fact about a problem, with its name. */
export interface Fact {
  readonly label: string
  /** Unescaped. */
  readonly text: string
  /** The same in mrkdwn, with dates in the reader's time zone. */
  readonly mrkdwn: string
}

const maxFactText = 200
const maxHosts = 3
const maxEndpoints = 2
const rateWindowMinutes = 5
const minuteMs = 60_000

/** The essential facts: at most as many as a section has fields. */
export function factsOf(view: IncidentView, settings: MessageSettings): readonly Fact[] {
  const words = wordsFor(settings.locale)
  const counters = counterFacts(view, words)
  const told = toldFacts(view, settings, words)
  return [...told.slice(0, maxFields - counters.length), ...counters]
}

/** `1,204 · 3.1/s`; without a rate when it is over. */
export function showCounter(view: IncidentView, words: Words): string {
  const count = showCount(view.count)
  if (view.state !== 'active') return count
  const recent = view.perMinute
    .slice(-rateWindowMinutes)
    .reduce((sum, inMinute) => sum + inMinute, 0)
  const spanMs = Math.min(rateWindowMinutes * minuteMs, view.lastSeen - view.firstSeen)
  return recent > 1 ? `${count} · ${showRate(recent, spanMs, words)}` : count
}

function toldFacts(view: IncidentView, settings: MessageSettings, words: Words): readonly Fact[] {
  const { sample, hosts, users } = view
  const { request, error } = sample
  const facts: Fact[] = []
  const tell = (name: LabelName, value: string | undefined): void => {
    if (value === undefined || value === '') return
    const text = ellipsize(shortText(value, settings.sanitize), maxFactText)
    const mrkdwn = ellipsize(literalMrkdwn(text), maxFactText)
    if (text !== '') facts.push({ label: words.labels[name], text, mrkdwn })
  }
  tell('request', showEndpoints(view, words) ?? (request && targetOf(request)))
  tell('users', showCounted(users))
  tell('user', request?.user && showUser(request.user))
  tell('client', request?.clientIp)
  tell('hosts', showHosts(hosts, words))
  tell('code', error?.code)
  // Unless a link does that.
  if (!isTraceLinked(settings)) tell('trace', sample.traceId)
  if (sample.traceId === undefined) tell('requestId', sample.requestId)
  if (error !== undefined) tell('logger', sample.logger)
  tell('also', showOthers(view, settings))
  return facts
}

function isTraceLinked({ links }: MessageSettings): boolean {
  return Object.values(links).some((link) => link.includes('{trace_id}'))
}

/** How often is told from the second time on: `Count 1` says nothing. */
function counterFacts(view: IncidentView, words: Words): readonly Fact[] {
  const times = showTimes(view.firstSeen, view.lastSeen)
  const seen: Fact = { label: words.labels.seen, text: times.text, mrkdwn: times.mrkdwn }
  if (view.count <= 1) return [seen]
  const bars = sparkline(view.perMinute)
  const counter = showCounter(view, words)
  const text = bars === '' ? counter : `${counter}  ${bars}`
  return [{ label: words.labels.count, text, mrkdwn: text }, seen]
}

/** `86 % POST /orders/:id, 9 % GET /cart and 3 more`. */
function showEndpoints(
  { endpoints = [], requests = 0 }: IncidentView,
  words: Words,
): string | undefined {
  if (endpoints.length === 0) return undefined
  const shown = endpoints
    .slice(0, maxEndpoints)
    .map(({ name, count }) => `${Math.round((count / requests) * 100)} % ${name}`)
  const more = endpoints.length - shown.length
  return more > 0 ? `${shown.join(', ')} ${words.andMore(showCount(more))}` : shown.join(', ')
}

function showCounted(count: number | undefined): string | undefined {
  return count === undefined ? undefined : showCount(count)
}

/** What else it said, where the values in it differ. */
function showOthers({ sample, others = [] }: IncidentView, settings: MessageSettings): string {
  if (others.length === 0) return ''
  const lines = new Set(others.map((event) => headline(event, settings)))
  lines.delete(headline(sample, settings))
  return [...lines].join(' | ')
}

function showHosts(hosts: readonly string[], words: Words): string {
  const shown = hosts.slice(0, maxHosts).join(', ')
  const more = hosts.length - maxHosts
  return more > 0 ? `${shown} ${words.andMore(showCount(more))}` : shown
}

function targetOf({ method, path }: RequestDescription): string {
  return method === undefined || path === undefined ? (method ?? path ?? '') : `${method} ${path}`
}
