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
import { escapeMrkdwn, fencedMrkdwn, literalMrkdwn } from './escape-mrkdwn.ts'
import type { MessageDetail } from './message-settings.ts'
import type { SlackBlock, SlackMessage } from './slack-message.ts'
import { maxBlocks, maxBlocksText, maxPieceText, maxText } from './slack-limits.ts'
import { splitText } from './split-text.ts'

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
