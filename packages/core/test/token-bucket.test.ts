import { expect, test } from 'vitest'
import { TokenBucket } from '../src/clock.ts'

test('lets a burst through, then one per interval', () => {
  const bucket = new TokenBucket({ burst: 3, everyMs: 1000 }, 0)
  for (let sent = 0; sent < 3; sent += 1) {
    expect(bucket.waitMs(0)).toBe(0)
    bucket.take(0)
  }

  expect(bucket.waitMs(0)).toBe(1000)
  expect(bucket.waitMs(999)).toBe(1)
  expect(bucket.waitMs(1000)).toBe(0)
})

test('saves up no more than its burst', () => {
  const bucket = new TokenBucket({ burst: 2, everyMs: 1000 }, 0)
  bucket.take(3_600_000)
  bucket.take(3_600_000)

  expect(bucket.waitMs(3_600_000)).toBe(1000)
})

test('a clock that goes back grants nothing', () => {
  const bucket = new TokenBucket({ burst: 1, everyMs: 1000 }, 10_000)
  bucket.take(10_000)

  expect(bucket.waitMs(0)).toBe(1000)
  expect(bucket.waitMs(1000)).toBe(0)
})
