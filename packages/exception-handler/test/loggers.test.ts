import { Writable } from 'node:stream'
import { runInNewContext } from 'node:vm'
import { createSlackStream } from '@slack-logger/pino-slack'
import { startInbox } from '@slack-logger/slack-inbox'
import createError from 'http-errors'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import winston from 'winston'
import { WinstonModule } from 'nest-winston'
import { createExceptionHandler, requestContext, type ExceptionContext } from '../src/index.ts'

const request: ExceptionContext = { method: 'GET', path: '/orders/17', route: '/orders/:id' }
const gone = { status: 410, message: 'sold out' }

interface Line {
  readonly level: number | string
  readonly [key: string]: unknown
}

/** A logger and what it wrote. */
interface Recorded<Logger> {
  readonly logger: Logger
  readonly lines: Line[]
}

function pinoLogger(options: pino.LoggerOptions = {}): Recorded<pino.Logger> {
  const lines: Line[] = []
  const logger = pino(options, {
    write: (line: string) => void lines.push(JSON.parse(line) as Line),
  })
  return { logger, lines }
}

function winstonLogger(options: winston.LoggerOptions = {}): Recorded<winston.Logger> {
  const lines: Line[] = []
  const stream = new Writable({
    write: (line: Buffer, _encoding, next) => {
      lines.push(JSON.parse(line.toString()) as Line)
      next()
    },
  })
  const transports = [new winston.transports.Stream({ stream })]
  return { logger: winston.createLogger({ transports, ...options }), lines }
}

const kinds = [
  { name: 'pino', create: pinoLogger, error: 50, warn: 40, message: 'msg' },
  { name: 'winston', create: winstonLogger, error: 'error', warn: 'warn', message: 'message' },
] as const

describe.each(kinds)('$name', ({ create, error, warn, message }) => {
  test('one logger: what is to alert is an error, the rest a warning', () => {
    const { logger, lines } = create()
    const { handleException } = createExceptionHandler({ logger, skipEndpoints: ['/health'] })

    handleException(new TypeError('no card'), request)
    handleException(gone, request)
    handleException(new TypeError('no card'), { path: '/health' })

    expect(lines).toMatchObject([
      { level: error, [message]: 'no card', status: 500, err: { type: 'TypeError' }, request },
      { level: warn, [message]: 'sold out', status: 410 },
      { level: warn, [message]: 'no card', status: 500 },
    ])
  })

  test('two loggers: the file gets everything at its level, Slack what is to alert', () => {
    const file = create()
    const slack = create()
    const { handleException } = createExceptionHandler({
      fileLogger: file.logger,
      slackLogger: slack.logger,
      skipEndpoints: ['/health'],
      shouldAlert: (_error, { status }) => status >= 500 || status === 410,
    })

    handleException(new TypeError('no card'), request)
    handleException(gone, request)
    handleException({ status: 404 }, request)
    handleException(new TypeError('no card'), { path: '/health' })

    expect(file.lines).toMatchObject([
      { level: error, status: 500 },
      { level: warn, status: 410 },
      { level: warn, status: 404 },
      { level: error, status: 500 },
    ])
    expect(slack.lines).toMatchObject([
      { level: error, status: 500 },
      { level: error, status: 410 },
    ])
  })

  test('the stack, the causes and the properties of an error are in the file', () => {
    const { logger, lines } = create()
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })

    createExceptionHandler({ logger }).handleException(new Error('no stock', { cause }))

    const { err } = lines[0] as unknown as { err: { stack: string } }
    expect(err.stack).toContain('loggers.test.ts')
    expect(JSON.stringify(err)).toContain('refused')
  })

  test('a stack that is to be left out is left out, that of a subclass as well', () => {
    const { logger, lines } = create()
    class PermissionDenied extends Error {
      override name = 'PermissionDenied'
    }
    class NotYourOrder extends PermissionDenied {
      override name = 'NotYourOrder'
      readonly code = 'E_ORDER'
    }

    createExceptionHandler({ logger }).handleException(new NotYourOrder('no'))

    const { err } = lines[0] as unknown as { err: Record<string, unknown> }
    expect(err).toMatchObject({ type: 'NotYourOrder', message: 'no', code: 'E_ORDER' })
    expect(err['stack'] ?? '').toBe('')
  })

  test('what was thrown without being an error is logged without its secrets', () => {
    const { logger, lines } = create()

    createExceptionHandler({ logger }).handleException({ reason: 'x', password: 'hunter2' })

    expect(JSON.stringify(lines)).toContain('reason')
    expect(JSON.stringify(lines)).not.toContain('hunter2')
  })

  test('the level of what the client did wrong can be chosen', () => {
    const { logger, lines } = create()

    createExceptionHandler({ logger, clientErrorLevel: 'info' }).handleException(gone)

    expect(lines).toMatchObject([{ level: error === 50 ? 30 : 'info' }])
  })

  test('child loggers work as their parents do', () => {
    const { logger, lines } = create()

    const child = logger.child({ part: 'orders' })
    createExceptionHandler({ logger: child }).handleException(gone)

    expect(lines).toMatchObject([{ level: warn, part: 'orders' }])
  })

  test('both loggers get the failure of the handler, whatever the error is', () => {
    const file = create()
    const slack = create()
    const { handleException } = createExceptionHandler({
      fileLogger: file.logger,
      slackLogger: slack.logger,
      getUser: () => {
        throw new RangeError('no user')
      },
    })

    const { status } = handleException(gone, request)

    expect(status).toBe(500)
    for (const { lines } of [file, slack]) {
      expect(lines).toMatchObject([
        {
          level: error,
          [message]: 'The exception handler failed (no user) while it handled: sold out',
          err: { message: 'sold out' },
          handlerFailure: { type: 'RangeError', message: 'no user' },
          request,
        },
      ])
    }
  })
})

