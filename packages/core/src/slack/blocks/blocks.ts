import type {
  MrkdwnElement,
  RichTextBlockElement,
  RichTextLink,
  RichTextPreformatted,
  RichTextSection,
  RichTextText,
} from '@slack/types'
import type { Mention } from '../../notification/notification.ts'
import { ellipsize } from '../../notification/text.ts'
import { maxHeaderText, maxSectionText } from '../limits.ts'
import type { SlackAttachment, SlackBlock } from '../message.ts'
import { mentionsMrkdwn } from './mrkdwn.ts'

/** A part of a rich_text block. Its texts are literal: Slack looks for no markup in them. */
export type RichTextPart = RichTextBlockElement

export function headerBlock(text: string): SlackBlock {
  return {
    type: 'header',
    text: { type: 'plain_text', text: ellipsize(text, maxHeaderText), emoji: true },
  }
}

/** A section whose text is ready: escaped and within its limit. */
export function sectionBlock(mrkdwn: string): SlackBlock {
  return { type: 'section', text: mrkdwnText(mrkdwn) }
}

export function plainSectionBlock(text: string): SlackBlock {
  return { type: 'section', text: { type: 'plain_text', text: ellipsize(text, maxSectionText) } }
}

export function contextBlock(mrkdwn: string): SlackBlock {
  return { type: 'context', elements: [mrkdwnText(mrkdwn)] }
}

const startsWithEmoji = /^\p{Extended_Pictographic}/u

export function noticeBlocks(notices: readonly string[]): readonly SlackBlock[] {
  return notices.map((notice) =>
    contextBlock(startsWithEmoji.test(notice) ? notice : `⚠️ ${notice}`),
  )
}

/** The mentions where nothing else may hold markup; none without mentions. */
export function mentionBlocks(mentions: readonly Mention[]): readonly SlackBlock[] {
  return mentions.length === 0 ? [] : [sectionBlock(mentionsMrkdwn(mentions))]
}

/** A line beside a bar in the color of the level, which Slack draws only beside an attachment. */
export function coloredAttachment(color: string, mrkdwn: string): SlackAttachment {
  return { color, fallback: mrkdwn, blocks: [contextBlock(mrkdwn)] }
}

export function richTextBlock(parts: readonly RichTextPart[]): SlackBlock {
  return { type: 'rich_text', elements: [...parts] }
}

/** Text that is shown as it is, in a box. */
export function literalPart(text: string): RichTextPreformatted {
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }
}

/** A line of text that is shown as it is. */
export function linePart(...texts: readonly (RichTextText | RichTextLink)[]): RichTextSection {
  return { type: 'rich_text_section', elements: [...texts] }
}

export function plain(text: string): RichTextText {
  return { type: 'text', text }
}

export function linked(text: string, url: string): RichTextLink {
  return { type: 'link', text, url }
}

export function bold(text: string): RichTextText {
  return { type: 'text', text, style: { bold: true } }
}

export function code(text: string): RichTextText {
  return { type: 'text', text, style: { code: true } }
}

/** Without `verbatim`, Slack makes links of URLs and mentions of `@here` and `#general` in plain text. */
function mrkdwnText(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true }
}

/** All text in blocks and attachments, as Slack's limit on the whole message counts it. */
export function textLength(node: object): number {
  let length = 0
  for (const [key, value] of Object.entries(node)) {
    if (typeof value === 'string') length += key === 'type' ? 0 : value.length
    else if (typeof value === 'object' && value !== null) length += textLength(value as object)
  }
  return length
}
