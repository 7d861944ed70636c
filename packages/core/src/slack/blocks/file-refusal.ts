import { type Words, wordsFor } from '../../notification/locale/locale.ts'
import type { MessageSettings } from '../../notification/settings.ts'
import type { SlackMessage } from '../message.ts'
import { linePart, plain, richTextBlock } from './blocks.ts'
import { escapeMrkdwn } from './mrkdwn.ts'

/** What a person can do about it, by Slack's code. */
const remedies: ReadonlyMap<string, keyof Words['fileRemedies']> = new Map([
  ['missing_scope', 'scope'],
  ['not_in_channel', 'invite'],
  ['channel_not_found', 'invite'],
  ['file_uploads_disabled', 'enable'],
  ['file_upload_size_restricted', 'enable'],
  ['storage_limit_reached', 'enable'],
])

/** Says in a thread that Slack did not take its file, and how it would. */
export function buildFileRefusal(reason: string, settings: MessageSettings): SlackMessage {
  const words = wordsFor(settings.locale)
  // What was refused may stand before Slack's code.
  const code = reason.slice(reason.lastIndexOf(' ') + 1)
  const remedy = remedies.get(code)
  const text =
    words.fileRefused(code) + (remedy === undefined ? '' : ` ${words.fileRemedies[remedy]}`)
  return { text: escapeMrkdwn(text), blocks: [richTextBlock([linePart(plain(text))])] }
}
