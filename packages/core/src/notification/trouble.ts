import type { TroubleView } from '../health/health.ts'
import { describeDeath, type DiedProcess } from '../slack/blocks/late.ts'
import { wordsFor } from './locale/locale.ts'
import { showCount } from './numbers.ts'
import type { MessageSettings } from './settings.ts'
import { utcTime } from './times.ts'

/** What a reader must know of the messages before: `3 sends failed between 14:02 and 14:09 UTC`. */
export function describeTrouble(
  trouble: TroubleView,
  { locale }: Pick<MessageSettings, 'locale'>,
): readonly string[] {
  const words = wordsFor(locale).trouble
  const { failedSends, from, to, lostEvents } = trouble
  return [
    ...(failedSends > 0
      ? [words.failed(showCount(failedSends), utcTime(from, '{time}'), utcTime(to, '{time}'))]
      : []),
    ...(lostEvents > 0 ? [words.lost(showCount(lostEvents))] : []),
  ]
}

/** What marks a message that an earlier process should have sent: why it comes late, and when it happened. */
export function lateNotice(
  happened: { readonly at: number; readonly died: DiedProcess | undefined },
  settings: MessageSettings,
): string {
  const words = wordsFor(settings.locale)
  const why =
    happened.died === undefined
      ? words.late.late('1')
      : describeDeath(happened.died, words, settings)
  return `${why} (${utcTime(happened.at, '{date_short_pretty} {time}')})`
}
