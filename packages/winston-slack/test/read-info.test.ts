import type { LogRecord } from '@slack-logger/core'
import { expect, test } from 'vitest'
import winston from 'winston'
import TransportStream from 'winston-transport'
import { readInfo, severityIn, type WinstonInfo } from '../src/read-info.ts'

/** The record of one call of a real logger. */
function recordOf(
  log: (logger: winston.Logger) => void,
  format: winston.Logform.Format = winston.format.json(),
): LogRecord {
  const records: LogRecord[] = []
  class Probe extends TransportStream {
    override log(info: WinstonInfo, next: () => void): void {
      const before = JSON.stringify(Object.keys(info))
      records.push(readInfo(info, { now: 17, severity: 50, isMasked: true }))
      expect(JSON.stringify(Object.keys(info))).toBe(before)
      next()
    }
  }
  log(winston.createLogger({ format, transports: [new Probe()] }))
  const [record] = records
  if (record === undefined) throw new Error('Expected a record, got none')
  return record
}

function messageOf(message: unknown): string {
  return readInfo({ level: 'error', message }, { now: 0, severity: 50, isMasked: true }).message
}

const error = Object.assign(new TypeError('refused'), { code: 'E_CARD' })
const nothing = winston.format((info) => info)()

test.each<[string, (logger: winston.Logger) => void, string]>([
  ['as the message', (logger) => logger.error(error), ''],
  ['behind a text', (logger) => logger.error('charge failed', error), 'charge failed'],
  ['as err', (logger) => logger.error('charge failed', { err: error }), 'charge failed'],
  ['as error', (logger) => logger.error('charge failed', { error }), 'charge failed'],
  [
    'as exception',
    (logger) => logger.error('charge failed', { exception: error }),
    'charge failed',
  ],
  ['in an object', (logger) => logger.log({ level: 'error', message: error as never }), ''],
])('the error is found %s', (_, log, message) => {
  const record = recordOf(log, nothing)

  expect(record.error).toBe(error)
  expect(record.message).toBe(message)
  expect(record.fields).toEqual({})
})

test('an error that format.errors replaced by a plain object is found by its stack', () => {
  const record = recordOf(
    (logger) => logger.error(new TypeError('refused')),
    winston.format.errors({ stack: true }),
  )

  expect(record.error).toMatchObject({
    message: 'refused',
    stack: expect.stringContaining('TypeError: refused'),
  })
  expect(record.message).toBe('')
})

test('an error that format.metadata moved is found, and the fields beside it are kept', () => {
  const record = recordOf(
    (logger) => logger.error('charge failed', { err: error, orderId: 17 }),
    winston.format.metadata(),
  )

  expect(record.error).toBe(error)
  expect(record.message).toBe('charge failed')
  expect(record.fields).toEqual({ orderId: 17 })
})

test('the level is the label without colours', () => {
  const record = recordOf((logger) => logger.error('red'), winston.format.colorize({ all: true }))

  expect(record.level).toBe('error')
})

test('a format string that winston did not replace is the template', () => {
  const record = recordOf((logger) => logger.error('order %s of %d failed', 'A-7', 3))

  expect(record).toMatchObject({
    message: 'order A-7 of 3 failed',
    template: 'order %s of %d failed',
  })
})

test('fields beside the error are kept', () => {
  const record = recordOf((logger) => logger.error('charge failed', { err: error, orderId: 17 }))

  expect(record.fields).toEqual({ orderId: 17 })
})

test('a message that is not a string is shown as JSON, or as its type', () => {
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle

  expect(messageOf({ a: 1 })).toBe('{"a":1}')
  expect(messageOf(cycle)).toBe('[object Object]')
  expect(messageOf(undefined)).toBe('')
})

const { npm, syslog } = winston.config

test.each([
  ['error', 'error', 50],
  ['warn', 'warn', 40],
  ['error', 'info', 50],
  ['info', 'info', 30],
  ['silly', 'silly', 10],
])('%s of npm, when %s alerts, is %i', (level, alertLevel, severity) => {
  expect(severityIn(npm.levels, { level, alertLevel })).toBe(severity)
})

test.each([
  ['emerg', 60],
  ['crit', 60],
  ['error', 50],
  ['warning', 0],
])('%s of syslog is %i when errors alert', (level, severity) => {
  expect(severityIn(syslog.levels, { level, alertLevel: 'error' })).toBe(severity)
})

test('custom levels are above or below the alert level as the logger orders them', () => {
  const levels = { disaster: 0, trouble: 1, chatter: 2 }
  const alertLevel = 'trouble'

  expect(severityIn(levels, { level: 'disaster', alertLevel })).toBe(50)
  expect(severityIn(levels, { level: 'trouble', alertLevel })).toBe(50)
  expect(severityIn(levels, { level: 'chatter', alertLevel })).toBe(0)
})

test('a level below the alert level does not alert, whatever its name', () => {
  const levels = { notice: 0, error: 1 }

  expect(severityIn(levels, { level: 'error', alertLevel: 'notice' })).toBe(0)
})
