import type { ErrorDescription } from '../event/log-event.ts'
import { cleanText } from './clean-text.ts'
import { foldStack } from './fold-stack.ts'
import { errorLine } from './headline.ts'
import { readStack } from './read-stack.ts'
import type { StackEntry } from './read-stack.ts'
import { showCount } from './show-number.ts'
import type { Words } from './words.ts'

/**
 * `always` for the lines that name the error and its root cause and for their culprits, `likely` for the names of what lies
 * between.
 */
export type Keep = 'always' | 'likely' | 'ifRoom'

/** A line of a folded stack. */
export interface StackLine {
  readonly text: string
  /** Whether trimming leaves it. */
  readonly keep: Keep
}

/** A message and the head of its stack may have been cut at different ends. */
const comparedLength = 200

/** Deeper than errors are described; bounds the recursion for errors that come from elsewhere. */
const maxDepth = 10

/** An error with all its causes as folded lines. */
export function stackLines(error: ErrorDescription, words: Words): readonly StackLine[] {
  return linesOf(error, { words, prefix: '', depth: 0, isMain: true })
}

interface LinesContext {
  readonly words: Words
  /** Stands before the name of the error. */
  readonly prefix: string
  readonly depth: number
  /** Whether it leads to what counts as the root cause: the first of several errors does. */
  readonly isMain: boolean
}

function linesOf(error: ErrorDescription, context: LinesContext): readonly StackLine[] {
  const { words, depth, isMain } = context
  const lines = [...ownLines(error, context)]
  if (depth >= maxDepth) return lines
  const total = showCount(error.errors.length + error.moreErrors)
  for (const [index, inner] of error.errors.entries()) {
    const prefix = words.stack.errorOf(showCount(index + 1), total)
    const isFirst = isMain && index === 0 && error.cause === undefined
    lines.push(...linesOf(inner, { words, prefix, depth: depth + 1, isMain: isFirst }))
  }
  if (error.moreErrors > 0) lines.push(rest(words.stack.moreErrors(showCount(error.moreErrors))))
  // What is left out of a chain of causes stood before its last.
  if (error.moreCauses > 0 && error.cause?.cause === undefined) {
    lines.push(rest(words.stack.moreCauses(showCount(error.moreCauses))))
  }
  if (error.cause === undefined) return lines
  return [
    ...lines,
    ...linesOf(error.cause, { words, prefix: words.causedBy, depth: depth + 1, isMain }),
  ]
}

function ownLines(error: ErrorDescription, context: LinesContext): readonly StackLine[] {
  const isTelling = context.depth === 0 || isRootCause(error, context)
  const keepName: Keep = isTelling ? 'always' : 'likely'
  const entries = foldStack(readStack(error), context.words.stack)
  const name = namingLine(entries, error)
  const culprit = isTelling ? error.culprit?.text : undefined
  const lines = entries.flatMap((entry) => linesOfEntry(entry, { name, keepName, culprit }))
  const { prefix } = context
  if (name === undefined) {
    return [{ text: prefix + cleanText(errorLine(error)), keep: keepName }, ...lines]
  }
  if (lines[0]?.text === name) return [{ text: prefix + name, keep: keepName }, ...lines.slice(1)]
  return prefix === '' ? lines : [{ text: prefix.trimEnd(), keep: keepName }, ...lines]
}

function isRootCause({ cause, errors }: ErrorDescription, { isMain }: LinesContext): boolean {
  return isMain && cause === undefined && errors.length === 0
}

interface EntryContext {
  readonly name: string | undefined
  readonly keepName: Keep
  readonly culprit: string | undefined
}

function linesOfEntry(
  { frame, lines }: StackEntry,
  { name, keepName, culprit }: EntryContext,
): readonly StackLine[] {
  const isCulprit = frame !== undefined && frame.text === culprit
  return lines.map((text, index) => {
    if (text === name) return { text, keep: keepName }
    return { text, keep: isCulprit && index === 0 ? 'always' : 'ifRoom' }
  })
}

/** The line of the stack that names the error; undefined if the stack does not. */
function namingLine(entries: readonly StackEntry[], error: ErrorDescription): string | undefined {
  const message = cleanText(error.message.slice(0, comparedLength)).trim().split('\n')[0] ?? ''
  const candidates = entries
    .filter(({ frame }) => frame === undefined)
    .flatMap(({ lines }) => lines)
  return candidates.find((line) => line.includes(message === '' ? error.type : message))
}

function rest(text: string): StackLine {
  return { text: `    ${text}`, keep: 'ifRoom' }
}
