import type { LogEvent } from '../../event/log-event.ts'
import type { IncidentView } from '../../incident/incident.ts'
import { showData, showRequest } from '../../notification/details.ts'
import { showLink } from '../../notification/links.ts'
import { type Words, wordsFor } from '../../notification/locale/locale.ts'
import { rootContent, type RootContent, type RootExtras } from '../../notification/root.ts'
import type { MessageSettings } from '../../notification/settings.ts'
import { ellipsize, joinWithin } from '../../notification/text.ts'
import { trimStack } from '../../notification/trim-stack.ts'
import { maxBlocksText, maxFieldText, maxSectionText, maxText } from '../limits.ts'
import type { SlackAttachment, SlackBlock, SlackMessage } from '../message.ts'
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
  type RichTextPart,
  sectionBlock,
  textLength,
} from './blocks.ts'
import { codeMrkdwn, escapeMrkdwn, fencedMrkdwn, literalMrkdwn } from './mrkdwn.ts'

const maxInlineStack = 2200
const maxInlineData = 900
const minDetail = 80

/**
 * The message that stands for an incident, as it is now: posted once, then edited.
 *
 * It says what broke, where, for whom, how often, and why it is here; the rest is in its thread.
 */
export function buildRootMessage(
  view: IncidentView,
  settings: MessageSettings,
  extras: RootExtras = {},
): SlackMessage {
  const content = rootContent(view, settings, extras)
  const words = wordsFor(settings.locale)
  const text = notificationText(content)
  if (settings.profile === 'plain') {
    const { error } = view.sample
    const stack = error?.stack === undefined ? '' : trimStack(error, 1000, settings)
    const attachment = plainAttachment(content, { words, stack, time: view.lastSeen })
    return { text: plainText(content), attachments: [attachment] }
  }
  if (settings.detail === 'text') return { text: wholeText(content, words) }
  if (settings.detail === 'minimal') return { text, blocks: minimalBlocks(content, words) }
  const attachment = whyAttachment(content)
  const frame = rootFrame(content, words)
  const details =
    settings.profile === 'inline'
      ? inlineDetails(view.sample, settings, roomIn(frame, attachment))
      : []
  const blocks = [...frame.above, ...details.map(detailBlock), ...frame.below]
  return { text, blocks, attachments: [attachment] }
}

/** How many characters Slack takes besides. */
function roomIn({ above, below }: RootFrame, attachment: SlackAttachment): number {
  return maxBlocksText - textLength(above) - textLength(below) - textLength(attachment)
}

/** What stands in the thread where there is one, as far as there is room. */
function inlineDetails(
  event: LogEvent,
  settings: MessageSettings,
  room: number,
): readonly RootDetail[] {
  const words = wordsFor(settings.locale)
  const details: RootDetail[] = []
  let left = room
  for (const { title, max, render } of inlineParts(event, settings, words)) {
    const available = Math.min(max, left - title.length - minDetail)
    if (available < minDetail) continue
    const text = ellipsize(render(available), available)
    if (text.trim() === '') continue
    details.push({ title, text })
    left -= title.length + text.length
  }
  return details
}

interface InlinePart {
  readonly title: string
  readonly max: number
  readonly render: (max: number) => string
}

function inlineParts(
  event: LogEvent,
  settings: MessageSettings,
  words: Words,
): readonly InlinePart[] {
  const { error, request } = event
  const { labels } = words
  return [
    {
      title: labels.stack,
      max: maxInlineStack,
      render: (max) => (error?.stack === undefined ? '' : trimStack(error, max, settings)),
    },
    {
      title: labels.request,
      max: maxInlineData,
      render: () => (request === undefined ? '' : showRequest(request, words)),
    },
    { title: labels.data, max: maxInlineData, render: () => showData(event) },
  ]
}

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

const maxFenced = 2400
const maxPlainStack = 1200

/** The notification beside blocks: escaped. What reads like formatting stays as it is, since nobody formats notifications. */
export function notificationText({ notification }: RootContent): string {
  return ellipsize(escapeMrkdwn(notification), maxText)
}

/** Everything that matters as text alone, for where even plain blocks are refused. */
export function wholeText(content: RootContent, words: Words): string {
  const lines = [
    withMentions(literalMrkdwn(content.notification), content),
    fenced([content.message, ...placeLines(content, words)].join('\n'), maxFenced),
    ...content.facts.map(({ label, mrkdwn }) => `${label}: ${mrkdwn}`),
    ...content.notices.map(literalMrkdwn),
    literalMrkdwn(content.why),
  ]
  return joinWithin(lines, '\n', maxText)
}

/** The first line for webhooks that know no blocks. */
export function plainText(content: RootContent): string {
  return ellipsize(withMentions(inert(content.notification), content), maxText)
}

/** For webhooks that know neither blocks nor threads. */
export function plainAttachment(
  content: RootContent,
  { words, stack, time }: { words: Words; stack: string; time: number },
): SlackAttachment {
  const text = [
    fenced([content.message, ...placeLines(content, words)].join('\n'), maxFenced),
    fenced(stack, maxPlainStack),
    content.links.map(showLink).join(' · '),
    ...content.notices.map((notice) => inert(notice)),
  ]
  return {
    color: content.color,
    fallback: inert(content.notification),
    title: inert(content.title),
    text: text.filter((part) => part !== '').join('\n'),
    fields: content.facts.map((fact) => ({
      title: fact.label,
      value: inert(fact.text),
      short: fact.text.length <= 40,
    })),
    mrkdwn_in: ['text'],
    footer: escapeMrkdwn(content.why),
    ts: Number.isFinite(time) ? Math.floor(time / 1000) : 0,
  }
}

/**
 * Escaped text without effect in other chats either: they mention on a plain `@all` and link on `[text](address)`, so a space
 * without width stands in between.
 */
export function inert(text: string): string {
  return literalMrkdwn(text)
    .replace(/(?<![\p{L}\p{N}])@(?=\S)/gu, '@\u200b')
    .replaceAll('](', ']\u200b(')
}

function withMentions(text: string, { mentions }: RootContent): string {
  return mentions === '' ? text : `${mentions} ${text}`
}

function fenced(text: string, max: number): string {
  const inside = ellipsize(escapeMrkdwn(text.trim()), max)
  return inside === '' ? '' : fencedMrkdwn(inside)
}
