/** What replaces a secret. */
export const redacted = '[redacted]'

/** Longer than any secret whose beginning does not already betray it. */
const guardLength = 512

/** How far beyond the limit a text is read, so that a secret at the cut is seen whole. */
const overlapLength = 1024

/** The beginning of a text, ending in `...` if something was cut off, never inside a code point. */
export function cutEnd(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${cutText(text, Math.max(0, maxLength - 3))}...`
}

/** The first `maxLength` characters of a text, never half of a code point. */
export function cutText(text: string, maxLength: number): string {
  const isInsideCodePoint = (text.codePointAt(maxLength - 1) ?? 0) > 0xffff
  return text.slice(0, isInsideCodePoint ? maxLength - 1 : maxLength)
}

/**
 * Redacts and shortens a text, at a cost that does not depend on its length.
 *
 * The cut is made behind the redaction and well before the end of what was redacted, so that no half of a secret stays.
 */
export function redactBeginning(
  text: string,
  maxLength: number,
  redact: (text: string) => string,
): string {
  if (text.length <= maxLength + overlapLength) return cutEnd(redact(text), maxLength)
  const beginning = redact(text.slice(0, maxLength + overlapLength))
  return cutEnd(beginning, Math.min(maxLength, Math.max(0, beginning.length - guardLength)))
}

/** Where a secret stands in a text. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** Redacts ranges of a text, in order. A range that begins inside the one before it is skipped. */
export function redactRanges(text: string, ranges: Iterable<TextRange>): string {
  let result = ''
  let shownTo = 0
  for (const { start, end } of ranges) {
    if (start < shownTo) continue
    result += text.slice(shownTo, start) + redacted
    shownTo = end
  }
  return shownTo === 0 ? text : result + text.slice(shownTo)
}
