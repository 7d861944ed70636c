import { assert, nat, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cleanText,
  ellipsize,
  headOf,
  joinTexts,
  sanitizeText,
} from '../../src/notification/text.ts'
import { escapeMrkdwn } from '../../src/slack/blocks/blocks.ts'

describe('clean text', () => {
  test('has no colours and other codes for terminals', () => {
    expect(cleanText('\u001b[1;31mfailed\u001b[0m \u001b[2K\u009b32mok')).toBe('failed ok')
  })

  test('keeps the text of a terminal link', () => {
    expect(cleanText('\u001b]8;;https://a.example\u0007here\u001b]8;;\u001b\\')).toBe('here')
  })

  test('hides nothing behind a code that never ends', () => {
    expect(cleanText('\u001b]0;the rest')).toBe('0;the rest')
  })

  test('has no control characters but tabs and newlines', () => {
    expect(cleanText('a\u0000b\u0007c\u007fd\te\nf')).toBe('abcd\te\nf')
  })

  test('has a newline for every line end', () => {
    expect(cleanText('a\r\nb\rc\u2028d\u0085e')).toBe('a\nb\nc\nd\ne')
  })

  test('shows characters that reorder the text', () => {
    expect(cleanText('invoice\u202efdp.exe\u2066')).toBe('invoice[U+202E]fdp.exe[U+2066]')
  })

  test('replaces half a character and keeps whole ones', () => {
    expect(cleanText('a\ud83d b\ude00 😀')).toBe('a\ufffd b\ufffd 😀')
  })

  test('is well-formed and free of control characters, whatever the text', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex -- what must be gone
        expect(cleanText(text)).not.toMatch(/[\0-\u0008\u000b-\u001f\u007f-\u009f]|\p{Surrogate}/u)
      }),
    )
  })

  test('does not change when it is cleaned again', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        const clean = cleanText(text)

        expect(cleanText(clean)).toBe(clean)
      }),
    )
  })
})

describe('a cut', () => {
  const family = '👨‍👩‍👧'

  test('leaves a text that fits', () => {
    expect(ellipsize('abc', 3)).toBe('abc')
  })

  test('is marked, within the limit', () => {
    expect(ellipsize('abcdefgh', 6)).toBe('abc...')
  })

  test('is before a grapheme rather than inside', () => {
    expect(headOf(`ab${family}c`, 5)).toBe('ab')
    expect(headOf('e\u0301x', 1)).toBe('e')
  })

  test('is before an entity rather than inside', () => {
    expect(headOf('ab&lt;c', 4)).toBe('ab')
    expect(headOf('ab&lt;c', 6)).toBe('ab&lt;')
  })

  test('keeps an ampersand that begins no entity', () => {
    expect(headOf('a & b', 4)).toBe('a & ')
  })

  test('is inside a grapheme that has no end', () => {
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
})

test('joins as many whole parts as fit', () => {
  expect(joinTexts(['aa', '', 'bbbb', 'c'], ' ', 5)).toBe('aa c')
})

describe('sanitized text', () => {
  test('has no quotes of both kinds, and keeps what only looks like one', () => {
    expect(sanitizeText(`"it's" \`fine\` “so”`)).toBe('its `fine` “so”')
  })

  test('has a backslash and an n for a newline', () => {
    expect(sanitizeText('a\nb\n')).toBe('a\\nb\\n')
  })

  test('has one newline for each line end of Windows and old systems', () => {
    expect(sanitizeText('a\r\nb\rc\u2028d')).toBe('a\\nb\\nc\\nd')
  })

  test('has no newlines where none are allowed', () => {
    expect(sanitizeText('a\r\nb\n\nc', { allowNewlines: false })).toBe('abc')
  })

  test('keeps an escaped newline that was there before', () => {
    expect(sanitizeText('a\\nb')).toBe('a\\nb')
  })

  test.each([
    [42, '42'],
    [10n, '10'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [new TypeError("can't"), 'TypeError: cant'],
    [new URL('https://a.example/b'), 'https://a.example/b'],
    [{ id: 'a' }, '{ id: a }'],
    [[1, 'b'], '[ 1, b ]'],
    [Object.create(null), '[Object: null prototype] {}'],
  ])('is the text of %s', (value, text) => {
    expect(sanitizeText(value)).toBe(text)
  })

  test('survives values whose own code fails', () => {
    const failing = {
      toString() {
        throw new Error('no')
      },
    }
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()

    expect(sanitizeText(failing)).toBe('{ toString: [Function: toString] }')
    expect(sanitizeText(proxy)).toBe('<Revoked Proxy>')
  })

  test('survives an object that returns no text as its text', () => {
    expect(sanitizeText({ toString: () => ({}), valueOf: () => ({}) })).toContain('toString')
  })

  test('shows a cycle instead of following it', () => {
    const value: Record<string, unknown> = { a: 1 }
    value['self'] = value

    expect(sanitizeText(value)).toBe('<ref *1> { a: 1, self: [Circular *1] }')
  })
})
