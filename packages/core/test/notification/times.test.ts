import { assert, date, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utcTime } from '../../src/notification/text.ts'
import { time } from './samples.ts'

describe('a moment in UTC', () => {
  test.each([
    ['time', '14:02 UTC'],
    ['seconds', '14:02:11 UTC'],
    ['date', '2026-11-21 14:02 UTC'],
  ] as const)('as %s is %s', (format, text) => {
    expect(utcTime(time, format)).toBe(text)
  })

  test('is that of ISO 8601, before 1970 too', () => {
    const times = date({ noInvalidDate: true, min: new Date(-1e15), max: new Date(8.64e15) })
    assert(
      property(times, (moment) => {
        const clock = moment.toISOString().split('T')[1]?.slice(0, 8)
        expect(utcTime(moment.getTime(), 'seconds')).toBe(`${clock} UTC`)
        expect(utcTime(moment.getTime(), 'time')).toBe(`${clock?.slice(0, 5)} UTC`)
      }),
    )
  })

  test.each([Number.NaN, Infinity, 9e15])('is ? for %s, which no calendar has', (wrong) => {
    expect(utcTime(wrong, 'time')).toBe('?')
    expect(utcTime(wrong, 'date')).toBe('?')
  })
})
