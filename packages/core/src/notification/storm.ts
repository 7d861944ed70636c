import type { ErrorDescription, LogEvent } from '../event/log-event.ts'
import type { Storm } from '../incident/storm.ts'
import { headline, rootCauseOf } from './headline.ts'
import { spansOf, type Words, wordsFor } from './locale/locale.ts'
import type {
  DetailsNotification,
  ListNotification,
  ListedProblem,
  Look,
  Mention,
  NotificationSettings,
  StormNotification,
  TextLimits,
} from './notification.ts'
import { showCount, cleanText, ellipsize, joinTexts, replaceNewlines, shortText } from './text.ts'
import { culpritOf } from './root.ts'
import { literalParts, packParts } from './thread.ts'
import { showFrame } from './stack.ts'

/** Many new problems at once, as they are when the message is rendered. */
export interface StormView {
  /** In milliseconds since 1970. */
  readonly openedAt: number
  /** Occurrences of all its problems. */
  readonly total: number
  /** Its problems, including those beyond the listed ones. */
  readonly distinct: number
  /** The most frequent first. */
  readonly problems: readonly ListedProblem[]
  /** What many of them have in common, as in `'connect ECONNREFUSED 10.0.0.5:5432'`. */
  readonly cause?: string
  readonly isOver?: boolean
  readonly because?: Storm['because']
  /** What the reader must know about earlier messages. */
  readonly notices?: readonly string[]
}

/** What a storm's problems may have in common. */
export interface StormEvidence {
  /** An occurrence of each. */
  readonly samples: readonly LogEvent[]
  /** The release, if it has just been started. */
  readonly newRelease: string | undefined
}

/** How many problems fit into one list. */
export const maxListed = 40

const stormLook: Look = { emoji: '🌩️', color: '#a30200' }
const quietLook: Look = { emoji: '🌙', color: '#e01e5a' }
const maxShown = 10
const maxName = 60
const maxTitle = 160
const maxStormCulprit = 120
const maxListCulprit = 60
const maxMemberLine = 300
/** The share of the problems that must have something in common before it is suspected, and their smallest number. */
const minShare = 0.5
const minSharing = 3

/** A problem on one line. */
export function listProblem(
  event: LogEvent,
  { fingerprint, count }: { readonly fingerprint: string; readonly count: number },
  settings: NotificationSettings,
): ListedProblem {
  const culprit = event.error?.culprit
  return {
    fingerprint,
    count,
    title: headline(event, settings),
    culprit: culprit === undefined ? '' : showFrame(culprit, settings.appRoot),
  }
}

/** The content of a storm's message: how many problems, which are the most frequent, what may have caused all of them. */
export function buildStorm(
  storm: StormView,
  settings: NotificationSettings,
  mentions: readonly Mention[] = [],
): StormNotification {
  const words = wordsFor(settings.locale)
  const { sanitize } = settings
  const isQuiet = storm.because === 'quiet'
  const { summary: summarize } = isQuiet ? words.quietHours : words.storm
  const summary = summarize(showCount(storm.distinct), showCount(storm.total))
  const service = shortText(settings.service, sanitize, maxName)
  const cause = shortText(storm.cause ?? '', sanitize, maxTitle)
  // What waited has one message, also where there are no threads.
  const problems = storm.problems.slice(0, isQuiet ? maxListed : maxShown)
  const more = storm.distinct - problems.length
  const context = [service, shortText(settings.environment ?? '', sanitize, maxName)]
  return {
    kind: 'storm',
    state: storm.isOver === true ? 'quiet' : 'active',
    look: isQuiet ? quietLook : stormLook,
    title: summary,
    context: [
      { text: `${joinTexts(context, ' · ')} · ` },
      ...spansOf(words.storm.since, { at: storm.openedAt, format: 'time' }),
      ...(storm.isOver === true ? [{ text: ` · ${words.storm.over}` }] : []),
    ],
    headline: joinTexts([`${(isQuiet ? quietLook : stormLook).emoji} ${summary}`, service], ' · '),
    cause: cause === '' ? '' : words.storm.cause + cause,
    problems: problems.map((problem) =>
      shorten(problem, isQuiet ? maxListCulprit : maxStormCulprit, settings),
    ),
    more: more > 0 ? words.storm.andMore(showCount(more)) : '',
    notices: storm.notices ?? [],
    why: whyOf(storm.because, words),
    mentions,
  }
}

