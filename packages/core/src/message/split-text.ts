import { cutBefore } from './cut-text.ts'
import { maxPieceText } from './slack-limits.ts'

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
