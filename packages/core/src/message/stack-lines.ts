import type { ErrorDescription } from '../event/log-event.ts'
import { cleanText } from './clean-text.ts'
import { foldStack } from './fold-stack.ts'
import { errorLine } from './headline.ts'
import { readStack } from './read-stack.ts'
import type { StackEntry } from './read-stack.ts'
import { showCount } from './show-number.ts'
import type { Words } from './words.ts'

/** A line of a folded stack. */
export interface StackLine {
  readonly text: string
  /** Whether trimming leaves it: the line that names an error, and its culprit. */
  readonly isKept: boolean
}

/** Deeper than errors are described; bounds the recursion for errors that come from elsewhere. */
const maxDepth = 10

/** An error with all its causes as folded lines. */
export function stackLines(error: ErrorDescription, words: Words): readonly StackLine[] {
  return linesOf(error, { words, prefix: '', depth: 0 })
}

interface LinesContext {
  readonly words: Words
  readonly prefix: string
  readonly depth: number
}

function linesOf(error: ErrorDescription, context: LinesContext): readonly StackLine[] {
  const { words, depth } = context
  const lines = [...ownLines(error, context)]
  if (depth >= maxDepth) return lines
  const total = showCount(error.errors.length + error.moreErrors)
  error.errors.forEach((inner, index) => {
    const prefix = words.stack.errorOf(showCount(index + 1), total)
    lines.push(...linesOf(inner, { words, prefix, depth: depth + 1 }))
  })
  if (error.moreErrors > 0) lines.push(rest(words.stack.moreErrors(showCount(error.moreErrors))))
  if (error.cause !== undefined) {
    lines.push(...linesOf(error.cause, { words, prefix: words.causedBy, depth: depth + 1 }))
  } else if (error.moreCauses > 0) {
    lines.push(rest(words.stack.moreCauses(showCount(error.moreCauses))))
  }
  return lines
}

function ownLines(error: ErrorDescription, context: LinesContext): readonly StackLine[] {
  const { words, prefix } = context
  const entries = foldStack(readStack(error), words.stack)
  const name = namingLine(entries, error)
  const lines = entries.flatMap((entry) => linesOfEntry(entry, { error, context, name }))
  const first = lines[0]
  if (first === undefined || name === undefined) {
    return [{ text: prefix + cleanText(errorLine(error)), isKept: true }, ...lines]
  }
  if (first.text === name) return [{ text: prefix + name, isKept: true }, ...lines.slice(1)]
  return prefix === '' ? lines : [{ text: prefix.trimEnd(), isKept: true }, ...lines]
}

interface EntryContext {
  readonly error: ErrorDescription
  readonly context: LinesContext
  readonly name: string | undefined
}

function linesOfEntry(
  { frame, lines }: StackEntry,
  { error, context, name }: EntryContext,
): readonly StackLine[] {
  // Between the first error and the root cause only names are kept.
  const isCulpritKept = context.depth === 0 || error.cause === undefined
  const isCulprit = isCulpritKept && frame !== undefined && frame.text === error.culprit?.text
  return lines.map((text, index) => ({ text, isKept: text === name || (isCulprit && index === 0) }))
}

/** The line of the stack that names the error; undefined if the stack does not. */
function namingLine(entries: readonly StackEntry[], error: ErrorDescription): string | undefined {
  const message = cleanText(error.message).split('\n')[0]?.trim() ?? ''
  const candidates = entries
    .filter(({ frame }) => frame === undefined)
    .flatMap(({ lines }) => lines)
  return candidates.find((line) => line.includes(message === '' ? error.type : message))
}

function rest(text: string): StackLine {
  return { text: `    ${text}`, isKept: false }
}
