import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { resolveEnvironment } from '../src/environment.ts'
import { describeClock } from './contracts/clock.ts'

// Vitest's fake timers are globals, and the system's clock does not take them for the time.
vi.mock('node:timers', () => ({
  setTimeout: (run: () => void, delayMs: number) => setTimeout(run, delayMs),
  setImmediate: (run: () => void) => setImmediate(run),
  clearTimeout: (timeout: NodeJS.Timeout) => clearTimeout(timeout),
}))
vi.mock('node:perf_hooks', () => ({ performance: { now: () => performance.now() } }))

describe('loaded with fake timers', () => {
  let resolve: typeof resolveEnvironment

  beforeEach(async () => {
    vi.useFakeTimers()
    vi.resetModules()
    ;({ resolveEnvironment: resolve } = await import('../src/environment.ts'))
  })
  afterEach(() => void vi.useRealTimers())

  describeClock("the system's clock", () => ({
    clock: resolve().clock,
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

test('a process that may not be asked for, as in Deno without `--allow-run`, is alive', () => {
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('Requires run access'), { name: 'NotCapable' })
  })
  onTestFinished(() => kill.mockRestore())

  expect(resolveEnvironment().process.isAlive(process.ppid)).toBe(true)
})

test('a user that may not be read, as in Deno without `--allow-sys`, is not known', () => {
  const getuid = vi.spyOn(process, 'getuid').mockImplementation(() => {
    throw Object.assign(new Error('Requires sys access to "uid"'), { name: 'NotCapable' })
  })
  onTestFinished(() => getuid.mockRestore())

  expect(resolveEnvironment().process.uid).toBeUndefined()
})
