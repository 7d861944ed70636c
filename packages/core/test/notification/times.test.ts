import { assert, date, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { showTime, showTimes, utcTime } from '../../src/notification/times.ts'
import { time } from './samples.ts'

describe('a time', () => {
  test('is shown in the zone of the reader, and in UTC where that cannot be', () => {
    expect(showTime(time, '{time_secs}')).toBe('<!date^1795269731^{time_secs}|14:02:11 UTC>')
    expect(utcTime(time, '{date_short_pretty} {time}')).toBe('2026-11-21 14:02 UTC')
  })

  test('in UTC is that of ISO 8601, before 1970 too', () => {
    const times = date({ noInvalidDate: true, min: new Date(-1e15), max: new Date(8.64e15) })
    assert(
      property(times, (moment) => {
        const clock = moment.toISOString().split('T')[1]?.slice(0, 8)
        expect(utcTime(moment.getTime(), '{time_secs}')).toBe(`${clock} UTC`)
        expect(utcTime(moment.getTime(), '{time}')).toBe(`${clock?.slice(0, 5)} UTC`)
      }),
    )
  })

  test('is told once where it happened once', () => {
    expect(showTimes(time, time + 900).mrkdwn).toBe(showTime(time, '{time_secs}'))
  })

  test('comes with the day where it lasted for days', () => {
    expect(showTimes(time, time + 86_400_000).mrkdwn).toContain('{date_short_pretty} {time}')
  })

  test.each([Number.NaN, Infinity, 9e15])('%s is no time', (wrong) => {
    expect(showTime(wrong, '{time}')).toBe('?')
  })
})
