import * as common from '@slack-logger/core'
import pino from 'pino'
import { expect, test } from 'vitest'
import { LevelScale } from '../src/levels.ts'

const syslog = { emerg: 0, alert: 1, crit: 2, error: 3, warning: 4, notice: 5, info: 6, debug: 7 }
const googleCloud = { DEBUG: 100, INFO: 200, NOTICE: 300, WARNING: 400, ERROR: 500, EMERGENCY: 800 }
const python = { DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40, CRITICAL: 50 }

interface Given {
  readonly customLevels?: Record<string, number>
  readonly useOnlyCustomLevels?: boolean
  readonly own?: Record<string, number>
}

function scaleOf({ customLevels, useOnlyCustomLevels = false, own }: Given): LevelScale {
  const level = Object.values(customLevels ?? {})[0] ?? 'info'
  const options = customLevels && { customLevels, useOnlyCustomLevels, level: level as string }
  return new LevelScale({ levels: pino(options ?? {}).levels, own, common })
}

test.each([
  ['syslog, downwards', syslog, { 0: 60, 1: 60, 2: 60, 3: 50, 4: 40, 5: 35, 6: 30, 7: 20 }],
  ['Google Cloud', googleCloud, { 100: 20, 200: 30, 300: 35, 400: 40, 500: 50, 800: 60 }],
  ['Python', python, { 10: 20, 20: 30, 30: 40, 40: 50, 50: 60 }],
])('known labels decide and not their numbers: %s', (_, customLevels, expected) => {
  const scale = scaleOf({ customLevels, useOnlyCustomLevels: true })

  const severities = Object.keys(expected).map((number) => scale.severityOf(Number(number)))

  expect(severities).toEqual(Object.values(expected))
})

test('levels beside those of pino keep the numbers of pino for its own', () => {
  const scale = scaleOf({ customLevels: syslog })

  expect([0, 3, 6, 30, 50, 60].map((number) => scale.severityOf(number))).toEqual([
    60, 50, 30, 30, 50, 60,
  ])
})

test('a label of its own lies between its neighbours, upwards and downwards', () => {
  const upwards = scaleOf({ customLevels: { audit: 55, box: 35, security: 70, tiny: 5 } })
  const downwards = scaleOf({
    customLevels: { fatal: 0, page: 1, error: 2, nag: 3, warn: 4, info: 6, detail: 8 },
    useOnlyCustomLevels: true,
  })

  expect(upwards.severities).toMatchObject({ audit: 55, security: 70, tiny: 5 })
  expect(downwards.severities).toMatchObject({ page: 55, nag: 45, detail: 28 })
})

test('a number without a label, of a child logger, lies there too', () => {
  const scale = scaleOf({})

  expect(scale.severityOf(57)).toBe(57)
  expect(scale.labelOf(57)).toBe('57')
})

test("a logger without any known label has pino's numbers, unless none of them would alert", () => {
  const onScale = scaleOf({ customLevels: { calm: 30, angry: 50 }, useOnlyCustomLevels: true })
  const offScale = scaleOf({ customLevels: { p1: 1, p2: 2 }, useOnlyCustomLevels: true })

  expect(onScale.severities).toMatchObject({ calm: 30, angry: 50 })
  expect(offScale.severities).toMatchObject({ p1: 50, p2: 50 })
})

test('the options decide over labels and numbers', () => {
  const scale = scaleOf({
    customLevels: { p1: 1, p2: 2, notice: 3 },
    useOnlyCustomLevels: true,
    own: { p1: 60, p2: 40, notice: 50 },
  })

  expect([1, 2, 3].map((number) => scale.severityOf(number))).toEqual([60, 40, 50])
})

test('without a config the levels are those of pino and of the options', () => {
  const scale = new LevelScale({ own: { audit: 55 }, common })

  expect(scale.labelOf(50)).toBe('error')
  expect(scale.labelOf(55)).toBe('audit')
  expect(scale.severityOf(55)).toBe(55)
})
