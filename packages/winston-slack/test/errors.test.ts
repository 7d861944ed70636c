import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { LogEvent } from '@slack-logger/core'
import express from 'express'
import expressWinston from 'express-winston'
import { describe, expect, test } from 'vitest'
import winston from 'winston'
import { eventOf, eventsOf, startSlack } from './support.ts'

const { combine, errors, json, metadata, splat, simple, timestamp, printf } = winston.format

class PaymentDeclinedError extends Error {}

function decline(): PaymentDeclinedError {
  return Object.assign(new PaymentDeclinedError('card declined'), { code: 'E_CARD' })
}

const formats: readonly (readonly [string, winston.Logform.Format])[] = [
  ['json', json()],
  ['errors and json', combine(errors({ stack: true }), json())],
  ['errors with causes and json', combine(errors({ stack: true, cause: true }), json())],
  ['metadata and json', combine(metadata(), json())],
  ['errors, metadata and json', combine(errors({ stack: true }), metadata(), json())],
  ['errors, splat and simple', combine(errors({ stack: true }), splat(), simple())],
  [
    'errors and a line of its own',
    combine(
      timestamp(),
      errors({ stack: true }),
      printf(({ stack, message }) => String(stack ?? message)),
    ),
  ],
]

describe.each(formats)('with the format %s', (_format, format) => {
  test.each<[string, (logger: winston.Logger, error: Error) => unknown, string]>([
    ['alone', (logger, error) => logger.error(error), ''],
    ['before a text', (logger, error) => logger.error(error as never, 'job failed'), 'job failed'],
    ['before fields', (logger, error) => logger.error(error as never, { order: 7 }), ''],
    ['in an object', (logger, err) => logger.error({ err, order: 7 }), ''],
    ['behind a text', (logger, error) => logger.error('job failed', error), 'job failed'],
    ['as err', (logger, err) => logger.error('job failed', { err }), 'job failed'],
    ['as data', (logger, data) => logger.error('job failed', { data }), 'job failed'],
    ['in meta', (logger, err) => logger.error('job failed', { meta: { err } }), 'job failed'],
    [
      'in metadata',
      (logger, failure) => logger.error('job failed', { metadata: { failure } }),
      'job failed',
    ],
    ['as metadata', (logger, e) => logger.error('job failed', { metadata: e }), 'job failed'],
    [
      'one level down',
      (logger, error) => logger.error('job failed', { context: { error } }),
      'job failed',
    ],
    [
      'of a child logger',
      (logger, err) => logger.child({ part: 'x' }).error('job failed', { err }),
      'job failed',
    ],
  ])('an error %s has its class, its message and its stack', async (_place, log, message) => {
    const event = await eventOf((logger) => log(logger, decline()), { format })

    expect(event.error).toMatchObject({ type: 'PaymentDeclinedError', message: 'card declined' })
    expect(event.error?.culprit?.function).toBe('decline')
    expect(event.message).toBe(message)
    expect(event.hint).toBeUndefined()
  })
})

function failIn(place: string): Error {
  const error = new TypeError('boom')
  error.stack = `TypeError: boom\n    at ${place} (/srv/app/jobs.js:7:3)`
  return error
}

test.each<[string, (error: Error) => object]>([
  ['as a list', ({ stack }) => ({ stack: [stack] })],
  ['as a list of lines', ({ stack = '' }) => ({ stack: stack.split('\n') })],
  ['as stackTrace', ({ stack }) => ({ stackTrace: stack })],
  ['as trace', ({ stack }) => ({ trace: stack })],
  ['beside the message as error', ({ message, stack }) => ({ error: message, stack })],
  ['as a list beside the message', ({ message, stack }) => ({ error: message, stack: [stack] })],
  ['in err', ({ message, stack }) => ({ err: { message, stack: [stack] } })],
])('a stack %s is an error, and different bugs are different', async (_form, fieldsOf) => {
  const [first, same, other] = await eventsOf((logger) => {
    logger.error('it failed', { context: 'Orders', ...fieldsOf(failIn('charge')) })
    logger.error('it failed', { context: 'Orders', ...fieldsOf(failIn('charge')) })
    logger.error('it failed', { context: 'Orders', ...fieldsOf(failIn('refund')) })
  })

  const shown = { type: 'TypeError', message: 'boom' }
  expect(first).toMatchObject({ message: 'it failed', error: shown, fields: { context: 'Orders' } })
  expect(first?.error?.culprit?.function).toBe('charge')
  expect(same?.error).toEqual(first?.error)
  expect(other?.error?.culprit?.function).toBe('refund')
})

