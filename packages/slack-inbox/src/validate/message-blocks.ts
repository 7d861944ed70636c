import { isObject, type Json, type JsonObject, objectsIn } from '../json.ts'
import { blockList } from './blocks.ts'
import * as limits from './limits.ts'
import { type Check, type CheckContext, type Issue, issuesOf, maxIssues } from './shape.ts'

/** The issues of a message's blocks: of each block, and if there are none, of all blocks together. */
export function blockIssues(blocks: Json, pointer: string): readonly Issue[] {
  const issues = issuesOf(blockList, blocks, pointer)
  if (issues.length > 0 || !Array.isArray(blocks)) return issues
  return issuesOf(allBlocks, blocks, pointer).slice(0, maxIssues)
}

/** Whether the blocks of a message have more text than Slack accepts. */
export function isTooLong(blocks: readonly JsonObject[]): boolean {
  return blocks.length > 0 && shownCharacters(blocks) > limits.maxBlocksText
}

/** How many characters of text `value` shows. */
export function shownCharacters(value: Json): number {
  let count = 0
  for (const object of objectsIn(value))
    for (const name of ['text', 'caption', 'title', 'alt_text', 'fallback'])
      count += lengthOf(object[name])
  return count
}

function lengthOf(value: Json | undefined): number {
  return typeof value === 'string' ? value.length : 0
}

/** The rules about all blocks of a message together. */
const allBlocks: Check = (blocks, context) => {
  const all = [...located(blocks, context)]
  reportRepeatedIds(all, 'block_id', () => '')
  const blockIndex = ({ pointer }: CheckContext): string =>
    pointer.slice(context.pointer.length + 1).split('/', 1)[0] ?? ''
  reportRepeatedIds(all, 'action_id', blockIndex)
  reportLongTables(all, 'table')
  reportLongTables(all, 'data_table')
  const charts = all.filter(({ object }) => object['type'] === 'data_visualization')
  const max = limits.maxVisualizations
  if (charts.length > max) context.report(`no more than ${max} items allowed`, 'max', max)
}

interface Located {
  readonly object: JsonObject
  readonly context: CheckContext
}

/** Every object in `value`, outermost first, with its position. */
function* located(value: Json | undefined, context: CheckContext): Generator<Located> {
  if (Array.isArray(value)) {
    const items: readonly Json[] = value
    for (const [index, item] of items.entries())
      if (typeof item === 'object') yield* located(item, context.below(index))
  } else if (isObject(value)) {
    yield { object: value, context }
    for (const [name, each] of Object.entries(value))
      if (typeof each === 'object') yield* located(each, context.below(name))
  }
}

/** Ids must be unique within the place that `scopeOf` names. */
function reportRepeatedIds(
  all: readonly Located[],
  name: 'block_id' | 'action_id',
  scopeOf: (context: CheckContext) => string,
): void {
  const seen = new Set<string>()
  for (const { object, context } of all) {
    const id = object[name]
    if (typeof id !== 'string') continue
    const key = `${scopeOf(context)} ${id}`
    if (seen.has(key))
      context.below(name).report(`\`${name}\` "${id}" already exists`, 'unique', name)
    seen.add(key)
  }
}

const maxTableText = {
  table: limits.maxTableCharacters,
  data_table: limits.maxDataTableCharacters,
} as const

/** The cells of all tables of a message share one limit. */
function reportLongTables(all: readonly Located[], type: keyof typeof maxTableText): void {
  const max = maxTableText[type]
  let count = 0
  for (const { object: table, context } of all.filter(({ object }) => object['type'] === type)) {
    for (const { text } of objectsIn(table['rows']))
      count += typeof text === 'string' ? limits.countCharacters(text) : 0
    if (count > max)
      context.below('rows').report(`must be less than ${max + 1} characters`, 'max', max)
  }
}
