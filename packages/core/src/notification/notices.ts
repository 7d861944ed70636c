import type { FileRemedy } from '../delivery/destination.ts'
import type { TroubleView } from '../health/health.ts'
import { wordsFor } from './locale/locale.ts'
import type { NoticeNotification, NotificationSettings } from './notification.ts'
import { showCount, showDuration, utcRange, utcTime } from './numbers.ts'
import { joinTexts, shortText } from './text.ts'

/** A process that ended without warning. */
export interface DiedProcess {
  readonly pid?: number
  /** Its last sign of life, in milliseconds since 1970. */
  readonly at?: number
  readonly uptimeMs?: number
  readonly release?: string
}

/** What an earlier process left unsent. */
export interface LeftoversView {
  /** The earlier process, unless it ended in order. */
  readonly died?: DiedProcess
  /** Alerts that are sent now. */
  readonly sent: number
  /** Alerts that are too old to be sent. */
  readonly tooOld: number
  /** From which age on they are too old, in milliseconds. */
  readonly maxAgeMs: number
  /** Alerts that cannot be read any more. */
  readonly lost: number
}

/** A shorter outage is hardly noticed, in milliseconds. */
const minOutageMs = 60_000

/**
 * What went wrong with earlier messages, in one line: `3 deliveries failed at 14:02 UTC`, or, after an outage, `Slack was unreachable from
 * 14:02 to 14:17 UTC; 3 deliveries failed, 2 alerts given up, 128 events not shown`.
 */
export function describeTrouble(
  trouble: TroubleView,
  { locale, destination }: Pick<NotificationSettings, 'locale'> & { readonly destination: string },
): readonly string[] {
  const words = wordsFor(locale).delivery
  const { failedSends, from, to, givenUp, lostEvents, outage } = trouble
  const isLong = outage !== undefined && outage.to - outage.from >= minOutageMs
  const failures = isLong ? words.failed : words.failedAt
  const counts = [
    failedSends > 0 ? failures(showCount(failedSends), ...utcRange(from, to)) : '',
    givenUp > 0 ? words.givenUp(showCount(givenUp)) : '',
    lostEvents > 0 ? words.lost(showCount(lostEvents)) : '',
  ]
  const down = isLong ? words[outage.kind](destination, ...utcRange(outage.from, outage.to)) : ''
  const line = joinTexts([down, joinTexts(counts, ', ')], '; ')
  return line === '' ? [] : [line]
}

/** Why a message of an earlier process comes only now, and when it happened. */
export function leftoverNotice(
  { at, died }: { readonly at: number; readonly died: DiedProcess | undefined },
  settings: NotificationSettings,
): string {
  const why = describeDeath(died, settings) || wordsFor(settings.locale).leftovers.sent('1')
  return `${why} (${utcTime(at, 'date')})`
}

/** One message about what an earlier process left unsent and what of it is lost. */
export function buildLeftoversNotice(
  { died, sent, tooOld, maxAgeMs, lost }: LeftoversView,
  settings: NotificationSettings,
): NoticeNotification {
  const { leftovers, duration } = wordsFor(settings.locale)
  const sentences = [
    describeDeath(died, settings),
    sent > 0 ? leftovers.sent(showCount(sent)) : '',
    tooOld > 0 ? leftovers.tooOld(showCount(tooOld), showDuration(maxAgeMs, duration)) : '',
    lost > 0 ? leftovers.lost(showCount(lost)) : '',
  ]
  const service = shortText(settings.service, settings.sanitize, 60)
  return {
    kind: 'notice',
    text: `${died === undefined ? '🕓' : '💀'} ${service}: ${joinTexts(sentences, ' ')}`,
    ...(died?.at !== undefined && { at: died.at }),
  }
}

function describeDeath(died: DiedProcess | undefined, settings: NotificationSettings): string {
  if (died === undefined) return ''
  const { pid, uptimeMs, release } = died
  const { leftovers, duration } = wordsFor(settings.locale)
  const details = [
    pid === undefined ? '' : leftovers.pid(String(pid)),
    uptimeMs === undefined ? '' : leftovers.uptime(showDuration(uptimeMs, duration)),
    shortText(release ?? '', settings.sanitize, 60),
  ]
  return leftovers.died(joinTexts(details, ', '))
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
