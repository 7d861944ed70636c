import type { LogEvent } from '../event/log-event.ts'
import type { IncidentView } from '../incident/incident.ts'
import { bold, code, linePart, literalPart, plain, richTextBlock, textLength } from './blocks.ts'
import { ellipsize, headOf } from './cut-text.ts'
import { escapeMrkdwn } from './escape-mrkdwn.ts'
import { headline } from './headline.ts'
import type { MessageSettings } from './message-settings.ts'
import { replySections } from './reply-sections.ts'
import type { ReplySection } from './reply-sections.ts'
import { shortText } from './short-text.ts'
import type { SlackBlock, SlackFile, SlackMessage } from './slack-message.ts'
import { maxBlocksText, maxPieces, maxPieceText } from './slack-limits.ts'
import { splitText } from './split-text.ts'
import { wordsFor } from './words.ts'

/** What a thread begins with. */
export interface Replies {
  readonly messages: readonly SlackMessage[]
  /** All of it, where the messages had to be trimmed. */
  readonly file?: SlackFile
}

/** What replies need beside their incident. */
export interface ReplyContext {
  /** Events before the one that is shown, oldest first. */
  readonly breadcrumbs: readonly LogEvent[]
  /**
   * Whether files can be uploaded; without, what is too long for a thread is trimmed.
   *
   * @default true
   */
  readonly files?: boolean
}

/** Room for titles and the line about the file. */
const messageRoom = maxBlocksText - 600

/** The shares of the sections in a thread that had to be trimmed, in characters: the stack has most to tell. */
const trimmedStack = 2 * maxPieceText
const trimmedSection = 1500

/**
 * The first replies in an incident's thread: the stack with its causes, the request, what else was logged, the log lines
 * before. Literal, in pieces cut at line ends, in as few messages as Slack takes.
 */
export function buildReplies(
  view: IncidentView,
  context: ReplyContext,
  settings: MessageSettings,
): Replies {
  const sections = replySections(view, context.breadcrumbs, settings)
  const pieces = sections.flatMap(piecesOf)
  const hint = hintBlocks(view, settings)
  if (pieces.length <= maxPieces) return { messages: pack([...pieces, ...hint], view, settings) }
  const trimmed = [...sections.flatMap(trimmedPiecesOf), ...hint]
  if (context.files === false) return { messages: pack(trimmed, view, settings) }
  const file = fileOf(view, sections, settings)
  const note = linePart(plain(wordsFor(settings.locale).inFile(file.filename)))
  return { messages: pack([...trimmed, richTextBlock([note])], view, settings), file }
}

function piecesOf({ title, text }: ReplySection): readonly SlackBlock[] {
  return splitText(text).map((piece, index) => pieceBlock(index === 0 ? title : undefined, piece))
}

function trimmedPiecesOf(section: ReplySection, index: number): readonly SlackBlock[] {
  const maxLength = index === 0 ? trimmedStack : trimmedSection
  return piecesOf({ ...section, text: section.trim(maxLength) })
}

function pieceBlock(title: string | undefined, text: string): SlackBlock {
  const parts = title === undefined ? [] : [linePart(bold(title))]
  return richTextBlock([...parts, literalPart(text)])
}

/** What the logger lost, and the one-line fix. */
function hintBlocks(
  { sample: { hint } }: IncidentView,
  settings: MessageSettings,
): readonly SlackBlock[] {
  if (hint === undefined) return []
  const words = wordsFor(settings.locale)
  const short = (text: string): string =>
    ellipsize(shortText(text, { ...settings.sanitize, quotes: 'keep' }), 300)
  const lost = linePart(plain(`💡 ${words.mislogged(short(hint.lost))}`))
  const fix = short(hint.fix)
  return [richTextBlock(fix === '' ? [lost] : [lost, linePart(plain(words.fix), code(fix))])]
}

/** As few messages as hold the blocks. */
function pack(
  blocks: readonly SlackBlock[],
  view: IncidentView,
  settings: MessageSettings,
): readonly SlackMessage[] {
  const groups: SlackBlock[][] = []
  let room = 0
  for (const block of blocks) {
    const length = textLength(block)
    if (length > room) {
      groups.push([])
      room = messageRoom
    }
    groups.at(-1)?.push(block)
    room -= length
  }
  const text = escapeMrkdwn(headline(view.sample, settings))
  return groups.map((group) => ({ text, blocks: group }))
}

function fileOf(
  view: IncidentView,
  sections: readonly ReplySection[],
  settings: MessageSettings,
): SlackFile {
  const time = Number.isFinite(view.sample.time) ? view.sample.time : 0
  const stamp = new Date(time).toISOString().slice(0, 19).replaceAll(':', '-')
  const service = settings.service.replace(/[^\w.-]+/g, '-').slice(0, 60)
  return {
    filename: `${service}-${stamp}.txt`,
    title: headOf(headline(view.sample, settings), 150),
    content: sections.map(({ title, text }) => `${title}\n\n${text}\n`).join('\n'),
  }
}
