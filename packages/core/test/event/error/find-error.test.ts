import { describe, expect, test } from 'vitest'
import { type LogRecord, liftMetadata } from '../../../src/event/log-record.ts'
import { describeEvent } from '../../../src/event/normalize.ts'
import { Fingerprinter } from '../../../src/grouping/fingerprint.ts'
import { createRedactor } from '../../../src/redaction/redactor.ts'

const options = { redactor: createRedactor(), trustProxy: false } as const

function recordOf(fields: Readonly<Record<string, unknown>>, message = 'job failed'): LogRecord {
  return { level: 'error', time: 1_000, message, fields }
}

function describeFields(fields: Readonly<Record<string, unknown>>, message?: string) {
  return describeEvent(recordOf(fields, message), options)
}

function groupOf(fields: Readonly<Record<string, unknown>>, message?: string): string {
  return new Fingerprinter().of(liftMetadata(recordOf(fields, message)))
}

function failIn(place: string, message = 'boom'): TypeError {
  const error = new TypeError(message)
  error.stack = `TypeError: ${message}\n    at ${place} (/srv/app/jobs.js:7:3)`
  return error
}

const serialize = ({ name, message, stack }: Error) => ({ type: name, message, stack })

const holders: readonly (readonly [string, (error: Error) => Readonly<Record<string, unknown>>])[] =
  [
    ['a field of any name', (error) => ({ data: error })],
    ['a field of any name, serialized', (error) => ({ data: serialize(error) })],
    ['a field of any name, as its stack', (error) => ({ errorStack: error.stack })],
    ['meta', (error) => ({ meta: { err: error } })],
    ['metadata', (error) => ({ metadata: { error } })],
    ['metadata, serialized', (error) => ({ metadata: { failure: serialize(error) } })],
    ['meta itself', (error) => ({ meta: error })],
    ['metadata itself, serialized', (error) => ({ metadata: serialize(error) })],
    ['an object in a field', (error) => ({ context: { lastError: error } })],
    ['an object in metadata', (error) => ({ metadata: { context: { e: error } } })],
    ['a list', (error) => ({ args: [error] })],
    ['a settled promise', (reason) => ({ result: { status: 'rejected', reason } })],
    ['a stack as a list of one text', ({ stack }) => ({ stack: [stack] })],
    ['a stack as a list of lines', ({ stack = '' }) => ({ stack: stack.split('\n') })],
    ['stackTrace', ({ stack }) => ({ stackTrace: stack })],
    ['trace', ({ stack }) => ({ trace: stack })],
    ['the message as error beside the stack', ({ message, stack }) => ({ error: message, stack })],
    [
      'the message as err beside a list',
      ({ message, stack }) => ({ err: message, stack: [stack] }),
    ],
    ['an error with a list', ({ message, stack }) => ({ error: { message, stack: [stack] } })],
  ]

describe.each(holders)('an error in %s', (_place, hold) => {
  test('is shown with class, message and stack, and once', () => {
    const event = describeFields(hold(failIn('charge')))

    expect(event.error).toMatchObject({ type: 'TypeError', message: 'boom' })
    expect(event.error?.culprit?.function).toBe('charge')
    expect(event.message).toBe('job failed')
    expect(JSON.stringify(event.fields)).not.toContain('boom')
  })

  test('is grouped as if it were the error of the record', () => {
    const asError = new Fingerprinter().of({ ...recordOf({}), error: failIn('charge') })

    expect(groupOf(hold(failIn('charge', 'card 1')))).toBe(asError)
    expect(groupOf(hold(failIn('charge', 'card 2')))).toBe(asError)
    expect(groupOf(hold(failIn('refund')))).not.toBe(asError)
  })
})

test('what was logged beside the error stays', () => {
  const event = describeFields({ order: 7, context: { lastError: failIn('charge'), step: 'pay' } })

  expect(event.fields).toEqual({ order: 7, context: { step: 'pay' } })
})

test.each(['meta', 'metadata'])('request, ids, user and fields are found in %s', (key) => {
  const event = describeFields({
    [key]: {
      err: failIn('charge'),
      req: { method: 'POST', url: '/orders' },
      requestId: 'r-1',
      traceId: 't-1',
      user: { id: 17 },
      order: 7,
    },
  })

  expect(event).toMatchObject({
    request: { method: 'POST', path: '/orders', user: { id: '17' } },
    requestId: 'r-1',
    traceId: 't-1',
    fields: { order: 7 },
  })
})

test('what has the name of another field stays in metadata', () => {
  expect(describeFields({ id: 1, metadata: { id: 2, plan: 'pro' } }).fields).toEqual({
    id: 1,
    plan: 'pro',
    metadata: { id: 2 },
  })
})

test.each([
  ['a text of several lines', { comment: 'first\nsecond' }],
  ['a chat', { reply: { message: 'hello', type: 'text' } }],
  ['a list of details', { details: [{ message: 'is required', path: ['name'] }] }],
  [
    'the answer of an upstream',
    { response: { data: { stack: 'Error: no\n    at x (/a.js:1:1)' } } },
  ],
])('%s is no error', (_what, fields) => {
  expect(describeFields(fields).error).toBeUndefined()
})
