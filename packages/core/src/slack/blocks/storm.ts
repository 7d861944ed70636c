import type { Detail } from '../../delivery/destination.ts'
import type {
  ListedProblem,
  ListNotification,
  StormNotification,
} from '../../notification/notification.ts'
import { showCount, joinTexts } from '../../notification/text.ts'
import { messageUrl } from '../calls.ts'
import { maxText } from '../limits.ts'
import type { SlackBlock, SlackMessage } from '../message.ts'
import {
  bold,
  code,
  coloredAttachment,
  contextBlock,
  headerBlock,
  linePart,
  linked,
  mentionBlocks,
  noticeBlocks,
  plain,
  plainSectionBlock,
  richTextBlock,
  sectionBlock,
  type RichTextPart,
  escapeMrkdwn,
  inertMrkdwn,
  literalMrkdwn,
  mentionsMrkdwn,
  spansMrkdwn,
} from './blocks.ts'

/** The message that stands for a storm. */
export function renderStorm(
  storm: StormNotification,
  detail: Detail,
  origin?: string,
): SlackMessage {
  const { headline, cause, problems, more, notices, mentions } = storm
  const lines = [headline, cause, ...problems.map(problemLine), more, ...notices]
  if (detail === 'text') {
    return { text: joinTexts([mentionsMrkdwn(mentions), ...lines.map(inertMrkdwn)], '\n', maxText) }
  }
  const text = escapeMrkdwn(joinTexts([headline, cause], ' · '))
  if (detail === 'minimal') {
    return { text, blocks: [...mentionBlocks(mentions), plainSectionBlock(joinTexts(lines, '\n'))] }
  }
  return {
    text,
    blocks: stormBlocks(storm, origin),
    attachments: [coloredAttachment(storm.look.color, storm.why)],
  }
}

function stormBlocks(storm: StormNotification, origin?: string): readonly SlackBlock[] {
  const { look, title, context, cause, problems, more, notices } = storm
  return [
    headerBlock(`${look.emoji} ${title}`),
    sectionBlock(joinTexts([spansMrkdwn(context), mentionsMrkdwn(storm.mentions)], ' · ')),
    ...(cause === '' ? [] : [richTextBlock([linePart(plain(`➡️ ${cause}`))])]),
    ...(problems.length === 0 ? [] : [richTextBlock([problemList(problems, 'ordered', origin)])]),
    ...(more === '' ? [] : [contextBlock(more)]),
    ...noticeBlocks(notices.map(literalMrkdwn)),
  ]
}

/** Several problems, a line each. */
export function renderList({ headline, problems }: ListNotification, detail: Detail): SlackMessage {
  if (detail === 'text') {
    const lines = [headline, ...problems.map(problemLine)]
    return { text: joinTexts(lines.map(inertMrkdwn), '\n', maxText) }
  }
  const list = problems.length === 0 ? [] : [problemList(problems, 'bullet')]
  return {
    text: escapeMrkdwn(headline),
    blocks: [richTextBlock([linePart(plain(headline)), ...list])],
  }
}

function problemLine({ count, title }: ListedProblem): string {
  return `• ${showCount(count)}× ${title}`
}

function problemList(
  problems: readonly ListedProblem[],
  style: 'ordered' | 'bullet',
  origin?: string,
): RichTextPart {
  const elements = problems.map(({ count, title, culprit, ref }) => {
    const name =
      origin === undefined || ref === undefined
        ? plain(title)
        : linked(title, messageUrl(origin, ref))
    const start = [bold(`${showCount(count)}× `), name]
    return culprit === '' ? linePart(...start) : linePart(...start, plain(' '), code(culprit))
  })
  return { type: 'rich_text_list', style, elements }
}
