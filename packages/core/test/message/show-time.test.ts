import { describe, expect, test } from 'vitest'
import { showTime, showTimes, utcTime } from '../../src/message/show-time.ts'
import { time } from './samples.ts'

describe('a time', () => {
  test('is shown in the zone of the reader, and in UTC where that cannot be', () => {
    expect(showTime(time, '{time_secs}')).toBe('<!date^1795269731^{time_secs}|14:02:11 UTC>')
    expect(utcTime(time, '{date_short_pretty} {time}')).toBe('2026-11-21 14:02 UTC')
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
