import { describe, expect, test } from 'vitest'
import { createWindowLimiter, createWindowPolicy } from '../../../src/incident/policies/window.ts'
import { describePolicy } from '../../contracts/policy.ts'
import { minute, PolicyRun } from './policy-run.ts'

const createPolicy = () => createWindowPolicy({ limit: 3, windowMs: 10 * minute })

describePolicy('createWindowPolicy', createPolicy)

describe('the window policy', () => {
  test.each([
    [false, 'alert new'],
    [true, 'alert fatal'],
  ])('gives the reason of the first alert; fatal %j: %s', (isFatal, decision) => {
    const run = new PolicyRun(createPolicy())

    run.occur(1, { isFatal })

    expect(run.taken()).toEqual([decision])
  })

  test('alerts for the first occurrences of a window, and notes at its end how many were suppressed', () => {
    const run = new PolicyRun(createPolicy())

    run.occur(20)
    run.pass(10 * minute)
    expect(run.taken()).toEqual(['alert new', 'alert repeat', 'alert repeat', 'note suppressed'])
    run.occur()
    run.pass(10 * minute)

    expect(run.taken()).toEqual(['alert repeat'])
  })
})

describe('a window limiter', () => {
  test('admits the first occurrences of a key and no more', () => {
    const limiter = createWindowLimiter({ limit: 3, windowMs: 1000 })

    const admitted = [0, 1, 2, 3, 4].map((now) => limiter.admit('a', now))

    expect(admitted).toEqual([true, true, true, false, false])
  })

  test('counts each key separately', () => {
    const limiter = createWindowLimiter({ limit: 1, windowMs: 1000 })

    expect([limiter.admit('a', 0), limiter.admit('b', 0), limiter.admit('a', 1)]).toEqual([
      true,
      true,
      false,
    ])
  })

  test('an admitted occurrence renews the expiry of its key', () => {
    const limiter = createWindowLimiter({ limit: 2, windowMs: 1000 })

    expect(limiter.admit('a', 0)).toBe(true)
    expect(limiter.admit('a', 900)).toBe(true)
    expect(limiter.admit('a', 1899)).toBe(false)
    expect(limiter.admit('a', 1900)).toBe(true)
  })

  test('an occurrence that is not admitted does not renew it', () => {
    const limiter = createWindowLimiter({ limit: 1, windowMs: 1000 })
    limiter.admit('a', 0)

    expect(limiter.admit('a', 999)).toBe(false)
    expect(limiter.admit('a', 1000)).toBe(true)
  })

  test('evicts the least recently seen keys', () => {
    const limiter = createWindowLimiter({ limit: 1, windowMs: 1000, maxKeys: 2 })
    for (const key of ['a', 'b', 'a', 'c']) limiter.admit(key, 0)

    expect(limiter.admit('a', 1)).toBe(false)
    expect(limiter.admit('b', 1)).toBe(true)
  })

  test.each([
    [{ limit: 0, windowMs: 1 }, 'Expected `limit` to be a number from 1 up, got 0'],
    [{ limit: 1, windowMs: Number.NaN }, 'Expected `windowMs` to be a number from 1 up, got NaN'],
    [{ limit: 1, windowMs: 1, maxKeys: 0 }, 'Expected `maxKeys` to be a number from 1 up, got 0'],
  ])('throws for %j', (options, message) => {
    expect(() => createWindowLimiter(options)).toThrow(new TypeError(message))
  })
})
