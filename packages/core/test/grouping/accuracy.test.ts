import { describe, expect, test } from 'vitest'
import { createMessageTemplates } from '../../src/grouping/template/message-template.ts'
import { groupingOf } from './accuracy.ts'
import { serviceMessages } from './messages/messages.ts'
import { apartPairs, differentProblems, samePairs } from './messages/pairs.ts'

describe('messages of Node services', () => {
  test.each(samePairs)('%s | %s: one problem', (first, second) => {
    const templates = createMessageTemplates()

    expect(templates.keyOf(first)).toBe(templates.keyOf(second))
  })

  test.each(apartPairs)('%s | %s: two problems', (first, second) => {
    const templates = createMessageTemplates()

    expect(templates.keyOf(first)).not.toBe(templates.keyOf(second))
  })

  test('have a key each if each is a problem of its own', () => {
    const templates = createMessageTemplates()

    const keys = new Set(differentProblems.map((message) => templates.keyOf(message)))

    expect(keys.size).toBe(differentProblems.length)
  })

  test('have hundreds of templates', () => {
    const templates = new Set(serviceMessages().map(({ template }) => template))

    expect(templates.size).toBeGreaterThanOrEqual(300)
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
