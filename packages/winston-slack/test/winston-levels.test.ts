import { expect, test } from 'vitest'
import winston from 'winston'
import { severityIn } from '../src/winston-levels.ts'

const { npm, syslog } = winston.config

test.each([
  ['error', 50],
  ['warn', 40],
  ['info', 30],
  ['silly', 10],
])('npm’s %s is %i when errors alert', (level, severity) => {
  expect(severityIn(npm.levels, { level, alertLevel: 'error' })).toBe(severity)
})

test.each([
  ['emerg', 60],
  ['crit', 60],
  ['error', 50],
  ['warning', 40],
])('syslog’s %s is %i when errors alert', (level, severity) => {
  expect(severityIn(syslog.levels, { level, alertLevel: 'error' })).toBe(severity)
})

test('levels of one’s own are on the side of the alert level where the logger has them', () => {
  const levels = { disaster: 0, trouble: 1, gossip: 2 }
  const alertLevel = 'trouble'

  expect(severityIn(levels, { level: 'disaster', alertLevel })).toBe(50)
  expect(severityIn(levels, { level: 'trouble', alertLevel })).toBe(50)
  expect(severityIn(levels, { level: 'gossip', alertLevel })).toBeLessThan(50)
})

test('a level below the alert level never counts as one, whatever its name', () => {
  const levels = { notice: 0, error: 1 }

  expect(severityIn(levels, { level: 'error', alertLevel: 'notice' })).toBeLessThan(35)
})
