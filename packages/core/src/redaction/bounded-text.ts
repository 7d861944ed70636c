/** Longer than any secret whose beginning does not already betray it. */
const guardLength = 512

/** What is read beyond the limit, so that a secret at the cut is seen whole. */
const overlapLength = 4096

/** The beginning of a text, ending in `...` if something was cut off, never inside a code point. */
export function cutEnd(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const end = Math.max(0, maxLength - 3)
  return `${text.slice(0, isInsidePair(text, end) ? end - 1 : end)}...`
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
  const redacted = redact(text.slice(0, maxLength + overlapLength))
  return cutEnd(redacted, Math.min(maxLength, Math.max(0, redacted.length - guardLength)))
}

function isInsidePair(text: string, index: number): boolean {
  const before = text.charCodeAt(index - 1)
  const after = text.charCodeAt(index)
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff
}
