import type { LogEvent } from '../event/log-event.ts'
import type { IncidentView } from '../incident/incident.ts'
import { ellipsize } from './cut-text.ts'
import { literalMrkdwn } from './escape-mrkdwn.ts'
import { headline } from './headline.ts'
import type { MessageSettings } from './message-settings.ts'
import { shortText } from './short-text.ts'
import { showCount, showRate } from './show-number.ts'
import { showUser } from './show-request.ts'
import { showTimes, utcTime } from './show-time.ts'
import { maxFields } from './slack-limits.ts'
import { sparkline } from './sparkline.ts'
import { wordsFor } from './words.ts'
import type { LabelName, Words } from './words.ts'

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
  const facts: readonly (readonly [LabelName, string | undefined])[] = [
    ['request', showEndpoints(view, words) ?? joined([request?.method, request?.path])],
    ['users', showCounted(users)],
    ['user', request?.user === undefined ? undefined : showUser(request.user)],
    ['client', request?.clientIp],
    ['hosts', showHosts(hosts, words)],
    ['code', error?.code],
    ...idFacts(sample, settings),
    ['logger', error === undefined ? undefined : sample.logger],
    ['also', showOthers(view, settings)],
  ]
  return facts.flatMap(([name, value]) => {
    const text = ellipsize(shortText(value ?? '', settings.sanitize), maxFactText)
    const mrkdwn = ellipsize(literalMrkdwn(text), maxFactText)
    return text === '' ? [] : [{ label: words.labels[name], text, mrkdwn }]
  })
}

/** Ids by which the rest is found, unless a link does that. */
function idFacts(
  { traceId, requestId }: LogEvent,
  { links }: MessageSettings,
): readonly (readonly [LabelName, string | undefined])[] {
  const isTraceLinked = Object.values(links).some((link) => link.includes('{trace_id}'))
  return [
    ['trace', isTraceLinked ? undefined : traceId],
    ['requestId', traceId === undefined ? requestId : undefined],
  ]
}

/** How often is told from the second time on: `Count 1` says nothing. */
function counterFacts(view: IncidentView, words: Words): readonly Fact[] {
  const { firstSeen, lastSeen } = view
  const seen: Fact = {
    label: words.labels.seen,
    text: [utcTime(firstSeen, '{time_secs}'), utcTime(lastSeen, '{time_secs}')]
      .filter((time, index, times) => times.indexOf(time) === index)
      .join(' – '),
    mrkdwn: showTimes(firstSeen, lastSeen),
  }
  if (view.count <= 1) return [seen]
  const counter = [showCounter(view, words), sparkline(view.perMinute)].filter(
    (text) => text !== '',
  )
  const count = { label: words.labels.count, text: counter.join('  ') }
  return [{ ...count, mrkdwn: count.text }, seen]
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
  return joined([shown.join(', '), more > 0 ? words.andMore(showCount(more)) : undefined])
}

function showCounted(count: number | undefined): string | undefined {
  return count === undefined ? undefined : showCount(count)
}

/** What else it said, where the values in it differ. */
function showOthers({ sample, others = [] }: IncidentView, settings: MessageSettings): string {
  const lines = others.map((event) => headline(event, settings))
  return [...new Set(lines)].filter((line) => line !== headline(sample, settings)).join(' | ')
}

function showHosts(hosts: readonly string[], words: Words): string {
  const shown = hosts.slice(0, maxHosts).join(', ')
  const more = hosts.length - maxHosts
  return more > 0 ? `${shown} ${words.andMore(showCount(more))}` : shown
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ')
}
