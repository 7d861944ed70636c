import { describe, expect, test } from 'vitest'
import type { LogEvent } from '../../src/event/log-event.ts'
import type { DetailsPart, ListedProblem } from '../../src/notification/notification.ts'
import {
  buildList,
  buildStorm,
  buildStormThread,
  listProblem,
  suspectCause,
  type StormView,
} from '../../src/notification/storm.ts'
import { textLimits } from '../../src/slack/limits.ts'
import { errorWith, eventWith, frame, orderEvent, settings, time } from './samples.ts'

function problemsOf(count: number): readonly ListedProblem[] {
  return Array.from({ length: count }, (_, index) => ({
    fingerprint: `fp${index}`,
    title: `Error: query ${index} failed`,
    count: 1000 - index,
    culprit: `query${index} (src/db.ts:${index})`,
  }))
}

function stormOf(distinct: number): StormView {
  const problems = problemsOf(distinct)
  return { openedAt: time, total: 1812, distinct, problems, cause: "can't reach <db>" }
}

describe('a storm', () => {
  test('has a headline with the number of problems, and what may have caused them', () => {
    const storm = buildStorm(stormOf(204), settings)

    expect(storm.headline).toBe('🌩️ 204 new problems, 1,812 errors · checkout')
    expect(storm.cause).toBe("Suspected cause: can't reach <db>")
  })

  test('has no cause where none is suspected', () => {
    const { cause: _cause, ...storm } = stormOf(204)

    expect(buildStorm(storm, settings).cause).toBe('')
  })

  test('lists the ten most frequent problems and counts the others', () => {
    const { problems, more } = buildStorm(stormOf(204), settings)

    expect(problems).toHaveLength(10)
    expect(problems[0]).toEqual({
      fingerprint: 'fp0',
      title: 'Error: query 0 failed',
      count: 1000,
      culprit: 'query0 (src/db.ts:0)',
    })
    expect(more).toBe('and 194 more')
  })

  test('counts no others where all are listed', () => {
    expect(buildStorm(stormOf(6), settings).more).toBe('')
  })

  test('has the number of problems in its title', () => {
    expect(buildStorm(stormOf(6), settings).title).toBe('6 new problems, 1,812 errors')
  })

  test('has the service, the moment since when it goes on as data, and whether it is over', () => {
    const context = [
      { text: 'checkout · production · ' },
      { text: 'since ' },
      { at: time, format: 'time' },
    ]

    expect(buildStorm(stormOf(6), settings).context).toEqual(context)
    expect(buildStorm({ ...stormOf(6), isOver: true }, settings).context).toEqual([
      ...context,
      { text: ' · over' },
    ])
  })

  test('has the reason why problems are counted here', () => {
    expect(buildStorm(stormOf(6), settings).why).toBe(
      'Storm: many new problems at once are counted here',
    )
    expect(buildStorm({ ...stormOf(6), because: 'many' }, settings).why).toBe(
      'Storm: many new problems at once are counted here',
    )
    expect(buildStorm({ ...stormOf(6), because: 'capped' }, settings).why).toBe(
      'Muted: hourly limit of 30 notifications reached',
    )
    expect(buildStorm({ ...stormOf(6), because: 'adopted' }, settings).why).toBe(
      'Not sent before the last restart; counted here',
    )
  })

  test('has the mentions that it is given, and none by default', () => {
    const mentions = [{ kind: 'group', id: 'S024BE7LD' }] as const

    expect(buildStorm(stormOf(6), settings, mentions).mentions).toEqual(mentions)
    expect(buildStorm(stormOf(6), settings).mentions).toEqual([])
  })

  test('has the notices that it is given, and none by default', () => {
    expect(buildStorm({ ...stormOf(6), notices: ['3 failed'] }, settings).notices).toEqual([
      '3 failed',
    ])
    expect(buildStorm(stormOf(6), settings).notices).toEqual([])
  })

  test('has a sign for a problem without a title', () => {
    const problems = [{ fingerprint: 'a', title: '\u0000', count: 1, culprit: '' }]

    expect(buildStorm({ ...stormOf(1), problems }, settings).problems[0]?.title).toBe('?')
  })
})

