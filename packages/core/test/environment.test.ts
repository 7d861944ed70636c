import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { resolveEnvironment } from '../src/environment.ts'
import { describeClock } from './contracts/clock.ts'

describe('with fake timers', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  describeClock("the system's clock", () => ({
    clock: resolveEnvironment().clock,
    pass: async (ms) => void (await vi.advanceTimersByTimeAsync(ms)),
  }))
})

test("timers of the system's clock keep no process alive unless they are asked to", () => {
  const before = countTimersAlive()

  const timer = resolveEnvironment().clock.setTimer(() => undefined, 60_000)
  expect(countTimersAlive()).toBe(before)
  timer.ref?.()
  expect(countTimersAlive()).toBe(before + 1)
  timer.cancel()

  expect(countTimersAlive()).toBe(before)
})

/** Those that keep the process alive. */
function countTimersAlive(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}
