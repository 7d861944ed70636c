import type { ErrorDescription } from '../event/log-event.ts'
import { ellipsize, headOf } from './cut-text.ts'
import type { Locale } from './message-settings.ts'
import { showCount } from './show-number.ts'
import { stackLines } from './stack-lines.ts'
import type { StackLine } from './stack-lines.ts'
import { wordsFor } from './words.ts'

/** Wording of {@link trimStack}. */
export interface TrimStackOptions {
  /** @default 'en' */
  readonly locale?: Locale
}

/** An error with its causes, library frames folded and repeated frames counted. */
export function wholeStack(
  error: ErrorDescription,
  { locale = 'en' }: TrimStackOptions = {},
): string {
  return joinLines(stackLines(error, wordsFor(locale)))
}

/**
 * The same in at most `maxLength` characters: the lines that name the errors and the culprits stay, and of what remains the
 * end, where the root cause is.
 */
export function trimStack(
  error: ErrorDescription,
  maxLength: number,
  { locale = 'en' }: TrimStackOptions = {},
): string {
  const words = wordsFor(locale)
  const lines = stackLines(error, words)
  const whole = joinLines(lines)
  if (whole.length <= maxLength) return whole
  const gapText = (count: number): string => `    ${words.stack.omitted(showCount(count))}`
  return headOf(
    renderLines(chooseLines(lines, maxLength, gapText(lines.length).length), gapText),
    maxLength,
  )
}

/** The lines to show, undefined for each that is left out. */
function chooseLines(
  lines: readonly StackLine[],
  maxLength: number,
  gapLength: number,
): readonly (string | undefined)[] {
  const kept = lines.filter(({ isKept }) => isKept).length
  const gaps = (kept + 1) * (gapLength + 1)
  const maxKept = Math.max(20, Math.floor((maxLength - gaps) / Math.max(kept, 1)) - 1)
  const chosen = lines.map(({ text, isKept }) => (isKept ? ellipsize(text, maxKept) : undefined))
  let left = maxLength - gaps
  for (const text of chosen) left -= text === undefined ? 0 : text.length + 1
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const text = lines[index]?.text ?? ''
    if (chosen[index] !== undefined) continue
    left -= text.length + 1
    if (left < 0) break
    chosen[index] = text
  }
  return chosen
}

function renderLines(
  chosen: readonly (string | undefined)[],
  gapText: (count: number) => string,
): string {
  const shown: string[] = []
  let omitted = 0
  for (const text of chosen) {
    if (text === undefined) {
      omitted += 1
      continue
    }
    if (omitted > 0) shown.push(gapText(omitted))
    omitted = 0
    shown.push(text)
  }
  if (omitted > 0) shown.push(gapText(omitted))
  return shown.join('\n')
}

function joinLines(lines: readonly StackLine[]): string {
  return lines.map(({ text }) => text).join('\n')
}
