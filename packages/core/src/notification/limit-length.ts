import type { Locale } from './settings.ts'

/** How {@link limitLength} words what it left out. */
export interface LimitLengthOptions {
  /**
   * The language of the omission mark.
   *
   * @default 'en'
   */
  readonly locale?: Locale
}

/** Ends in a backslash and an `n`, since a limited text may stand in a line. */
const omissionMarks: Readonly<Record<Locale, string>> = {
  en: 'full text omitted ...\\n',
  ko: '전문 생략 ...\\n',
}

/**
 * Keeps the telling end of a text: of a traceback the last `limit` characters, behind an omission mark; of anything else the
 * first, followed by `...`. A text of up to `limit` characters is returned as it is.
 *
 * Characters are code points. The mark comes on top of `limit`, so callers with a hard limit subtract it.
 */
export function limitLength(
  text: string,
  limit: number,
  { locale = 'en' }: LimitLengthOptions = {},
): string {
  const max = limit > 0 ? Math.floor(limit) : 0
  const headEnd = indexAfter(text, max)
  if (headEnd === text.length) return text
  if (isTraceback(text)) return omissionMarks[locale] + text.slice(indexOfLast(text, max))
  return `${text.slice(0, headEnd)}...`
}

/** Whether a text holds a Python traceback, or the frame lines of a JavaScript stack, escaped line ends included. */
export function isTraceback(text: string): boolean {
  if (text.includes('Traceback')) return true
  if (!text.includes('at ')) return false
  return text.split(/\n|\\n/).some(isFrameLine)
}

/** Whether a line is a frame of a JavaScript stack that says where: `at charge (/app/charge.js:42:13)`. */
function isFrameLine(line: string): boolean {
  const text = line.trim()
  if (!text.startsWith('at ')) return false
  const end = text.slice(-60)
  if (text.endsWith(')')) return /:\d+\)$|\((?:<anonymous>|native|index \d+)\)$/.test(end)
  // Prose may say at what time; a path has a letter.
  return /:\d+:\d+$/.test(end) && /[a-z]/i.test(text.slice(3))
}

/** The index behind the first `count` code points. */
function indexAfter(text: string, count: number): number {
  if (text.length <= count) return text.length
  let index = 0
  for (let seen = 0; seen < count && index < text.length; seen += 1) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1
  }
  return index
}

/** The index where the last `count` code points begin. */
function indexOfLast(text: string, count: number): number {
  let index = text.length
  for (let seen = 0; seen < count && index > 0; seen += 1) {
    index -= index > 1 && (text.codePointAt(index - 2) ?? 0) > 0xffff ? 2 : 1
  }
  return index
}
