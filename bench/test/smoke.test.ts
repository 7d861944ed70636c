import { describe, expect, test } from 'vitest'
import { measureRow } from '../harness/measure-row.mjs'
import { rows } from '../harness/rows.mjs'
import { show } from '../harness/show.mjs'

/** Rows whose peers block for ten seconds, or whose Slack is slow. */
const isSlow = (name: string) => name.startsWith('peer-fatal-backlog') || name.endsWith('-100ms')

// Their figures are not compared with anything, and a program waits for its inbox most of the time.
describe('every row completes and has figures', () => {
  test.concurrent.each(rows.filter(({ name }) => !isSlow(name)))('$name', async (row) => {
    const env = { RECORDS: '100', BURST: '50', CALLS: '1' }

    const { figures } = await measureRow(row, { pairs: 1, env })

    expect(figures.filter(({ median }) => !Number.isFinite(median))).toEqual([])
  })
})

test('no two rows have the same name', () => {
  const names = rows.map(({ name }) => name)

  expect(new Set(names).size).toBe(names.length)
})

test('a figure is shown with three significant digits', () => {
  expect([0.12345, 1.3, 42, 1234.5].map(show)).toEqual(['0.123', '1.30', '42', '1,235'])
})
