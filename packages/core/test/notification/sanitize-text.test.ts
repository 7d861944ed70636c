import { expect, test } from 'vitest'
import { sanitizeText } from '../../src/notification/text.ts'

test('removes both kinds of quotes and nothing else that looks like one', () => {
  expect(sanitizeText(`"it's" \`fine\` “so”`)).toBe('its `fine` “so”')
})

test('writes a newline as a backslash and an n', () => {
  expect(sanitizeText('a\nb\n')).toBe('a\\nb\\n')
})

test('writes the line ends of Windows and old systems as one newline each', () => {
  expect(sanitizeText('a\r\nb\rc\u2028d')).toBe('a\\nb\\nc\\nd')
})

test('removes newlines where none are allowed', () => {
  expect(sanitizeText('a\r\nb\n\nc', { allowNewlines: false })).toBe('abc')
})

test('leaves an escaped newline that was there before', () => {
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
])('takes the text of %s', (value, text) => {
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