function whyOf(because: StormView['because'], words: Words): string {
  if (because === 'capped') return words.capped
  if (because === 'quiet') return words.quietHours.why
  return because === 'adopted' ? words.storm.adopted : words.storm.why
}

/** One message in the thread of a storm. */
export interface StormList {
  readonly notification: DetailsNotification
  /** How many problems it lists. */
  readonly problems: number
}

/** Problems of a storm, for its thread: as many of the first ones as the destination takes at once. */
export function buildStormThread(
  problems: readonly ListedProblem[],
  limits: TextLimits,
  settings: NotificationSettings,
  because: StormView['because'] = 'many',
): readonly StormList[] {
  const words = wordsFor(settings.locale)
  const title = (because === 'quiet' ? words.quietHours : words.storm).members
  const parts = literalParts(title, problems.map(showMember).join('\n'), limits.part)
  return packParts(parts.slice(0, limits.parts), title, limits).map((notification) => ({
    notification,
    // A line is shorter than a part, so that no line is cut.
    problems: notification.parts.reduce((sum, { text }) => sum + text.split('\n').length, 0),
  }))
}

/** `    204  3fa9c1  TypeError: x is not a function  charge (src/pay.ts:7)` */
function showMember({ count, fingerprint, title, culprit }: ListedProblem): string {
  const parts = [showCount(count).padStart(7), fingerprint, title, culprit]
  return ellipsize(replaceNewlines(cleanText(parts.join('  ')), ' ').trimEnd(), maxMemberLine)
}

/**
 * One message for several problems, a line each.
 *
 * @param what in words, as in `'12 more alerts as the process ended'`
 */
export function buildList(
  what: string,
  problems: readonly ListedProblem[],
  settings: NotificationSettings,
): ListNotification {
  return {
    kind: 'list',
    headline: `🔴 ${what} · ${shortText(settings.service, settings.sanitize, maxName)}`,
    problems: problems
      .slice(0, maxListed)
      .map((problem) => shorten(problem, maxListCulprit, settings)),
  }
}

function shorten(
  problem: ListedProblem,
  maxCulprit: number,
  { sanitize }: NotificationSettings,
): ListedProblem {
  return {
    ...problem,
    title: shortText(problem.title, sanitize, maxTitle) || '?',
    culprit: shortText(problem.culprit, sanitize, maxCulprit),
  }
}

/**
 * What most of a storm's problems have in common: the same failure as root cause, the same place, or a release that has just been
 * started.
 */
export function suspectCause(
  { samples, newRelease }: StormEvidence,
  settings: NotificationSettings,
): string | undefined {
  const failure = mostShared(samples.map(({ error }) => failureOf(error)))
  if (failure !== undefined) return failure
  const culprits = samples.map(({ error }) => culpritOf(error))
  const place = mostShared(culprits.map((frame) => frame && showFrame(frame, settings.appRoot)))
  if (place !== undefined) return place
  return newRelease && wordsFor(settings.locale).storm.release(newRelease)
}

function mostShared(texts: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>()
  for (const text of texts) {
    if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  const [text, count] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? ['', 0]
  return count >= Math.max(minSharing, texts.length * minShare) ? text : undefined
}

/** `ECONNREFUSED 10.0.0.5:5432`, from the root cause. */
function failureOf(error: ErrorDescription | undefined): string | undefined {
  const root = rootCauseOf(error) ?? error
  if (root?.code === undefined) return undefined
  const { address, hostname, host, port } = root.properties
  const server = [address, hostname, host].find((part) => typeof part === 'string')
  const number = typeof port === 'number' || typeof port === 'string' ? `:${port}` : ''
  return typeof server === 'string' ? `${root.code} ${server}${number}` : root.code
}
