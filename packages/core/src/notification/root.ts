import type { ErrorDescription, LogEvent, StackFrame } from '../event/log-event.ts'
import type { Alert, AlertReason, IncidentState, IncidentView } from '../incident/incident.ts'
import { type Fact, factsOf } from './facts.ts'
import { showFrame } from './frame.ts'
import { endpointOf, errorLine, headline, isThrownValue, saysMore, maxMessage } from './headline.ts'
import { isTraceback, limitLength } from './limit-length.ts'
import { type Link, linksOf } from './links.ts'
import { type Words, wordsFor } from './locale/locale.ts'
import { showCount, showDuration } from './numbers.ts'
import type { MessageSettings } from './settings.ts'
import { cleanText, ellipsize, headOf, shortText } from './text.ts'

/** What a root says, before it is known how: unescaped, within bounds. */
export interface RootContent {
  readonly emoji: string
  readonly color: string
  readonly title: string
  /** What happened, as in `TypeError`. */
  readonly what: string
  /** Whether the program only logged something: no error says what happened. */
  readonly isLogOnly: boolean
  readonly endpoint: string
  readonly releases: readonly string[]
  /** One line that makes sense alone. */
  readonly notification: string
  /** The exact message, on as many lines as it has; empty if there is none. */
  readonly message: string
  readonly culprit: string | undefined
  readonly rootCause: string | undefined
  readonly facts: readonly Fact[]
  readonly links: readonly Link[]
  readonly notices: readonly string[]
  /** Markup of mentions, from routes only. */
  readonly mentions: string
  readonly why: string
}

/** What a root tells beside its incident. */
export interface RootExtras {
  /** What the reader must know of the delivery itself. */
  readonly notices?: readonly string[]
  /** Ready markup, as in `'<!here>'`. It must come from the configuration, never from a record. */
  readonly mentions?: string
}

const maxLine = 300
const maxNotices = 3
const maxReleases = 3

/** Gathers what a root says. */
export function rootContent(
  view: IncidentView,
  settings: MessageSettings,
  extras: RootExtras = {},
): RootContent {
  const words = wordsFor(settings.locale)
  const { sample } = view
  const { emoji, color } = lookOf(view)
  const short = (text: string): string => ellipsize(shortText(text, settings.sanitize), maxLine)
  // These stand in literal runs, where quotes do no harm and help to search.
  const literal = (text: string): string =>
    ellipsize(shortText(text, { ...settings.sanitize, quotes: 'keep' }), maxLine)
  const culprit = culpritOf(sample.error)
  const cause = rootCauseOf(sample.error)
  return {
    emoji,
    color,
    title: titleOf(view, settings, words),
    what: ellipsize(short(whatHappened(sample, words)), 120) || 'Error',
    isLogOnly: sample.error === undefined,
    endpoint: endpointOf(sample, settings),
    releases: releasesOf(view, settings).map(short),
    notification: notificationOf(view, settings, words),
    message: exactMessage(sample, settings),
    culprit: (culprit && literal(showFrame(culprit, settings.appRoot))) || undefined,
    rootCause: (cause && literal(errorLine(cause))) || undefined,
    facts: factsOf(view, settings),
    links: linksOf(view, settings),
    notices: (extras.notices ?? []).slice(0, maxNotices).map(short),
    mentions: extras.mentions ?? '',
    why: whyLine(view, words),
  }
}

/** `🔴 checkout: TypeError: Cannot read properties of undefined (reading id) · POST /orders/:id · ×1,204`, unescaped. */
function notificationOf(view: IncidentView, settings: MessageSettings, words: Words): string {
  const { alert, sample } = view
  const service = shortText(settings.service, settings.sanitize)
  const parts = [
    `${lookOf(view).emoji} ${headOf(service, 60)}: ${headline(sample, settings)}`,
    endpointOf(sample, settings),
    alert.reason === 'regression' && alert.silentMs !== undefined
      ? words.back(showDuration(alert.silentMs, words.duration))
      : '',
    view.count > 1 ? `×${showCount(view.count)}` : '',
  ]
  return parts.filter((part) => part !== '').join(' · ')
}

/** Service, environment, and the state if it is over. */
function titleOf(view: IncidentView, settings: MessageSettings, words: Words): string {
  const state = view.state === 'active' ? undefined : words.state[view.state]
  return [settings.service, settings.environment, state]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => headOf(shortText(part ?? '', settings.sanitize), 60))
    .join(' · ')
}

function whatHappened({ error, level, logger }: LogEvent, words: Words): string {
  if (error === undefined) return words.logged(level, logger)
  return isThrownValue(error) ? words.thrown(error.type) : error.type
}

