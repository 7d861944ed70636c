import type { Json, JsonObject } from '../json.ts'
import * as limits from './block-limits.ts'
import { blockList } from './blocks.ts'
import { below, countCharacters, maxIssues } from './issue.ts'
import type { Issue } from './issue.ts'
import { wrong } from './shape.ts'
import { objectsIn, shownCharacters } from './walk.ts'

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
  yield* repeatedIds(blocks, pointer, 'block_id')
  for (const [index, block] of blocks.entries())
    yield* repeatedIds(block, below(pointer, index), 'action_id')
  yield* tooMuch(blocks, pointer, 'table')
  yield* tooMuch(blocks, pointer, 'data_table')
  const charts = ofType(blocks, pointer, 'data_visualization')
  if (charts.length > limits.maxVisualizations)
    yield wrong(`no more than ${limits.maxVisualizations} items allowed`, pointer, {
      type: 'max',
      expected: limits.maxVisualizations,
    })
}

function* repeatedIds(
  value: Json,
  pointer: string,
  name: 'block_id' | 'action_id',
): Generator<Issue> {
  const seen = new Set<string>()
  for (const found of objectsIn(value, pointer)) {
    const id = found.object[name]
    if (typeof id !== 'string') continue
    if (seen.has(id))
      yield wrong(`\`${name}\` "${id}" already exists`, below(found.pointer, name), {
        type: 'unique',
        expected: name,
      })
    seen.add(id)
  }
}

const maxTableText = {
  table: limits.maxTableCharacters,
  data_table: limits.maxDataTableCharacters,
} as const

/** The cells of all tables of a message share one limit. */
function* tooMuch(
  blocks: readonly Json[],
  pointer: string,
  type: keyof typeof maxTableText,
): Generator<Issue> {
  const max = maxTableText[type]
  let count = 0
  for (const table of ofType(blocks, pointer, type)) {
    for (const { object } of objectsIn(table.object['rows']))
      count += typeof object['text'] === 'string' ? countCharacters(object['text']) : 0
    if (count > max)
      yield wrong(`must be less than ${max + 1} characters`, below(table.pointer, 'rows'), {
        type: 'max',
        expected: max,
      })
  }
}

function ofType(
  blocks: readonly Json[],
  pointer: string,
  type: string,
): { readonly object: JsonObject; readonly pointer: string }[] {
  return [...objectsIn(blocks, pointer)].filter(({ object }) => object['type'] === type)
}
