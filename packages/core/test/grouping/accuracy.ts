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

/**
 * The share of lines whose group is exactly the set of lines of their template.
 *
 * @see https://doi.org/10.1109/ICSE-SEIP.2019.00021 Zhu et al., "Tools and Benchmarks for Automated Log Parsing"
 */
export function groupingAccuracy(
  lines: readonly LabelledLine[],
  templates: MessageTemplates,
): number {
  const keys = lines.map(({ message }) => templates.keyOf(message))
  const byKey = indexesBy(keys)
  const byTemplate = indexesBy(lines.map(({ template }) => template))
  let right = 0
  for (const indexes of byTemplate.values()) {
    const key = keys[indexes[0] ?? 0] ?? ''
    const isExact = indexes.every((index) => keys[index] === key)
    if (isExact && byKey.get(key)?.length === indexes.length) right += indexes.length
  }
  return right / lines.length
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
