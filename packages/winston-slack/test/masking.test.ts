import { describe, expect, test } from 'vitest'
import winston from 'winston'
import { eventOf } from './support.ts'

const { combine, errors, json, printf, simple } = winston.format

type Info = winston.Logform.TransformableInfo & { stack?: string }

/** A secret that only the program knows to be one. */
const secret = 'Anna-Schmidt'

const hide = (text: unknown): string => String(text).replaceAll(secret, '*****')

function throwFor(name: string): Error {
  return new TypeError(`customer ${name} is blocked`)
}

const messageAndStack = winston.format((info: Info) => {
  info.message = hide(info.message)
  if (info.stack !== undefined) info.stack = hide(info.stack)
  return info
})

const wholeMessage = winston.format((info: Info) => {
  info.message = '[redacted]'
  if (info.stack !== undefined) info.stack = 'TypeError: [redacted]\n    at x (/srv/app/x.js:1:1)'
  return info
})

const messageOnly = winston.format((info: Info) => {
  info.message = hide(info.message)
  return info
})

const everyText = winston.format((info: Info) => {
  for (const key of Object.keys(info)) {
    if (typeof info[key] === 'string') info[key] = hide(info[key])
  }
  return info
})

const errorsInPlace = winston.format((info: Info) => {
  for (const value of Object.values(info)) {
    if (value instanceof Error) value.message = hide(value.message)
  }
  return info
})

const errorsAsCopies = winston.format((info: Info) => {
  for (const [key, value] of Object.entries(info)) {
    if (!(value instanceof Error)) continue
    info[key] = { name: value.name, message: hide(value.message), stack: hide(value.stack) }
  }
  return info
})

const errorsRemoved = winston.format((info: Info) => {
  for (const [key, value] of Object.entries(info)) if (value instanceof Error) delete info[key]
  return info
})

const causes = winston.format((info: Info) => {
  if (info['cause'] !== undefined) info['cause'] = '*****'
  return info
})

const propertiesRemoved = winston.format((info: Info) => {
  delete info['customer']
  return info
})

const line = Symbol.for('message')

const lineOnly = winston.format((info: Info) => ({ ...info, [line]: hide(info[line]) }))

type Log = (logger: winston.Logger) => unknown

const alone: Log = (logger) => logger.error(throwFor(secret))
const behindText: Log = (logger) => logger.error('no order', throwFor(secret))
const asErr: Log = (logger) => logger.error('no order', { err: throwFor(secret) })
const asError: Log = (logger) => logger.error('no order', { error: throwFor(secret) })
const withProperty: Log = (logger) =>
  logger.error('no order', Object.assign(throwFor('17'), { customer: secret }))
const withPropertyAlone: Log = (logger) =>
  logger.error(Object.assign(throwFor('17'), { customer: secret }))
const withCause: Log = (logger) =>
  logger.error('no order', new Error('no customer', { cause: throwFor(secret) }))
const inText: Log = (logger) => logger.error(`no order of ${secret} today`)
const inField: Log = (logger) => logger.error('no order', { customer: secret })
const uncaught: Log = (logger) => {
  for (const transport of logger.transports) transport.handleExceptions = true
  const { exceptions } = logger as unknown as { exceptions: winston.ExceptionHandler }
  logger.log(exceptions.getAllInfo(throwFor(secret)) as winston.LogEntry)
}

