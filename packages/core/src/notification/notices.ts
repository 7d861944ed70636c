import type { FileRemedy } from '../delivery/destination.ts'
import type { TroubleView } from '../health/health.ts'
import { wordsFor } from './locale/locale.ts'
import type { NoticeNotification, NotificationSettings } from './notification.ts'
import { showCount, showDuration, utcRange, utcTime, joinTexts, shortText } from './text.ts'

/** A process that ended without warning. */
export interface DiedProcess {
  readonly pid?: number
  /** Its last sign of life, in milliseconds since 1970. */
  readonly at?: number
  readonly uptimeMs?: number
  readonly release?: string
}

/** What an earlier process left that is not shown. */
export interface LossesView {
  /** The earlier process, unless it ended in order. */
  readonly died?: DiedProcess | undefined
  /** Alerts that are too old to be sent. */
  readonly tooOld: number
  /** From which age on they are too old, in milliseconds. */
  readonly maxAgeMs: number
  /** Lines of its journal that cannot be read. */
  readonly unreadable: number
}

/** A shorter outage is hardly noticed, in milliseconds. */
const minOutageMs = 60_000

/**
 * What went wrong with earlier messages, in one line: `3 deliveries failed at 14:02 UTC`, or, after an outage, `Slack was unreachable from
 * 14:02 to 14:17 UTC; 3 deliveries failed, 2 alerts given up, 128 events not shown`.
 */
export function describeTrouble(
  trouble: TroubleView,
  {
    locale,
    destination,
    toWall,
  }: Pick<NotificationSettings, 'locale'> & {
    readonly destination: string
    /** The wall clock's time of an internal one. */
    readonly toWall: (time: number) => number
  },
): readonly string[] {
  const words = wordsFor(locale).delivery
  const { failedSends, from, to, givenUp, lostEvents, outage, journal } = trouble
  const range = (start: number, end: number): readonly [string, string] =>
    utcRange(toWall(start), toWall(end))
  const isLong = outage !== undefined && outage.to - outage.from >= minOutageMs
  const failures = isLong ? words.failed : words.failedAt
  const counts = [
    failedSends > 0 ? failures(showCount(failedSends), ...range(from, to)) : '',
    givenUp > 0 ? words.givenUp(showCount(givenUp)) : '',
    lostEvents > 0 ? words.lost(showCount(lostEvents)) : '',
  ]
  const down = isLong ? words[outage.kind](destination, ...range(outage.from, outage.to)) : ''
  const line = joinTexts([down, joinTexts(counts, ', ')], '; ')
  return [line, journal === undefined ? '' : words.journal(journal)].filter((each) => each !== '')
}

/** Why an alert of an earlier process comes only now, and when it happened. */
export function adoptedNotice(
  { at, died }: { readonly at: number; readonly died?: DiedProcess | undefined },
  settings: NotificationSettings,
): string {
  const words = wordsFor(settings.locale).adopted
  const time = utcTime(at, 'date')
  return died === undefined
    ? words.beforeRestart(time)
    : words.beforeDeath(time, describeProcess(died, settings))
}

/** One message about what an earlier process left and nobody will see. */
export function buildLossesNotice(
  { died, tooOld, maxAgeMs, unreadable }: LossesView,
  settings: NotificationSettings,
): NoticeNotification {
  const { adopted, duration } = wordsFor(settings.locale)
  const sentences = [
    died === undefined ? '' : adopted.died(describeProcess(died, settings)),
    tooOld > 0 ? adopted.tooOld(showCount(tooOld), showDuration(maxAgeMs, duration)) : '',
    unreadable > 0 ? adopted.unreadable(showCount(unreadable)) : '',
  ]
  const service = shortText(settings.service, settings.sanitize, 60)
  return {
    kind: 'notice',
    text: `${died === undefined ? '🕓' : '💀'} ${service}: ${joinTexts(sentences, ' ')}`,
    ...(died?.at !== undefined && { at: died.at }),
  }
}

/** What becomes of a message about a problem that has another one. */
export function buildDuplicateNotice(
  ref: string,
  { locale }: Pick<NotificationSettings, 'locale'>,
): NoticeNotification {
  return { kind: 'notice', text: `↪️ ${wordsFor(locale).adopted.duplicate}`, ref }
}

/** As in `pid 812, up for 3 h, 1.8.2`; empty if nothing is known. */
function describeProcess(
  { pid, uptimeMs, release }: DiedProcess,
  settings: NotificationSettings,
): string {
  const { adopted, duration } = wordsFor(settings.locale)
  const details = [
    pid === undefined ? '' : adopted.pid(String(pid)),
    uptimeMs === undefined ? '' : adopted.uptime(showDuration(uptimeMs, duration)),
    shortText(release ?? '', settings.sanitize, 60),
  ]
  return joinTexts(details, ', ')
}

/** Replaces a file that the destination refused. */
export function buildFileRefusal(
  refusal: {
    readonly destination: string
    readonly reason: string
    readonly remedy: FileRemedy | undefined
  },
  { locale }: Pick<NotificationSettings, 'locale'>,
): NoticeNotification {
  const words = wordsFor(locale)
  const remedy = refusal.remedy === undefined ? '' : ` ${words.fileRemedies[refusal.remedy]}`
  return { kind: 'notice', text: words.fileRefused(refusal.destination, refusal.reason) + remedy }
}
