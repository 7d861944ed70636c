import { expect, test } from 'vitest'
import winston from 'winston'
import { SlackTransport, type SlackTransportOptions } from '../src/index.ts'

const loggerWith = (options: SlackTransportOptions) =>
  winston.createLogger({ transports: [new SlackTransport({ enabled: false, ...options })] })

test.each(['level', 'contextLevel'])(
  'a %s that the logger does not have is a wrong option',
  (name) => {
    expect(() => loggerWith({ [name]: 'fatal' })).toThrow(
      new TypeError(
        `Expected \`${name}\` to be one of the logger's levels 'error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly', got 'fatal'`,
      ),
    )
  },
)

test('an empty level counts as not given', () => {
  expect(loggerWith({ level: '', contextLevel: '' }).transports[0]?.level).toBe('error')
})
