import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { MessageTemplates } from '../../src/grouping/template/message-template.ts'

/** One line of a log with the template its program made it from. */
export interface LabelledLine {
  readonly message: string
  readonly template: string
}

export interface LabelledLog {
  readonly name: string
  readonly lines: readonly LabelledLine[]
}

const repositoryRoot = path.resolve(import.meta.dirname, '../../../..')

/** Where the labelled logs are: they are research data and not kept in the repository. */
export const groupingFolder: string = path.join(
  process.env['SLACK_LOGGER_SHARED'] ?? path.join(repositoryRoot, '..', 'shared'),
  'grouping',
)

export function readLabelledLogs(): readonly LabelledLog[] {
  if (!existsSync(groupingFolder)) return []
  return readdirSync(groupingFolder)
    .filter((file) => file.endsWith('.ndjson'))
    .map((file) => ({
      name: path.basename(file, '.ndjson'),
      lines: readFileSync(path.join(groupingFolder, file), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as LabelledLine),
    }))
}

/** How well lines are grouped. */
export interface Grouping {
  /**
   * Grouping accuracy (GA): the share of lines whose group is exactly the set of lines of their template.
   *
   * @see https://doi.org/10.1109/ICSE-SEIP.2019.00021 Zhu et al., "Tools and Benchmarks for Automated Log Parsing"
   */
  readonly accuracy: number
  /** F1 of grouping accuracy (FGA): the same for groups, so that a rare template counts as much as a frequent one. */
  readonly groupAccuracy: number
  /** Of the pairs of lines that share a group, how many share a template. */
  readonly precision: number
  /** Of the pairs of lines that share a template, how many share a group. */
  readonly recall: number
}

export function groupingOf(lines: readonly LabelledLine[], templates: MessageTemplates): Grouping {
  const keys = lines.map(({ message }) => templates.keyOf(message))
  const byKey = indexesBy(keys)
  const byTemplate = indexesBy(lines.map(({ template }) => template))
  let rightLines = 0
  let rightGroups = 0
  let rightPairs = 0
  for (const indexes of byTemplate.values()) {
    const parts = indexesBy(indexes.map((index) => keys[index] ?? ''))
    rightPairs += pairsIn(parts)
    const [key = ''] = parts.keys()
    if (parts.size > 1 || byKey.get(key)?.length !== indexes.length) continue
    rightLines += indexes.length
    rightGroups += 1
  }
  return {
    accuracy: rightLines / lines.length,
    groupAccuracy: (2 * rightGroups) / (byKey.size + byTemplate.size),
    precision: rightPairs / pairsIn(byKey),
    recall: rightPairs / pairsIn(byTemplate),
  }
}

function indexesBy(labels: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  for (const [index, label] of labels.entries()) {
    const group = groups.get(label)
    if (group === undefined) groups.set(label, [index])
    else group.push(index)
  }
  return groups
}

function pairsIn(groups: ReadonlyMap<string, readonly number[]>): number {
  let pairs = 0
  for (const { length } of groups.values()) pairs += (length * (length - 1)) / 2
  return pairs
}

const seeds = [1, 2, 3, 4, 5, 6]

/** The lines in ten orders: as they are, backwards, sorted, each text alone before it is repeated, and shuffled. */
export function ordersOf(lines: readonly LabelledLine[]): readonly (readonly LabelledLine[])[] {
  const firsts = new Set(new Map(lines.map((line) => [line.message, line])).values())
  return [
    lines,
    lines.toReversed(),
    lines.toSorted((first, second) => (first.message < second.message ? -1 : 1)),
    [...firsts, ...lines.filter((line) => !firsts.has(line))],
    ...seeds.map((seed) => shuffled(lines, seed)),
  ]
}

/** Sorted by the numbers of a linear congruential generator. */
function shuffled<T>(list: readonly T[], seed: number): readonly T[] {
  let state = seed
  return list
    .map((entry) => {
      state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
      return { entry, state }
    })
    .toSorted((first, second) => first.state - second.state)
    .map(({ entry }) => entry)
}
