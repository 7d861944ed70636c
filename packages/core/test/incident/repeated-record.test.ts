import { expect, test } from 'vitest'
import type { LogRecord } from '../../src/index.ts'
import { RepeatedRecord } from '../../src/incident/repeated-record.ts'

const error = new Error('the card was refused')
const record: LogRecord = { level: 'error', time: 1, message: 'charge failed', error, fields: {} }

function decided(first: LogRecord = record): RepeatedRecord<string> {
  const repeated = new RepeatedRecord<string>()
  repeated.learn(first, 50, 'as decided')
  return repeated
}

test('a record that says the same again is decided', () => {
  const same = Object.assign(new Error(error.message), { stack: error.stack })

  expect(decided().read({ ...record, time: 2, error: same }, 50)).toBe('as decided')
})

test.each<[string, Partial<LogRecord>]>([
  ['another level', { level: 'fatal' }],
  ['another text', { message: 'refund failed' }],
  ['another template', { template: 'charge %s' }],
  ['another logger', { logger: 'billing' }],
  ['a field', { fields: { tag: 'billing' } }],
  ['a request', { request: { method: 'POST', url: '/orders' } }],
  ['no error', { error: undefined }],
  ['another stack', { error: Object.assign(new Error(error.message), { stack: 'Error: x' }) }],
  ['another class', { error: Object.assign(new TypeError(error.message), { stack: error.stack }) }],
])('a record with %s is not', (_difference, change) => {
  expect(decided().read({ ...record, ...change }, 50)).toBeUndefined()
})

test.each([
  { status: 404 },
  { code: 'ECONNRESET' },
  { cause: new RangeError('no') },
  { name: 'AbortError' },
  { message: 'aborted' },
])('an error that was changed to have %o meanwhile is not', (change) => {
  const live = new Error('the card was refused')
  const repeated = decided({ ...record, error: live })

  Object.assign(live, change)

  expect(repeated.read({ ...record, error: live }, 50)).toBeUndefined()
})

test('a severity that differs is not', () => {
  expect(decided().read(record, 60)).toBeUndefined()
})

test('a record that cannot be read is none', () => {
  const hostile = new Proxy(new Error('x'), {
    get() {
      throw new Error('no')
    },
  })

  expect(decided({ ...record, error: hostile }).read({ ...record, error: hostile }, 50)).toBe(
    undefined,
  )
})
