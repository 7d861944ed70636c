import type { ErrorDescription, StackFrame } from '../event/log-event.ts'
import { errorLine } from './headline.ts'
import type { Words } from './locale/locale.ts'
import type { StackLine, Section } from './notification.ts'
import { showCount, cleanText, ellipsize, headOf } from './text.ts'

/** A message and the head of its stack may have been cut at different ends. */
const comparedLength = 200

/** Deeper than errors are described; bounds the recursion for errors that come from elsewhere. */
const maxDepth = 10

/** An error with all its causes, library frames folded and repeated frames counted; to be trimmed where it is shown. */
export function stackSection(error: ErrorDescription, words: Words): Section {
  const { omitted } = words.stack
  return {
    kind: 'stack',
    title: words.labels.stack,
    lines: linesOf(error, { words, prefix: '', depth: 0, isMain: true }),
    omitted: [omitted('1'), omitted('{count}')],
  }
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
  const { words, isMain } = context
  const { cause, errors, moreErrors, moreCauses } = error
  const lines = [...ownLines(error, context)]
  if (context.depth >= maxDepth) return lines
  const depth = context.depth + 1
  const total = showCount(errors.length + moreErrors)
  for (const [index, inner] of errors.entries()) {
    const prefix = words.stack.errorOf(showCount(index + 1), total)
    const isFirst = isMain && index === 0 && cause === undefined
    lines.push(...linesOf(inner, { words, prefix, depth, isMain: isFirst }))
  }
  if (moreErrors > 0) lines.push(rest(words.stack.moreErrors(showCount(moreErrors))))
  // Causes that are left out of a chain come before its last.
  if (moreCauses > 0 && cause?.cause === undefined) {
    lines.push(rest(words.stack.moreCauses(showCount(moreCauses))))
  }
  if (cause === undefined) return lines
  return [...lines, ...linesOf(cause, { words, prefix: words.causedBy, depth, isMain })]
}

function ownLines(
  error: ErrorDescription,
  { words, prefix, depth, isMain }: LinesContext,
): readonly StackLine[] {
  const isRootCause = isMain && error.cause === undefined && error.errors.length === 0
  const isEssential = depth === 0 || isRootCause
  const keepName = isEssential ? 'always' : 'likely'
  const entries = foldLibraries(foldRepeats(stackEntries(error), words), words)
  const name = namingLine(entries, error)
  const lines = entries.flatMap(({ frame, lines: texts }) => {
    const isCulprit = isEssential && frame !== undefined && frame.text === error.culprit?.text
    return texts.map((text, index): StackLine => {
      if (text === name) return { text, keep: keepName }
      return { text, keep: isCulprit && index === 0 ? 'always' : 'ifRoom' }
    })
  })
  if (name === undefined) {
    return [{ text: prefix + cleanText(errorLine(error)), keep: keepName }, ...lines]
  }
  if (lines[0]?.text === name) return [{ text: prefix + name, keep: keepName }, ...lines.slice(1)]
  return prefix === '' ? lines : [{ text: prefix.trimEnd(), keep: keepName }, ...lines]
}

/** The line of the stack that names the error; undefined if the stack does not. */
function namingLine(entries: readonly StackEntry[], error: ErrorDescription): string | undefined {
  const message = cleanText(error.message.slice(0, comparedLength)).trim().split('\n')[0]
  return entries
    .filter(({ frame }) => frame === undefined)
    .flatMap(({ lines }) => lines)
    .find((line) => line.includes(message || error.type))
}

function rest(text: string): StackLine {
  return { text: `    ${text}`, keep: 'ifRoom' }
}

/** A frame with the lines that belong to it, or text between frames. */
interface StackEntry {
  readonly frame: Pick<StackFrame, 'text' | 'file' | 'isInApp'> | undefined
  readonly lines: string[]
}

const maxStack = 100_000

/** A line of V8, or of a Python traceback. */
const frameLine = /^\s+at \S|^\s+File "/
const libraryLine = /node_modules|node:|site-packages|<anonymous>|\(native\)/

