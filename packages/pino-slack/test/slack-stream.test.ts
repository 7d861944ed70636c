import { once } from 'node:events'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { type Inbox, startInbox } from '@slack-logger/slack-inbox'
import pino, { type LoggerOptions } from 'pino'
import { pinoHttp } from 'pino-http'
import { expect, test } from 'vitest'
import { createSlackStream, type PinoSlackOptions } from '../src/index.ts'

const optionsFor = (inbox: Inbox): PinoSlackOptions => ({
  token: inbox.token,
  channel: '#alerts',
  slackApiUrl: inbox.apiUrl,
  spoolDir: false,
  // Several new problems at once would be one storm.
  repeat: { policy: 'window' },
})

const syslog = { emerg: 0, alert: 1, crit: 2, error: 3, warning: 4, notice: 5, info: 6, debug: 7 }
const downwards = { customLevels: syslog, useOnlyCustomLevels: true, level: 'debug' }

function textsOf(inbox: Inbox): string {
  return inbox
    .messages()
    .map(({ text }) => text)
    .join('\n')
}

test.each<[string, LoggerOptions<keyof typeof syslog>]>([
  ['compared downwards', { ...downwards, levelComparison: 'DESC' }],
  ['compared by a function', { ...downwards, levelComparison: (level, limit) => level <= limit }],
  ['beside those of pino', { ...downwards, useOnlyCustomLevels: false, levelComparison: 'DESC' }],
  [
    'written by a formatter',
    { ...downwards, levelComparison: 'DESC', formatters: { level: (level) => ({ level }) } },
  ],
])("syslog's levels alert by their labels: %s", async (_, options) => {
  await using inbox = await startInbox()
  const stream = createSlackStream(optionsFor(inbox))
  const logger = pino(options, stream)

  logger.emerg('the disk is gone')
  logger.error('no stock')
  logger.warning('little stock')
  logger.info('order placed')
  await stream.close()

  expect(textsOf(inbox)).toContain('the disk is gone')
  expect(textsOf(inbox)).toContain('no stock')
  expect(inbox.messages()).toHaveLength(2)
})

test('loggers that share a stream have the levels and keys of all of them', async () => {
  await using inbox = await startInbox()
  const stream = createSlackStream(optionsFor(inbox))
  const first = pino({ ...downwards, levelComparison: 'DESC' }, stream)
  const second = pino({ messageKey: 'text', customLevels: { page: 55 } }, stream)

  first.crit('the disk is gone')
  second.page('no stock')
  first.info('order placed')
  second.info('order placed')
  await stream.close()

  expect(textsOf(inbox)).toContain('the disk is gone')
  expect(textsOf(inbox)).toContain('no stock')
  expect(inbox.messages()).toHaveLength(2)
})

test('the option `levels` decides over a label that other loggers have in common', async () => {
  await using inbox = await startInbox()
  const stream = createSlackStream({ ...optionsFor(inbox), levels: { notice: 55 } })

  pino({ customLevels: { notice: 55 } }, stream).notice('no stock')
  await stream.close()

  expect(textsOf(inbox)).toContain('no stock')
})

test('the keys of message and error are those of the logger', async () => {
  await using inbox = await startInbox()
  const stream = createSlackStream(optionsFor(inbox))

  pino({ messageKey: 'text', errorKey: 'problem' }, stream).error(
    new TypeError('no stock'),
    'failed',
  )
  await stream.close()

  expect(textsOf(inbox)).toContain('TypeError: no stock')
})

test.each<[string, LoggerOptions]>([
  ['the field of `base`', { base: { service: 'checkout' } }],
  ['the name of the logger', { name: 'checkout' }],
])('the header names the service by %s', async (_, options) => {
  await using inbox = await startInbox()
  const stream = createSlackStream(optionsFor(inbox))

  pino(options, stream).error('no stock')
  await stream.close()

  expect(textsOf(inbox)).toContain('no stock · checkout')
})

test('pino takes the stream as its only argument', async () => {
  await using inbox = await startInbox()
  const stream = createSlackStream(optionsFor(inbox))
  const logger = pino(stream)

  logger.error('no stock')
  await new Promise<void>((resolve) => logger.flush(() => resolve()))

  expect(textsOf(inbox)).toContain('no stock')
  await stream.close()
})

test('pino.multistream passes lines of all levels to the stream', async () => {
  await using inbox = await startInbox()
  const stream = createSlackStream({ ...optionsFor(inbox), contextLevel: 'debug' })
  const streams = pino.multistream([stream])
  const logger = pino({ ...downwards, levelComparison: 'DESC' }, streams)

  logger.debug('opening the disk')
  logger.emerg('the disk is gone')
  await stream.flush()

  const [message] = inbox.messages()
  expect(message?.text).toContain('the disk is gone')
  expect(JSON.stringify(inbox.thread(message?.ts ?? ''))).toContain('opening the disk')
  streams.end()
  await finished(stream)
})

test('pino-http takes the stream as its only argument', async () => {
  await using inbox = await startInbox()
  const stream = createSlackStream(optionsFor(inbox))

  pinoHttp(stream).logger.error('no stock')
  await stream.close()

  expect(textsOf(inbox)).toContain('no stock')
})

test('it says when it is ready and when it is finished, as streams do', async () => {
  await using inbox = await startInbox()
  const stream = createSlackStream(optionsFor(inbox))

  await once(stream, 'ready')
  expect(stream.writable).toBe(true)
  Readable.from(['{"level":50,"msg":"no stock"}\n']).pipe(stream)
  await finished(stream)

  expect(textsOf(inbox)).toContain('no stock')
  expect(stream.writable).toBe(false)
})

test('a line in the call of `end` is sent, and one after it is counted and no error', async () => {
  await using inbox = await startInbox()
  const stream = createSlackStream(optionsFor(inbox))
  const errors: unknown[] = []
  stream.on('error', (error) => errors.push(error))

  await new Promise<void>((resolve) => stream.end('{"level":50,"msg":"no stock"}\n', resolve))
  stream.write('{"level":50,"msg":"too late"}\n')
  stream.end()
  await stream.close()

  expect(errors).toEqual([])
  expect(textsOf(inbox)).toContain('no stock')
  expect(stream.health().events.lost).toEqual({ 'the sink is closed': 1 })
})

test('a line that was parsed already is taken as well', async () => {
  await using inbox = await startInbox()
  const stream = createSlackStream(optionsFor(inbox))

  stream.write({ level: 50, time: Date.now(), msg: 'no stock' })
  stream.write({ level: 30, time: Date.now(), msg: 'order placed' })
  await stream.close()

  expect(inbox.messages().map(({ text }) => text)).toEqual([expect.stringContaining('no stock')])
})

test('what is queued is sent when the stream is destroyed', async () => {
  await using inbox = await startInbox()
  const stream = createSlackStream(optionsFor(inbox))

  pino(stream).error('no stock')
  stream.destroy()
  await once(stream, 'close')

  expect(textsOf(inbox)).toContain('no stock')
})
