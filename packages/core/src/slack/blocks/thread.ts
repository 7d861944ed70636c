import type { Detail } from '../../delivery/destination.ts'
import type {
  DetailsNotification,
  DetailsPart,
  NoticeNotification,
  StateNotification,
} from '../../notification/notification.ts'
import { ellipsize, joinTexts } from '../../notification/text.ts'
import { fairShare } from '../../notification/stack.ts'
import { messageUrl } from '../calls.ts'
import { maxText } from '../limits.ts'
import type { SlackBlock, SlackMessage } from '../message.ts'
import {
  bold,
  code,
  contextBlock,
  linePart,
  linked,
  literalPart,
  mentionBlocks,
  plain,
  plainSectionBlock,
  richTextBlock,
  escapeMrkdwn,
  fencedMrkdwn,
  inertMrkdwn,
  literalMrkdwn,
  mentionsMrkdwn,
  spansMrkdwn,
  timeMrkdwn,
} from './blocks.ts'

/** A message of details in a thread. */
export function renderDetails(details: DetailsNotification, detail: Detail): SlackMessage {
  const { parts, headline } = details
  if (detail === 'text') return { text: textOf(parts) }
  const blocks = detail === 'full' ? parts.map(blockOf) : parts.flatMap(plainBlocksOf)
  return { text: escapeMrkdwn(headline), blocks }
}

function blockOf(part: DetailsPart): SlackBlock {
  if (part.kind === 'prose') {
    const text = plain(part.text)
    return richTextBlock([part.code === '' ? linePart(text) : linePart(text, code(part.code))])
  }
  const title = part.title === undefined ? [] : [linePart(bold(part.title))]
  return richTextBlock([...title, literalPart(part.text)])
}

function plainBlocksOf(part: DetailsPart): readonly SlackBlock[] {
  if (part.kind === 'prose') return [plainSectionBlock(part.text + part.code)]
  const title = part.title === undefined ? [] : [plainSectionBlock(part.title)]
  return [...title, plainSectionBlock(part.text)]
}

/** All parts in one text, the longest of them cut where there is no room for the whole. */
function textOf(parts: readonly DetailsPart[]): string {
  const lengths = parts.map((part) => markUp(part, Infinity).length)
  const maxLength = fairShare(lengths, maxText - parts.length)
  const texts = parts.map((part) => markUp(part, maxLength))
  return joinTexts(texts, '\n', maxText)
}

function markUp(part: DetailsPart, maxLength: number): string {
  if (part.kind === 'prose') return ellipsize(literalMrkdwn(part.text + part.code), maxLength)
  const title = part.title === undefined ? '' : `*${part.title}*\n`
  const room = maxLength - title.length - fencedMrkdwn('').length
  return title + fencedMrkdwn(ellipsize(escapeMrkdwn(part.text), room))
}

/** A line in an incident's thread: `14:02 ×100 · 3.1/s · 2 hosts`. */
export function renderState(state: StateNotification, detail: Detail): SlackMessage {
  const { at, line, isBroadcast, look, service, headline, why } = state
  if (!isBroadcast) {
    const shown = state.spans === undefined ? line : spansMrkdwn(state.spans)
    return { text: `${timeMrkdwn(at, 'time')} ${shown}` }
  }
  const mentions = mentionsMrkdwn(state.mentions)
  const what = `${look.emoji} ${headline}`
  const course = joinTexts([line, service], ' · ')
  if (detail === 'text') {
    return { text: joinTexts([literalMrkdwn(joinTexts([what, course], ' · ')), mentions], ' · ') }
  }
  const text = escapeMrkdwn(joinTexts([what, course], ' · '))
  if (detail === 'minimal') {
    const block = plainSectionBlock(`${what}\n${course}\n${why}`)
    return { text, blocks: [block, ...mentionBlocks(state.mentions)] }
  }
  const blocks = [
    richTextBlock([linePart(bold(what)), linePart(plain(course))]),
    contextBlock(joinTexts([literalMrkdwn(why), mentions], ' · ')),
  ]
  return { text, blocks }
}

/** A sentence about alerts or delivery. */
export function renderNotice(
  { text: sentence, at, ref }: NoticeNotification,
  detail: Detail,
  origin?: string,
): SlackMessage {
  if (detail === 'text') return { text: inertMrkdwn(sentence) }
  const text = escapeMrkdwn(sentence)
  if (detail === 'minimal') return { text, blocks: [plainSectionBlock(sentence)] }
  const when = at === undefined ? [] : [contextBlock(timeMrkdwn(at, 'date'))]
  const line =
    origin === undefined || ref === undefined
      ? plain(sentence)
      : linked(sentence, messageUrl(origin, ref))
  return { text, blocks: [richTextBlock([linePart(line)]), ...when] }
}
