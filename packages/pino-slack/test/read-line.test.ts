import { hostname } from 'node:os'
import * as common from '@slack-logger/core'
import { expect, test } from 'vitest'
import { LevelScale } from '../src/levels.ts'
import { type LineFormat, readLine } from '../src/line-reader.ts'

const format: LineFormat = {
  messageKey: 'msg',
  errorKey: 'err',
  nestedKey: undefined,
  levels: new LevelScale({ common }),
}

function read(line: object, options: Partial<LineFormat> = {}) {
  return readLine(JSON.stringify(line), { ...format, ...options }, 50)
}

test('a line of pino becomes a record', () => {
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

  expect(read(line)).toEqual({
    level: 'error',
    severity: 50,
    time: 1_700_000_000_000,
    message: 'charge failed',
    error: { type: 'Error', message: 'refused', stack: 'Error: refused' },
    logger: 'checkout',
    service: 'checkout',
    fields: { orderId: 17 },
    source: 'pino',
  })
})

test.each(['{"level":30,"msg":"fine"}', '{"level":30}', '{"level":49,"msg":', '{"level":0,'])(
  '%s is below the level and is not parsed',
  (line) => {
    expect(readLine(line, format, 50)).toBeNull()
  },
)

test.each(['{"level":50,"msg":"refused"}', '{"level":50}', '{"level":100,"msg":"refused"}'])(
  '%s is at the level or above',
  (line) => {
    expect(readLine(line, format, 50)).toMatchObject({ fields: {} })
  },
)

test('a line that does not begin with a numeric level is parsed whatever its level is', () => {
  expect(readLine('{"time":1,"level":50,"msg":"refused"}', format, 50)?.level).toBe('error')
  expect(readLine('{"time":1,"level":30,"msg":"fine"}', format, 50)?.level).toBe('info')
  expect(readLine('{"level":"error","msg":"refused"}', format, 50)?.level).toBe('error')
  expect(readLine('{"level":30.5,"msg":"fine"}', format, 50)?.severity).toBe(30.5)
})

test.each(['', 'no JSON', '{"level":50,', '50', 'null'])('%j is not a record', (line) => {
  expect(readLine(line, format, 50)).toBeNull()
})

test('the host name is a field if it is not the one of this machine', () => {
  expect(read({ level: 50, hostname: hostname() })?.fields).toEqual({})
  expect(read({ level: 50, hostname: 'web-3' })?.fields).toEqual({ hostname: 'web-3' })
})

test('custom levels have their labels, unknown ones their number', () => {
  const levels = new LevelScale({ own: { audit: 55 }, common })

  expect(read({ level: 55 }, { levels })).toMatchObject({ level: 'audit', severity: 55 })
  expect(read({ level: 57 }, { levels })).toMatchObject({ level: '57', severity: 57 })
})

test('a level that a formatter wrote as a label has no severity of its own', () => {
  expect(read({ level: 'FATAL' })).toMatchObject({ level: 'FATAL' })
  expect(read({ level: 'FATAL' })).not.toHaveProperty('severity')
})

test.each(['severity', 'log.level', 'severityText', 'severity_text', 'loglevel'])(
  'a level that a formatter wrote as %s is found',
  (key) => {
    const line = { [key]: 'INFO', msg: 'order placed' }

    expect(read(line)).toMatchObject({ level: 'INFO', fields: {} })
    expect(read({ ...line, [key]: 30 })).toMatchObject({ level: 'info', severity: 30 })
  },
)

test('a level that a formatter wrote under any name is found where the line begins with it', () => {
  expect(readLine('{"lvl":"info","msg":"fine"}', format, 50)).toMatchObject({ level: 'info' })
  expect(readLine('{"lvl":30,"msg":"fine"}', format, 50)).toMatchObject({ severity: 30 })
  expect(readLine('{"step":"charge","msg":"failed"}', format, 50)).toMatchObject({
    level: 'error',
    fields: { step: 'charge' },
  })
})

test.each([
  ['{"level":50,"level":"info","msg":"failed"}', 'error', 'info'],
  ['{"level":50,"level":3,"msg":"failed"}', 'error', 3],
  ['{"level":"error","level":"gold","msg":"failed"}', 'error', 'gold'],
])('the level of %s is the first, and the other one a field', (line, level, field) => {
  expect(readLine(line, format, 50)).toMatchObject({ level, fields: { level: field } })
})

test.each([
  [2, 60],
  [3, 50],
  [4, 40],
  [6, 30],
])("syslog's number %i, which a formatter wrote, is the severity %i", (level, severity) => {
  expect(read({ time: 1, level })).toMatchObject({ severity })
})

test('an object that was logged in place of an error has its text in `message`', () => {
  expect(read({ level: 50, message: 'refused', code: 'E1' })).toMatchObject({
    message: 'refused',
    fields: { code: 'E1' },
  })
})

test('beside a level, a field of such a name is a field', () => {
  expect(read({ level: 50, severity: 'low' })).toMatchObject({
    level: 'error',
    fields: { severity: 'low' },
  })
})

test('what was logged is found under the nested key', () => {
  const line = { level: 50, payload: { err: { message: 'refused' }, orderId: 17 }, msg: 'failed' }

  expect(read(line, { nestedKey: 'payload' })).toMatchObject({
    message: 'failed',
    error: { message: 'refused' },
    fields: { orderId: 17 },
  })
})

test('message and error are found under the keys of the logger', () => {
  const line = { level: 50, text: 'failed', problem: { message: 'refused' }, msg: 'a field' }

  expect(read(line, { messageKey: 'text', errorKey: 'problem' })).toMatchObject({
    message: 'failed',
    error: { message: 'refused' },
    fields: { msg: 'a field' },
  })
})

test.each([
  [1_700_000_000_123, 1_700_000_000_123],
  [1_700_000_000.5, 1_700_000_000_500],
  ['2023-11-14T22:13:20.000Z', 1_700_000_000_000],
])('the time %s is %s ms', (time, ms) => {
  expect(read({ level: 50, time })?.time).toBe(ms)
})

test('a time that the application logged replaces the one of pino', () => {
  const line = '{"level":50,"time":1700000000001,"time":1600000000000,"msg":"refused"}'

  expect(readLine(line, format, 50)?.time).toBe(1_600_000_000_000)
})

test.each([
  [undefined, ''],
  [null, ''],
  [{ a: 1 }, '{"a":1}'],
  [17, '17'],
])('the message %j is the text %j', (msg, text) => {
  expect(read({ level: 50, msg })?.message).toBe(text)
})
