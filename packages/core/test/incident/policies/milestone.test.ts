import { describe, expect, test } from 'vitest'
import { countOccurrence, createIncident, type Incident } from '../../../src/incident/incident.ts'
import { milestonePolicy } from '../../../src/incident/policies/milestone.ts'
import {
  applyDecision,
  type Decision,
  type RepeatPolicy,
} from '../../../src/incident/policies/policy.ts'
import type { Route } from '../../../src/incident/routes.ts'
import { createWindowPolicy } from '../../../src/incident/policies/window.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const start = Date.UTC(2026, 0, 1)

function routeWith(policy: RepeatPolicy): Route {
  return {
    id: '',
    channel: '#alerts',
    policy,
    holdMs: 0,
    matches: () => true,
    mentions: '',
    loud: 'state',
    minCount: 1,
    withinMs: Number.POSITIVE_INFINITY,
    repeat: { policy: 'milestones', holdMs: 0 },
    continues: false,
  }
}

/** One incident under one policy, its decisions carried out and written down. */
class Watched {
  readonly decisions: string[] = []
  readonly incident: Incident
  now = start
  readonly #policy: RepeatPolicy

  constructor(policy: RepeatPolicy) {
    this.#policy = policy
    this.incident = createIncident('g1:test', routeWith(policy), start)
  }

  occur(times = 1, given: { isFatal?: boolean; release?: string } = {}): void {
    for (let time = 0; time < times; time += 1) {
      countOccurrence(this.incident, {
        now: this.now,
        route: this.incident.route,
        isFatal: given.isFatal ?? false,
        host: undefined,
        release: given.release,
      })
      this.#follow(this.#policy.onOccurrence(this.incident, this.now))
    }
  }

  /** Passes time as the desk does: whatever is due is asked for when it is due. */
  pass(ms: number): void {
    const until = this.now + ms
    for (;;) {
      const dueAt = this.#policy.dueAt(this.incident, this.now)
      if (dueAt > until) break
      this.now = Math.max(this.now, dueAt)
      const decision = this.#policy.onTime(this.incident, this.now)
      if (decision === undefined) break
      this.#follow(decision)
    }
    this.now = until
  }

  /** The decisions since the last time this was asked. */
  taken(): readonly string[] {
    return this.decisions.splice(0)
  }

  #follow(decision: Decision | undefined): void {
    if (decision === undefined) return
    applyDecision(this.incident, decision, this.now)
    const what = decision.action === 'note' ? decision.note.kind : decision.reason
    this.decisions.push(`${decision.action} ${what}`)
  }
}

describe.each([
  ['milestones', () => milestonePolicy],
  ['window', () => createWindowPolicy({ limit: 3, windowMs: 10 * minute })],
] as const)('the %s policy', (_, create) => {
  test('is loud about the first occurrence', () => {
    const watched = new Watched(create())

    watched.occur()

    expect(watched.taken()).toEqual(['alert new'])
  })

  test('calls a fatal first occurrence fatal', () => {
    const watched = new Watched(create())

    watched.occur(1, { isFatal: true })

    expect(watched.taken()).toEqual(['alert fatal'])
  })

  test('says nothing of one that was muted', () => {
    const watched = new Watched(create())
    watched.occur()
    watched.incident.state = 'muted'
    watched.taken()

    watched.occur(1000)
    watched.pass(48 * hour)
    watched.occur()

    expect(watched.taken()).toEqual([])
  })

  test('never wants to be asked for a time that has passed', () => {
    const watched = new Watched(create())
    const late: number[] = []

    for (let time = 0; time < 300; time += 1) {
      watched.occur(1 + (time % 7))
      watched.pass((time % 50) * minute)
      const { incident, now } = watched
      const dueAt = incident.route.policy.dueAt(incident, now)
      if (dueAt <= watched.now) late.push(time)
    }

    expect(late).toEqual([])
  })

  test('decides nothing new when it is asked again', () => {
    const watched = new Watched(create())
    watched.occur(10_000)
    watched.pass(2 * hour)

    expect(watched.incident.route.policy.onTime(watched.incident, watched.now)).toBeUndefined()
  })
})

function told(): Watched {
  const watched = new Watched(milestonePolicy)
  watched.occur()
  watched.taken()
  return watched
}

