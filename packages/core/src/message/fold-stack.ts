import { cleanText } from './clean-text.ts'
import type { StackEntry } from './read-stack.ts'
import { showCount } from './show-number.ts'
import type { StackWords } from './words.ts'

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
