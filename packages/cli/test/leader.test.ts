import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSlackSink } from '@slack-logger/core'
import { startInbox } from '@slack-logger/slack-inbox'
import { afterAll, describe, expect, test } from 'vitest'
import { runRedis } from '../../redis/test/support/run-redis.ts'
import { runFile, startFile } from '../../../test/test/support/run-app.ts'
import { tempFolder } from '../../../test/test/support/temp-folder.ts'
import { program } from './support/program.ts'

const server = await runRedis('the command leader is')
afterAll(() => server?.[Symbol.asyncDispose]())

describe.skipIf(server === undefined)('the command leader', () => {
  test('sends what a follower without a token reports, until SIGTERM; a flag counts before the file', async () => {
    await using inbox = await startInbox()
    using folder = tempFolder()
    const redis = `redis://127.0.0.1:${server?.port}`
    const config = join(folder.path, 'options.json')
    writeFileSync(config, '{ "service": "another", "environment": "production" }')
    const leader = startFile(program, {
      apiUrl: inbox.apiUrl,
      parameters: ['leader', '--config', config, '--service', 'shop'],
      env: { REDIS_URL: `${redis}/0`, SLACK_LOGGER_SPOOL_DIR: join(folder.path, 'leader') },
    })
    const ended = once(leader, 'exit')
    const [line] = (await once(leader.stdout, 'data')) as [Buffer]
    const follower = createSlackSink(
      { service: 'shop', environment: 'production', fleet: { redis, role: 'follower' } },
      { variables: { SLACK_LOGGER_SPOOL_DIR: join(folder.path, 'follower') } },
    )

    follower.write({ level: 'error', time: Date.now(), message: 'no stock', fields: {} })
    const message = await inbox.waitFor(({ text }) => text.includes('no stock'))
    await follower.close()
    leader.kill('SIGTERM')

    expect(String(line)).toBe(`Leading shop, production: from ${redis}/0 to #alerts\n`)
    expect(message.channelName).toBe('alerts')
    expect(await ended).toEqual([0, null])
  }, 60_000)

  test('prints its health at SIGUSR2', async () => {
    await using inbox = await startInbox()
    const leader = startFile(program, {
      apiUrl: inbox.apiUrl,
      parameters: ['leader', '--service', 'health', '--redis', `redis://127.0.0.1:${server?.port}`],
    })
    await once(leader.stdout, 'data')

    leader.kill('SIGUSR2')
    const [line] = (await once(leader.stdout, 'data')) as [Buffer]
    leader.kill('SIGTERM')
    await once(leader, 'exit')

    expect(JSON.parse(String(line))).toMatchObject({ deliveries: { sent: 0 }, fleet: {} })
  })
})

const redis = ['--redis', 'redis://:s3cret@127.0.0.1:1']
const token = { SLACK_BOT_TOKEN: 'xoxb-1-2-s3cret', SLACK_CHANNEL: '#alerts' }

test.each([
  {
    what: 'a server',
    parameters: ['--service', 'shop'],
    env: token,
    reason: 'Expected --redis (or REDIS_URL) to be the server that the services report to',
  },
  {
    what: 'a service',
    parameters: redis,
    env: token,
    reason: 'Expected --service (or OTEL_SERVICE_NAME) to be the name of the service',
  },
  {
    what: 'a token',
    parameters: ['--service', 'shop', ...redis],
    env: {},
    reason: 'Nothing can be sent: neither SLACK_BOT_TOKEN nor SLACK_WEBHOOK_URL is set',
  },
  {
    what: 'a channel',
    parameters: ['--service', 'shop', ...redis],
    env: { SLACK_BOT_TOKEN: 'xoxb-1-2-s3cret' },
    reason:
      "Expected `channel` (or SLACK_CHANNEL; '#alerts' needs its quotes in a .env file) to be set beside `token`, got nothing",
  },
])('the command leader does not start without $what', async ({ parameters, env, reason }) => {
  const run = await runFile(program, { parameters: ['leader', ...parameters], env })

  expect(run).toMatchObject({ code: 1, stdout: '', stderr: `slack-logger: ${reason}\n` })
})

test('the command leader says in one line that Redis fails, and waits for it', async () => {
  const leader = startFile(program, {
    parameters: ['leader', '--service', 'shop', '--channel', '#alerts'],
    env: { SLACK_BOT_TOKEN: 'xoxb-1', REDIS_URL: 'redis://:s3cret@127.0.0.1:1' },
  })
  const exit = once(leader, 'exit')

  const [line] = (await once(leader.stderr, 'data')) as [Buffer]
  const isRunning = leader.exitCode === null
  leader.kill('SIGTERM')

  expect(String(line)).toMatch(/^slack-logger: Redis fails: .+\n$/)
  expect(String(line)).not.toContain('s3cret')
  expect(isRunning).toBe(true)
  expect(await exit).toEqual([0, null])
})
