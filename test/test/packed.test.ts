import { once } from 'node:events'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { startInbox } from '@slack-logger/slack-inbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocksOf, pageOf } from './docs/pages.ts'
import { PackedProject } from './support/packed-project.ts'
import { runFile, startFile } from './support/run-app.ts'
import { describeQuiet, jest30, nodeTest } from './support/runners.ts'

const project = new PackedProject()
const run = (command: string, parameters: readonly string[]): string =>
  project.run(command, parameters)
const write = (file: string, text: string): void => project.write(file, text)

beforeAll(() => {
  project.install('pino@10 winston@3 jest@30 esbuild@0.28 typescript@5.9 @types/node@20'.split(' '))
}, 180_000)

afterAll(() => project[Symbol.dispose](), 120_000)

const use = `
sanitizeText('a "b"') === 'a b' || process.exit(1)
new SlackTransport({ enabled: false })
createSlackStream({ enabled: false })
typeof pinoSlack === 'function' || process.exit(1)
typeof startInbox === 'function' || process.exit(1)
discordDestination().name === 'Discord' || process.exit(1)
console.log('works')
`

const toDiscord = `import pino from 'pino'
const options = { destination: '@slack-logger/discord', spoolDir: false }
pino({ transport: { target: '@slack-logger/pino-slack', options } }).error(new Error('from a worker'))
`

describe('the packed packages', () => {
  test('load by import', () => {
    write(
      'esm.mjs',
      `import { sanitizeText } from '@slack-logger/core'
import { discordDestination } from '@slack-logger/discord'
import pinoSlack, { createSlackStream } from '@slack-logger/pino-slack'
import { startInbox } from '@slack-logger/slack-inbox'
import { SlackTransport } from '@slack-logger/winston-slack'
${use}`,
    )

    expect(run('node', ['esm.mjs'])).toBe('works\n')
  })

  const required = `const { sanitizeText } = require('@slack-logger/core')
const { discordDestination } = require('@slack-logger/discord')
const { default: pinoSlack, createSlackStream } = require('@slack-logger/pino-slack')
const { startInbox } = require('@slack-logger/slack-inbox')
const { SlackTransport } = require('@slack-logger/winston-slack')
`

  test('load by require', () => {
    write('cjs.cjs', required + use)

    expect(run('node', ['cjs.cjs'])).toBe('works\n')
  })

  test('name the package that a server of Redis needs', () => {
    write(
      'redis.mjs',
      `import { createSlackSink } from '@slack-logger/core'
try {
  createSlackSink({ token: 'xoxb-test', channel: '#alerts', fleet: { redis: 'redis://127.0.0.1:1' } })
} catch (error) {
  console.log(error.message)
}`,
    )

    expect(run('node', ['redis.mjs'])).toBe(
      'Expected the package `@slack-logger/redis` to be installed for `fleet.redis`: npm install @slack-logger/redis\n',
    )
  })

  test('send a message to Discord from a worker', async () => {
    await using inbox = await startInbox({ discord: true })
    write('discord.mjs', toDiscord)

    const { code, stderr } = await runFile(join(project.path, 'discord.mjs'), {
      cwd: project.path,
      env: { DISCORD_WEBHOOK_URL: inbox.discord.webhookUrl },
    })

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(inbox.messages()[0]?.text).toContain('from a worker')
  })

  test('name the package that `appToken` needs', () => {
    write(
      'socket.cjs',
      `const { createSlackSink } = require('@slack-logger/core')
try {
  createSlackSink({ token: 'xoxb-1', channel: '#alerts', enabled: true, appToken: 'xapp-1' })
} catch (error) {
  console.log(error.message)
}
`,
    )

    expect(run('node', ['socket.cjs'])).toBe(
      'Expected the package `@slack/socket-mode` to be installed for `appToken`: npm install @slack/socket-mode\n',
    )
  })

  test('send a message in a Jest project', () => {
    write(
      'works.test.js',
      `${required}
const winston = require('winston')
test('an error arrives', async () => {
  const inbox = await startInbox()
  const slack = new SlackTransport({ token: 'xoxb-test', channel: '#alerts', slackApiUrl: inbox.apiUrl })
  const logger = winston.createLogger({ transports: [slack] })
  logger.error(new Error(sanitizeText('the card was refused')))
  await slack.flush()
  expect(inbox.messages()[0].text).toContain('the card was refused')
  expect(typeof pinoSlack).toBe('function')
  expect(typeof createSlackStream).toBe('function')
  expect(discordDestination().name).toBe('Discord')
  await inbox.close()
})
`,
    )

    expect(() => run('npx', ['--no-install', 'jest', '--silent', 'works.test.js'])).not.toThrow()
  }, 60_000)

  test('pass the test for Jest in docs/testing.md', () => {
    const code = blocksOf(pageOf('docs/testing.md')).find((block) =>
      block.code.includes('.test.cjs'),
    )
    write('payment.test.js', code?.code ?? '')

    expect(() => run('npx', ['--no-install', 'jest', '--silent', 'payment.test.js'])).not.toThrow()
  }, 60_000)

  test('send a message from a service that is bundled into one file', () => {
    write(
      'service.mjs',
      `import { createSlackStream } from '@slack-logger/pino-slack'
import { startInbox } from '@slack-logger/slack-inbox'
import { SlackTransport } from '@slack-logger/winston-slack'
import pino from 'pino'
import winston from 'winston'
const failureInWinston = () => new Error('from winston')
const failureInPino = () => new Error('from pino')
const main = async () => {
  const inbox = await startInbox()
  const options = { token: 'xoxb-test', channel: '#alerts', slackApiUrl: inbox.apiUrl }
  const transport = new SlackTransport(options)
  winston.createLogger({ transports: [transport] }).error(failureInWinston())
  const stream = createSlackStream(options)
  pino({}, stream).error(failureInPino())
  await Promise.all([transport.flush(), stream.flush()])
  // Both have the same service, so one of them sends for both, as in a fleet.
  for (const name of ['winston', 'pino']) await inbox.waitFor(({ text }) => text.includes(name))
  console.log(inbox.messages().length)
  await inbox.close()
}
void main()
`,
    )
    const flags = '--bundle --platform=node --external:@slack-logger/slack-inbox --log-level=error'

    run('npx', [
      '--no-install',
      'esbuild',
      'service.mjs',
      '--outfile=service.cjs',
      ...flags.split(' '),
    ])

    expect(run('node', ['service.cjs'])).toBe('2\n')
  })

  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
    ['commonjs', 'node10'],
  ])(
    'have types for module %s, resolution %s',
    (module, moduleResolution) => {
      write(
        'types.ts',
        `import { createSlackSink, type SlackOptions } from '@slack-logger/core'
import { discordDestination, type DiscordOptions } from '@slack-logger/discord'
import { createSlackStream } from '@slack-logger/pino-slack'
import { startInbox, type InboxMessage } from '@slack-logger/slack-inbox'
import { SlackTransport } from '@slack-logger/winston-slack'
export const options: SlackOptions = { level: 'error', repeat: { policy: 'window', limit: 3 } }
// @ts-expect-error -- a level is a label or a number
export const wrong: SlackOptions = { level: true }
const discord: DiscordOptions = { webhookUrl: '', forum: { tags: {} } }
export const made = [createSlackSink(options), createSlackSink({ destination: discordDestination(discord) }), createSlackStream(options), new SlackTransport({ level: 'error' })]
export const read = async (): Promise<readonly InboxMessage[]> => (await startInbox()).messages()
`,
      )

      const flags =
        `--module ${module} --moduleResolution ${moduleResolution} ` +
        '--noEmit --strict --target es2022 --types node --skipLibCheck false --esModuleInterop'
      const compile = () => run('npx', ['--no-install', 'tsc', 'types.ts', ...flags.split(' ')])

      expect(compile).not.toThrow()
    },
    60_000,
  )
})

