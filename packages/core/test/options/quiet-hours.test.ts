import { describe, expect, test } from 'vitest'
import { createSlackSink } from '../../src/index.ts'
import {
  isQuiet,
  quietMs,
  type ResolvedQuietHours,
  resolveQuietHours,
} from '../../src/options/quiet-hours.ts'

function hoursOf(from: string, to: string, timeZone: string): ResolvedQuietHours {
  const hours = resolveQuietHours({ from, to, timeZone })
  if (hours === undefined) throw new Error('not reached')
  return hours
}

function endOf(hours: ResolvedQuietHours, time: string): number {
  return Date.parse(time) + quietMs(hours, Date.parse(time))
}

test.each([
  ['22:00', '08:00', '21:59', false],
  ['22:00', '08:00', '22:00', true],
  ['22:00', '08:00', '00:00', true],
  ['22:00', '08:00', '07:59', true],
  ['22:00', '08:00', '08:00', false],
  ['12:00', '13:30', '11:59', false],
  ['12:00', '13:30', '13:29', true],
  ['12:00', '13:30', '13:30', false],
  ['00:00', '06:00', '00:00', true],
  ['18:00', '00:00', '23:59', true],
  ['18:00', '00:00', '00:00', false],
])('from %s to %s, %s is quiet: %s', (from, to, time, expected) => {
  expect(isQuiet(hoursOf(from, to, 'UTC'), Date.parse(`2026-01-01T${time}:00Z`))).toBe(expected)
})

describe('quiet hours end by the clocks of their time zone', () => {
  test.each([
    ['on an ordinary day', 'Europe/Berlin', '2026-01-10T22:30Z', '2026-01-11T07:00Z'],
    ['in the night to summer time', 'Europe/Berlin', '2026-03-28T22:30Z', '2026-03-29T06:00Z'],
    ['in the night to winter time', 'Europe/Berlin', '2026-10-24T22:30Z', '2026-10-25T07:00Z'],
    ['in the night to summer time', 'America/New_York', '2026-03-08T04:00Z', '2026-03-08T12:00Z'],
    ['in the night to winter time', 'America/New_York', '2026-11-01T04:00Z', '2026-11-01T13:00Z'],
    ['with half an hour more', 'Australia/Lord_Howe', '2026-04-04T12:00Z', '2026-04-04T21:30Z'],
    ['with half an hour less', 'Australia/Lord_Howe', '2026-10-03T12:00Z', '2026-10-03T21:00Z'],
    ['without summer time', 'Asia/Seoul', '2026-03-28T14:00Z', '2026-03-28T23:00Z'],
    ['with three quarters of an hour', 'Asia/Kathmandu', '2026-03-28T17:00Z', '2026-03-29T02:15Z'],
  ])('%s: %s', (_, timeZone, time, end) => {
    const hours = hoursOf('22:00', '08:00', timeZone)

    expect(isQuiet(hours, Date.parse(time))).toBe(true)
    expect(new Date(endOf(hours, time))).toEqual(new Date(end))
  })

  test('at once where their end does not exist', () => {
    const hours = hoursOf('22:00', '02:30', 'Europe/Berlin')

    const end = endOf(hours, '2026-03-28T23:00Z')

    // 01:59 is followed by 03:00.
    expect(new Date(end)).toEqual(new Date('2026-03-29T01:00Z'))
  })

  test('in seconds and milliseconds, too', () => {
    const hours = hoursOf('22:00', '08:00', 'UTC')

    const end = endOf(hours, '2026-01-01T23:17:42.123Z')

    expect(new Date(end)).toEqual(new Date('2026-01-02T08:00Z'))
  })

  test('now for a time outside of them', () => {
    expect(quietMs(hoursOf('22:00', '08:00', 'UTC'), Date.parse('2026-01-01T12:00Z'))).toBe(0)
    expect(quietMs(undefined, Date.parse('2026-01-01T23:00Z'))).toBe(0)
  })
})

test('the time zone is that of the process unless another one is given, and fatal problems are the exception', () => {
  expect(resolveQuietHours({ from: '22:00', to: '08:00' })).toEqual({
    from: 1320,
    to: 480,
    until: '08:00',
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    except: 'fatal',
  })
})

test.each([
  [{ to: '08:00' }, "Expected `quietHours.from` to be a time as in '22:00', got undefined"],
  [{ from: '22:00' }, "Expected `quietHours.to` to be a time as in '22:00', got undefined"],
  [
    { from: '22:00', to: '22:00' },
    'Expected `quietHours.to` to be another time than `quietHours.from`, got "22:00"',
  ],
  [
    { from: '22', to: '08:00' },
    "Expected `quietHours.from` to be a time from '00:00' to '23:59', got \"22\"",
  ],
  [
    { from: '22:00', to: '24:00' },
    "Expected `quietHours.to` to be a time from '00:00' to '23:59', got \"24:00\"",
  ],
  [
    { from: '22:00', to: '08:00', timeZone: 'Europe/Berln' },
    'Expected `quietHours.timeZone` to be a time zone as in \'Europe/Berlin\', got "Europe/Berln"',
  ],
  [
    { from: '22:00', to: '08:00', timezone: 'UTC' },
    'Expected only known options, got `quietHours.timezone`; did you mean `timeZone`?',
  ],
  [
    { from: '22:00', to: '08:00', except: 'fatals' },
    "Expected `quietHours.except` to be 'fatal' or 'none', got \"fatals\"",
  ],
])('%j is an error', (quietHours, sentence) => {
  expect(() => createSlackSink({ quietHours } as never)).toThrow(new TypeError(sentence))
})
