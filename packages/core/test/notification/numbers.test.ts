import { describe, expect, test } from 'vitest'
import { wordsFor } from '../../src/notification/locale/locale.ts'
import { showCount, showDuration, showRate, sparkline } from '../../src/notification/text.ts'

const words = wordsFor('en')

test.each([
  [0, '0'],
  [999, '999'],
  [1204.4, '1,204'],
  [1_204_000, '1,204,000'],
  [-12_345, '-12,345'],
])('a count of %d is grouped by thousands: %s', (count, text) => {
  expect(showCount(count)).toBe(text)
})

test.each([
  [400, '0 s'],
  [59_000, '59 s'],
  [90_000, '1 min 30 s'],
  [600_000, '10 min'],
  [754_000, '12 min'],
  [5_940_000, '1 h 39 min'],
  [7_200_000, '2 h'],
  [93_600_000, '1 d 2 h'],
  [-5, '0 s'],
])('a duration of %i ms is %s', (durationMs, text) => {
  expect(showDuration(durationMs, words.duration)).toBe(text)
})

test.each([
  [186, 60_000, '3.1/s'],
  [200, 1000, '200/s'],
  [60, 300_000, '12/min'],
  [2, 300_000, '24/h'],
  [3, 0, '3/s'],
])('%i in %i ms are %s', (count, spanMs, text) => {
  expect(showRate(count, spanMs, words)).toBe(text)
})

/** Sixty minutes that end in these. */
function hour(...latest: readonly number[]): readonly number[] {
  return [...Array.from({ length: 60 - latest.length }, () => 0), ...latest]
}

describe('the row of bars', () => {
  test('begins with the first minute in which something happened', () => {
    expect(sparkline(hour(1, 4, 8))).toBe('▂▅█')
  })

  test('shows minutes of silence at the bottom', () => {
    expect(sparkline(hour(8, 0, 8))).toBe('█▁█')
  })

  test('puts minutes together to fit a phone', () => {
    expect(sparkline(Array.from({ length: 60 }, () => 1))).toBe('████████████')
  })

  test('is left out where there is nothing to compare', () => {
    expect(sparkline(hour(7))).toBe('')
    expect(sparkline(hour())).toBe('')
  })
})
