import type { Json, JsonObject } from '../json.ts'
import * as limits from './block-limits.ts'
import { blockList } from './blocks.ts'
import { below, countCharacters, maxIssues } from './issue.ts'
import type { Issue } from './issue.ts'
import { wrong } from './shape.ts'
import { objectsIn, plainObjectsIn, shownCharacters } from './walk.ts'
import type { Located } from './walk.ts'

/** What Slack would refuse about the blocks of one message, at `pointer`. */
export function blockIssues(blocks: Json, pointer: string): readonly Issue[] {
  const issues: Issue[] = []
  blockList(blocks, pointer, issues)
  if (issues.length > 0 || !Array.isArray(blocks)) return issues
  return [...togetherIssues(blocks, pointer)].slice(0, maxIssues)
}

/** Whether all blocks together are more than a message can hold, each of them being fine. */
export function isTooLong(blocks: readonly JsonObject[]): boolean {
  return blocks.length > 0 && shownCharacters(blocks) > limits.maxBlocksText
}

function* togetherIssues(blocks: readonly Json[], pointer: string): Generator<Issue> {
  const all = [...objectsIn(blocks, pointer)]
  yield* repeatedIds(all, 'block_id', () => '')
  yield* repeatedIds(all, 'action_id', (each) => blockOf(each, pointer))
  yield* tooMuch(all, 'table')
  yield* tooMuch(all, 'data_table')
  const charts = all.filter(({ object }) => object['type'] === 'data_visualization')
  if (charts.length > limits.maxVisualizations)
    yield wrong(`no more than ${limits.maxVisualizations} items allowed`, pointer, {
      type: 'max',
      expected: limits.maxVisualizations,
    })
}

/** The index of the block that `located` is part of. */
function blockOf(located: Located, pointer: string): string {
  return located.pointer.slice(pointer.length + 1).split('/', 1)[0] ?? ''
}

/** Ids that come twice within what `scope` says is one place. */
function* repeatedIds(
  all: readonly Located[],
  name: 'block_id' | 'action_id',
  scope: (located: Located) => string,
): Generator<Issue> {
  const seen = new Set<string>()
  for (const located of all) {
    const id = located.object[name]
    if (typeof id !== 'string') continue
    const key = `${scope(located)} ${id}`
    if (seen.has(key))
      yield wrong(`\`${name}\` "${id}" already exists`, below(located.pointer, name), {
        type: 'unique',
        expected: name,
      })
    seen.add(key)
  }
}

const maxTableText = {
  table: limits.maxTableCharacters,
  data_table: limits.maxDataTableCharacters,
} as const

/** The cells of all tables of a message share one limit. */
function* tooMuch(all: readonly Located[], type: keyof typeof maxTableText): Generator<Issue> {
  const max = maxTableText[type]
  let count = 0
  for (const table of all.filter(({ object }) => object['type'] === type)) {
    for (const object of plainObjectsIn(table.object['rows']))
      count += typeof object['text'] === 'string' ? countCharacters(object['text']) : 0
    if (count > max)
      yield wrong(`must be less than ${max + 1} characters`, below(table.pointer, 'rows'), {
        type: 'max',
        expected: max,
      })
  }
}
