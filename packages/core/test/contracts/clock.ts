import { describe, expect, test } from 'vitest'
import type { Clock } from '../../src/index.ts'

/** A clock, and a way to let its time pass. */
export interface ClockSetup {
  readonly clock: Clock
  readonly pass: (ms: number) => Promise<void>
}

/**
 * What the clock of a sink's environment must do.
 *
 * @example
 * describeClock('createVirtualClock', () => {
 *   const clock = createVirtualClock()
 *   return { clock, pass: (ms) => clock.advance(ms) }
 * })
 */
export function describeClock(name: string, create: () => ClockSetup): void {
  describe(`${name} as a clock`, () => {
    test('is at a time since 1970, and moves on with time', async () => {
      const { clock, pass } = create()
      const startedAt = clock.now()

      await pass(1500)

      expect(new Date(startedAt).getUTCFullYear()).toBeGreaterThan(2000)
      expect(clock.now() - startedAt).toBe(1500)
    })

    test('has a monotonic time that moves on in the same way, if any', async () => {
      const { clock, pass } = create()
      const startedAt = clock.monotonic?.() ?? clock.now()

      await pass(1500)

      expect((clock.monotonic?.() ?? clock.now()) - startedAt).toBeCloseTo(1500)
    })

    test('calls back once, when the delay is over', async () => {
      const { clock, pass } = create()
      const startedAt = clock.now()
      const calledAfter: number[] = []
      clock.setTimer(() => calledAfter.push(clock.now() - startedAt), 1000)

      await pass(999)
      expect(calledAfter).toEqual([])
      await pass(1)
      await pass(5000)

      expect(calledAfter).toEqual([1000])
    })

    test.each([0, -1000])(
      'calls back later in any case, with a delay of %i ms too',
      async (delayMs) => {
        const { clock, pass } = create()
        let calls = 0
        clock.setTimer(() => (calls += 1), delayMs)

        expect(calls).toBe(0)
        await pass(1)
        expect(calls).toBe(1)
      },
    )

    test('calls back in the order of time, and of the same time in the order of setting', async () => {
      const { clock, pass } = create()
      const called: string[] = []
      clock.setTimer(() => called.push('late'), 2000)
      clock.setTimer(() => called.push('first'), 1000)
      clock.setTimer(() => called.push('second'), 1000)

      await pass(2000)

      expect(called).toEqual(['first', 'second', 'late'])
    })

    test('a timer may set the next one', async () => {
      const { clock, pass } = create()
      let calls = 0
      const again = (): void => {
        calls += 1
        clock.setTimer(again, 1000)
      }
      again()

      await pass(5000)

      expect(calls).toBe(6)
    })

    test('a cancelled timer does not call back, and may be cancelled at any time', async () => {
      const { clock, pass } = create()
      let calls = 0
      const cancelled = clock.setTimer(() => (calls += 1), 1000)
      const over = clock.setTimer(() => undefined, 500)
      await pass(600)

      cancelled.cancel()
      cancelled.cancel()
      over.cancel()
      await pass(5000)

      expect(calls).toBe(0)
    })
  })
}
