import { describe, expect, test } from 'vitest'
import { createIncident } from '../../../src/incident/incident.ts'
import { restoreIncident, takeSnapshot } from '../../../src/incident/snapshot.ts'
import { hour, minute } from '../policies/policy-run.ts'
import { IncidentRun } from './incident-run.ts'

const day = 24 * hour
const done = { status: 'done' }
const refused = (reason: string) => ({ status: 'refused', reason })

describe('a resolved problem', () => {
  test('is edited and noted in its thread, whatever its state was', () => {
    const run = new IncidentRun()

    expect(run.act('resolve')).toEqual(done)

    expect(run.incident.state).toBe('resolved')
    expect(run.shown).toEqual(['action', 'root'])
  })

  test('stays so while a known release still has it, for 10 minutes', () => {
    const run = new IncidentRun()
    run.act('resolve')
    run.shown.length = 0

    run.pass(9 * minute)
    run.occur()

    expect(run.incident.state).toBe('resolved')
    expect(run.incident.count).toBe(2)
    expect(run.incident.triage?.resolution?.stillFrom).toBe('v1')
    expect(run.shown).toEqual([])
  })

  test('is active again, quietly, when a known release has it later', () => {
    const run = new IncidentRun()
    run.act('resolve')
    run.shown.length = 0

    run.pass(11 * minute)
    run.occur()

    expect(run.incident.state).toBe('active')
    expect(run.shown).toEqual(['back'])
  })

  test('notifies as a regression when another release has it, at any time', () => {
    const run = new IncidentRun()
    run.act('resolve')
    run.shown.length = 0

    run.occur({ release: 'v2' })

    expect(run.incident.state).toBe('active')
    expect(run.incident.triage?.resolution).toBeUndefined()
    expect(run.shown).toEqual(['alert regression'])
  })

  test('knows the release of the process, which may not have it any more', () => {
    const run = new IncidentRun({ release: 'v3' })
    run.occur({ release: 'v2' })
    run.act('resolve')
    run.shown.length = 0

    run.occur({ release: 'v3' })

    expect(run.incident.state).toBe('resolved')
  })

  test('notifies as a regression where no release is known', () => {
    const run = new IncidentRun({ release: '' })
    run.act('resolve')
    run.shown.length = 0

    run.occur({ release: '' })

    expect(run.incident.state).toBe('active')
    expect(run.shown).toEqual(['alert regression'])
  })

  test('notifies at its first fatal occurrence', () => {
    const run = new IncidentRun()
    run.act('resolve')
    run.shown.length = 0

    run.occur({ isFatal: true })

    expect(run.incident.state).toBe('active')
    expect(run.shown).toEqual(['alert fatal'])
  })

  test('is active again when somebody reopens it', () => {
    const run = new IncidentRun()
    run.act('resolve')

    expect(run.act('reopen')).toEqual(done)

    expect(run.incident.state).toBe('active')
    expect(run.incident.triage?.resolution).toBeUndefined()
  })

  test('is quiet when somebody reopens it long after its last occurrence', () => {
    const run = new IncidentRun()
    run.act('resolve')
    run.pass(2 * hour)

    run.act('reopen')

    expect(run.incident.state).toBe('quiet')
  })
})

describe('a muted problem', () => {
  test('is only counted', () => {
    const run = new IncidentRun()
    run.act('mute')
    run.shown.length = 0

    run.occur({ times: 5000 })
    run.pass(2 * day)
    run.occur({ release: 'v2' })

    expect(run.incident.state).toBe('muted')
    expect(run.incident.count).toBe(5002)
    expect(run.shown).toEqual([])
  })

  test('notifies once at its first fatal occurrence, and stays muted', () => {
    const run = new IncidentRun()
    run.act('mute')
    run.shown.length = 0

    run.occur({ isFatal: true, times: 3 })

    expect(run.incident.state).toBe('muted')
    expect(run.shown).toEqual(['alert fatal'])
  })

  test('is active again after its time, with what was missed, and its milestones are over', () => {
    const run = new IncidentRun()
    run.act('mute', { until: { time: run.now + hour } })
    run.occur({ times: 400 })
    run.pass(59 * minute)
    run.occur({ times: 12 })
    run.shown.length = 0

    run.pass(minute)
    run.occur()

    expect(run.incident.state).toBe('active')
    expect(run.incident.triage?.mute).toBeUndefined()
    expect(run.shown).toEqual(['unmuted 412'])
  })

  test('is quiet after its time if it did not occur for long', () => {
    const run = new IncidentRun()
    run.act('mute', { until: { time: run.now + hour } })
    run.shown.length = 0

    run.pass(61 * minute)

    expect(run.incident.state).toBe('quiet')
    expect(run.shown).toEqual(['unmuted 0'])
  })

  test('is active again with another release, and with that alone', () => {
    const run = new IncidentRun()
    run.act('mute', { until: { nextRelease: true } })
    run.shown.length = 0

    run.occur()
    expect(run.incident.state).toBe('muted')
    run.occur({ release: 'v2' })

    expect(run.incident.state).toBe('active')
    expect(run.shown).toEqual(['unmuted 2'])
  })

  test('notifies after so many further occurrences', () => {
    const run = new IncidentRun()
    run.act('mute', { until: { count: 10 } })
    run.shown.length = 0

    run.occur({ times: 9 })
    expect(run.shown).toEqual([])
    run.occur({ times: 2 })

    expect(run.incident.state).toBe('active')
    expect(run.shown).toEqual(['unmuted 10', 'alert milestone'])
  })

  test('is active again when somebody unmutes it', () => {
    const run = new IncidentRun()
    run.act('mute')
    run.occur({ times: 3 })

    expect(run.act('unmute')).toEqual(done)

    expect(run.incident.state).toBe('active')
  })

  test('is resolved when somebody resolves it, and muted when somebody mutes what is resolved', () => {
    const run = new IncidentRun()
    run.act('mute')

    run.act('resolve')
    expect([run.incident.state, run.incident.triage?.mute]).toEqual(['resolved', undefined])
    run.act('mute')

    expect([run.incident.state, run.incident.triage?.resolution]).toEqual(['muted', undefined])
  })

  test('gets another end when somebody mutes it anew', () => {
    const run = new IncidentRun()
    run.act('mute', { until: { time: run.now + hour } })

    expect(run.act('mute', { until: { time: run.now + day } })).toEqual(done)
    run.pass(2 * hour)

    expect(run.incident.state).toBe('muted')
  })
})