/** What can be searched for: the program's own text where it tells more, and the error's. */
function exactMessage({ message, error }: LogEvent, settings: MessageSettings): string {
  const texts = error === undefined ? [message] : textsWithError(message, error)
  const text = cleanText(texts.filter((part) => part.trim() !== '').join('\n')).trim()
  if (text.length <= maxMessage) return text
  const limited = limitLength(text, maxMessage - 200, { locale: settings.locale })
  // The line that names the error is the first one of a JavaScript stack, and what follows is in the thread.
  const head = isTraceback(text) && !text.startsWith('Traceback') ? `${firstLine(text)}\n` : ''
  return ellipsize(head + limited, maxMessage)
}

/** The program's own text may hold the error's already. */
function textsWithError(message: string, error: ErrorDescription): readonly string[] {
  if (!saysMore(message, error)) return [error.message]
  return message.includes(error.message) ? [message] : [message, error.message]
}

function firstLine(text: string): string {
  return ellipsize(text.slice(0, 1000).split('\n')[0] ?? '', 150)
}

function releasesOf(view: IncidentView, settings: MessageSettings): readonly string[] {
  const releases = view.releases.length > 0 ? view.releases : [settings.release ?? '']
  return releases
    .filter((release) => release !== '')
    .slice(-maxReleases)
    .map((release) => (/^\d/.test(release) ? `v${release}` : release))
}

/** The first frame of the program itself, in the error or behind it. */
export function culpritOf(error: ErrorDescription | undefined, depth = 0): StackFrame | undefined {
  if (error === undefined || depth > 10) return undefined
  return (
    error.culprit ??
    culpritOf(error.cause, depth + 1) ??
    error.errors.map((inner) => culpritOf(inner, depth + 1)).find((frame) => frame !== undefined)
  )
}

/** What is behind an error in the end; undefined if it has no cause. */
export function rootCauseOf(error: ErrorDescription | undefined): ErrorDescription | undefined {
  let cause = error?.cause ?? error?.errors[0]
  for (let depth = 0; depth < 10; depth += 1) {
    const next = cause?.cause ?? cause?.errors[0]
    if (next === undefined) break
    cause = next
  }
  return cause
}

/** Why the reader sees this: `why: 10× more, 100 → 1,000 · next at 10,000`. */
export function whyLine(view: IncidentView, words: Words): string {
  const next = view.nextMilestone
  const parts = [whyByReason[view.alert.reason](view.alert, words)]
  if (next !== undefined && next > view.count) parts.push(words.why.next(showCount(next)))
  return words.why.prefix + parts.join(' · ')
}

const whyByReason: Readonly<Record<AlertReason, (alert: Alert, words: Words) => string>> = {
  new: (_alert, { why }) => why.first,
  fatal: (_alert, { why }) => why.fatal,
  milestone: ({ count, previousCount }, { why }) =>
    previousCount > 0
      ? why.times(showCount(count / previousCount), showCount(previousCount), showCount(count))
      : why.repeat(showCount(count)),
  spike: ({ spike }, { why }) =>
    why.spike(showCount(spike?.latest ?? 0), showCount(spike?.usual ?? 0)),
  regression: ({ silentMs }, { why, duration }) =>
    silentMs === undefined
      ? why.regressionResolved
      : why.regression(showDuration(silentMs, duration)),
  reminder: ({ count, previousCount }, { why }) => why.reminder(showCount(count - previousCount)),
  storm: (_alert, { why }) => why.storm,
  repeat: ({ count }, { why }) => why.repeat(showCount(count)),
}

/** How severe something looks. */
interface Look {
  readonly emoji: string
  /** Of the bar beside the message. */
  readonly color: string
}

const fatal: Look = { emoji: '🚨', color: '#a30200' }
const error: Look = { emoji: '🔴', color: '#e01e5a' }
const warning: Look = { emoji: '🟠', color: '#ecb22e' }
const notice: Look = { emoji: '🔵', color: '#36c5f0' }

const looksOfStates: Readonly<Record<Exclude<IncidentState, 'active'>, Look>> = {
  quiet: { emoji: '⚪', color: '#9e9ea6' },
  resolved: { emoji: '✅', color: '#2eb67d' },
  muted: { emoji: '🔇', color: '#9e9ea6' },
}

/** The look of a level, on pino's scale. */
export function lookOfSeverity(severity: number): Look {
  if (severity >= 60) return fatal
  if (severity >= 50) return error
  return severity >= 40 ? warning : notice
}

/** The look of an incident: of its state when it is over, else of its level. */
export function lookOf(view: IncidentView): Look {
  return view.state === 'active' ? lookOfSeverity(view.sample.severity) : looksOfStates[view.state]
}
