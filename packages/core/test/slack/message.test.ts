import { expect, test } from 'vitest'
import { isSlackMessage } from '../../src/slack/message.ts'

const section = { type: 'section', text: { type: 'plain_text', text: 'a' } }

test.each([
  ['text', { text: 'a' }],
  ['blocks with an empty text', { text: '', blocks: [section] }],
  ['attachments', { text: 'a', attachments: [{ text: 'b' }] }],
])('takes a message of %s', (_name, message) => {
  expect(isSlackMessage(message)).toBe(true)
})

const cycle: Record<string, unknown> = { text: 'a' }
cycle['self'] = cycle

test.each([
  ['nothing', undefined],
  ['a text alone', 'a'],
  ['a list', [{ text: 'a' }]],
  ['a message without text', { blocks: [section] }],
  ['an empty message', { text: '', blocks: [] }],
  ['blocks that are no list', { text: 'a', blocks: section }],
  ['a block without type', { text: 'a', blocks: [{}] }],
  [
    'more blocks than Slack takes',
    { text: 'a', blocks: Array.from({ length: 51 }, () => section) },
  ],
  ['an attachment that is none', { text: 'a', attachments: ['b'] }],
  ['a cycle', cycle],
  ['a BigInt', { text: 'a', extra: 1n }],
  ['half a character', { text: 'a\ud83d' }],
])('refuses %s', (_name, value) => {
  expect(isSlackMessage(value)).toBe(false)
})