test('deliver all but files where @slack/web-api was pruned from an image', async () => {
  await using inbox = await startInbox()
  const sdk = join(project.path, 'node_modules/@slack/web-api')
  write(
    'pruned.mjs',
    `import { setTimeout } from 'node:timers/promises'
import { createSlackStream } from '@slack-logger/pino-slack'
import { SlackTransport } from '@slack-logger/winston-slack'
import pino from 'pino'
import winston from 'winston'
const transport = new SlackTransport({ spoolDir: false })
// What an idle process loads.
await setTimeout(1500)
const error = new Error('from winston')
error.stack = [error, ...Array.from({ length: 400 }, (_, line) => \`    at step\${line} (/srv/app/step.js:\${line}:1)\`)].join('\\n')
winston.createLogger({ transports: [transport] }).error(error)
pino({}, createSlackStream({ spoolDir: false })).error(new Error('from a stream'))
pino({ transport: { target: '@slack-logger/pino-slack', options: { spoolDir: false } } }).error(new Error('from a worker'))
`,
  )
  renameSync(sdk, `${sdk}-pruned`)

  const { code, stderr } = await runFile(join(project.path, 'pruned.mjs'), {
    apiUrl: inbox.apiUrl,
  }).finally(() => renameSync(`${sdk}-pruned`, sdk))

  expect(code).toBe(0)
  const texts = inbox.messages().map(({ text }) => text)
  expect(texts).toHaveLength(3)
  expect(texts.join()).toMatch(/(?=.*from winston)(?=.*from a stream)(?=.*from a worker)/)
  const missing = /^\[slack-logger\] @slack\/web-api, without which no files .*: Cannot find module/
  expect(stderr.split('\n').filter((line) => missing.test(line))).toHaveLength(3)
}, 60_000)

test('the exception handler of a framework is loaded without the packages of others', () => {
  using service = new PackedProject(['core', 'exception-handler'])
  service.install([])
  const names = ['', '/express', '/fastify', '/hono', '/koa']
  const loads = names.map((name) => `require('@slack-logger/exception-handler${name}')`)
  const imports = names.map((name) => `await import('@slack-logger/exception-handler${name}')`)
  service.write('cjs.cjs', loads.join('\n'))
  service.write('esm.mjs', imports.join('\n'))

  expect(service.run('node', ['cjs.cjs']) + service.run('node', ['esm.mjs'])).toBe('')
}, 60_000)

test('the packed command line leads without any other package', async () => {
  await using inbox = await startInbox()
  using shell = new PackedProject(['core', 'redis', 'cli'])
  shell.install([])
  const parameters = 'leader --service shop --redis redis://127.0.0.1:1'.split(' ')
  const options = { apiUrl: inbox.apiUrl, cwd: shell.path, parameters }

  const leader = startFile(join(shell.path, 'node_modules/slack-logger/cli.js'), options)
  const [line] = (await once(leader.stdout, 'data')) as [Buffer]
  leader.kill('SIGTERM')

  expect(String(line)).toContain('Leading shop, no environment: from redis://127.0.0.1:1')
  expect(await once(leader, 'exit')).toEqual([0, null])
}, 60_000)

for (const runner of [...jest30.slice(0, 1), nodeTest]) describeQuiet(project, runner)
