import type { FileRemedy } from '../delivery/destination.ts'
import type { TroubleView } from '../health/health.ts'
import { wordsFor } from './locale/locale.ts'
import type { NoticeNotification, NotificationSettings } from './notification.ts'
import { showCount, showDuration, utcTime } from './numbers.ts'
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

/** What went wrong with earlier messages: `3 deliveries failed between 14:02 and 14:09 UTC`. */
export function describeTrouble(
  trouble: TroubleView,
  { locale }: Pick<NotificationSettings, 'locale'>,
): readonly string[] {
  const words = wordsFor(locale).delivery
  const { failedSends, from, to, lostEvents } = trouble
  const notices: string[] = []
  if (failedSends > 0) {
    notices.push(words.failed(showCount(failedSends), utcTime(from, 'time'), utcTime(to, 'time')))
  }
  if (lostEvents > 0) notices.push(words.lost(showCount(lostEvents)))
  return notices
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
