import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startInbox } from '@slack-logger/slack-inbox'
import { afterAll, expect, test } from 'vitest'
import { runRedis } from '../../packages/redis/test/support/run-redis.ts'
import { countsOf, roots, until } from './support/reader.ts'
import { runFile, startFile } from './support/run-app.ts'
import { tempFolder } from './support/temp-folder.ts'

const example = (name: string) =>
  fileURLToPath(new URL(`../../examples/${name}/app.mjs`, import.meta.url))
const commandLine = fileURLToPath(new URL('../../packages/cli/cli.js', import.meta.url))

test.each([
  { name: 'pino', message: 'Cannot read properties of undefined', culprit: 'chargeCard', lines: 3 },
  { name: 'winston', message: 'invoice 2041 has no lines', culprit: 'renderInvoice', lines: 3 },
])(
  'the $name example sends its error to Slack and logs everything to its file',
  async (service) => {
    await using inbox = await startInbox()
    using folder = tempFolder()
    const logFile = join(folder.path, 'app.log')

    const run = await runFile(example(service.name), {
      apiUrl: inbox.apiUrl,
      env: { LOG_FILE: logFile },
    })

    expect(run).toMatchObject({ code: 0, stdout: '' })
    const messages = inbox.messages()
    expect(messages).toHaveLength(1)
    expect(JSON.stringify(messages[0])).toContain(service.message)
    const thread = inbox.thread(messages[0]?.ts ?? '').slice(1)
    expect(JSON.stringify(thread)).toContain(service.culprit)
    expect(readFileSync(logFile, 'utf8').trimEnd().split('\n')).toHaveLength(service.lines)
  },
)

test('the Discord example sends its error with the stack to a channel of Discord', async () => {
  await using inbox = await startInbox({ discord: true })
  using folder = tempFolder()
  const logFile = join(folder.path, 'app.log')

  const run = await runFile(example('discord'), {
    env: { LOG_FILE: logFile, DISCORD_WEBHOOK_URL: inbox.discord.webhookUrl },
  })

  expect(run).toMatchObject({ code: 0, stdout: '', stderr: '' })
  const [message, ...others] = inbox.messages({ channel: 'discord-alerts' })
  expect(others).toEqual([])
  expect(message?.text).toContain('🔴 RangeError: parcel 77 is too heavy')
  expect(JSON.stringify(message?.discord)).toContain('printLabel')
  expect(readFileSync(logFile, 'utf8').trimEnd().split('\n')).toHaveLength(3)
})

test('the four processes of the cluster example are one message that counts to four', async () => {
  await using inbox = await startInbox()
  using folder = tempFolder()

  const run = await runFile(example('cluster'), {
    apiUrl: inbox.apiUrl,
    env: { SLACK_LOGGER_SPOOL_DIR: folder.path },
  })

  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(roots(inbox).map(({ text }) => text)).toEqual([
    '🔴 Error: the card was refused · checkout · order 123 could not be charged · ×4',
  ])
})

const server = await runRedis('the Redis example is')
afterAll(() => server?.[Symbol.asyncDispose]())

test.skipIf(server === undefined)(
  'three processes of the Redis example are one message of their leader',
  async () => {
    await using inbox = await startInbox()
    using folder = tempFolder()
    const redis = { REDIS_URL: `redis://127.0.0.1:${server?.port}` }
    const files = fileURLToPath(new URL('../../examples/redis/', import.meta.url))
    const env = { ...redis, SLACK_LOGGER_SPOOL_DIR: join(folder.path, 'leader') }
    const parameters = 'leader --service shop --environment production'.split(' ')
    const leader = startFile(commandLine, { apiUrl: inbox.apiUrl, env, parameters })
    const ended = once(leader, 'exit')

    const runs = await Promise.all(
      [1, 2, 3].map((index) => {
        const own = {
          LOG_FILE: join(folder.path, `${index}.log`),
          SLACK_LOGGER_SPOOL_DIR: join(folder.path, `${index}`),
        }
        return runFile(`${files}app.mjs`, { env: { ...redis, ...own } })
      }),
    )
    await until(() => roots(inbox).some((root) => countsOf(root).at(-1) === 12), 30_000)
    leader.kill('SIGTERM')
    await ended

    expect(runs.map(({ code, stdout, stderr }) => [code, stdout, stderr])).toEqual([
      [0, '', ''],
      [0, '', ''],
      [0, '', ''],
    ])
    expect(roots(inbox)).toHaveLength(1)
  },
  60_000,
)