/** The stack in entries: its header, frames with what stands below them (Python shows the source), text at the end. */
function stackEntries({ stack = '', frames }: ErrorDescription): readonly StackEntry[] {
  const known = new Map(frames.map((frame) => [cleanText(frame.text).trim(), frame]))
  // Events are bounded, but a hook may have put anything in their place.
  const bounded =
    stack.length <= maxStack
      ? stack
      : `${stack.slice(0, maxStack / 2)}\n${stack.slice(-maxStack / 2)}`
  const entries: StackEntry[] = []
  for (const line of cleanText(bounded).split('\n')) {
    const text = line.trim()
    const frame =
      known.get(text) ??
      (frameLine.test(line) ? { text, file: text, isInApp: !libraryLine.test(text) } : undefined)
    const last = entries.at(-1)
    const belongsToLast = last !== undefined && (last.frame === undefined || /^\s/.test(line))
    if (frame === undefined && belongsToLast) last.lines.push(line)
    else entries.push({ frame, lines: [line] })
  }
  return entries.filter(({ lines }) => lines.some((line) => line.trim() !== ''))
}

/** How many calls in a row are recognized when they repeat. */
const rounds = [1, 2, 3, 4]

function foldRepeats(entries: readonly StackEntry[], words: Words): readonly StackEntry[] {
  const folded: StackEntry[] = []
  for (let index = 0; index < entries.length;) {
    // The round that covers most.
    let best = { round: 1, times: 1 }
    for (const round of rounds) {
      const times = countRounds(entries, index, round)
      if (times > 2 && round * times > best.round * best.times) best = { round, times }
    }
    const { round, times } = best
    folded.push(...entries.slice(index, index + round))
    if (times > 1) {
      const { repeated, repeatedFrames } = words.stack
      const more = showCount(times - 1)
      folded.push(note(round === 1 ? repeated(more) : repeatedFrames(showCount(round), more)))
    }
    index += round * times
  }
  return folded
}

function countRounds(entries: readonly StackEntry[], start: number, round: number): number {
  const isRepeated = (index: number): boolean => {
    const text = entries[index]?.frame?.text
    return text !== undefined && text === entries[index - round]?.frame?.text
  }
  let end = start + round
  while (isRepeated(end)) end += 1
  return Math.floor((end - start) / round)
}

/** Library frames shown before folding begins: where it was thrown, or more if no frame is the service's own. */
const shownLibraryFrames = { withOwn: 1, withoutOwn: 3 }

function foldLibraries(entries: readonly StackEntry[], words: Words): readonly StackEntry[] {
  const hasOwn = entries.some(({ frame }) => frame?.isInApp)
  const shown = hasOwn ? shownLibraryFrames.withOwn : shownLibraryFrames.withoutOwn
  const runs: StackEntry[][] = []
  let frames = 0
  let wasFolded = false
  for (const entry of entries) {
    if (entry.frame !== undefined) frames += 1
    const isFolded = entry.frame?.isInApp === false && frames > shown
    if (isFolded && wasFolded) runs.at(-1)?.push(entry)
    else runs.push([entry])
    wasFolded = isFolded
  }
  return runs.flatMap((run) =>
    run.length === 1 ? run : note(words.stack.framesIn(showCount(run.length), librariesOf(run))),
  )
}

/** The names of the libraries in a run of frames, at most three. */
function librariesOf(run: readonly StackEntry[]): string {
  const names = [...new Set(run.map(({ frame }) => libraryOf(frame?.file ?? '')))]
  return names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ')
}

function libraryOf(file: string): string {
  const path = cleanText(file).replaceAll('\\', '/')
  return /.*(?:node_modules|site-packages)\/((?:@[^/]+\/)?[^/:]+)/.exec(path)?.[1] ?? 'node'
}

function note(text: string): StackEntry {
  return { frame: undefined, lines: [`    ${text}`] }
}

