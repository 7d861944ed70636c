import { expect, test } from 'vitest'
import type { AlertPolicy } from '../../src/index.ts'
import { minute, PolicyRun } from '../incident/policies/policy-run.ts'
import { describePolicy } from './policy.ts'

/** A policy as an application may have it: alerts when a problem occurred, and again while it does, once an hour. */
const hourly: AlertPolicy = {
  keepsLiveRoot: true,
  onOccurrence({ alerts, isFatal }, { now }) {
    if (alerts.last === undefined) return { action: 'alert', reason: isFatal ? 'fatal' : 'new' }
    return now - alerts.last.at >= 60 * minute ? { action: 'alert', reason: 'reminder' } : undefined
  },
  onTick({ lastSeen, state }, now) {
    if (state !== 'active' || now - lastSeen < 30 * minute) return undefined
    return { action: 'note', note: { kind: 'quiet' } }
  },
  nextTickAt: ({ lastSeen, state }) =>
    state === 'active' ? lastSeen + 30 * minute : Number.POSITIVE_INFINITY,
}

describePolicy('a policy of an application', () => hourly)

test('a policy of an application decides alone', () => {
  const run = new PolicyRun(hourly)

  for (let passed = 0; passed < 150; passed += 1) {
    run.occur(10)
    run.pass(minute)
  }
  run.pass(60 * minute)

  expect(run.taken()).toEqual(['alert new', 'alert reminder', 'alert reminder', 'note quiet'])
})
