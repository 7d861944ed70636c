import { describe, expect, test } from 'vitest'
import { createMessageTemplates } from '../../src/grouping/template/message-template.ts'
import { groupingFolder, groupingOf, ordersOf, readLabelledLogs } from './accuracy.ts'
import { serviceMessages } from './messages/messages.ts'
import { apartPairs, samePairs } from './messages/pairs.ts'

const logs = readLabelledLogs()
if (logs.length === 0)
  console.log(`grouping accuracy: skipped, no labelled logs in ${groupingFolder}`)

describe.skipIf(logs.length === 0 && process.env['SLACK_LOGGER_SHARED'] === undefined)(
  'the lines of real logs',
  () => {
    const rows = logs.map(({ name, lines }) => {
      const groupings = ordersOf(lines).map((order) => groupingOf(order, createMessageTemplates()))
      return {
        name,
        accuracy: groupings[0]?.accuracy ?? 0,
        groupAccuracy: groupings[0]?.groupAccuracy ?? 0,
        worst: Math.min(...groupings.map(({ accuracy }) => accuracy)),
      }
    })
    const mean = (column: 'accuracy' | 'groupAccuracy' | 'worst'): number =>
      rows.reduce((sum, row) => sum + row[column], 0) / rows.length

    test('are grouped as their programs made them', () => {
      expect(mean('accuracy')).toBeGreaterThanOrEqual(0.98)
      expect(mean('groupAccuracy')).toBeGreaterThanOrEqual(0.93)
    })

    test('are grouped so in any order', () => {
      expect(mean('worst')).toBeGreaterThanOrEqual(0.98)
    })
  },
)

describe('messages of Node services', () => {
  const lines = serviceMessages()

  test('share a key if they have one template, and only then', () => {
    const { precision, recall, groupAccuracy } = groupingOf(lines, createMessageTemplates())

    expect(new Set(lines.map(({ template }) => template)).size).toBeGreaterThanOrEqual(300)
    expect(precision).toBeGreaterThanOrEqual(0.99)
    expect(recall).toBeGreaterThanOrEqual(0.99)
    expect(groupAccuracy).toBeGreaterThanOrEqual(0.97)
  })

  test.each(samePairs)('%s | %s: one problem', (first, second) => {
    const templates = createMessageTemplates()

    expect(templates.keyOf(first)).toBe(templates.keyOf(second))
  })

  test.each(apartPairs)('%s | %s: two problems', (first, second) => {
    const templates = createMessageTemplates()

    expect(templates.keyOf(first)).not.toBe(templates.keyOf(second))
  })
})

test('a line counts as right only if its group is exactly its template', () => {
  const lines = [
    { message: 'a 1', template: 'a <*>' },
    { message: 'a 2', template: 'a <*>' },
    { message: 'b 1', template: 'b <*>' },
    { message: 'c 1', template: 'b <*>' },
  ]

  const grouping = groupingOf(lines, { keyOf: (message) => message.slice(0, 1) })

  expect(grouping).toEqual({ accuracy: 0.5, groupAccuracy: 0.4, precision: 1, recall: 0.5 })
})
