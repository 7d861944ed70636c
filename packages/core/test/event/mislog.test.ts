import { Writable } from 'node:stream'
import pino, { type Logger } from 'pino'
import { describe, expect, test } from 'vitest'
import { describeEvent } from '../../src/event/normalize.ts'
import type { LogEvent } from '../../src/event/log-event.ts'
import type { LogRecord } from '../../src/event/log-record.ts'
import { createRedactor } from '../../src/redaction/redactor.ts'

const options = { redactor: createRedactor(), trustProxy: false } as const

/** The event of what a real pino logger wrote. */
function logWithPino(log: (logger: Logger) => void): LogEvent {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  log(pino({ base: null }, stream))
  const { level: _, time: _time, msg, err, ...fields } = JSON.parse(lines[0] ?? '{}')
  return describeEvent(
    { level: 'error', time: 0, message: msg ?? '', error: err, fields, source: 'pino' },
    options,
  )
}

const failure = Object.assign(new TypeError('card refused'), { code: 'E_CARD' })

// The calls are wrong on purpose: pino's own types reject some of them.
const careless = (logger: Logger): Record<'error', (...values: unknown[]) => void> => logger

describe('pino loses', () => {
  test('an error that comes after the text', () => {
    const { hint } = logWithPino((logger) => careless(logger).error('charge failed', failure))

    expect(hint).toMatchObject({
      lost: expect.stringContaining('the error'),
      fix: "log.error(err, 'charge failed')",
    })
  })

  test('all of an error under a key of its own', () => {
    const { hint, error, fields } = logWithPino((logger) =>
      logger.error({ error: new Error('lost'), order: 7 }, 'charge failed'),
    )

    expect(hint?.lost).toContain('with its message and its stack')
    expect(hint?.fix).toBe("log.error(err, 'charge failed')")
    expect(error).toBeUndefined()
    expect(fields).toEqual({ order: 7 })
  })

  test('all of an error under a name that ends in an error', () => {
    const { hint } = logWithPino((logger) =>
      logger.error({ dbError: new Error('lost'), query: {} }, 'charge failed'),
    )

    expect(hint?.lost).toBe(
      'the error, with its message and its stack: `dbError` came as plain JSON',
    )
  })

  test('message and stack of an error that has own properties', () => {
    const { hint, error } = logWithPino((logger) =>
      logger.error({ error: failure }, 'charge failed'),
    )

    expect(hint?.lost).toContain("the error's message and stack")
    expect(error).toMatchObject({ type: 'Error', code: 'E_CARD', message: 'charge failed' })
  })

  test('the stack of an error that is put into the text', () => {
    const { hint } = logWithPino((logger) => logger.error(`charge failed: ${String(failure)}`))

    expect(hint?.lost).toContain("the error's stack")
    expect(hint?.fix).toBe("log.error(err, 'charge failed')")
  })

  test.each(['charge failed: %s', 'charge failed %o', 'charge failed %j'])(
    'the stack of an error in the place of %j',
    (template) => {
      const { hint } = logWithPino((logger) => careless(logger).error(template, failure))

      expect(hint?.fix).toMatch(/^log\.error\(err, 'charge failed/)
    },
  )

  test('an object that is put into the text', () => {
    const { hint } = logWithPino((logger) => logger.error(`charge failed [object Object]`))

    expect(hint?.fix).toBe("log.error(err, 'charge failed')")
  })
})

describe('pino loses nothing, and there is no hint, for', () => {
  test.each<[string, (logger: Logger) => void]>([
    ['an error alone', (logger) => logger.error(failure)],
    ['an error before its text', (logger) => logger.error(failure, 'charge failed')],
    ['an error under err', (logger) => logger.error({ err: failure }, 'charge failed')],
    ['data before the text', (logger) => logger.error({ order: 7 }, 'charge failed')],
    [
      'an error whose message has another in it',
      (logger) => logger.error(new Error('x: TypeError: y'), 'x: TypeError: y'),
    ],
  ])('%s', (_name, log) => {
    expect(logWithPino(log).hint).toBeUndefined()
  })
})

test('a line below error is no mistake', () => {
  const record: LogRecord = {
    level: 'info',
    time: 0,
    message: 'Error: none',
    fields: {},
    source: 'pino',
  }

  expect(describeEvent(record, options).hint).toBeUndefined()
})

test('the hint for winston names its call', () => {
  const record: LogRecord = {
    level: 'error',
    time: 0,
    message: 'charge failed',
    fields: { error: {} },
    source: 'winston',
  }

  expect(describeEvent(record, options).hint?.fix).toBe("logger.error('charge failed', { error })")
})

test('a line without an error is no mistake where the logger would have kept one', () => {
  const record: LogRecord = {
    level: 'error',
    time: 0,
    message: 'out of stock',
    fields: {},
    source: 'winston',
  }

  expect(describeEvent(record, options).hint).toBeUndefined()
})

test('what was thrown in a process with winston is no mistake', () => {
  const record: LogRecord = {
    level: 'error',
    time: 0,
    message: 'unhandledRejection',
    error: { code: 'E_CARD' },
    fields: {},
    source: 'winston',
  }

  expect(describeEvent(record, options).hint).toBeUndefined()
})

test('two texts of one place have the same key', () => {
  const places = ['order 17 failed:', 'order 18 failed:'].map(
    (message) =>
      describeEvent({ level: 'error', time: 0, message, fields: {}, source: 'pino' }, options).hint
        ?.place,
  )

  expect(places[0]).toBeDefined()
  expect(places[0]).toBe(places[1])
})

test('the fix repeats no secret', () => {
  const record: LogRecord = {
    level: 'error',
    time: 0,
    message: 'login password=hush failed:',
    fields: {},
    source: 'pino',
  }

  expect(JSON.stringify(describeEvent(record, options).hint)).not.toContain('hush')
})
