import { readdirSync, readFileSync } from 'node:fs'
import type { CorpusEntry } from './decode-record.ts'

/** Every input of the corpus, from all its files. */
export function readCorpus(): readonly CorpusEntry[] {
  return corpusFiles.flatMap(
    (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as CorpusEntry[],
  )
}

const corpusFiles = readdirSync(new URL('.', import.meta.url)).filter((file) =>
  file.endsWith('.json'),
)

/** All texts in a value, keys included, one a line: where `must` and `mustNot` are looked for. */
export function textsOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([key, item]) => `${key}\n${textsOf(item)}`)
    .join('\n')
}
