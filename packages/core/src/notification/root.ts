import type { ErrorDescription, LogEvent, StackFrame } from '../event/log-event.ts'
import type { Alert, AlertReason, IncidentState, IncidentView } from '../incident/incident.ts'
import { showData, showRequest } from './details.ts'
import { factsOf, linksOf } from './facts.ts'
import {
  endpointOf,
  errorLine,
  headline,
  isThrownValue,
  maxMessage,
  addsToError,
  serviceOf,
} from './headline.ts'
import {
  cleanText,
  ellipsize,
  headOf,
  isTraceback,
  joinTexts,
  limitLength,
  shortText,
} from './text.ts'
import { spansOf, wordsFor, type Words } from './locale/locale.ts'
import type {
  Look,
  Mention,
  NotificationSettings,
  RootNotification,
  Section,
  Span,
} from './notification.ts'
import { showCount, showDuration } from './numbers.ts'
import { stackSection, showFrame } from './stack.ts'

/** What a root shows beside its incident. */
export interface RootExtras {
  /** What the reader must know about earlier messages or about this one. */
  readonly notices?: readonly string[]
  readonly mentions?: readonly Mention[]
  /**
   * Whether the destination has no threads, so that the stack and the request belong into the message itself.
   *
   * @default false
   */
  readonly isInline?: boolean
}

const maxLine = 300
const maxNotices = 3
const maxReleases = 3

/** The content of an incident's message, as the incident is now. */
export function buildRoot(
  view: IncidentView,
  settings: NotificationSettings,
  extras: RootExtras = {},
): RootNotification {
  const words = wordsFor(settings.locale)
  const { sample } = view
  const short = (text: string): string => shortText(text, settings.sanitize, maxLine)
  return {
    kind: 'root',
    look: lookOf(view),
    title: titleOf(view, settings),
    sentence: sentenceOf(sample, settings),
    releases: releasesOf(view, settings).map(short),
    headline: headlineOf(view, settings),
    message: exactMessage(sample, settings),
    places: placesOf(sample, settings),
    facts: factsOf(view, settings),
    links: linksOf(view, settings),
    notices: (extras.notices ?? []).slice(0, maxNotices).map(short),
    mentions: extras.mentions ?? [],
    why: whyLine(view, words),
    sections: extras.isInline === true ? sectionsOf(sample, words) : [],
    event: sample,
  }
}

/** `🔴 checkout: TypeError: Cannot read properties of undefined (reading id) · POST /orders/:id · ×1,204` */
function headlineOf(view: IncidentView, settings: NotificationSettings): string {
  const { back, duration } = wordsFor(settings.locale)
  const { alert, sample } = view
  const service = shortText(serviceOf(view.sample, settings), settings.sanitize)
  const parts = [
    `${lookOf(view).emoji} ${headOf(service, 60)}: ${headline(sample, settings)}`,
    endpointOf(sample, settings),
    alert.reason === 'regression' && alert.silentMs !== undefined
      ? back(showDuration(alert.silentMs, duration))
      : '',
    view.count > 1 ? `×${showCount(view.count)}` : '',
  ]
  return joinTexts(parts, ' · ')
}

function titleOf(view: IncidentView, settings: NotificationSettings): string {
  const { state: states } = wordsFor(settings.locale)
  const state = view.state === 'active' ? undefined : states[view.state]
  return [serviceOf(view.sample, settings), settings.environment, state]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => headOf(shortText(part ?? '', settings.sanitize), 60))
    .join(' · ')
}

/** `TypeError while POST /orders/:id` */
function sentenceOf(event: LogEvent, settings: NotificationSettings): readonly Span[] {
  const words = wordsFor(settings.locale)
  const text = shortText(whatHappened(event, words), settings.sanitize, 120) || 'Error'
  const what: Span = event.error === undefined ? { text } : { text, style: 'code' }
  const endpoint = endpointOf(event, settings)
  if (endpoint === '') return [what]
  return spansOf(words.failedWhile, what, { text: endpoint, style: 'code' })
}

function whatHappened({ error, level, logger }: LogEvent, words: Words): string {
  if (error === undefined) return words.logged(level, logger)
  return isThrownValue(error) ? words.thrown(error.type) : error.type
}

function placesOf({ error }: LogEvent, settings: NotificationSettings): RootNotification['places'] {
  const words = wordsFor(settings.locale)
  // Code keeps its quotes: they do no harm there and help to search.
  const sanitize = { ...settings.sanitize, quotes: 'keep' as const }
  const culprit = culpritOf(error)
  const cause = rootCauseOf(error)
  const places = [
    { label: words.at(''), text: culprit && showFrame(culprit, settings.appRoot) },
    { label: words.causedBy, text: cause && errorLine(cause) },
  ]
  return places
    .map(({ label, text = '' }) => ({ label, code: shortText(text, sanitize, maxLine) }))
    .filter(({ code }) => code !== '')
}

