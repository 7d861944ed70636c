import { expect, test } from 'vitest'
import { backoffMs } from '../../src/delivery/reaction.ts'

test('doubles from one second to thirty', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map((attempts) => backoffMs(attempts, 1))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ])
})

test('spreads over the upper half of the wait', () => {
  expect([0, 0.5, 1].map((random) => backoffMs(1, random))).toEqual([500, 750, 1000])
})