test("pino's own key for errors is used", () => {
  const { logger, lines } = pinoLogger({ errorKey: 'error' })

  createExceptionHandler({ logger: logger.child({}) }).handleException(new TypeError('no card'))

  expect(lines).toMatchObject([{ error: { type: 'TypeError', message: 'no card' } }])
})

test('a message with a percent sign keeps its fields in winston', () => {
  const { logger, lines } = winstonLogger({ format: winston.format.json() })

  createExceptionHandler({ logger }).handleException(new Error('100 %s'), request)

  expect(lines).toMatchObject([{ message: '100 %s', request }])
})

test('syslog levels without `warn` use `warning`', () => {
  const { logger, lines } = winstonLogger({ levels: winston.config.syslog.levels })

  createExceptionHandler({ logger }).handleException(gone)

  expect(lines).toMatchObject([{ level: 'warning' }])
})

test('an error of another realm is logged with its own properties and its stack', () => {
  const { logger, lines } = pinoLogger()
  const error: unknown = runInNewContext('Object.assign(new TypeError("no card"), { order: 17 })')

  createExceptionHandler({ logger }).handleException(error)

  expect(lines).toMatchObject([
    {
      msg: 'no card',
      err: { type: 'TypeError', order: 17, stack: expect.stringContaining('evalmachine') },
    },
  ])
})

test('a logger of the other convention is called by the option `convention`', () => {
  const calls: unknown[][] = []
  const logger = { error: (...values: unknown[]) => void calls.push(values) }

  createExceptionHandler({ logger, convention: 'winston' }).handleException(new Error('x'))

  expect(calls).toMatchObject([['x', { status: 500 }]])
})

test('a logger that throws costs the client nothing', () => {
  const logger = {
    error: () => {
      throw new Error('disk full')
    },
  }

  expect(createExceptionHandler({ logger }).handleException(new Error('x')).status).toBe(500)
})

test('a level that is off costs no description', () => {
  const { logger, lines } = pinoLogger({ level: 'error' })
  let reads = 0
  const query = Object.defineProperty({}, 'a', {
    enumerable: true,
    get: () => (reads += 1),
  })

  createExceptionHandler({ logger }).handleException(gone, { query })

  expect([lines, reads]).toEqual([[], 0])
})

test("winston's lines carry the request of the code that logs", () => {
  const { logger, lines } = winstonLogger({
    format: winston.format.combine(requestContext(), winston.format.json()),
  })
  const { runInRequest } = createExceptionHandler({ logger })

  logger.error('before')
  runInRequest({ ...request, user: { id: 17 } }, () => {
    logger.info('on the way')
    logger.error('inside')
    logger.error('own', { request: 'mine' })
  })

  expect(lines).toEqual([
    { level: 'error', message: 'before' },
    { level: 'info', message: 'on the way' },
    { level: 'error', message: 'inside', request: { ...request, user: { id: '17' } } },
    { level: 'error', message: 'own', request: 'mine' },
  ])
})

test('a line is logged even if its request cannot be read', () => {
  const { logger, lines } = winstonLogger({
    format: winston.format.combine(requestContext(), winston.format.json()),
  })
  const { runInRequest } = createExceptionHandler({
    logger,
    getUser: () => {
      throw new Error('no user')
    },
  })

  runInRequest(request, () => logger.error('inside'))

  expect(lines).toMatchObject([
    { message: 'inside', request: { path: '/orders/17', unreadable: 'no user' } },
  ])
})

describe("a logger of Nest's interface is used as what it is made of", () => {
  test('nest-winston', () => {
    const { logger: inner, lines } = winstonLogger()
    const logger = WinstonModule.createLogger({ instance: inner })
    const { handleException } = createExceptionHandler({ logger })

    handleException(new TypeError('no card'), request)

    expect(lines).toMatchObject([{ level: 'error', message: 'no card', status: 500, request }])
  })

  test('nestjs-pino, by its documented shape', () => {
    const { logger: inner, lines } = pinoLogger()
    const logger = { logger: inner, log: fail, error: fail, warn: fail }
    const { handleException } = createExceptionHandler({ logger })

    handleException(gone, request)

    expect(lines).toMatchObject([{ level: 40, msg: 'sold out', status: 410, request }])
  })
})

function fail(): never {
  throw new Error('called')
}

test('a failure below 500 that `shouldAlert` wants reaches Slack', async () => {
  await using inbox = await startInbox()
  const { token, apiUrl: slackApiUrl } = inbox
  const stream = createSlackStream({ token, slackApiUrl, channel: '#alerts', spoolDir: false })
  const logger = pino(stream)
  const paid = createError(409, 'paid already')

  createExceptionHandler({ logger }).handleException(paid, request)
  createExceptionHandler({ logger, shouldAlert: () => true }).handleException(paid, request)
  await stream.close()

  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('paid already'),
  ])
})
