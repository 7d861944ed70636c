import type { LogEvent } from '../../event/log-event.ts'
import { showFrame } from '../../notification/frame.ts'
import { headline } from '../../notification/headline.ts'
import { showCount } from '../../notification/numbers.ts'
import type { MessageSettings } from '../../notification/settings.ts'
import { ellipsize, joinWithin, shortText } from '../../notification/text.ts'
import { maxText } from '../limits.ts'
import type { SlackMessage } from '../message.ts'
import { bold, code, linePart, plain, richTextBlock } from './blocks.ts'
import { escapeMrkdwn } from './mrkdwn.ts'
import { inert } from './root.ts'
import type { StormMember } from './storm.ts'

/** So many problems fit on a line each. */
export const maxListed = 40
const maxTitle = 160
const maxCulprit = 60

/** A problem on one line. */
export function memberOf(
  event: LogEvent,
  incident: { readonly fingerprint: string; readonly count: number },
  settings: MessageSettings,
): StormMember {
  const culprit = event.error?.culprit
  return {
    fingerprint: incident.fingerprint,
    count: incident.count,
    title: headline(event, settings),
    culprit: culprit && showFrame(culprit, settings.appRoot),
  }
}

/**
 * One message for several problems, a line each.
 *
 * @param what in words, as in `'12 more alerts as the process ended'`
 */
export function buildListMessage(
  what: string,
  members: readonly StormMember[],
  settings: MessageSettings,
): SlackMessage {
  const short = (text: string, max: number): string =>
    ellipsize(shortText(text, settings.sanitize), max)
  const line = `🔴 ${short(settings.service, 60)}: ${what}`
  const shown = members.slice(0, maxListed).map(({ count, title, culprit }) => ({
    count: `${showCount(count)}× `,
    title: short(title, maxTitle) || '?',
    culprit: short(culprit ?? '', maxCulprit),
  }))
  if (settings.detail === 'text' || settings.profile === 'plain') {
    const lines = [line, ...shown.map(({ count, title }) => `• ${count}${title}`)]
    return {
      text: joinWithin(lines.map(inert), '\n', maxText),
    }
  }
  const elements = shown.map(({ count, title, culprit }) =>
    culprit === ''
      ? linePart(bold(count), plain(title))
      : linePart(bold(count), plain(title), plain(' '), code(culprit)),
  )
  return {
    text: escapeMrkdwn(line),
    blocks: [
      richTextBlock([linePart(plain(line)), { type: 'rich_text_list', style: 'bullet', elements }]),
    ],
  }
}
