import type { ErrorDescription, StackFrame } from '../event/log-event.ts'
import { errorLine } from './headline.ts'
import type { StackWords, Words } from './locale/locale.ts'
import { showCount } from './numbers.ts'
import { cleanText } from './text.ts'

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

/** A frame with the lines that belong to it, or text between frames. */
export interface StackEntry {
  readonly frame: StackFrame | undefined
  readonly lines: readonly string[]
}

const maxStack = 100_000

/** A line of V8, or of a Python traceback. */
const frameLine = /^\s+at \S|^\s+File "/

/** The stack in entries: its header, frames with what stands below them (Python shows the source), text at the end. */
export function readStack(error: ErrorDescription): readonly StackEntry[] {
  const known = new Map<string, StackFrame>()
  for (const frame of error.frames) known.set(cleanText(frame.text).trim(), frame)
  const entries: { frame: StackFrame | undefined; lines: string[] }[] = []
  for (const line of cleanText(bounded(error.stack ?? '')).split('\n')) {
    const frame = known.get(line.trim()) ?? (frameLine.test(line) ? unknownFrame(line) : undefined)
    const last = entries.at(-1)
    if (frame !== undefined || last === undefined) entries.push({ frame, lines: [line] })
    else if (last.frame === undefined || /^\s/.test(line)) last.lines.push(line)
    else entries.push({ frame: undefined, lines: [line] })
  }
  return entries.filter(({ lines }) => lines.some((line) => line.trim() !== ''))
}

/** Events are bounded, but a hook may have put anything in their place. */
function bounded(stack: string): string {
  if (stack.length <= maxStack) return stack
  return `${stack.slice(0, maxStack / 2)}\n${stack.slice(-maxStack / 2)}`
}

/** A frame beyond those that were described. */
function unknownFrame(line: string): StackFrame {
  const text = line.trim()
  return {
    function: undefined,
    file: text,
    line: undefined,
    column: undefined,
    isInApp: !/node_modules|node:|site-packages|<anonymous>|\(native\)/.test(text),
    text,
  }
}

/** The longest round of calls that is recognised when it repeats. */
const maxRound = 4

/** Library frames shown before folding begins: where it was thrown, or more if there is nothing of the program's own. */
const shownLibraryFrames = { withOwn: 1, withoutOwn: 3 }

/** The stack without what tells nothing: rounds of recursion are counted, runs of library frames named. */
export function foldStack(
  entries: readonly StackEntry[],
  words: StackWords,
): readonly StackEntry[] {
  return foldLibraries(foldRepeats(entries, words), words)
}

function foldRepeats(entries: readonly StackEntry[], words: StackWords): readonly StackEntry[] {
  const folded: StackEntry[] = []
  for (let index = 0; index < entries.length;) {
    const { round, times } = longestRepeat(entries, index)
    folded.push(...entries.slice(index, index + round))
    if (times > 1) folded.push(note(repeatedText(round, times - 1, words)))
    index += round * times
  }
  return folded
}

/** The round of frames beginning here that covers most, and how often it stands here in a row. */
function longestRepeat(
  entries: readonly StackEntry[],
  start: number,
): { round: number; times: number } {
  let best = { round: 1, times: 1 }
  for (let round = 1; round <= maxRound; round += 1) {
    const times = countRounds(entries, start, round)
    if (times > 2 && round * times > best.round * best.times) best = { round, times }
  }
  return best
}

function countRounds(entries: readonly StackEntry[], start: number, round: number): number {
  let end = start + round
  while (end < entries.length && isSameFrame(entries[end], entries[end - round])) end += 1
  return Math.floor((end - start) / round)
}

function isSameFrame(a: StackEntry | undefined, b: StackEntry | undefined): boolean {
  return a?.frame !== undefined && b?.frame !== undefined && a.frame.text === b.frame.text
}

function repeatedText(round: number, times: number, words: StackWords): string {
  return round === 1
    ? words.repeated(showCount(times))
    : words.repeatedFrames(showCount(round), showCount(times))
}

function foldLibraries(entries: readonly StackEntry[], words: StackWords): readonly StackEntry[] {
  const hasOwn = entries.some(({ frame }) => frame?.isInApp)
  const shown = hasOwn ? shownLibraryFrames.withOwn : shownLibraryFrames.withoutOwn
  const folded: StackEntry[] = []
  let frames = 0
  let run: StackEntry[] = []
  const endRun = (): void => {
    if (run.length > 1) folded.push(note(words.framesIn(showCount(run.length), librariesOf(run))))
    else folded.push(...run)
    run = []
  }
  for (const entry of entries) {
    if (entry.frame !== undefined) frames += 1
    if (entry.frame !== undefined && !entry.frame.isInApp && frames > shown) run.push(entry)
    else {
      endRun()
      folded.push(entry)
    }
  }
  endRun()
  return folded
}

/** The names of the libraries in a run of frames, at most three. */
function librariesOf(run: readonly StackEntry[]): string {
  const names = [...new Set(run.map(({ frame }) => libraryOf(frame?.file ?? '')))]
  return names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ')
}

function libraryOf(file: string): string {
  const path = cleanText(file).replaceAll('\\', '/')
  const inPackage = /.*(?:node_modules|site-packages)\/((?:@[^/]+\/)?[^/:]+)/.exec(path)?.[1]
  return inPackage ?? 'node'
}

function note(text: string): StackEntry {
  return { frame: undefined, lines: [`    ${text}`] }
}
