import type { TroubleView } from '../trouble.ts'
import type { MessageSettings } from './message-settings.ts'
import { showCount } from './show-number.ts'
import { utcTime } from './show-time.ts'
import { wordsFor } from './words.ts'

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
