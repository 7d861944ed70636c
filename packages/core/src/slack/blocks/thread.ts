import type { LogEvent } from '../../event/log-event.ts'
import type { IncidentView } from '../../incident/incident.ts'
import { type ReplySection, replySections } from '../../notification/details.ts'
import { headline } from '../../notification/headline.ts'
import { wordsFor } from '../../notification/locale/locale.ts'
import type { MessageDetail, MessageSettings } from '../../notification/settings.ts'
import { cutBefore, ellipsize, headOf, shortText } from '../../notification/text.ts'
import { maxBlocks, maxBlocksText, maxPieces, maxPieceText, maxText } from '../limits.ts'
import type { SlackBlock, SlackFile, SlackMessage } from '../message.ts'
import {
  bold,
  code,
  linePart,
  literalPart,
  plain,
  plainSectionBlock,
  richTextBlock,
  textLength,
} from './blocks.ts'
import { escapeMrkdwn, fencedMrkdwn, literalMrkdwn } from './mrkdwn.ts'

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

/** The shares of the sections in a thread that had to be trimmed, in characters: the stack has most to tell. */
const maxTrimmedStack = 2 * maxPieceText
const maxTrimmedSection = 1500

const maxHint = 300

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
  const pieces = sections.flatMap(({ title, text }) => literalPieces(title, text))
  const hint = hintPieces(view, settings)
  const pack = (packed: readonly ReplyPiece[]): readonly SlackMessage[] =>
    packPieces(packed, headline(view.sample, settings), settings.detail)
  if (pieces.length <= maxPieces) return { messages: pack([...pieces, ...hint]) }
  const trimmed = [...sections.flatMap(trimmedPieces), ...hint]
  if (context.files === false) return { messages: pack(trimmed) }
  const file = fileOf(view, sections, settings)
  const note = wordsFor(settings.locale).inFile
  return { messages: pack([...trimmed, { kind: 'prose', text: note, code: file.filename }]), file }
}

function trimmedPieces({ title, trim }: ReplySection, index: number): readonly ReplyPiece[] {
  return literalPieces(title, trim(index === 0 ? maxTrimmedStack : maxTrimmedSection))
}

/** What the logger lost, and the one-line fix. */
function hintPieces({ sample }: IncidentView, settings: MessageSettings): readonly ReplyPiece[] {
  if (sample.hint === undefined) return []
  const words = wordsFor(settings.locale)
  // A fix is code, and code has quotes.
  const sanitize = { ...settings.sanitize, quotes: 'keep' as const }
  const [lost, fix] = [sample.hint.lost, sample.hint.fix].map((text) =>
    ellipsize(shortText(text, sanitize), maxHint),
  )
  const text = `💡 ${words.mislogged(lost ?? '')}`
  return [{ kind: 'prose', text: fix ? `${text}\n${words.fix}` : text, code: fix ?? '' }]
}

function fileOf(
  view: IncidentView,
  sections: readonly ReplySection[],
  settings: MessageSettings,
): SlackFile {
  const { time } = view.sample
  const stamp = Number.isFinite(time) ? String(Math.floor(time / 1000)) : 'error'
  const service = settings.service.replace(/[^\w.-]+/g, '-').slice(0, 60)
  return {
    filename: `${service}-${stamp}.txt`,
    title: headOf(headline(view.sample, settings), 150),
    content: sections.map(({ title, text }) => `${title}\n\n${text}\n`).join('\n'),
  }
}

/** A part of a reply that one block holds: literal text under a title, or a line of prose with code at its end. */
export type ReplyPiece =
  | { readonly kind: 'literal'; readonly title: string | undefined; readonly text: string }
  | { readonly kind: 'prose'; readonly text: string; readonly code: string }

/** A text as literal pieces, the first under its title. */
export function literalPieces(title: string, text: string): readonly ReplyPiece[] {
  return splitText(text).map((piece, index) => ({
    kind: 'literal',
    title: index === 0 ? title : undefined,
    text: piece,
  }))
}

/** As few messages as hold the pieces. */
export function packPieces(
  pieces: readonly ReplyPiece[],
  notification: string,
  detail: MessageDetail = 'full',
): readonly SlackMessage[] {
  if (detail === 'text') return packTexts(pieces.flatMap(textsOf))
  const blocks = detail === 'full' ? pieces.map(blockOf) : pieces.flatMap(plainBlocksOf)
  const text = escapeMrkdwn(notification)
  return packBlocks(blocks).map((group) => ({ text, blocks: group }))
}

function blockOf(piece: ReplyPiece): SlackBlock {
  if (piece.kind === 'prose') {
    const text = plain(piece.text)
    return richTextBlock([piece.code === '' ? linePart(text) : linePart(text, code(piece.code))])
  }
  const title = piece.title === undefined ? [] : [linePart(bold(piece.title))]
  return richTextBlock([...title, literalPart(piece.text)])
}

function plainBlocksOf(piece: ReplyPiece): readonly SlackBlock[] {
  if (piece.kind === 'prose') return [plainSectionBlock(piece.text + piece.code)]
  const title = piece.title === undefined ? [] : [plainSectionBlock(piece.title)]
  return [...title, plainSectionBlock(piece.text)]
}

/** Fenced pieces are split again, since escaping made them longer. */
function textsOf(piece: ReplyPiece): readonly string[] {
  if (piece.kind === 'prose') return [literalMrkdwn(piece.text + piece.code)]
  const fences = splitText(escapeMrkdwn(piece.text), maxPieceText).map(fencedMrkdwn)
  return piece.title === undefined ? fences : [`*${piece.title}*`, ...fences]
}

function packBlocks(blocks: readonly SlackBlock[]): readonly (readonly SlackBlock[])[] {
  const groups: SlackBlock[][] = []
  let room = 0
  for (const block of blocks) {
    const length = textLength(block)
    const group = groups.at(-1)
    if (group !== undefined && length <= room && group.length < maxBlocks) group.push(block)
    else {
      groups.push([block])
      room = maxBlocksText
    }
    room -= length
  }
  return groups
}

function packTexts(texts: readonly string[]): readonly SlackMessage[] {
  const packed: string[] = []
  for (const text of texts) {
    const longer = `${packed.at(-1) ?? ''}\n${text}`
    if (packed.length > 0 && longer.length <= maxText) packed[packed.length - 1] = longer
    else packed.push(text)
  }
  return packed.map((text) => ({ text }))
}

/**
 * The text in pieces of at most `max` characters, cut at line ends; only a line longer than a piece is cut inside. No piece is
 * blank.
 */
export function splitText(text: string, max: number = maxPieceText): readonly string[] {
  const pieces: string[] = []
  let start = 0
  while (start < text.length) {
    const { end, next } = pieceAt(text, start, max)
    const piece = text.slice(start, end)
    if (piece.trim() !== '') pieces.push(piece)
    start = next
  }
  return pieces
}

function pieceAt(text: string, start: number, max: number): { end: number; next: number } {
  if (text.length - start <= max) return { end: text.length, next: text.length }
  const lineEnd = text.lastIndexOf('\n', start + max)
  if (lineEnd > start) return { end: lineEnd, next: lineEnd + 1 }
  if (lineEnd === start) return { end: start, next: start + 1 }
  const cut = cutBefore(text, start + max)
  const end = cut > start ? cut : start + max
  return { end, next: end }
}
