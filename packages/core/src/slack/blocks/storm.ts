import { type Words, wordsFor } from '../../notification/locale/locale.ts'
import { showCount } from '../../notification/numbers.ts'
import { lookOfSeverity } from '../../notification/root.ts'
import type { MessageSettings } from '../../notification/settings.ts'
import {
  cleanText,
  ellipsize,
  joinWithin,
  shortText,
  replaceNewlines,
} from '../../notification/text.ts'
import { showTime } from '../../notification/times.ts'
import { maxPieces, maxText } from '../limits.ts'
import type { SlackBlock, SlackMessage } from '../message.ts'
import {
  bold,
  code,
  contextBlock,
  headerBlock,
  linePart,
  plain,
  plainSectionBlock,
  richTextBlock,
  type RichTextPart,
  sectionBlock,
} from './blocks.ts'
import { escapeMrkdwn } from './mrkdwn.ts'
import { inert } from './root.ts'
import { literalPieces, packPieces, type Replies } from './thread.ts'

/** Many new problems at once, as they stand when the message is rendered. */
export interface StormView {
  /** In milliseconds since 1970. */
  readonly openedAt: number
  /** Occurrences of all its problems. */
  readonly total: number
  /** Its problems, also those that are no longer listed. */
  readonly distinct: number
  /** The most frequent first. */
  readonly members: readonly StormMember[]
  /** What many of them have in common, as in `'connect ECONNREFUSED 10.0.0.5:5432'`. */
  readonly cause?: string
  readonly isOver?: boolean
  /** Whether it is one because the channel had heard enough, and not for the number of problems. */
  readonly isCapped?: boolean
}

/** One problem of a storm. */
export interface StormMember {
  readonly fingerprint: string
  /** As in `'TypeError: x is not a function'`. */
  readonly title: string
  readonly count: number
  /** As in `'chargeCard (src/billing/charge.ts:42)'`. */
  readonly culprit: string | undefined
}

/** What a storm's message says beside the storm. */
export interface StormExtras {
  /** Ready markup, as in `'<!here>'`. It must come from the configuration, never from a record. */
  readonly mentions?: string
}

const maxShown = 10
const maxTitle = 160
const maxCulprit = 120
const maxName = 60
const fatalSeverity = 60

/** The message that stands for a storm: how many problems, which are the most frequent, what may be behind all of them. */
export function buildStormMessage(
  storm: StormView,
  settings: MessageSettings,
  { mentions = '' }: StormExtras = {},
): SlackMessage {
  const words = wordsFor(settings.locale)
  const content = stormContent(storm, settings, words)
  if (settings.detail === 'text' || settings.profile === 'plain') {
    return { text: joinWithin([mentions, ...stormLines(content).map(inert)], '\n', maxText) }
  }
  const text = escapeMrkdwn(joinParts([content.notification, content.cause]))
  if (settings.detail === 'minimal') {
    const mention = mentions === '' ? [] : [sectionBlock(mentions)]
    return { text, blocks: [...mention, plainSectionBlock(stormLines(content).join('\n'))] }
  }
  const blocks = stormBlocks(storm, content, { words, mentions })
  const why = words.why.prefix + (storm.isCapped === true ? words.hushed : words.storm.why)
  const { color } = lookOfSeverity(fatalSeverity)
  return { text, blocks, attachments: [{ color, fallback: why, blocks: [contextBlock(why)] }] }
}

/** What a storm's message says, unescaped, within bounds. */
interface StormContent {
  readonly title: string
  readonly summary: string
  readonly notification: string
  readonly cause: string
  readonly members: readonly { count: string; title: string; culprit: string }[]
  /** How many problems are not shown; empty if none. */
  readonly more: string
}

function stormContent(storm: StormView, settings: MessageSettings, words: Words): StormContent {
  const short = (text: string | undefined, max: number): string =>
    ellipsize(shortText(text ?? '', settings.sanitize), max)
  const summary = words.storm.summary(showCount(storm.distinct), showCount(storm.total))
  const service = short(settings.service, maxName)
  const cause = short(storm.cause, maxTitle)
  const members = storm.members.slice(0, maxShown)
  const more = storm.distinct - members.length
  return {
    title: joinParts([
      service,
      short(settings.environment, maxName),
      storm.isOver ? words.storm.over : '',
    ]),
    summary,
    notification: `🌩️ ${service}: ${summary}`,
    cause: cause === '' ? '' : words.storm.cause + cause,
    members: members.map(({ count, title, culprit }) => ({
      count: showCount(count),
      title: short(title, maxTitle),
      culprit: short(culprit, maxCulprit),
    })),
    more: more > 0 ? words.storm.andMore(showCount(more)) : '',
  }
}

/** Without blocks, unescaped. */
function stormLines({ notification, cause, members, more }: StormContent): readonly string[] {
  const list = members.map(({ count, title }) => `• ${count}× ${title}`)
  return [notification, cause, ...list, more].filter((line) => line !== '')
}

function stormBlocks(
  storm: StormView,
  { title, summary, cause, members, more }: StormContent,
  { words, mentions }: { words: Words; mentions: string },
): readonly SlackBlock[] {
  const since = words.storm.since(showTime(storm.openedAt, '{time_secs}'))
  return [
    headerBlock(`🌩️ ${title}`),
    sectionBlock(joinParts([`*${summary}*`, since, mentions])),
    ...(cause === '' ? [] : [richTextBlock([linePart(plain(`➡️ ${cause}`))])]),
    ...(members.length === 0 ? [] : [richTextBlock([memberList(members)])]),
    ...(more === '' ? [] : [contextBlock(more)]),
  ]
}

function memberList(members: StormContent['members']): RichTextPart {
  const elements = members.map(({ count, title, culprit }) => {
    const start = [bold(`${count}× `), plain(title === '' ? '?' : title)]
    return culprit === '' ? linePart(...start) : linePart(...start, plain(' '), code(culprit))
  })
  return { type: 'rich_text_list', style: 'ordered', elements }
}

function joinParts(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ')
}

const maxLine = 300

/** Every problem of a storm, for its thread; as a file too where they are many. */
export function buildStormMembers(storm: StormView, settings: MessageSettings): Replies {
  const title = wordsFor(settings.locale).storm.members
  const content = storm.members.map(showMember).join('\n')
  const pieces = literalPieces(title, content)
  const messages = packPieces(pieces.slice(0, maxPieces), title, settings.detail)
  if (pieces.length <= maxPieces) return { messages }
  return { messages, file: { filename: 'storm.txt', title, content } }
}

/** `    204  3fa9c1  TypeError: x is not a function  chargeCard (src/billing/charge.ts:42)` */
function showMember({ count, fingerprint, title, culprit }: StormMember): string {
  const parts = [showCount(count).padStart(7), fingerprint, title, culprit ?? '']
  return ellipsize(replaceNewlines(cleanText(parts.join('  ')), ' ').trimEnd(), maxLine)
}
