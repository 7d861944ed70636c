import { array, assert, integer, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { splitText } from '../../../src/slack/blocks/thread.ts'

test('leaves a text that fits in one piece', () => {
  expect(splitText('a\nb', 3)).toEqual(['a\nb'])
})

test('cuts at the last line end that fits', () => {
  expect(splitText('aa\nbb\ncc', 6)).toEqual(['aa\nbb', 'cc'])
})

test('lets a line end stand just behind a full piece', () => {
  expect(splitText('aaa\nbbb', 3)).toEqual(['aaa', 'bbb'])
})

test('cuts only a line that is longer than a piece, and not inside a character', () => {
  expect(splitText('a😀b😀', 2)).toEqual(['a', '😀', 'b', '😀'])
})

test('makes no blank pieces', () => {
  expect(splitText('\n\n\n \n', 2)).toEqual([])
  expect(splitText('')).toEqual([])
})

test('loses no line of any text', () => {
  const lines = array(string({ minLength: 1, maxLength: 12 }).filter((line) => line.trim() !== ''))

  assert(
    property(lines, integer({ min: 12, max: 40 }), (given, max) => {
      const pieces = splitText(given.join('\n'), max)

      expect(pieces.join('\n')).toBe(given.join('\n'))
      expect(pieces.every((piece) => piece.length <= max)).toBe(true)
    }),
  )
})
