import { describe, expect, test } from 'vitest'
import type { IncidentView } from '../../src/incident/incident.ts'
import type { NotificationSettings } from '../../src/notification/notification.ts'
import { buildState, type CourseChange } from '../../src/notification/state.ts'
import { eventWith, repeatedOrder, settings, time, viewOf } from './samples.ts'

const inThread = { isBroadcast: false, mentions: [] }
const order =
  "TypeError: Cannot read properties of undefined (reading 'id') ← connect ECONNREFUSED 10.0.0.5:5432 · POST /orders/:id"

function lineOf(
  change: Omit<CourseChange, 'at'>,
  given: Partial<IncidentView> = {},
  locale: NotificationSettings['locale'] = 'en',
): string {
  const view = { ...repeatedOrder, ...given }
  return buildState(view, { ...change, at: time }, inThread, { ...settings, locale }).line
}

describe('the line', () => {
  test('of a new order of magnitude has the count, the rate and the hosts', () => {
    expect(lineOf({ kind: 'count' })).toBe('×1,204 · 3.3/s · 2 hosts')
  })

  test('does not count a single host', () => {
    expect(lineOf({ kind: 'count' }, { hosts: ['web-3'] })).toBe('×1,204 · 3.3/s')
  })

  test.each([
    ['quiet', 'quiet'],
    ['resolved', 'resolved'],
    ['muted', 'muted'],
    ['reopened', 'reopened'],
  ] as const)('of an incident that is %s is the state alone', (kind, words) => {
    expect(lineOf({ kind })).toBe(words)
  })

  test('of an occurrence after silence has the time of silence', () => {
    expect(lineOf({ kind: 'back', silentMs: 5_940_000 })).toBe('back after 1 h 39 min')
  })

  test('of an occurrence after a silence of unknown length is that of a reopened one', () => {
    expect(lineOf({ kind: 'back' })).toBe('reopened')
  })

  test('of suppressed occurrences has their number', () => {
    expect(lineOf({ kind: 'suppressed', count: 1200 })).toBe('1,200 more, not shown')
  })

  test.each([
    [{ kind: 'back', silentMs: 5_940_000 }, '1시간 39분 만에 재발'],
    [{ kind: 'suppressed', count: 12 }, '12건 더, 표시 안 함'],
    [{ kind: 'quiet' }, '잠잠함'],
  ] as const)('is in Korean for %o', (change, line) => {
    expect(lineOf(change, {}, 'ko')).toBe(line)
  })
})

test('comes with its time and with what it is about, so that it makes sense in the channel', () => {
  const mentions = [{ kind: 'here' }] as const
  const change = { kind: 'count', at: time } as const

  const state = buildState(repeatedOrder, change, { isBroadcast: true, mentions }, settings)

  expect(state).toEqual({
    kind: 'state',
    at: time,
    line: '×1,204 · 3.3/s · 2 hosts',
    isBroadcast: true,
    look: { emoji: '🔴', color: '#e01e5a' },
    service: 'checkout',
    headline: order,
    why: '1,000 so far · next alert at 10,000',
    mentions: [{ kind: 'here' }],
  })
})

test('has the look of the state once the incident is over', () => {
  const quiet = { ...repeatedOrder, state: 'quiet' } as const

  const state = buildState(quiet, { kind: 'quiet', at: time }, inThread, settings)

  expect(state.look.emoji).toBe('⚪')
})

test('has a headline without an endpoint where no request is known', () => {
  const view = viewOf(eventWith({ message: 'Payment queue is full' }))

  const state = buildState(view, { kind: 'count', at: time }, inThread, settings)

  expect(state.headline).toBe('Payment queue is full')
})

test('cuts the name of the service', () => {
  const service = 'x'.repeat(100)

  const state = buildState(repeatedOrder, { kind: 'quiet', at: time }, inThread, {
    ...settings,
    service,
  })

  expect(state.service).toBe(`${'x'.repeat(57)}...`)
})
