import { describe, expect, test } from 'vitest'
import { sparkline } from '../../src/notification/numbers.ts'

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
