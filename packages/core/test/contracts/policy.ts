import { describe, expect, test } from 'vitest'
import type { AlertPolicy } from '../../src/index.ts'
import { PolicyRun, minute } from '../incident/policies/policy-run.ts'

/**
 * What every alert policy must do. Each test creates a policy of its own and passes it frozen incidents, so that a policy that changes
 * one throws.
 *
 * @example
 * describePolicy('every tenth', () => ({
 *   keepsLiveRoot: true,
 *   onOccurrence: ({ count }) => (count % 10 === 1 ? { action: 'alert', reason: 'repeat' } : undefined),
 * }))
 */
export function describePolicy(name: string, create: () => AlertPolicy): void {
  describe(`${name} as an alert policy`, () => {
    test('alerts for the first occurrence', () => {
      expect(new PolicyRun(create()).count()).toMatchObject({ action: 'alert' })
      expect(new PolicyRun(create()).count({ isFatal: true })).toMatchObject({ action: 'alert' })
    })

    test('answers the same for the same incident and time', () => {
      for (const { policy, observed, now } of historyOf(create())) {
        const occurrence = { now, isFatal: false, host: undefined, release: undefined }
        const ask = () => [
          policy.onOccurrence(observed, occurrence),
          policy.onTick?.(observed, now),
          policy.nextTickAt?.(observed, now),
          policy.nextMilestone?.(observed),
        ]

        expect(ask()).toEqual(ask())
      }
    })

    test('asks for its next tick in the future, unless it has a decision to make', () => {
      for (const run of historyOf(create())) {
        expect(run.tick() !== undefined || run.nextTickAt() > run.now).toBe(true)
      }
    })

    test('has nothing more to decide when its decisions were applied', () => {
      for (const run of historyOf(create())) {
        run.pass(0)

        expect(run.tick()).toBeUndefined()
        expect(run.nextTickAt()).toBeGreaterThan(run.now)
      }
    })

    test('continues in a later process as it would have in this one', () => {
      const [stayed, restarted] = [new PolicyRun(create()), new PolicyRun(create())]
      for (const run of [stayed, restarted]) {
        run.occur(25)
        run.pass(3 * minute)
        run.taken()
      }
      restarted.restart()

      for (const run of [stayed, restarted]) {
        run.occur(100)
        run.pass(40 * minute)
        run.occur()
      }

      expect(restarted.taken()).toEqual(stayed.taken())
      expect(restarted.nextTickAt()).toBe(stayed.nextTickAt())
    })
  })
}

/** An incident at many moments of a long and uneven history. */
function* historyOf(policy: AlertPolicy): Generator<PolicyRun> {
  const run = new PolicyRun(policy)
  for (let step = 0; step < 300; step += 1) {
    run.occur(1 + (step % 7), { isFatal: step % 90 === 89, release: `1.${Math.floor(step / 100)}` })
    yield run
    run.pass((step % 50) * minute)
    yield run
  }
}
