import { expect, test } from 'vitest'
import { Incidents, type RoutedOccurrence } from '../../src/incident/incidents.ts'
import { createIncident } from '../../src/incident/incident.ts'
import { milestonePolicy } from '../../src/incident/policies/milestone.ts'
import type { AlertPolicy } from '../../src/incident/policies/policy.ts'
import { createWindowPolicy } from '../../src/incident/policies/window.ts'
import { takeSnapshot } from '../../src/incident/snapshot.ts'
import { hour, minute, routeWith, start } from './policies/policy-run.ts'

function setUp(policy: AlertPolicy) {
  const calls: string[] = []
  const incidents = new Incidents({
    openThread: () => ({
      notify: ({ reason }) => void calls.push(`alert ${reason}`),
      note: ({ kind }) => void calls.push(`note ${kind}`),
      count: () => void calls.push('changed'),
      resume: () => undefined,
      edit: () => undefined,
      update: () => undefined,
      position: undefined,
      root: undefined,
    }),
    openStorm: () => expect.unreachable('one problem is no storm'),
    routes: {
      to: () => routeWith(policy),
      like: () => routeWith(policy),
      default: routeWith(policy),
    },
    toWall: (time) => time,
    actions: {
      owner: undefined,
      release: undefined,
      fromWall: (time) => time,
      redact: (text) => text,
    },
    onUnknown: () => void calls.push('unknown'),
    isIdle: () => true,
    journal: undefined,
  })
  const occurrence = (now: number): RoutedOccurrence => ({
    now,
    fingerprint: 'g1:test',
    route: routeWith(policy),
    isFatal: false,
    host: undefined,
    release: undefined,
    keep: () => ({ event: undefined as never }),
    variation: () => '',
    place: () => undefined,
  })
  return { incidents, occurrence, calls }
}

test('asks for what an earlier process knew before an incident is created, and then alerts', () => {
  const { incidents, occurrence, calls } = setUp({
    keepsLiveRoot: true,
    onOccurrence: ({ count }) => (count === 1 ? { action: 'alert', reason: 'new' } : undefined),
  })

  expect(incidents.take(occurrence(start))).toBe(true)
  expect(incidents.take(occurrence(start))).toBe(false)

  expect(calls).toEqual(['unknown', 'alert new', 'changed'])
})

test('a policy that decides in every tick does not block the process', () => {
  const { incidents, occurrence, calls } = setUp({
    keepsLiveRoot: true,
    onOccurrence: () => ({ action: 'alert', reason: 'new' }),
    onTick: () => ({ action: 'note', note: { kind: 'count' } }),
  })
  incidents.take(occurrence(start))

  incidents.tick(start)

  expect(calls.filter((call) => call === 'note count')).toHaveLength(10)
})

test('is due when a policy wants its next tick', () => {
  const { incidents, occurrence } = setUp({
    keepsLiveRoot: true,
    onOccurrence: () => ({ action: 'alert', reason: 'new' }),
    nextTickAt: () => start + 5000,
  })

  incidents.take(occurrence(start))

  expect(incidents.dueAt).toBe(start + 5000)
})

test.each<[string, AlertPolicy]>([
  ['milestonePolicy', milestonePolicy],
  [
    'createWindowPolicy',
    { ...createWindowPolicy({ limit: 3, windowMs: 10 * minute }), keepsLiveRoot: true },
  ],
  [
    'a policy that always alerts',
    { keepsLiveRoot: true, onOccurrence: () => ({ action: 'alert', reason: 'repeat' }) },
  ],
])('a muted incident does not alert under %s', (_name, policy) => {
  const { incidents, occurrence, calls } = setUp(policy)
  const muted = createIncident('g1:test', routeWith(policy), start)
  muted.alerts.last = { reason: 'new', at: start, count: 1, previousCount: 0 }
  muted.state = 'muted'
  const snapshot = {
    ...takeSnapshot(muted, { now: start, hasEvent: true, isComplete: true }),
    root: { ref: 'C1/1', unshown: 0 },
  }
  incidents.adoption.absorb([snapshot], start)

  for (let time = 0; time < 1000; time += 1) incidents.take(occurrence(start + 1000))
  incidents.tick(start + 48 * hour)
  incidents.take(occurrence(start + 48 * hour))

  expect(new Set(calls)).toEqual(new Set(['changed']))
  expect(incidents.dueAt).toBe(Number.POSITIVE_INFINITY)
})
