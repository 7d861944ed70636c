import { describe, expect, test } from 'vitest'
import winston from 'winston'
import { startSlack } from './support.ts'

test('a level that is set at run time is the alert threshold from then on', async () => {
  await using slack = await startSlack()
  const { transport } = slack
  const logger = winston.createLogger({ transports: [transport] })

  logger.warn('before')
  transport.level = 'warn'
  logger.warn('while')
  transport.level = 'error'
  logger.warn('after')

  const sent = await slack.sent()
  expect(sent).toContain('while')
  expect(sent).not.toMatch(/before|after/)
})

test('a transport is silent as long as it is set to be', async () => {
  await using slack = await startSlack()
  const logger = winston.createLogger({ transports: [slack.transport] })

  slack.transport.silent = true
  logger.error('before')
  slack.transport.silent = false
  logger.error('after')

  const sent = await slack.sent()
  expect(sent).toContain('after')
  expect(sent).not.toContain('before')
})

test('context stays context when the alert threshold changes', async () => {
  await using slack = await startSlack({ contextLevel: 'info' })
  const { transport } = slack
  const logger = winston.createLogger({ transports: [transport] })

  transport.level = 'warn'
  logger.debug('not even context')
  logger.info('what happened before')
  logger.warn('disk is nearly full')

  await transport.flush()
  const roots = slack.inbox.messages()
  expect(roots).toHaveLength(1)
  expect(JSON.stringify(roots)).toContain('disk is nearly full')
  expect(transport.level).toBe('info')
})

test('a threshold below the context level lets all records alert', async () => {
  await using slack = await startSlack({ contextLevel: 'info' })
  const logger = winston.createLogger({ level: 'silly', transports: [slack.transport] })

  slack.transport.level = 'debug'
  logger.debug('a detail')

  expect(await slack.sent()).toContain('a detail')
})

test.each([undefined, ''])('the level %j is the default', async (level) => {
  await using slack = await startSlack({ level: 'warn' })

  Object.assign(slack.transport, { level })

  expect(slack.transport.level).toBe('error')
})

test('a level that the logger does not have cannot be set', async () => {
  await using slack = await startSlack()
  winston.createLogger({ transports: [slack.transport] })

  expect(() => {
    slack.transport.level = 'wran'
  }).toThrow("Expected `level` to be one of the logger's levels 'error', 'warn'")
})

const { npm, syslog, cli } = winston.config

const scales: readonly {
  readonly name: string
  readonly levels: Readonly<Record<string, number>>
  readonly level: string
  readonly alerting: readonly string[]
  readonly quiet: readonly string[]
}[] = [
  { name: 'npm', levels: npm.levels, level: 'warn', alerting: ['error', 'warn'], quiet: ['info'] },
  {
    name: 'syslog',
    levels: syslog.levels,
    level: 'error',
    alerting: ['emerg', 'crit', 'error'],
    quiet: ['warning', 'debug'],
  },
  { name: 'cli', levels: cli.levels, level: 'warn', alerting: ['error', 'warn'], quiet: ['help'] },
  {
    name: 'own',
    levels: { chatter: 7, disaster: 2, trouble: 3 },
    level: 'trouble',
    alerting: ['disaster', 'trouble'],
    quiet: ['chatter'],
  },
  {
    name: 'own, with usual names,',
    levels: { error: 5, info: 1 },
    level: 'info',
    alerting: ['info'],
    quiet: ['error'],
  },
]

describe.each(scales)('with the $name levels', ({ levels, level, alerting, quiet }) => {
  test.each([
    ['plain', winston.format.json()],
    ['colorized', winston.format.combine(winston.format.colorize({ colors: { [level]: 'red' } }))],
    ['upper-case', winston.format((info) => ({ ...info, level: info.level.toUpperCase() }))()],
  ])(`%s, those from ${level} up alert`, async (_format, format) => {
    await using slack = await startSlack({ level })
    for (const label of Object.keys(levels)) winston.addColors({ [label]: 'red' })
    const logger = winston.createLogger({ levels, format, transports: [slack.transport] })

    for (const label of [...alerting, ...quiet]) logger.log(label, `logged as ${label}`)

    const sent = await slack.sent()
    for (const label of alerting) expect(sent).toContain(`logged as ${label}`)
    for (const label of quiet) expect(sent).not.toContain(`logged as ${label}`)
  })
})
