import { describe, expect, test } from 'vitest'
import { guardPolicy } from '../../../src/incident/policies/policy.ts'
import { milestonePolicy } from '../../../src/incident/policies/milestone.ts'
import type { AlertPolicy } from '../../../src/index.ts'
import { describePolicy } from '../../contracts/policy.ts'
import { minute, PolicyRun } from './policy-run.ts'

describePolicy('a guarded policy', () =>
  guardPolicy(milestonePolicy, () => expect.unreachable('it is not broken')),
)

function setUp(broken: object) {
  const errors: string[] = []
  const policy = { ...milestonePolicy, ...broken } as AlertPolicy
  const guarded = guardPolicy(policy, (error) => errors.push(String(error)))
  return { run: new PolicyRun(guarded), errors }
}

describe('a policy that breaks its port', () => {
  test.each<[string, () => unknown]>([
    ['throws', () => JSON.parse('{')],
    ['returns true', () => true],
    ['returns a promise', async () => undefined],
    ['returns another action', () => ({ action: 'tell', reason: 'new' })],
    ['returns another reason', () => ({ action: 'alert', reason: 'because' })],
    ['returns another note', () => ({ action: 'note', note: { kind: 'hello' } })],
  ])('by an `onOccurrence` that %s, is replaced by the default one', (_how, onOccurrence) => {
    const { run, errors } = setUp({ onOccurrence })

    run.occur(10)

    expect(run.taken()).toEqual(['alert new', 'note count'])
    expect(errors).toHaveLength(10)
  })

  test('by an `onTick` that throws, decides nothing', () => {
    const { run, errors } = setUp({ onTick: () => JSON.parse('{') })
    run.occur()

    run.pass(31 * minute)

    expect(run.taken()).toEqual(['alert new'])
    expect(errors).toHaveLength(1)
  })

  test.each([
    ['a time in the past', () => 0, 1000],
    ['no number', () => Number.NaN, Number.POSITIVE_INFINITY],
    ['nothing', () => undefined, Number.POSITIVE_INFINITY],
  ])('by a `nextTickAt` of %s, does not keep the process busy', (_what, nextTickAt, afterMs) => {
    const { run } = setUp({ nextTickAt })
    run.occur()

    expect(run.nextTickAt()).toBe(run.now + afterMs)
  })
})