/** What a person searches for: the service's own text where it adds something, and the error's. */
function exactMessage({ message, error }: LogEvent, settings: NotificationSettings): string {
  const texts = error === undefined ? [message] : textsWithError(message, error)
  const text = cleanText(texts.filter((part) => part.trim() !== '').join('\n')).trim()
  if (text.length <= maxMessage) return text
  const limited = limitLength(text, maxMessage - 200, { locale: settings.locale })
  // The first line of a JavaScript stack names the error, and the thread has what follows.
  const isNamedFirst = isTraceback(text) && !text.startsWith('Traceback')
  const firstLine = ellipsize(text.slice(0, 1000).split('\n')[0] ?? '', 150)
  return ellipsize(isNamedFirst ? `${firstLine}\n${limited}` : limited, maxMessage)
}

/** The service's own text may include the error's already. */
function textsWithError(message: string, error: ErrorDescription): readonly string[] {
  if (!addsToError(message, error)) return [error.message]
  return message.includes(error.message) ? [message] : [message, error.message]
}

function releasesOf(view: IncidentView, settings: NotificationSettings): readonly string[] {
  const releases = view.releases.length > 0 ? view.releases : [settings.release ?? '']
  return releases
    .filter((release) => release !== '')
    .slice(-maxReleases)
    .map((release) => (/^\d/.test(release) ? `v${release}` : release))
}

function sectionsOf(event: LogEvent, words: Words): readonly Section[] {
  const { error, request } = event
  const { labels } = words
  return [
    ...(error?.stack === undefined ? [] : [stackSection(error, words)]),
    ...(request === undefined ? [] : [textSection(labels.request, showRequest(request, words))]),
    textSection(labels.data, showData(event)),
  ]
}

function textSection(title: string, text: string): Section {
  return { kind: 'text', title, text }
}

/** The first frame of the service itself, in the error or in what caused it. */
export function culpritOf(error: ErrorDescription | undefined, depth = 0): StackFrame | undefined {
  if (error === undefined || depth > 10) return undefined
  return (
    error.culprit ??
    culpritOf(error.cause, depth + 1) ??
    error.errors.map((inner) => culpritOf(inner, depth + 1)).find((frame) => frame !== undefined)
  )
}

/** The last cause of an error; `undefined` if it has none. */
export function rootCauseOf(
  error: ErrorDescription | undefined,
  depth = 0,
): ErrorDescription | undefined {
  const cause = error?.cause ?? error?.errors[0]
  if (cause === undefined || depth >= 10) return cause
  return rootCauseOf(cause, depth + 1) ?? cause
}

/** Why the alert was sent, and what comes next: `1,000 so far · next alert at 10,000`. */
export function whyLine(view: IncidentView, words: Words): string {
  const next = view.nextMilestone ?? 0
  const why = whyByReason[view.alert.reason](view.alert, words)
  return next > view.count ? `${why} · ${words.why.next(showCount(next))}` : why
}

const whyByReason: Readonly<Record<AlertReason, (alert: Alert, words: Words) => string>> = {
  new: (_alert, { why }) => why.first,
  fatal: (_alert, { why }) => why.fatal,
  milestone: ({ count }, { why }) => why.count(showCount(count)),
  spike: ({ spike }, { why }) =>
    why.spike(showCount(spike?.latest ?? 0), showCount(spike?.usual ?? 0)),
  regression: ({ silentMs }, { why, duration }) =>
    silentMs === undefined
      ? why.regressionResolved
      : why.regression(showDuration(silentMs, duration)),
  reminder: ({ count, previousCount }, { why }) => why.reminder(showCount(count - previousCount)),
  storm: (_alert, { why }) => why.storm,
  repeat: ({ count }, { why }) => why.count(showCount(count)),
}

const fatalLook: Look = { emoji: '🚨', color: '#a30200' }
const errorLook: Look = { emoji: '🔴', color: '#e01e5a' }
const warningLook: Look = { emoji: '🟠', color: '#ecb22e' }
const infoLook: Look = { emoji: '🔵', color: '#36c5f0' }

const looksOfStates: Readonly<Record<Exclude<IncidentState, 'active'>, Look>> = {
  quiet: { emoji: '⚪', color: '#9e9ea6' },
  resolved: { emoji: '✅', color: '#2eb67d' },
  muted: { emoji: '🔇', color: '#9e9ea6' },
}

/** The look of a level, on pino's scale. */
export function lookOfSeverity(severity: number): Look {
  if (severity >= 60) return fatalLook
  if (severity >= 50) return errorLook
  return severity >= 40 ? warningLook : infoLook
}

/** The look of an incident: by its state once it is over, else by its level. */
export function lookOf(view: IncidentView): Look {
  return view.state === 'active' ? lookOfSeverity(view.sample.severity) : looksOfStates[view.state]
}
