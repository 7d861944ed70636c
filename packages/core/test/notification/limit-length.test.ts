import { assert, constant, nat, oneof, property, record, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limitLength } from '../../src/notification/text.ts'

const stack = `TypeError: nope
    at charge (/app/charge.js:42:13)
    at async pay (/app/pay.js:7:3)`

const python = `Traceback (most recent call last):
  File "/app/pay.py", line 3, in pay
    charge()
ValueError: nope`

test('returns a text of up to the limit as it is', () => {
  expect(limitLength('abc', 3)).toBe('abc')
  expect(limitLength(stack, stack.length)).toBe(stack)
})

test('keeps the beginning of a plain text', () => {
  expect(limitLength('abcdef', 3)).toBe('abc...')
})

test('keeps the end of a Python traceback behind the mark', () => {
  expect(limitLength(python, 16)).toBe('full text omitted ...\\nValueError: nope')
})

test('marks an omission in Korean', () => {
  expect(limitLength(python, 4, { locale: 'ko' })).toBe('전문 생략 ...\\nnope')
})

test('keeps the end of a JavaScript stack', () => {
  expect(limitLength(stack, 11)).toBe('full text omitted ...\\npay.js:7:3)')
})

test('knows a stack whose newlines were escaped', () => {
  expect(limitLength(stack.replaceAll('\n', '\\n'), 5)).toBe('full text omitted ...\\n:7:3)')
})

test('takes no prose for a stack', () => {
  expect(limitLength('We met\n    at noon: it rained\n    at 10:30:15', 6)).toBe('We met...')
})

test('counts and cuts code points, so that no emoji is cut in half', () => {
  expect(limitLength('😀😀😀', 3)).toBe('😀😀😀')
  expect(limitLength('😀😀😀', 2)).toBe('😀😀...')
  expect(limitLength('Traceback 😀😀', 1)).toBe('full text omitted ...\\n😀')
})

test('keeps nothing but the mark at a limit of nothing', () => {
  expect(limitLength('abc', 0)).toBe('...')
  expect(limitLength('Traceback', 0)).toBe('full text omitted ...\\n')
  expect(limitLength('', 0)).toBe('')
  expect(limitLength('abc', Number.NaN)).toBe('...')
})

describe('for any text over the limit', () => {
  const anyText = oneof(string({ unit: 'grapheme' }), string({ unit: 'binary' }))
  const shorter = anyText.chain((text) =>
    record({ text: constant(text), limit: nat(Array.from(text).length) }),
  )

  test('keeps exactly the code points that are allowed', () => {
    assert(
      property(shorter, ({ text, limit }) => {
        const points = Array.from(text)

        const limited = limitLength(text, limit)

        const head = `${points.slice(0, limit).join('')}...`
        expect(limited).toBe(limit < points.length ? head : text)
      }),
    )
  })

  test('keeps the end of every traceback', () => {
    assert(
      property(shorter, ({ text, limit }) => {
        const traceback = `Traceback ${text}`
        const points = Array.from(traceback)

        const limited = limitLength(traceback, limit + 1)

        const tail = `full text omitted ...\\n${points.slice(-limit - 1).join('')}`
        expect(limited).toBe(limit + 1 < points.length ? tail : traceback)
      }),
    )
  })
})

test('stays linear for a megabyte that only looks like frames', () => {
  expect(limitLength('at :1:'.repeat(200_000), 3)).toBe('at ...')
  expect(limitLength('\n    at x (y:1:'.repeat(60_000), 0)).toBe('...')
})
