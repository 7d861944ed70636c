import { once } from 'node:events'
import { expect, test } from 'vitest'
import winston from 'winston'
import { startSlack, temporaryFolder } from './support.ts'

function moveAndBack(logger: winston.Logger, transport: winston.transport): void {
  logger.remove(transport)
  const other = winston.createLogger({ transports: [transport] })
  other.close()
  logger.add(transport)
}

test('a transport of two loggers goes on when one of them is closed', async () => {
  await using slack = await startSlack()
  const [first, second] = [1, 2].map(() => winston.createLogger({ transports: [slack.transport] }))

  first?.close()
  await slack.transport.flush()
  second?.error('the second goes on')

  expect(await slack.sent()).toContain('the second goes on')
})

test.each<[string, (logger: winston.Logger, transport: winston.transport) => unknown]>([
  ['configured again', (logger, t) => logger.configure({ transports: [t] })],
  ['cleared and added', (logger, t) => logger.clear().add(t)],
  ['removed and added', (logger, t) => logger.remove(t).add(t)],
  ['moved to another logger and back', (logger, t) => moveAndBack(logger, t)],
])('a transport that is %s delivers on, in the same incident', async (_way, change) => {
  await using slack = await startSlack()
  const logger = winston.createLogger({ transports: [slack.transport] })
  logger.error('no stock')

  for (let times = 0; times < 3; times += 1) change(logger, slack.transport)
  logger.error('no stock')
  logger.error('no price')

  expect(await slack.sent()).toContain('no price')
  expect(slack.inbox.messages()).toHaveLength(2)
  expect(slack.transport.health().events.lost).toEqual({})
})

test('a transport that was closed opens again when it is written to', async () => {
  await using slack = await startSlack()
  const logger = winston.createLogger({ transports: [slack.transport] })
  logger.error('before')
  logger.close()
  await slack.transport.flush()
  await new Promise((resolve) => setImmediate(resolve))

  winston.createLogger({ transports: [slack.transport] }).error('after')

  expect(await slack.sent()).toContain('before')
  expect(await slack.sent()).toContain('after')
})

test('what an opened transport logs again goes on in the message from before it was closed', async () => {
  using folder = temporaryFolder()
  await using slack = await startSlack({ spoolDir: folder.path })
  const logger = winston.createLogger({ transports: [slack.transport] })
  const failure = new Error('no stock')
  logger.error(failure)
  logger.close()
  await slack.transport.flush()
  await new Promise((resolve) => setImmediate(resolve))

  winston.createLogger({ transports: [slack.transport] }).error(failure)
  await slack.transport.flush()

  expect(slack.inbox.messages()).toHaveLength(1)
  expect(slack.inbox.messages()[0]?.text).toContain('×2')
})

test('a transport that moves to a logger with other levels takes those', async () => {
  await using slack = await startSlack()
  const logger = winston.createLogger({ transports: [slack.transport] })

  logger.configure({ levels: { error: 0, panic: 0, chat: 1 }, transports: [slack.transport] })
  logger.log('panic', 'the reactor is gone')
  logger.log('chat', 'hello')

  expect(await slack.sent()).toContain('the reactor is gone')
  expect(await slack.sent()).not.toContain('hello')
})

test('loggers whose levels differ cannot share a transport, because winston would drop records', async () => {
  await using slack = await startSlack()
  const { npm, syslog } = winston.config
  winston.createLogger({ levels: npm.levels, transports: [slack.transport] })

  const sharing = { levels: { ...npm.levels, audit: 7 }, transports: [slack.transport] }
  expect(winston.createLogger(sharing).transports).toHaveLength(1)
  expect(() =>
    winston.createLogger({ levels: syslog.levels, transports: [slack.transport] }),
  ).toThrow("Expected the loggers of one transport to have the same levels, got 'emerg'")
})

test('any number of loggers, containers and child loggers share a transport without a warning', async () => {
  await using slack = await startSlack()
  const warnings: Error[] = []
  const onWarning = (warning: Error): number => warnings.push(warning)
  process.on('warning', onWarning)

  const container = new winston.Container({ transports: [slack.transport] })
  const loggers = Array.from({ length: 40 }, (_, index) => container.get(`part-${index}`))
  for (const logger of loggers) logger.child({ part: 'x' }).error('one of many')
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', onWarning)

  container.close('part-0')
  loggers[1]?.error('another one')

  expect(warnings).toEqual([])
  expect(await slack.sent()).toContain('another one')
})

test('logger.end waits until the last message is sent', async () => {
  await using slack = await startSlack()
  const logger = winston.createLogger({ transports: [slack.transport] })

  logger.error('the last one')
  logger.end()
  await once(logger, 'finish')

  expect(JSON.stringify(slack.inbox.messages())).toContain('the last one')
})

test('`await transport.close()` waits until everything is sent, also while a logger uses the transport', async () => {
  await using slack = await startSlack()
  winston.createLogger({ transports: [slack.transport] }).error(new Error('no stock'))

  await slack.transport.close()

  expect(slack.inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('no stock'),
  ])
})
