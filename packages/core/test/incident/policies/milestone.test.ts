import { describe, expect, test } from 'vitest'
import { milestonePolicy } from '../../../src/incident/policies/milestone.ts'
import { describePolicy } from '../../contracts/policy.ts'
import { alerted, hour, minute, PolicyRun, second, start } from './policy-run.ts'

describePolicy('milestonePolicy', () => milestonePolicy)

describe('the milestone policy', () => {
  test.each([
    [false, 'alert new'],
    [true, 'alert fatal'],
  ])('gives the reason of the first alert; fatal %j: %s', (isFatal, decision) => {
    const run = new PolicyRun(milestonePolicy)

    run.occur(1, { isFatal })

    expect(run.taken()).toEqual([decision])
  })

  test('alerts at each order of magnitude', () => {
    const run = alerted(milestonePolicy)

    for (const count of [10, 100, 1000, 10_000]) {
      run.pass(6 * minute)
      run.occur(count - run.incident.count)
    }

    expect(run.taken()).toEqual(Array.from({ length: 4 }, () => 'alert milestone'))
  })

  test('within five minutes of an alert, notes the tenth occurrence and defers larger milestones, as one alert', () => {
    const run = alerted(milestonePolicy)

    run.occur(9)
    run.occur(90)
    run.occur(900)
    run.pass(4 * minute + 59 * second)
    expect(run.taken()).toEqual(['note count', 'defer milestone', 'defer milestone'])
    run.pass(second)

    expect(run.taken()).toEqual(['alert milestone'])
    expect(run.incident.alerts.last?.count).toBe(1000)
  })

  test('notes when an incident is quiet for half an hour, and when it is back', () => {
    const run = alerted(milestonePolicy)

    run.pass(30 * minute)
    expect(run.taken()).toEqual(['note quiet'])
    expect(run.incident.state).toBe('quiet')
    run.pass(hour)
    run.occur()

    expect(run.taken()).toEqual(['note back'])
    expect(run.incident.state).toBe('active')
  })

  test('alerts when an incident is back after a day', () => {
    const run = alerted(milestonePolicy)
    run.pass(24 * hour)
    run.taken()

    run.occur()

    expect(run.taken()).toEqual(['alert regression'])
    expect(run.incident.alerts.last?.silentMs).toBe(24 * hour)
  })

  test('alerts each time for what fails once a day, although never at the same minute', () => {
    const run = alerted(milestonePolicy)
    run.taken()

    for (const hours of [22, 25, 20, 28, 23, 24]) {
      run.pass(hours * hour)
      run.occur()
    }

    expect(run.taken().filter((decision) => decision.startsWith('alert'))).toEqual(
      Array.from({ length: 6 }, () => 'alert regression'),
    )
  })

  test('reminds once a day of what is back every hour', () => {
    const run = alerted(milestonePolicy)
    const hours: number[] = []

    for (let passed = 0; passed < 70; passed += 1) {
      run.pass(hour)
      run.occur()
      if (run.taken().includes('alert reminder')) hours.push((run.now - start) / hour)
    }

    expect(hours).toEqual([20, 40, 60])
    expect(run.incident.state).toBe('active')
  })

  test('alerts at a hundred occurrences, although each comes after a rest', () => {
    const run = alerted(milestonePolicy)
    run.pass(minute)
    run.occur(97)
    run.pass(hour)
    run.occur()
    run.pass(hour)
    run.taken()

    run.occur()

    expect(run.taken()).toEqual(['alert milestone'])
    expect(run.incident.state).toBe('active')
  })

  test('after a day of rest, a milestone is one when most of its occurrences are later', () => {
    const run = alerted(milestonePolicy)
    run.occur(499)
    run.pass(24 * hour)
    run.taken()

    run.occur(600)
    run.pass(10 * minute)

    expect(run.taken()).toEqual(['alert regression'])
    expect(run.incident.alerts.nextMilestone).toBe(10_000)
  })

  test('alerts when an incident is back in a new release', () => {
    const run = new PolicyRun(milestonePolicy)
    run.occur(1, { release: '1.0.0' })
    run.pass(hour)
    run.taken()

    run.occur(1, { release: '1.0.1' })

    expect(run.taken()).toEqual(['alert regression'])
  })

  test('does not alert for a new release while an incident is active', () => {
    const run = new PolicyRun(milestonePolicy)
    run.occur(1, { release: '1.0.0' })
    run.pass(10 * minute)
    run.taken()

    run.occur(1, { release: '1.0.1' })

    expect(run.taken()).toEqual([])
  })

  test('alerts when a resolved incident is back', () => {
    const run = alerted(milestonePolicy)
    run.pass(10 * minute)
    run.incident.state = 'resolved'

    run.occur()

    expect(run.taken()).toEqual(['alert regression'])
    expect(run.incident.state).toBe('active')
  })

  test('defers the alert when an incident is back within five minutes of the last one', () => {
    const run = alerted(milestonePolicy)
    run.pass(minute)
    run.incident.state = 'resolved'

    run.occur()
    run.pass(4 * minute)

    expect(run.taken()).toEqual(['defer regression', 'alert regression'])
  })

  test('reminds of an active incident after four hours, then every day', () => {
    const run = alerted(milestonePolicy)
    const hours: number[] = []

    for (let passed = 0; passed < 60 * 60; passed += 10) {
      run.pass(10 * minute)
      run.occur()
      if (run.taken().includes('alert reminder')) hours.push((run.now - start) / hour)
    }

    expect(hours).toEqual([4, 28, 52])
  })

  test('reminds of what was seen within five minutes', () => {
    const run = alerted(milestonePolicy)
    run.occur(20)
    for (let passed = 0; passed < 232; passed += 29) {
      run.pass(29 * minute)
      run.occur()
    }
    run.taken()

    run.pass(10 * minute)
    expect(run.taken()).toEqual([])
    run.occur()

    expect(run.taken()).toEqual(['alert reminder'])
  })

  test('does not remind of an incident that was quiet meanwhile', () => {
    const run = alerted(milestonePolicy)

    for (let time = 0; time < 9; time += 1) {
      run.pass(31 * minute)
      run.occur()
    }

    expect(run.taken().filter((decision) => decision.startsWith('alert'))).toEqual([])
  })

  test('alerts for a spike against the usual hour, once in six hours', () => {
    const run = alerted(milestonePolicy)
    for (let passed = 0; passed < 120; passed += 1) {
      run.pass(minute)
      run.occur()
    }
    run.taken()

    run.occur(60)
    run.pass(10 * minute)
    run.occur(60)

    expect(run.taken()).toEqual(['alert spike'])
    expect(run.incident.alerts.last?.spike).toEqual({ latest: 30, usual: 5 })
  })

  test('finds no spike in the first hour, or without a usual rate', () => {
    const young = alerted(milestonePolicy)
    for (let passed = 0; passed < 40; passed += 1) {
      young.pass(minute)
      young.occur()
    }
    const rare = alerted(milestonePolicy)
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

  test('alerts at once when a known incident becomes fatal', () => {
    const run = alerted(milestonePolicy)

    run.occur(1, { isFatal: true })
    run.occur(5, { isFatal: true })

    expect(run.taken()).toEqual(['alert fatal'])
  })
})