test.each(['meta', 'metadata'])(
  'the error and the request of the errorLogger of express-winston are found in %s',
  async (metaField) => {
    const event = await eventOf(async (winstonInstance) => {
      const app = express()
      app.get('/orders/:id', () => {
        throw decline()
      })
      app.use(expressWinston.errorLogger({ winstonInstance, metaField }))
      app.use(((_error, _request, response, _next) => {
        response.status(500).end()
      }) as express.ErrorRequestHandler)
      await get(app, '/orders/17?page=2')
    })

    expect(event).toMatchObject({
      message: 'middlewareError',
      error: { type: 'PaymentDeclinedError', message: 'card declined', code: 'E_CARD' },
      request: { method: 'GET', path: '/orders/17' },
      fields: {},
    })
  },
)

async function get(app: express.Express, path: string): Promise<void> {
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await (await fetch(`http://127.0.0.1:${port}${path}`)).text()
  server.close()
}

test('an error that is logged alone is shown with a format of the transport', async () => {
  const format = winston.format((info) => ({ ...info, message: `shop: ${String(info.message)}` }))
  const options = { format: format() }
  const events: LogEvent[] = []
  const beforeSend = (event: LogEvent): LogEvent => {
    events.push(event)
    return event
  }
  await using slack = await startSlack({ ...options, beforeSend })

  winston.createLogger({ transports: [slack.transport] }).error(failIn('charge'))

  expect(events[0]?.error).toMatchObject({ type: 'TypeError', message: 'boom' })
})

const thrown: readonly (readonly [string, unknown, Partial<LogEvent>])[] = [
  ['17', 17, { error: expect.objectContaining({ type: 'number', message: '17' }) }],
  ["'no stock'", 'no stock', { error: expect.objectContaining({ message: 'no stock' }) }],
  ['null', null, { message: 'uncaughtException: null' }],
  ['undefined', undefined, { message: 'uncaughtException: undefined' }],
  [
    'an object with a code',
    { code: 'E_CARD' },
    { message: 'uncaughtException: {"code":"E_CARD"}' },
  ],
  [
    'an object with a message',
    { message: 'declined' },
    { error: expect.objectContaining({ message: 'declined' }) },
  ],
]

test.each(thrown)('what was thrown is shown: %s', async (_what, value, shown) => {
  const event = await eventOf((logger) => {
    for (const transport of logger.transports) transport.handleExceptions = true
    const { exceptions } = logger as unknown as { exceptions: winston.ExceptionHandler }
    logger.log(exceptions.getAllInfo(value as string) as winston.LogEntry)
  })

  expect(event).toMatchObject(shown)
  expect(JSON.stringify(event)).not.toMatch(/no error message|No stack trace/)
  expect(event.hint).toBeUndefined()
})

test.each([
  [17, 'unhandledRejection', '17'],
  [
    { code: 'E_CARD' },
    'unhandledRejection: {"code":"E_CARD"}',
    'unhandledRejection: {"code":"E_CARD"}',
  ],
])('what a promise was rejected with is shown: %j', async (value, message, shown) => {
  const event = await eventOf((logger) => {
    const { rejections } = logger as unknown as { rejections: winston.ExceptionHandler }
    logger.log(rejections.getAllInfo(value as never) as winston.LogEntry)
  })

  expect(event).toMatchObject({ message, error: { message: shown } })
  expect(event.hint).toBeUndefined()
})

test.each([
  ['17', 17, '17'],
  ['null', null, 'null'],
  ['an object', { code: 'E_CARD' }, '{"code":"E_CARD"}'],
  ['a BigInt', 17n, '17'],
  ['a symbol', Symbol('gone'), 'Symbol(gone)'],
])('what was logged without a text is shown: %s', async (_what, value, message) => {
  const event = await eventOf((logger) => logger.error(value as never), { format: json() })

  expect(event.message).toBe(message)
  expect(event.hint).toBeUndefined()
})

test.each([
  ['17', 17, 'job failed 17'],
  ['a text', 'no stock', 'job failed no stock'],
  ['null', null, 'job failed'],
])('what was caught and logged behind a text is shown: %s', async (_what, value, message) => {
  const event = await eventOf((logger) => logger.error('job failed', value))

  expect(event.message).toBe(message)
})

test('a value behind a text that a format has masked is not shown', async () => {
  const format = winston.format((info) => {
    const values = info[Symbol.for('splat')] as readonly unknown[]
    return {
      ...info,
      message: `${String(info.message)} ${values.join(' ').replace('4711', '****')}`,
    }
  })

  const event = await eventOf((logger) => logger.error('card', '4711'), { format: format() })

  expect(event.message).toBe('card ****')
})
