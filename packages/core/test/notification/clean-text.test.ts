import { assert, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { cleanText } from '../../src/notification/text.ts'

test('takes out colours and other codes for terminals', () => {
  expect(cleanText('\u001b[1;31mfailed\u001b[0m \u001b[2K\u009b32mok')).toBe('failed ok')
})

test('keeps the text of a terminal link', () => {
  expect(cleanText('\u001b]8;;https://a.example\u0007here\u001b]8;;\u001b\\')).toBe('here')
})

test('hides nothing behind a code that never ends', () => {
  expect(cleanText('\u001b]0;the rest')).toBe('0;the rest')
})

test('takes out control characters but tabs and newlines', () => {
  expect(cleanText('a\u0000b\u0007c\u007fd\te\nf')).toBe('abcd\te\nf')
})

test('writes every line end as a newline', () => {
  expect(cleanText('a\r\nb\rc\u2028d\u0085e')).toBe('a\nb\nc\nd\ne')
})

test('shows characters that reorder the text', () => {
  expect(cleanText('invoice\u202efdp.exe\u2066')).toBe('invoice[U+202E]fdp.exe[U+2066]')
})

test('replaces half a character and keeps whole ones', () => {
  expect(cleanText('a\ud83d b\ude00 😀')).toBe('a\ufffd b\ufffd 😀')
})

test('yields well-formed text without control characters, whatever the text', () => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      // oxlint-disable-next-line no-control-regex -- what must be gone
      expect(cleanText(text)).not.toMatch(/[\0-\u0008\u000b-\u001f\u007f-\u009f]|\p{Surrogate}/u)
    }),
  )
})

test('changes nothing when it is applied again', () => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      const clean = cleanText(text)

      expect(cleanText(clean)).toBe(clean)
    }),
  )
})
