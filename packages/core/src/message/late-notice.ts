import { describeDeath, type DiedProcess } from './late-message.ts'
import type { MessageSettings } from './message-settings.ts'
import { utcTime } from './show-time.ts'
import { wordsFor } from './words.ts'

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
