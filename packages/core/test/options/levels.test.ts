import { expect, test } from 'vitest'
import { isFatal, severityOf } from '../../src/options/levels.ts'

test.each([
  ['trace', 10],
  ['silly', 10],
  ['debug', 20],
  ['verbose', 25],
  ['http', 28],
  ['info', 30],
  ['notice', 35],
  ['warn', 40],
  ['warning', 40],
  ['error', 50],
  ['err', 50],
  ['crit', 60],
  ['CRITICAL', 60],
  ['alert', 60],
  ['emerg', 60],
  [' Fatal ', 60],
  ['30', 30],
])('%j is %i on the scale of pino', (level, severity) => {
  expect(severityOf(level)).toBe(severity)
})

test('an unknown level counts as an error', () => {
  expect(severityOf('kaboom')).toBe(50)
  expect(severityOf('')).toBe(50)
})

test('critical levels are fatal, errors are not', () => {
  expect([60, 70, 59, 50].map(isFatal)).toEqual([true, true, false, false])
})
