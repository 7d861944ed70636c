import { assert, nat, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { ellipsize, headOf, joinWithin } from '../../src/notification/text.ts'
import { escapeMrkdwn } from '../../src/slack/blocks/mrkdwn.ts'

const family = '👨‍👩‍👧'

test('leaves a text that fits', () => {
  expect(ellipsize('abc', 3)).toBe('abc')
})

test('marks what it cut, within the limit', () => {
  expect(ellipsize('abcdefgh', 6)).toBe('abc...')
})

test('cuts before a grapheme rather than inside', () => {
  expect(headOf(`ab${family}c`, 5)).toBe('ab')
  expect(headOf('e\u0301x', 1)).toBe('e')
})

test('cuts before an entity rather than inside', () => {
  expect(headOf('ab&lt;c', 4)).toBe('ab')
  expect(headOf('ab&lt;c', 6)).toBe('ab&lt;')
})

test('keeps an ampersand that begins no entity', () => {
  expect(headOf('a & b', 4)).toBe('a & ')
})

test('cuts inside a grapheme that has no end', () => {
  const stacked = `e${'\u0301'.repeat(100)}`

  expect(headOf(stacked, 50)).toHaveLength(50)
})

test('stays within any limit and splits no character or entity', () => {
  assert(
    property(string({ unit: 'grapheme' }), nat(30), (text, max) => {
      const head = headOf(escapeMrkdwn(text), max)

      expect(head.length).toBeLessThanOrEqual(max)
      expect(head).not.toMatch(/\p{Surrogate}|&(?!amp;|lt;|gt;)/u)
    }),
  )
})

test('joins as many whole parts as fit', () => {
  expect(joinWithin(['aa', '', 'bbbb', 'c'], ' ', 5)).toBe('aa c')
})
