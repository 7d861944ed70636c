import { once } from 'node:events'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { startInbox } from '@slack-logger/slack-inbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PackedProject } from './support/packed-project.ts'
import { runFile, startFile } from './support/run-app.ts'
import { describeQuiet, nodeTest, vitest4 } from './support/runners.ts'
import { copyServices, oneMessage, runCrash, services } from './support/services.ts'
import { compile, program } from './support/types.ts'

const project = new PackedProject()
const run = (command: string, parameters: readonly string[]): string =>
  project.run(command, parameters)
const write = (file: string, text: string): void => project.write(file, text)

beforeAll(() => {
  project.link('pino winston hono vitest rolldown typescript @types/node'.split(' '))
  copyServices(project)
}, 120_000)

afterAll(() => project[Symbol.dispose](), 120_000)

const use = `
sanitizeText('a "b"') === 'a b' || process.exit(1)
new SlackTransport({ enabled: false })
createSlackStream({ enabled: false })
typeof pinoSlack === 'function' || process.exit(1)
typeof startInbox === 'function' || process.exit(1)
typeof pinoMixin() === 'function' || process.exit(1)
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
import { pinoMixin } from '@slack-logger/exception-handler'
import pinoSlack, { createSlackStream } from '@slack-logger/pino-slack'
import { startInbox } from '@slack-logger/slack-inbox'
import { SlackTransport } from '@slack-logger/winston-slack'
${use}`,
    )

    expect(run('node', ['esm.mjs'])).toBe('works\n')
  })

  const required = `const { sanitizeText } = require('@slack-logger/core')
const { discordDestination } = require('@slack-logger/discord')
const { pinoMixin } = require('@slack-logger/exception-handler')
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

  test.each(services)('send a message from a service that ends: %s', async (service) => {
    expect(await runCrash(project, `${service}.mjs`)).toEqual(oneMessage)
  })

  test('send a message from a service that is bundled into one file', async () => {
    const flags = 'winston.mjs --platform node --format cjs --file bundled/winston.cjs'
    const output = run('node', ['node_modules/rolldown/bin/cli.mjs', ...flags.split(' ')])

    expect(output).not.toMatch(/warn/i)
    expect(await runCrash(project, 'bundled/winston.cjs')).toEqual(oneMessage)
  }, 60_000)

  test('have types', () => {
    write('types.ts', program)

    const flags = '--module nodenext --moduleResolution nodenext'

    expect(compile(project, { files: ['types.ts'], flags })).toBe('')
  }, 60_000)
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
  service.link([])
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
  shell.link([])
  const parameters = 'leader --service shop --redis redis://127.0.0.1:1'.split(' ')
  const options = { apiUrl: inbox.apiUrl, cwd: shell.path, parameters }

  const leader = startFile(join(shell.path, 'node_modules/slack-logger/cli.js'), options)
  const [line] = (await once(leader.stdout, 'data')) as [Buffer]
  leader.kill('SIGTERM')

  expect(String(line)).toContain('Leading shop, no environment: from redis://127.0.0.1:1')
  expect(await once(leader, 'exit')).toEqual([0, null])
}, 60_000)

for (const runner of [nodeTest, ...vitest4.slice(0, 1)]) describeQuiet(project, runner)