describe('a problem that somebody has taken', () => {
  test('keeps its state', () => {
    const run = new IncidentRun()

    run.act('take')

    expect(run.incident.state).toBe('active')
    expect(run.incident.triage?.assignee).toEqual({ user: 'U1', name: 'Jane' })
  })

  test('gets no reminder for 24 hours', () => {
    const run = new IncidentRun()
    const reminders = () => run.shown.filter((shown) => shown === 'alert reminder').length
    run.pass(hour)
    run.act('take')

    const counts = [24, 5].map((hours) => {
      for (let passed = 0; passed < hours * 6; passed += 1) {
        run.pass(10 * minute)
        run.occur()
      }
      return reminders()
    })

    expect(counts).toEqual([0, 1])
  })

  test('is free when somebody releases it', () => {
    const run = new IncidentRun()
    run.act('take')

    expect(run.act('release')).toEqual(done)

    expect(run.incident.triage?.assignee).toBeUndefined()
  })

  test('changes hands when somebody else takes it', () => {
    const run = new IncidentRun()
    run.act('take')

    run.act('take', { by: { user: 'U2', via: 'reaction' } })

    expect(run.incident.triage?.assignee).toEqual({ user: 'U2' })
    expect(run.shown.filter((shown) => shown === 'action')).toHaveLength(2)
  })
})

describe('an action', () => {
  test.each([
    ['resolve', ['resolve']],
    ['reopen', []],
    ['mute', ['mute']],
    ['unmute', []],
    ['take', ['take']],
    ['release', []],
  ] as const)('%s is refused where things are so already', (kind, before) => {
    const run = new IncidentRun()
    for (const each of before) run.act(each)
    run.shown.length = 0

    expect(run.act(kind)).toEqual(refused('already'))
    expect(run.shown).toEqual([])
  })

  test('that arrives again changes nothing', () => {
    const run = new IncidentRun()
    run.act('resolve', { id: 'a click' })
    run.act('reopen')
    run.shown.length = 0

    expect(run.act('resolve', { id: 'a click' })).toEqual(done)

    expect(run.incident.state).toBe('active')
    expect(run.shown).toEqual([])
  })

  test('of two people at once is applied in the order of arrival, with a line for each', () => {
    const run = new IncidentRun()

    run.act('resolve')
    run.act('mute', { by: { user: 'U2', via: 'reaction' } })

    expect(run.incident.state).toBe('muted')
    expect(run.incident.triage?.audit.map(({ kind, by }) => [kind, by.user])).toEqual([
      ['resolve', 'U1'],
      ['mute', 'U2'],
    ])
    expect(run.shown.filter((shown) => shown === 'action')).toHaveLength(2)
  })

  test('finds the problem by its message', () => {
    const run = new IncidentRun()
    const { target: _, ...action } = { target: undefined, ref: 'C1/1.2' }

    expect(
      run.incidents.act(
        { id: 'r', kind: 'take', at: run.now, by: { user: 'U1', via: 'reaction' }, ...action },
        run.now,
      ),
    ).toEqual(done)
  })

  test('for another fleet, or for a problem that is not kept, is refused', () => {
    const run = new IncidentRun()

    expect(run.act('take', { target: { owner: 'another', key: 'x' } })).toEqual(refused('unknown'))
    expect(run.act('take', { target: { owner: '0123456789abcdef', key: 'x' } })).toEqual(
      refused('old'),
    )
  })

  test('is one of the last 20 that are kept', () => {
    const run = new IncidentRun()

    for (let time = 0; time < 15; time += 1) {
      run.act('resolve')
      run.act('reopen')
    }

    expect(run.incident.triage?.audit).toHaveLength(20)
  })

  test('of a clock that is ahead does not keep a problem resolved for longer', () => {
    const run = new IncidentRun()
    run.act('resolve', { at: run.now + day })
    run.shown.length = 0

    run.pass(11 * minute)
    run.occur()

    expect(run.shown).toEqual(['back'])
  })
})

test('what people decided is part of a snapshot', () => {
  const run = new IncidentRun()
  run.act('take')
  run.act('note', { text: 'restart the pool' })
  run.act('mute', { until: { nextRelease: true } })
  const snapshot = takeSnapshot(run.incident, { now: run.now, hasEvent: false, isComplete: true })

  const copy: typeof snapshot = JSON.parse(JSON.stringify(snapshot))
  const restored = restoreIncident(copy, createIncident('g1:charge', run.incident.route, 0).route)

  expect(restored.state).toBe('muted')
  expect(restored.triage).toEqual(run.incident.triage)
})

test('an incident about which people decided something outlives a thousand others', () => {
  const run = new IncidentRun()
  run.act('mute')
  const { incident } = run
  run.shown.length = 0

  for (let index = 0; index < 1200; index += 1) run.occur({ fingerprint: `g1:other${index}` })
  run.occur()

  expect(incident.count).toBe(2)
})
