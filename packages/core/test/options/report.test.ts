import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { SlackOptions } from '../../src/index.ts'
import type { ResolvedReport } from '../../src/options/report.ts'
import { resolveOptions } from '../../src/options/resolve.ts'

const hour = 3_600_000

function resolve(
  report: SlackOptions['report'],
  options: SlackOptions = {},
): readonly ResolvedReport[] {
  return resolveOptions({ token: 'xoxb-1', channel: '#alerts', report, ...options }, {}).reports
}

/** The times of a report after a moment. */
function timesOf(at: string, timeZone: string, after: string, count = 4): readonly string[] {
  const [report] = resolve({ at, timeZone })
  const times: string[] = []
  for (let now: number | undefined = Date.parse(after); times.length < count;) {
    now = report?.nextAt(now)
    if (now === undefined) break
    times.push(new Date(now).toISOString().replace(':00.000Z', 'Z'))
  }
  return times
}

describe('the times of a report', () => {
  test.each([
    ['daily 09:00', ['2026-11-27T09:00Z', '2026-11-28T09:00Z', '2026-11-29T09:00Z']],
    ['mon 9:00', ['2026-11-30T09:00Z', '2026-12-07T09:00Z', '2026-12-14T09:00Z']],
    ['mon,thu 09:00', ['2026-11-30T09:00Z', '2026-12-03T09:00Z', '2026-12-07T09:00Z']],
    ['Monday, thursday 09:00', ['2026-11-30T09:00Z', '2026-12-03T09:00Z', '2026-12-07T09:00Z']],
    ['Mon, Thu 09:00', ['2026-11-30T09:00Z', '2026-12-03T09:00Z', '2026-12-07T09:00Z']],
    ['mon-fri 17:45', ['2026-11-26T17:45Z', '2026-11-27T17:45Z', '2026-11-30T17:45Z']],
    ['every 6 h', ['2026-11-26T12:00Z', '2026-11-26T18:00Z', '2026-11-27T00:00Z']],
    ['every 24 h', ['2026-11-27T00:00Z', '2026-11-28T00:00Z', '2026-11-29T00:00Z']],
    ['0 9 * * 1-5', ['2026-11-27T09:00Z', '2026-11-30T09:00Z', '2026-12-01T09:00Z']],
    ['30 8,16 1 * *', ['2026-12-01T08:30Z', '2026-12-01T16:30Z', '2027-01-01T08:30Z']],
  ])('%s', (at, times) => {
    expect(timesOf(at, 'UTC', '2026-11-26T09:00:00Z', 3)).toEqual(times)
  })

  test.each([
    [
      'the hour is missing',
      'daily 02:30',
      'Europe/Berlin',
      '2026-03-28T12:00Z',
      ['2026-03-29T01:00Z', '2026-03-30T00:30Z'],
    ],
    [
      'the hour occurs twice',
      'daily 02:30',
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
    [
      'the offset changes',
      'daily 09:00',
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      ['2026-10-25T08:00Z', '2026-10-26T08:00Z'],
    ],
    [
      'the hour is missing',
      'daily 02:30',
      'America/New_York',
      '2026-03-07T12:00Z',
      ['2026-03-08T07:00Z', '2026-03-09T06:30Z'],
    ],
    [
      'the hour occurs twice',
      'daily 01:30',
      'America/New_York',
      '2026-10-31T12:00Z',
      ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
    ],
    [
      'six hours are five',
      'every 6 h',
      'America/New_York',
      '2026-03-08T04:00Z',
      ['2026-03-08T05:00Z', '2026-03-08T10:00Z', '2026-03-08T16:00Z'],
    ],
    [
      'half an hour is missing',
      'daily 02:15',
      'Australia/Lord_Howe',
      '2026-10-03T12:00Z',
      ['2026-10-03T15:30Z', '2026-10-04T15:15Z'],
    ],
    [
      'half an hour occurs twice',
      'daily 01:45',
      'Australia/Lord_Howe',
      '2026-04-04T12:00Z',
      ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
    ],
    [
      'the offset has three quarters of an hour',
      'daily 09:00',
      'Asia/Kathmandu',
      '2026-03-28T12:00Z',
      ['2026-03-29T03:15Z', '2026-03-30T03:15Z'],
    ],
  ])('where %s: %s in %s', (...[, at, timeZone, after, times]) => {
    expect(timesOf(at, timeZone, after, times.length)).toEqual(times)
  })

  test.each(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'])(
    'at each moment of a year, the latest one is the one before the next in %s',
    (timeZone) => {
      const [report] = resolve({ at: 'daily 02:15', timeZone })
      const start = Date.UTC(2026, 0, 1)
      let previous: number | undefined

      for (let now = start; now < start + 365 * 24 * hour; now += 11 * hour) {
        const latest = report?.latestAt(now) ?? Number.NaN
        const next = report?.nextAt(now) ?? Number.NaN

        expect(latest).toBeLessThanOrEqual(now)
        expect(next).toBeGreaterThan(now)
        expect(report?.nextAt(latest)).toBe(next)
        expect(previous === undefined || latest - previous <= 25.5 * hour).toBe(true)
        previous = latest
      }
    },
  )

  test('a time has come at its very moment', () => {
    const [report] = resolve({ at: 'daily 09:00', timeZone: 'UTC' })
    const slot = Date.UTC(2026, 0, 2, 9)

    expect(report?.latestAt(slot - 1)).toBe(slot - 24 * hour)
    expect(report?.latestAt(slot)).toBe(slot)
    expect(report?.latestAt(slot + 500)).toBe(slot)
  })
})

describe('the options of reports', () => {
  test('have defaults', () => {
    expect(resolve('daily 09:00')).toMatchObject([
      { at: 'daily 09:00', channel: '#alerts', when: 'always', top: 10 },
    ])
    expect(resolve(undefined)).toEqual([])
  })

  test('may be several', () => {
    const reports = resolve(['daily 09:00', { at: 'mon 10:00', channel: '#status', top: 3 }])

    expect(reports).toMatchObject([{ channel: '#alerts' }, { channel: '#status', top: 3 }])
  })

  const aTime = "a time, as in 'daily 09:00', 'mon,thu 09:00', 'every 6 h' or '0 9 * * 1-5'"
  const anInterval = "an interval that divides a day: 'every 1 h', 2, 3, 4, 6, 8, 12 or 24"

  test.each([
    ['sometimes', 'report', aTime],
    ['daily 25:00', 'report', aTime],
    ['daily', 'report', aTime],
    ['every 30 min', 'report', aTime],
    ['every 5 h', 'report', anInterval],
    ['every 0 h', 'report', anInterval],
    ['* * * * *', 'report', "times at least 15 minutes apart, as in 'every 1 h'"],
    ['0 9 31 2 *', 'report', 'a time that comes'],
    ['0 0 9 * * *', 'report', aTime],
    ['2026-01-01T00:00:00', 'report', aTime],
    [{ at: 'monthly' }, 'report.at', aTime],
    [['daily 09:00', { at: 'funday 09:00' }], 'report[1].at', aTime],
    [{ timeZone: 'UTC' }, 'report.at', aTime],
  ])('refuse %j in one sentence that shows what is taken', (report, name, expected) => {
    const sentence = `Expected \`${name}\` to be ${expected}, got `

    expect(() => resolve(report as SlackOptions['report'])).toThrow(sentence)
  })

  test.each([
    [{ report: { at: 'daily 09:00', timeZone: 'Mars/Base' } }, '`report.timeZone`'],
    [{ report: { at: 'daily 09:00', top: 51 } }, '`report.top`'],
    [{ report: { at: 'daily 09:00', when: 'never' } }, '`report.when`'],
    [
      { report: [{ at: 'daily 09:00', chanel: '#x' }] },
      '`report[0].chanel`; did you mean `channel`?',
    ],
    [{ heartbeat: { url: 'hc.example' } }, '`heartbeat.url` to be an http(s) address'],
    [{ heartbeat: { everyMs: 5000 } }, '`heartbeat.url` to be an http(s) address'],
    [{ heartbeat: { url: 'https://hc.example', everyMs: 10 } }, '`heartbeat.everyMs`'],
  ])('refuse %j', (options, part) => {
    expect(() => resolve(undefined, options as SlackOptions)).toThrow(part)
  })

  test('have no channel with a webhook', () => {
    const report = { at: 'daily 09:00', channel: '#status' }
    const webhookUrl = 'https://hooks.slack.com/services/T1/B1/x'

    expect(() => resolveOptions({ webhookUrl, report }, {})).toThrow(
      'Expected `report.channel` to be left out with a webhook, which posts to one channel, got "#status"',
    )
  })

  test('are valid as the documentation has them', () => {
    const page = readFileSync(new URL('../../../../docs/report.md', import.meta.url), 'utf8')
    const examples = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(
      // oxlint-disable-next-line typescript/no-implied-eval -- runs as printed
      ([, code]) => new Function(`${code}; return options`)() as SlackOptions,
    )

    const resolved = examples.map((options) =>
      resolveOptions({ token: 'xoxb-1', channel: '#alerts', ...options }, {}),
    )
    expect(resolved.map(({ reports, heartbeat }) => [reports[0]?.at, heartbeat?.everyMs])).toEqual([
      ['daily 09:00', undefined],
      ['mon-fri 09:00', undefined],
      [undefined, 60_000],
    ])
  })
})
