import { readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { GroupingScore, GroupingSet, GroupingShares } from './sets/grouping-set.ts'

const folder = path.join(import.meta.dirname, 'sets')
const files = readdirSync(folder).filter((file) => file !== 'grouping-set.ts')
const sets = await Promise.all(
  files.map(async (file) => (await import(path.join(folder, file))) as GroupingSet),
)

const measured: GroupingScore[] = []

test.each(sets)('the set “$name” is grouped as well as it says', async ({ measure }) => {
  const scores = await measure()

  measured.push(...scores)
  for (const score of scores) {
    for (const [share, floor] of Object.entries(score.atLeast)) {
      expect(score[share as keyof GroupingShares], `${score.set}: ${share}`).toBeGreaterThanOrEqual(
        floor,
      )
    }
  }
})

afterAll(() => {
  if (process.env['GROUPING_REPORT'] !== undefined) console.log(print(measured))
})

const columns = ['kept', 'apart', 'precision', 'accuracy', 'anyOrder', 'groupAccuracy'] as const

function print(scores: readonly GroupingScore[]): string {
  const rows = scores.map((score) => [
    score.set,
    String(score.size),
    ...columns.map((column) => score[column]?.toFixed(4) ?? '–'),
  ])
  return [['set', 'size', ...columns], ...rows]
    .map(([set = '', ...cells]) =>
      [set.padEnd(44), ...cells.map((cell) => cell.padStart(15))].join(''),
    )
    .join('\n')
}
