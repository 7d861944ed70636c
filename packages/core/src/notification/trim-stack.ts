import type { ErrorDescription } from '../event/log-event.ts'
import { wordsFor } from './locale/locale.ts'
import { showCount } from './numbers.ts'
import type { Locale } from './settings.ts'
import { type StackLine, stackLines } from './stack-lines.ts'
import { ellipsize, headOf } from './text.ts'

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
  const chosen = chooseLines(lines, maxLength, gapText(lines.length).length + 1)
  return headOf(renderLines(chosen, gapText), maxLength)
}

/** A name shorter than this tells nothing: rather fewer of them. */
const minName = 60

/** The lines to show, undefined for each that is left out. `gapLength` is what each gap between them takes. */
function chooseLines(
  lines: readonly StackLine[],
  maxLength: number,
  gapLength: number,
): readonly (string | undefined)[] {
  const room = { maxLength, gapLength }
  const all = shareRoom(lines, ({ keep }) => keep !== 'ifRoom', room)
  const { chosen, left } =
    all.share >= minName ? all : shareRoom(lines, ({ keep }) => keep === 'always', room)
  return fillFromEnd(lines, chosen, left)
}

/** The kept lines, the longest of them cut so that all have room, and how much room is left. */
function shareRoom(
  lines: readonly StackLine[],
  isKept: (line: StackLine) => boolean,
  { maxLength, gapLength }: { maxLength: number; gapLength: number },
): { chosen: (string | undefined)[]; share: number; left: number } {
  const gaps = lines.filter(
    (line, index) => !isKept(line) && isKeptOrNone(lines[index - 1], isKept),
  )
  const kept = lines.filter(isKept)
  const room = maxLength - gaps.length * gapLength - kept.length
  const share = fairShare(
    kept.map(({ text }) => text.length),
    room,
  )
  const chosen = lines.map((line) => (isKept(line) ? ellipsize(line.text, share) : undefined))
  const used = chosen.reduce((sum, text) => sum + (text?.length ?? 0), 0)
  return { chosen, share, left: room - used }
}

function isKeptOrNone(line: StackLine | undefined, isKept: (line: StackLine) => boolean): boolean {
  return line === undefined || isKept(line)
}

/** The largest length to which all may grow within the room, given that shorter ones leave theirs to the others. */
function fairShare(lengths: readonly number[], room: number): number {
  let left = room
  const sorted = lengths.toSorted((a, b) => a - b)
  for (const [index, length] of sorted.entries()) {
    const share = Math.floor(left / (sorted.length - index))
    if (length > share) return Math.max(3, share)
    left -= length
  }
  return Infinity
}

/** Adds lines from the end for as long as there is room, since the root cause is last. */
function fillFromEnd(
  lines: readonly StackLine[],
  chosen: (string | undefined)[],
  room: number,
): readonly (string | undefined)[] {
  let left = room
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    if (chosen[index] !== undefined) continue
    const text = lines[index]?.text ?? ''
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
