import type { ErrorDescription, LogEvent, StackFrame } from '../event/log-event.ts'
import type { Alert, AlertReason, IncidentState, IncidentView } from '../incident/incident.ts'
import { type ActionsContext, actionsOf, noteNotice, showRelease } from './actions.ts'
import { showData, showRequest } from './details.ts'
import {
  causeLine,
  issuesOf,
  isThrownValue,
  rootCauseOf,
  addsToError,
  causeLabel,
  endpointOf,
  headline,
  loggedText,
  maxHeadline,
  maxMessage,
  serviceOf,
  upstreamLine,
} from './headline.ts'
import { factsOf, linksOf } from './facts.ts'
import {
  cleanText,
  ellipsize,
  headOf,
  isTraceback,
  joinTexts,
  limitLength,
  shortText,
  showCount,
  showDuration,
  utcTime,
} from './text.ts'
import { wordsFor, type Words } from './locale/locale.ts'
import type {
  Look,
  Mention,
  NotificationSettings,
  RootNotification,
  Section,
} from './notification.ts'
import { stackSection, showFrame } from './stack.ts'

/** What a root shows beside its incident. */
export interface RootExtras {
  /** What the reader must know about earlier messages or about this one. */
  readonly notices?: readonly string[]
  readonly mentions?: readonly Mention[]
  /** The address of the message, once it is known. */
  readonly messageUrl?: string | undefined
  /** What people may do with the incident; nothing by default. */
  readonly actions?: ActionsContext
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
const maxReleasesText = 100
const maxName = 60
const maxService = 40
const minTitle = 60

/** The content of an incident's message, as the incident is now. */
export function buildRoot(
  view: IncidentView,
  settings: NotificationSettings,
  extras: RootExtras = {},
): RootNotification {
  const words = wordsFor(settings.locale)
  const { sample } = view
  const short = (text: string): string => shortText(text, settings.sanitize, maxLine)
  const title = headline(sample, settings)
  return {
    kind: 'root',
    state: view.state,
    look: lookOf(view),
    title,
    context: contextOf(view, settings),
    headline: headlineOf(view, settings),
    message: exactMessage(sample, title, settings),
    places: placesOf(sample, title, settings),
    facts: factsOf(view, settings),
    links: linksOf(view, settings, extras.messageUrl),
    notices: [noteNotice(view, settings), ...(extras.notices ?? [])]
      .filter((notice) => notice !== '')
      .slice(0, maxNotices)
      .map(short),
    mentions: extras.mentions ?? [],
    actions: extras.actions && actionsOf(view, extras.actions, words),
    why: whyLine(view, words),
    sections: extras.isInline === true ? sectionsOf(sample, words) : [],
    event: sample,
  }
}

/** `🔴 TypeError: fetch failed ← connect ECONNREFUSED 127.0.0.1:5433 · checkout · POST /orders/:id · ×1,204` */
function headlineOf(view: IncidentView, settings: NotificationSettings): string {
  const { back, duration } = wordsFor(settings.locale)
  const { alert, sample } = view
  const isBack = alert.reason === 'regression' && alert.silentMs !== undefined
  const end = joinTexts(
    [
      isBack ? back(showDuration(alert.silentMs, duration)) : '',
      view.count > 1 ? `×${showCount(view.count)}` : '',
    ],
    ' · ',
  )
  const service = headOf(shortText(serviceOf(sample, settings), settings.sanitize), maxService)
  const room = maxHeadline - end.length
  const title = headline(sample, settings, Math.max(minTitle, room - service.length - 6))
  const logged = loggedText(sample, settings)
  const start = [title, service, endpointOf(sample, settings), title.includes(logged) ? '' : logged]
  return `${lookOf(view).emoji} ${joinTexts([joinTexts(start, ' · ', room), end], ' · ')}`
}

/** `checkout · production · v1.8.2 · POST /orders/:id` */
function contextOf(view: IncidentView, settings: NotificationSettings): string {
  const words = wordsFor(settings.locale)
  const { sample, state } = view
  const short = (text: string, max: number): string => shortText(text, settings.sanitize, max)
  const parts = [
    short(serviceOf(sample, settings), maxName),
    short(settings.environment ?? '', maxName),
    short(releasesOf(view, settings).join(', '), maxReleasesText),
    endpointOf(sample, settings),
    short(howLogged(sample, words), maxName),
    state === 'active' ? '' : words.state[state],
  ]
  return joinTexts(parts, ' · ')
}

/** What the title does not show where there is no error: `error logged by queue`, `threw a string`. */
function howLogged({ error, level, logger }: LogEvent, words: Words): string {
  if (error === undefined) return words.logged(level, logger)
  return isThrownValue(error) ? words.thrown(error.type) : ''
}

function placesOf(
  { error }: LogEvent,
  title: string,
  settings: NotificationSettings,
): RootNotification['places'] {
  const culprit = culpritOf(error)
  const cause = rootCauseOf(error)
  const origin = cause === undefined ? '' : shortText(causeLine(cause), settings.sanitize, maxLine)
  const place = culprit === undefined ? '' : showFrame(culprit, settings.appRoot)
  const places = [
    { label: '└ ', code: shortText(place, settings.sanitize, maxLine) },
    { label: causeLabel(error, settings), code: title.includes(origin) ? '' : origin },
  ]
  return places.filter(({ code }) => code !== '')
}

/** What a person searches for and the title does not have: the service's own text and the error's. */
function exactMessage(event: LogEvent, title: string, settings: NotificationSettings): string {
  // The title has no line ends.
  const isShown = (part: string): boolean =>
    !part.trim().includes('\n') && title.includes(shortText(part, settings.sanitize))
  const texts = textsOf(event).filter((part) => part.trim() !== '' && !isShown(part))
  const text = cleanText(texts.join('\n')).trim()
  if (text.length <= maxMessage) return text
  const limited = limitLength(text, maxMessage - 200, { locale: settings.locale })
  // The first line of a JavaScript stack names the error, and the thread has what follows.
  const isNamedFirst = isTraceback(text) && !text.startsWith('Traceback')
  const firstLine = ellipsize(text.slice(0, 1000).split('\n')[0] ?? '', 150)
  return ellipsize(isNamedFirst ? `${firstLine}\n${limited}` : limited, maxMessage)
}

/** The service's own text may include the error's already. */
function textsOf({ message, error }: LogEvent): readonly string[] {
  if (error === undefined) return [message]
  const issues = issuesOf(error)
  // What stands in for a message that says no more is in the title.
  const isReplaced = issues.length === 0 && upstreamLine(error) !== undefined
  const own = issues.length > 0 ? issues : [isReplaced ? '' : error.message]
  if (!addsToError(message, error)) return own
  return message.includes(error.message) && issues.length === 0 ? [message] : [message, ...own]
}

function releasesOf(view: IncidentView, settings: NotificationSettings): readonly string[] {
  const releases = view.releases.length > 0 ? view.releases : [settings.release ?? '']
  return releases
    .filter((release) => release !== '')
    .slice(-maxReleases)
    .map(showRelease)
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

/** Why the alert was sent, and what comes next: `1,000 so far · next alert at 10,000`. */
export function whyLine(view: IncidentView, words: Words): string {
  const next = view.nextMilestone ?? 0
  // What goes on no more is not shown as if it did.
  const isOver = view.state !== 'active' && ['reminder', 'spike'].includes(view.alert.reason)
  const why = isOver
    ? words.why.count(showCount(view.count))
    : whyByReason[view.alert.reason](view.alert, words)
  const isHeard = view.state === 'active' || view.state === 'quiet'
  return next > view.count && isHeard ? `${why} · ${words.why.next(showCount(next))}` : why
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
  reminder: ({ count, previousCount, previousAt }, { why }) => {
    const since = previousAt === undefined ? '' : utcTime(previousAt, 'time')
    return why.reminder(showCount(count - previousCount), since)
  },
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
