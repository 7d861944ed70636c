import { expect, test } from 'vitest'
import { createMessageTemplates } from '../../src/grouping/template/message-template.ts'
import { groupingAccuracy, groupingFolder, readLabelledLogs } from './accuracy.ts'

const logs = readLabelledLogs()
if (logs.length === 0)
  console.log(`grouping accuracy: skipped, no labelled logs in ${groupingFolder}`)

test.skipIf(logs.length === 0 && process.env['SLACK_LOGGER_SHARED'] === undefined)(
  'groups the lines of real logs as their programs made them',
  () => {
    const rows = logs.map(({ name, lines }) => ({
      name,
      accuracy: groupingAccuracy(lines, createMessageTemplates()),
    }))
    const mean = rows.reduce((sum, row) => sum + row.accuracy, 0) / rows.length

    console.log(
      [...rows, { name: 'mean', accuracy: mean }]
        .map((row) => `grouping accuracy: ${row.name} ${row.accuracy.toFixed(4)}`)
        .join('\n'),
    )
    expect(mean).toBeGreaterThanOrEqual(0.88)
  },
)

test('counts a line as right only if its group is exactly its template', () => {
  const lines = [
    { message: 'a 1', template: 'a <*>' },
    { message: 'a 2', template: 'a <*>' },
    { message: 'b 1', template: 'b <*>' },
    { message: 'c 1', template: 'b <*>' },
  ]

  const accuracy = groupingAccuracy(lines, { keyOf: (message) => message.slice(0, 1) })

  expect(accuracy).toBe(0.5)
})
