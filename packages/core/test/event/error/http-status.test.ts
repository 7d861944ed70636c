import { expect, test } from 'vitest'
import { isAborted, statusOf } from '../../../src/event/error/http-status.ts'

test.each([
  ['http-errors', Object.assign(new Error('x'), { status: 404, statusCode: 404 }), 404],
  ['fastify', Object.assign(new Error('x'), { statusCode: 400 }), 400],
  ['boom', Object.assign(new Error('x'), { output: { statusCode: 403 } }), 403],
  ['nest', Object.assign(new Error('x'), { getStatus: () => 422 }), 422],
])('reads the status as %s sets it', (_library, error, status) => {
  expect(statusOf(error)).toBe(status)
})

test('takes no status from the error of an HTTP client: it is what the other side answered', () => {
  const error = Object.assign(new Error('x'), {
    status: 404,
    config: {},
    response: { status: 404 },
  })

  expect(statusOf(error)).toBeUndefined()
})

test.each([
  undefined,
  null,
  'x',
  404,
  new Error('x'),
  { status: '404' },
  { status: 200 },
  { status: 4040 },
])('finds no status in %o', (error) => {
  expect(statusOf(error)).toBeUndefined()
})

test('survives an error that throws when it is touched', () => {
  const hostile = {
    get status() {
      throw new Error('no')
    },
    getStatus() {
      throw new Error('no')
    },
  }

  expect(statusOf(hostile)).toBeUndefined()
  expect(isAborted(hostile)).toBe(false)
})

test('knows a client that went away', () => {
  const aborted = [
    Object.assign(new Error('aborted'), { code: 'ECONNRESET' }),
    Object.assign(new Error('request aborted'), { type: 'request.aborted', code: 'ECONNABORTED' }),
    Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }),
    Object.assign(new Error('gone'), { status: 499 }),
  ]

  expect(aborted.map(isAborted)).toEqual([true, true, true, true])
})

test('does not take a lost connection to somebody else for a client that went away', () => {
  const failed = [
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    Object.assign(new Error('timeout of 10ms exceeded'), { code: 'ECONNABORTED', config: {} }),
  ]

  expect(failed.map(isAborted)).toEqual([false, false])
})