describe('what a format masked stays masked', () => {
  test.each<[string, winston.Logform.Format, Log]>([
    ['message and stack, of an error alone', combine(messageAndStack(), json()), (l) => alone(l)],
    ['message and stack, behind a text', combine(messageAndStack(), json()), behindText],
    [
      'message and stack, of a plain copy',
      combine(errors({ stack: true }), messageAndStack(), json()),
      alone,
    ],
    ['message and stack, of an uncaught error', combine(messageAndStack(), json()), uncaught],
    ['message and stack as a whole', combine(wholeMessage(), json()), behindText],
    ['the whole of a plain copy', combine(errors({ stack: true }), wholeMessage(), json()), alone],
    ['the message only, behind a text', combine(messageOnly(), json()), behindText],
    ['the message only, of an error alone', combine(messageOnly(), json()), alone],
    [
      'the message only, of a plain copy',
      combine(errors({ stack: true }), messageOnly(), json()),
      alone,
    ],
    ['errors in place, as err', combine(errorsInPlace(), json()), asErr],
    ['errors in place, as error', combine(errorsInPlace(), json()), asError],
    ['errors in copies, as err', combine(errorsAsCopies(), json()), asErr],
    ['errors in copies, as error', combine(errorsAsCopies(), json()), asError],
    ['errors that are removed', combine(errorsRemoved(), json()), asErr],
    ['a property of an error', combine(everyText(), json()), withProperty],
    ['a property of an error alone', combine(everyText(), json()), withPropertyAlone],
    [
      'a property of a plain copy',
      combine(errors({ stack: true }), everyText(), json()),
      withPropertyAlone,
    ],
    ['a property that is removed', combine(propertiesRemoved(), json()), withProperty],
    ['a cause', combine(causes(), json()), withCause],
    [
      'a cause of a plain copy',
      combine(errors({ stack: true, cause: true }), causes(), json()),
      withCause,
    ],
    ['a text', combine(everyText(), json()), inText],
    ['a field', combine(everyText(), json()), inField],
    ['a text in the line of JSON', combine(json(), lineOnly()), inText],
    ['a field in the line of JSON', combine(json(), lineOnly()), inField],
    ['an error in the line of JSON', combine(json(), lineOnly()), behindText],
    ['a text in a simple line', combine(simple(), lineOnly()), inText],
    ['an error in a simple line', combine(simple(), lineOnly()), behindText],
    [
      'an error alone in a line of its own',
      combine(
        printf(({ level, message }) => `${level}: ${String(message)}`),
        lineOnly(),
      ),
      alone,
    ],
    [
      'a stack in a line of its own',
      combine(
        printf(({ stack }) => String(stack)),
        lineOnly(),
      ),
      behindText,
    ],
    [
      'the message only, beside a line from before',
      combine(errors({ stack: true }), json(), messageOnly()),
      alone,
    ],
  ])('%s', async (_what, format, log) => {
    expect(JSON.stringify(await eventOf(log, { format }))).not.toContain('Anna')
  })

  test('beside a transport with its own format', async () => {
    const event = await eventOf(behindText, {
      format: messageAndStack(),
      transports: [new winston.transports.Console({ silent: true })],
    })

    expect(JSON.stringify(event)).not.toContain('Anna')
  })
})

test('class and place of an error are shown although its message is masked', async () => {
  const event = await eventOf(behindText, { format: combine(messageAndStack(), json()) })

  expect(event).toMatchObject({
    message: 'no order',
    error: { type: 'TypeError', message: 'customer ***** is blocked' },
  })
  expect(event.error?.culprit?.function).toBe('throwFor')
})

const untouched: readonly (readonly [string, winston.Logform.Format])[] = [
  [
    'upper-case',
    winston.format((info: Info) => ({ ...info, message: String(info.message).toUpperCase() }))(),
  ],
  ['a line of the stack', printf(({ stack, message }) => String(stack ?? message))],
  ['a line without the text', printf(({ level }) => `${level} at the desk of a customer`)],
  ['a line that is cut', printf(({ message }) => String(message).slice(0, 12))],
  [
    'a text about removing',
    winston.format((info: Info) => ({ ...info, message: 'no order removed' }))(),
  ],
  ['prettyPrint', winston.format.prettyPrint()],
  [
    'a message without what winston appends',
    winston.format((info: Info) => ({ ...info, message: 'no order' }))(),
  ],
  ['colors', winston.format.colorize({ all: true })],
]

test.each(untouched)('a format that masks nothing hides nothing: %s', async (_what, format) => {
  const event = await eventOf((logger) => logger.error('no order', throwFor('17')), { format })

  expect(event.error).toMatchObject({ type: 'TypeError', message: 'customer 17 is blocked' })
  expect(event.message.toLowerCase()).toContain('no order')
})
