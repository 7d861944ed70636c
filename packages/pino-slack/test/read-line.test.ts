import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import type { LineFormat } from '../src/options.ts'
import { readLine } from '../src/read-line.ts'

const format: LineFormat = { messageKey: 'msg', errorKey: 'err', nestedKey: undefined, labels: {} }

test('a line of pino as a record', () => {
  const line = {
    level: 50,
    time: 1_700_000_000_000,
    pid: 7,
    hostname: hostname(),
    name: 'checkout',
    err: { type: 'Error', message: 'refused', stack: 'Error: refused' },
    orderId: 17,
    msg: 'charge failed',
  }

  expect(readLine(line, format)).toMatchObject({
    level: 'error',
    severity: 50,
    time: 1_700_000_000_000,
    message: 'charge failed',
    error: { type: 'Error', message: 'refused', stack: 'Error: refused' },
    logger: 'checkout',
  })
  expect(readLine(line, format).fields).toEqual({ orderId: 17 })
})

test('a host is told where it is not this one', () => {
  expect(readLine({ level: 50, hostname: hostname() }, format).fields).toEqual({})
  expect(readLine({ level: 50, hostname: 'web-3' }, format).fields).toEqual({ hostname: 'web-3' })
})

test('custom levels have their labels, unknown ones their number', () => {
  const withAudit = { ...format, labels: { 55: 'audit' } }

  expect(readLine({ level: 55 }, withAudit)).toMatchObject({ level: 'audit', severity: 55 })
  expect(readLine({ level: 57 }, withAudit)).toMatchObject({ level: '57', severity: 57 })
})

test('a level that a formatter made a label is taken by its name', () => {
  expect(readLine({ level: 'FATAL' }, format)).toMatchObject({ level: 'FATAL' })
  expect(readLine({ level: 'FATAL' }, format)).not.toHaveProperty('severity')
})

test.each(['severity', 'log.level', 'severityText', 'severity_text', 'loglevel'])(
  'a level that a formatter wrote as %s is found',
  (key) => {
    const line = { [key]: 'INFO', msg: 'order placed' }

    expect(readLine(line, format)).toMatchObject({ level: 'INFO', fields: {} })
    expect(readLine({ ...line, [key]: 30 }, format)).toMatchObject({ level: 'info', severity: 30 })
  },
)

test('beside a level, a field of such a name is a field', () => {
  expect(readLine({ level: 50, severity: 'low' }, format)).toMatchObject({
    level: 'error',
    fields: { severity: 'low' },
  })
})

test('what was logged is found under the nested key', () => {
  const nested = { ...format, nestedKey: 'payload' }
  const line = { level: 50, payload: { err: { message: 'refused' }, orderId: 17 }, msg: 'failed' }

  expect(readLine(line, nested)).toMatchObject({
    message: 'failed',
    error: { message: 'refused' },
    fields: { orderId: 17 },
  })
})

test.each([
  [1_700_000_000_123, 1_700_000_000_123],
  [1_700_000_000.5, 1_700_000_000_500],
  ['2023-11-14T22:13:20.000Z', 1_700_000_000_000],
])('the time %s is %s ms', (time, ms) => {
  expect(readLine({ level: 50, time }, format).time).toBe(ms)
})

test.each([
  [undefined, ''],
  [null, ''],
  [{ a: 1 }, '{"a":1}'],
  [17, '17'],
])('the message %j is the text %j', (msg, text) => {
  expect(readLine({ level: 50, msg }, format).message).toBe(text)
})
