import type {
  MrkdwnElement,
  RichTextBlockElement,
  RichTextLink,
  RichTextPreformatted,
  RichTextSection,
  RichTextText,
} from '@slack/types'
import type { Mention, Link, Span } from '../../notification/notification.ts'
import { ellipsize, isDate, utcTime, type TimeFormat } from '../../notification/text.ts'
import { maxHeaderText, maxSectionText } from '../limits.ts'
import type { SlackAttachment, SlackBlock } from '../message.ts'

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

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/**
 * The text with `&`, `<` and `>` as the entities that Slack knows, so that nothing in it can become a mention, a link or a
 * date.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function escapeMrkdwn(text: string): string {
  return text.replace(/[&<>]/g, (character) => entities[character] ?? character)
}

/** A `*`, `_`, `~` or backtick that could open bold, italic, struck or code text: at the beginning of a word. */
const openingMarks = /(?<![\p{L}\p{N}])[*_~`](?=\S)/gu

/** Every character that Slack could read as markup. */
const markup = /[&<>*_~`]/

/**
 * Escaped text in which Slack finds no formatting either. mrkdwn has no escape for its marks, so a word joiner, which nobody
 * sees, takes their effect where they could have one; marks inside words, as in `user_id`, stay as they are for whoever copies
 * them.
 */
export function literalMrkdwn(text: string): string {
  if (!markup.test(text)) return text
  return escapeMrkdwn(text).replace(openingMarks, '$&\u2060')
}

/** Escaped text between backticks; a backtick inside would end it. */
export function codeMrkdwn(text: string): string {
  return `\`${escapeMrkdwn(text).replaceAll('`', "'")}\``
}

/** Escaped text between fences; a fence inside would end them. */
export function fencedMrkdwn(escaped: string): string {
  return `\`\`\`\n${escaped.replace(/`{3,}/g, "'''")}\n\`\`\``
}

/**
 * Escaped text without effect in other chats either: they mention on a plain `@all` and link on `[text](url)`, so a zero-width space
 * stands in between.
 */
export function inertMrkdwn(text: string): string {
  return literalMrkdwn(text)
    .replace(/(?<![\p{L}\p{N}])@(?=\S)/gu, '@\u200b')
    .replaceAll('](', ']\u200b(')
}

/** A line of spans. */
export function spansMrkdwn(spans: readonly Span[]): string {
  return spans.map(spanMrkdwn).join('')
}

function spanMrkdwn(span: Span): string {
  if ('at' in span) return timeMrkdwn(span.at, span.format)
  if (span.style === 'code') return codeMrkdwn(span.text)
  return span.style === 'bold' ? `*${literalMrkdwn(span.text)}*` : literalMrkdwn(span.text)
}

/** Slack's names of the formats. */
const dateFormats: Readonly<Record<TimeFormat, string>> = {
  time: '{time}',
  seconds: '{time_secs}',
  date: '{date_short_pretty} {time}',
}

/**
 * A moment, which Slack shows in each reader's time zone.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
export function timeMrkdwn(time: number, format: TimeFormat): string {
  const inUtc = utcTime(time, format)
  return isDate(time) ? `<!date^${Math.floor(time / 1000)}^${dateFormats[format]}|${inUtc}>` : inUtc
}

/** Mentions, each once. They notify people. */
export function mentionsMrkdwn(mentions: readonly Mention[]): string {
  return [...new Set(mentions.map(mentionMrkdwn))].join(' ')
}

function mentionMrkdwn(mention: Mention): string {
  if (mention.kind === 'user') return `<@${mention.id}>`
  return mention.kind === 'group' ? `<!subteam^${mention.id}>` : `<!${mention.kind}>`
}

/** A link with its label. */
export function linkMrkdwn({ label, url }: Link): string {
  return `<${escapeMrkdwn(url)}|${literalMrkdwn(label.replaceAll('|', '¦'))}>`
}
