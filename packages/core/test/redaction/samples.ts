import { parseShape, type ShapePart } from '../../src/redaction/tokens.ts'

/** What a vendor's characters are, and not what the matcher takes for them. */
const characters: Readonly<Record<string, string>> = {
  digits: '0123456789',
  hex: '0123456789abcdef',
  hexDash: '0123456789abcdef-',
  HEX: '0123456789ABCDEF',
  lower: 'abcdefghijklmnopqrstuvwxyz0123456789',
  lowerWord: 'abcdefghijklmnopqrstuvwxyz0123456789-_=',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  upperDash: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  mixedUpper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  base32: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  letters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  alnum: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  word: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-',
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
}

/** Numbers from 0 to 1, the same for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A token of a shape, as `token-kinds.ts` and `published-shapes.ts` write it. */
export function makeToken(shape: string, random: () => number): string {
  return parseShape(shape)
    .map((part) => makePart(part, random))
    .join('')
}

function makePart(part: ShapePart, random: () => number): string {
  if ('texts' in part) return pick(part.texts, random)
  const max = part.max === Infinity ? part.min + 24 : part.max
  const length = part.min + Math.floor(random() * (max - part.min + 1))
  const alphabet = characters[part.alphabet] ?? characters['alnum'] ?? ''
  const made = Array.from({ length }, () => pick(alphabet.split(''), random)).join('')
  // A digit in what must have one, and no dash at an end.
  const withDigit = part.alphabet.startsWith('mixed') ? `${made.slice(0, -1)}7` : made
  return withDigit.replace(/^[-=]|[-=]$/g, 'a')
}

export function pick<T>(from: readonly T[], random: () => number): T {
  const picked = from[Math.floor(random() * from.length)]
  if (picked === undefined) throw new Error('nothing to pick from')
  return picked
}

/** The longest piece of a secret that is still to be read in a text. */
export function longestRest(text: string, secret: string): number {
  let longest = 0
  for (let start = 0; start < secret.length; start += 1) {
    while (
      text.includes(secret.slice(start, start + longest + 1)) &&
      start + longest < secret.length
    )
      longest += 1
  }
  return longest
}
