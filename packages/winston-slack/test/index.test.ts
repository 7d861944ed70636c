import { expect, test } from 'vitest'
import winston from 'winston'
import { SlackTransport, type SlackTransportOptions } from '../src/index.ts'
import { startSlack } from './support.ts'

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

test.each<[string, unknown]>([
  ['an arrow function', (info: winston.LogEntry) => ({ text: `${info.level}: ${info.message}` })],
  ['parts', ({ level, message }: winston.LogEntry) => ({ text: `${level}: ${message}` })],
  [
    'a function',
    function format(info: winston.LogEntry) {
      return { text: info.message }
    },
  ],
])(
  'a formatter of winston-slack-webhook-transport is a wrong option, as %s',
  (_form, formatter) => {
    expect(() => loggerWith({ formatter } as SlackTransportOptions)).toThrow(
      /^Expected `formatter` to take the built message and the event, .*; write `\(message, event\) =>/,
    )
  },
)

test.each<[string, SlackTransportOptions['formatter']]>([
  ['the message and the event', (message, event) => ({ ...message, text: event.message })],
  ['the message only, in one word', (message) => ({ ...message })],
  ['the message only', (message) => ({ ...message, text: message.text.toUpperCase() })],
  ['nothing', () => false],
])('a formatter may take %s', (_what, formatter) => {
  expect(loggerWith({ formatter }).transports).toHaveLength(1)
})

test.each([
  ['the option names it', { service: 'checkout' }, 'no stock · checkout'],
  ["the logger's `defaultMeta` names it without the option", {}, 'no stock · billing'],
])('%s: the service in the message', async (_what, options, text) => {
  await using slack = await startSlack(options)

  winston
    .createLogger({ defaultMeta: { service: 'billing' }, transports: [slack.transport] })
    .error('no stock')
  await slack.transport.flush()

  expect(slack.inbox.messages()[0]?.text).toContain(text)
})