describe("a storm's thread", () => {
  test('names every problem with its fingerprint', () => {
    const lists = buildStormThread(problemsOf(20), textLimits, settings)

    expect(lists).toHaveLength(1)
    expect(lists[0]?.problems).toBe(20)
    expect(lists[0]?.notification.headline).toBe('All problems of this storm')
    expect(textOf(lists[0]?.notification.parts)).toContain(
      '    981  fp19  Error: query 19 failed  query19 (src/db.ts:19)',
    )
  })

  test('has as many of the first problems as the destination takes at once, and counts them', () => {
    const problems = problemsOf(2000)

    const lists = buildStormThread(problems, textLimits, settings)

    const lines = lists.flatMap(({ notification }) => textOf(notification.parts).split('\n'))
    const counts = lists.map(({ problems: count }) => count)
    expect(lines.length).toBeGreaterThan(100)
    expect(lines.length).toBeLessThan(2000)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(lines.length)
    expect(lines.map((line) => /fp\d+/.exec(line)?.[0])).toEqual(
      problems.slice(0, lines.length).map(({ fingerprint }) => fingerprint),
    )
  })

  test('counts the problems of each of its messages', () => {
    const limits = { part: 500, message: 1000, parts: 6 }

    const lists = buildStormThread(problemsOf(40), limits, settings)

    expect(lists.length).toBeGreaterThan(1)
    for (const { notification, problems } of lists)
      expect(textOf(notification.parts).split('\n')).toHaveLength(problems)
  })

  test('has nothing without problems', () => {
    expect(buildStormThread([], textLimits, settings)).toEqual([])
  })

  test('has one line for each problem, whatever its title', () => {
    const problems = [{ fingerprint: 'a', title: 'x\n\u001b[31my', count: 1, culprit: '' }]

    const [list] = buildStormThread(problems, textLimits, settings)

    expect(textOf(list?.notification.parts)).toBe('      1  a  x y')
    expect(list?.problems).toBe(1)
  })

  test('cuts a title that does not fit on a line, so that each problem keeps its line', () => {
    const problems = Array.from({ length: 30 }, (_, index) => ({
      fingerprint: `fp${index}`,
      title: 'x'.repeat(5000),
      count: 1,
      culprit: '',
    }))

    const lists = buildStormThread(problems, textLimits, settings)

    const lines = lists.flatMap(({ notification }) => textOf(notification.parts).split('\n'))
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(300)
    expect(lines.every((line) => /^ +1 {2}fp\d+ {2}x+\.\.\.$/.test(line))).toBe(true)
    expect(lists.reduce((sum, each) => sum + each.problems, 0)).toBe(lines.length)
  })
})

function textOf(parts: readonly DetailsPart[] = []): string {
  return parts.map(({ text }) => text).join('\n')
}

describe('a list', () => {
  test('has a headline and a line for each problem', () => {
    expect(buildList('2 more alerts', problemsOf(2), settings)).toEqual({
      kind: 'list',
      headline: '🔴 2 more alerts · checkout',
      problems: problemsOf(2),
    })
  })

  test('has at most forty problems', () => {
    expect(buildList('90 more alerts', problemsOf(90), settings).problems).toHaveLength(40)
  })

  test('cuts what does not fit on a line', () => {
    const problems = [
      { fingerprint: 'a', title: 'x'.repeat(500), count: 1, culprit: 'y'.repeat(500) },
    ]

    const [problem] = buildList('1 more alert', problems, settings).problems

    expect(problem?.title).toBe(`${'x'.repeat(157)}...`)
    expect(problem?.culprit).toBe(`${'y'.repeat(57)}...`)
  })
})

test('a problem on one line has its headline and its culprit', () => {
  expect(listProblem(orderEvent, { fingerprint: '3fa9c1d2', count: 12 }, settings)).toEqual({
    fingerprint: '3fa9c1d2',
    count: 12,
    title:
      "TypeError: Cannot read properties of undefined (reading 'id') ← connect ECONNREFUSED 10.0.0.5:5432",
    culprit: 'chargeCard (src/billing/charge.ts:42)',
  })
  const event = eventWith({ message: 'x' })
  expect(listProblem(event, { fingerprint: 'a', count: 1 }, settings).culprit).toBe('')
})

function refused(index: number): LogEvent {
  const frames = [frame('query', `/app/src/db${index}.ts`, index)]
  const cause = errorWith('connect ECONNREFUSED 10.0.0.5:5432', {
    code: 'ECONNREFUSED',
    properties: { address: '10.0.0.5', port: 5432 },
  })
  return eventWith({ error: errorWith(`query ${index} failed`, { frames, cause }) })
}

function inOnePlace(index: number): LogEvent {
  return eventWith({ error: errorWith(`no field ${index}`) })
}

function elsewhere(index: number): LogEvent {
  const frames = [frame('f', `/app/src/${index}.ts`, 1)]
  return eventWith({ error: errorWith(`failed ${index}`, { frames }) })
}

function events(count: number, eventAt: (index: number) => LogEvent): readonly LogEvent[] {
  return Array.from({ length: count }, (_, index) => eventAt(index))
}

describe('the suspected cause of a storm', () => {
  test('is the failure that most of them have as root cause', () => {
    const samples = [...events(3, refused), ...events(3, elsewhere)]

    expect(suspectCause({ samples, newRelease: '1.8.2' }, settings)).toBe(
      'ECONNREFUSED 10.0.0.5:5432',
    )
  })

  test('is the place in which most of them were thrown', () => {
    const samples = events(4, inOnePlace)

    expect(suspectCause({ samples, newRelease: '1.8.2' }, settings)).toBe(
      'chargeCard (src/billing/charge.ts:42)',
    )
  })

  test('is the new release where they have nothing in common', () => {
    const samples = events(6, elsewhere)

    expect(suspectCause({ samples, newRelease: '1.8.2' }, settings)).toBe('release 1.8.2')
    expect(suspectCause({ samples, newRelease: 'canary' }, settings)).toBe('release canary')
  })

  test('is nothing that only two of them, or fewer than half of them, have in common', () => {
    const two = events(2, refused)
    const aThird = [...events(3, refused), ...events(6, elsewhere)]

    expect(suspectCause({ samples: two, newRelease: undefined }, settings)).toBeUndefined()
    expect(suspectCause({ samples: aThird, newRelease: undefined }, settings)).toBeUndefined()
  })
})