/** A name cut shorter than this is of no use: rather fewer names. */
const minName = 60

/**
 * A section in at most `maxLength` characters. Of a stack, the lines that name the errors and the culprits stay, and as much of the
 * end, where the root cause is, as fits.
 */
export function trimSection(section: Section, maxLength: number): string {
  if (section.kind === 'text') return ellipsize(section.text, maxLength)
  const { lines, omitted } = section
  const whole = lines.map(({ text }) => text).join('\n')
  if (whole.length <= maxLength) return whole
  const [one, several] = omitted
  const gapText = (count: number): string =>
    `    ${count === 1 ? one : several.replace('{count}', showCount(count))}`
  const room = { maxLength, gapLength: gapText(lines.length).length + 1 }
  const all = shareRoom(lines, ({ keep }) => keep !== 'ifRoom', room)
  const { texts, left } =
    all.share >= minName ? all : shareRoom(lines, ({ keep }) => keep === 'always', room)
  fillFromEnd(lines, texts, left)
  return headOf(withGaps(texts, gapText).join('\n'), maxLength)
}

/**
 * The kept lines, the longest of them cut so that all have room, and how much room is left. `gapLength` is what each gap between
 * them takes.
 */
function shareRoom(
  lines: readonly StackLine[],
  isKept: (line: StackLine) => boolean,
  { maxLength, gapLength }: { maxLength: number; gapLength: number },
): { texts: (string | undefined)[]; share: number; left: number } {
  const kept = lines.map(isKept)
  const gaps = kept.filter((is, index) => !is && kept[index - 1] !== false).length
  const lengths = lines.filter(isKept).map(({ text }) => text.length)
  const room = maxLength - gaps * gapLength - lengths.length
  const share = fairShare(lengths, room)
  const texts = lines.map((line) => (isKept(line) ? ellipsize(line.text, share) : undefined))
  return { texts, share, left: room - texts.join('').length }
}

/** The largest length to which all may grow within the room, given that shorter ones leave theirs to the others. */
export function fairShare(lengths: readonly number[], room: number): number {
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
  texts: (string | undefined)[],
  room: number,
): void {
  let left = room
  for (const [index, { text }] of [...lines.entries()].toReversed()) {
    if (texts[index] !== undefined) continue
    left -= text.length + 1
    if (left < 0) return
    texts[index] = text
  }
}

/** Each run of omitted lines becomes one that counts them. */
function withGaps(
  texts: readonly (string | undefined)[],
  gapText: (count: number) => string,
): readonly string[] {
  const shown: string[] = []
  let omitted = 0
  for (const [index, text] of texts.entries()) {
    omitted = text === undefined ? omitted + 1 : 0
    if (text !== undefined) shown.push(text)
    else if (texts[index + 1] !== undefined || index === texts.length - 1) {
      shown.push(gapText(omitted))
    }
  }
  return shown
}

const maxSegments = 4

/** A frame as a person names a place: `chargeCard (src/billing/charge.ts:42)`. */
export function showFrame(frame: StackFrame, appRoot?: string): string {
  const name = frame.function?.replace(receiver, '')
  if (frame.file === undefined) return name ?? frame.text
  const path = shortPath(frame.file.replaceAll('\\', '/'), appRoot?.replaceAll('\\', '/'))
  const place = frame.line === undefined ? path : `${path}:${frame.line}`
  return name === undefined ? place : `${name} (${place})`
}

/** V8 names the object of a function that no class has. */
const receiver = /^(?:Module|Object|exports)\./

function shortPath(file: string, appRoot: string | undefined): string {
  if (appRoot !== undefined && appRoot !== '' && file.startsWith(`${appRoot}/`)) {
    return file.slice(appRoot.length + 1)
  }
  const segments = file.split('/')
  // One more for the empty segment before the first slash.
  return segments.length <= maxSegments + 1 ? file : `…/${segments.slice(-maxSegments).join('/')}`
}
