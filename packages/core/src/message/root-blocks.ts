import {
  bold,
  code,
  contextBlock,
  fieldsBlock,
  headerBlock,
  linePart,
  literalPart,
  plain,
  plainSectionBlock,
  richTextBlock,
  sectionBlock,
} from './blocks.ts'
import type { RichTextPart } from './blocks.ts'
import { codeMrkdwn, escapeMrkdwn, literalMrkdwn } from './escape-mrkdwn.ts'
import { ellipsize, joinWithin } from './cut-text.ts'
import { showLink } from './links.ts'
import type { RootContent } from './root-content.ts'
import type { SlackAttachment, SlackBlock } from './slack-message.ts'
import { maxFieldText, maxSectionText } from './slack-limits.ts'
import type { Words } from './words.ts'

const maxLinksText = 1000
const maxNoticeText = 300

/** A literal text with its title, below the facts. */
export interface RootDetail {
  readonly title: string
  readonly text: string
}

/** The root in full, but for its details. */
export interface RootFrame {
  readonly above: readonly SlackBlock[]
  readonly below: readonly SlackBlock[]
}

/** What stands above and below the details. */
export function rootFrame(content: RootContent, words: Words): RootFrame {
  const above = [
    headerBlock(`${content.emoji} ${content.title}`),
    sectionBlock(sentenceOf(content, words)),
  ]
  const parts = messageParts(content, words)
  if (parts.length > 0) above.push(richTextBlock(parts))
  if (content.facts.length > 0) above.push(fieldsBlock(content.facts.map(showFact)))
  const below: SlackBlock[] = []
  const links = joinWithin(content.links.map(showLink), ' · ', maxLinksText)
  if (links !== '') below.push(contextBlock(links))
  for (const notice of content.notices) {
    below.push(contextBlock(`⚠️ ${escapeWithin(notice, maxNoticeText)}`))
  }
  return { above, below }
}

export function detailBlock({ title, text }: RootDetail): SlackBlock {
  return richTextBlock([linePart(bold(title)), literalPart(text)])
}

/** The last line, beside a bar in the colour of the level. */
export function whyAttachment({ color, why }: RootContent): SlackAttachment {
  return { color, fallback: escapeMrkdwn(why), blocks: [contextBlock(escapeMrkdwn(why))] }
}

/** The essentials in blocks that have been in Slack for ever, and without markup. */
export function minimalBlocks(content: RootContent, words: Words): readonly SlackBlock[] {
  const facts = content.facts.map(({ label, text }) => `${label}: ${text}`).join('\n')
  const texts = [
    `${content.emoji} ${content.title}`,
    [content.message, ...placeLines(content, words)].filter((line) => line !== '').join('\n'),
    [facts, ...content.notices, content.why].filter((line) => line !== '').join('\n'),
  ]
  const blocks = texts.filter((text) => text !== '').map(plainSectionBlock)
  return content.mentions === '' ? blocks : [sectionBlock(content.mentions), ...blocks]
}

/** Where it happened and what was behind it, unescaped. */
export function placeLines({ culprit, rootCause }: RootContent, words: Words): readonly string[] {
  return [
    culprit === undefined ? '' : words.at(culprit),
    rootCause === undefined ? '' : words.causedBy + rootCause,
  ].filter((line) => line !== '')
}

/** `TypeError` while `POST /orders/:id` · v1.8.2 */
function sentenceOf(content: RootContent, words: Words): string {
  const { what, isLogOnly, endpoint, releases, mentions } = content
  const failure = isLogOnly ? literalMrkdwn(what) : codeMrkdwn(what)
  const sentence = endpoint === '' ? failure : words.failedWhile(failure, codeMrkdwn(endpoint))
  const parts = [sentence, literalMrkdwn(releases.join(', ')), mentions]
  return parts.filter((part) => part !== '').join(' · ')
}

function messageParts(
  { message, culprit, rootCause }: RootContent,
  words: Words,
): readonly RichTextPart[] {
  const parts: RichTextPart[] = []
  if (message !== '') parts.push(literalPart(message))
  if (culprit !== undefined) parts.push(linePart(plain(words.at('')), code(culprit)))
  if (rootCause !== undefined) parts.push(linePart(plain(words.causedBy), code(rootCause)))
  return parts
}

function showFact({ label, mrkdwn }: { label: string; mrkdwn: string }): string {
  return ellipsize(`*${label}*  ${mrkdwn}`, maxFieldText)
}

function escapeWithin(text: string, max: number): string {
  return ellipsize(literalMrkdwn(text), Math.min(max, maxSectionText))
}
