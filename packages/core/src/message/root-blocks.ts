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

/** The root in full. */
export function fullBlocks(
  content: RootContent,
  words: Words,
  details: readonly RootDetail[] = [],
): readonly SlackBlock[] {
  const links = joinWithin(content.links.map(showLink), ' · ', maxLinksText)
  return [
    headerBlock(`${content.emoji} ${content.title}`),
    sectionBlock(sentenceOf(content, words)),
    ...messageBlocks(content, words),
    ...(content.facts.length === 0 ? [] : [fieldsBlock(content.facts.map(showFact))]),
    ...details.map(({ title, text }) => richTextBlock([linePart(bold(title)), literalPart(text)])),
    ...(links === '' ? [] : [contextBlock(links)]),
    ...content.notices.map((notice) => contextBlock(`⚠️ ${escapeWithin(notice, maxNoticeText)}`)),
  ]
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

function messageBlocks(
  { message, culprit, rootCause }: RootContent,
  words: Words,
): readonly SlackBlock[] {
  const parts: RichTextPart[] = []
  if (message !== '') parts.push(literalPart(message))
  if (culprit !== undefined) parts.push(linePart(plain(words.at('')), code(culprit)))
  if (rootCause !== undefined) parts.push(linePart(plain(words.causedBy), code(rootCause)))
  return parts.length === 0 ? [] : [richTextBlock(parts)]
}

function showFact({ label, mrkdwn }: { label: string; mrkdwn: string }): string {
  return ellipsize(`*${label}*  ${mrkdwn}`, maxFieldText)
}

function escapeWithin(text: string, max: number): string {
  return ellipsize(literalMrkdwn(text), Math.min(max, maxSectionText))
}