describe('the milestones policy', () => {
  test('is loud at each order of magnitude', () => {
    const watched = told()

    for (const count of [10, 100, 1000, 10_000]) {
      watched.pass(6 * minute)
      watched.occur(count - watched.incident.count)
    }

    expect(watched.taken()).toEqual(Array.from({ length: 4 }, () => 'alert milestone'))
  })

  test('notes the tenth inside the gap of five minutes, and tells the hundredth at its end, once', () => {
    const watched = told()

    watched.occur(9)
    watched.occur(90)
    watched.occur(900)
    watched.pass(4 * minute + 59 * second)
    expect(watched.taken()).toEqual(['note count', 'defer milestone', 'defer milestone'])
    watched.pass(second)

    expect(watched.taken()).toEqual(['alert milestone'])
    expect(watched.incident.alerts.last?.count).toBe(1000)
  })

  test('says after half an hour that it is quiet, and how long it was when it is back', () => {
    const watched = told()

    watched.pass(30 * minute)
    expect(watched.taken()).toEqual(['note quiet'])
    expect(watched.incident.state).toBe('quiet')
    watched.pass(hour)
    watched.occur()

    expect(watched.taken()).toEqual(['note back'])
    expect(watched.incident.state).toBe('active')
  })

  test('is loud when it is back after a day', () => {
    const watched = told()
    watched.pass(24 * hour)
    watched.taken()

    watched.occur()

    expect(watched.taken()).toEqual(['alert regression'])
    expect(watched.incident.alerts.last?.silentMs).toBe(24 * hour)
  })

  test('is loud when it is back in a new release', () => {
    const watched = new Watched(milestonePolicy)
    watched.occur(1, { release: '1.0.0' })
    watched.pass(hour)
    watched.taken()

    watched.occur(1, { release: '1.0.1' })

    expect(watched.taken()).toEqual(['alert regression'])
  })

  test('does not mind a new release while it goes on', () => {
    const watched = new Watched(milestonePolicy)
    watched.occur(1, { release: '1.0.0' })
    watched.pass(10 * minute)
    watched.taken()

    watched.occur(1, { release: '1.0.1' })

    expect(watched.taken()).toEqual([])
  })

  test('is loud when it is back after somebody called it resolved', () => {
    const watched = told()
    watched.pass(10 * minute)
    watched.incident.state = 'resolved'

    watched.occur()

    expect(watched.taken()).toEqual(['alert regression'])
    expect(watched.incident.state).toBe('active')
  })

  test('waits for the end of the gap when it is back within five minutes of an alert', () => {
    const watched = told()
    watched.pass(minute)
    watched.incident.state = 'resolved'

    watched.occur()
    watched.pass(4 * minute)

    expect(watched.taken()).toEqual(['defer regression', 'alert regression'])
  })

  test('reminds after four hours, then every day, while it goes on', () => {
    const watched = told()
    const hours: number[] = []

    for (let passed = 0; passed < 60 * 60; passed += 10) {
      watched.pass(10 * minute)
      watched.occur()
      if (watched.taken().includes('alert reminder')) hours.push((watched.now - start) / hour)
    }

    expect(hours).toEqual([4, 28, 52])
  })

  test('does not remind of what was quiet meanwhile', () => {
    const watched = told()

    for (let time = 0; time < 9; time += 1) {
      watched.pass(31 * minute)
      watched.occur()
    }

    expect(watched.taken().filter((decision) => decision.startsWith('alert'))).toEqual([])
  })

  test('tells a sudden rise against the usual hour, once in six hours', () => {
    const watched = told()
    for (let passed = 0; passed < 120; passed += 1) {
      watched.pass(minute)
      watched.occur()
    }
    watched.taken()

    watched.occur(60)
    watched.pass(10 * minute)
    watched.occur(60)

    expect(watched.taken()).toEqual(['alert spike'])
    expect(watched.incident.alerts.last?.spike).toEqual({ latest: 30, usual: 5 })
  })

  test('has no idea of a sudden rise in the first hour, or without a usual rate', () => {
    const young = told()
    for (let passed = 0; passed < 40; passed += 1) {
      young.pass(minute)
      young.occur()
    }
    const rare = told()
    rare.pass(20 * minute)
    rare.occur()
    rare.pass(20 * minute)
    rare.occur()
    rare.pass(25 * minute)
    young.taken()
    rare.taken()

    young.occur(55)
    rare.occur(90)

    expect([...young.taken(), ...rare.taken()]).not.toContain('alert spike')
  })

  test('tells at once that a known problem became fatal', () => {
    const watched = told()

    watched.occur(1, { isFatal: true })
    watched.occur(5, { isFatal: true })

    expect(watched.taken()).toEqual(['alert fatal'])
  })
})

describe('the window policy', () => {
  test('is loud for the first occurrences of a window, and says at its end how many were not told', () => {
    const watched = new Watched(createWindowPolicy({ limit: 3, windowMs: 10 * minute }))

    watched.occur(20)
    watched.pass(10 * minute)
    expect(watched.taken()).toEqual([
      'alert new',
      'alert repeat',
      'alert repeat',
      'note suppressed',
    ])
    watched.occur()
    watched.pass(10 * minute)

    expect(watched.taken()).toEqual(['alert repeat'])
  })
})
