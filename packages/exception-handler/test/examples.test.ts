import { startInbox } from '@slack-logger/slack-inbox'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url))

const signingSecret = 'the secret of the shop'

/** An example that is running, with a Slack of its own. */
async function runExample(file: string) {
  let url = ''
  const inbox = await startInbox({
    interactivity: {
      requestUrl: 'http://shop.test/slack/actions',
      signingSecret,
      fetch: async (request) =>
        fetch(`${url}/slack/actions`, {
          method: 'POST',
          headers: request.headers,
          body: await request.text(),
        }),
    },
  })
  const folder = mkdtempSync(join(tmpdir(), 'slack-logger-example-'))
  const logFile = join(folder, 'app.log')
  const child = spawn(process.execPath, [join(examples, file)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      LOG_FILE: logFile,
      PORT: '0',
      SLACK_API_URL: inbox.apiUrl,
      SLACK_BOT_TOKEN: inbox.token,
      SLACK_CHANNEL: '#alerts',
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_LOGGER_SPOOL_DIR: join(folder, 'spool'),
    },
  })
  const [greeting] = (await once(child.stdout, 'data')) as [Buffer]
  url = /http:\S+/.exec(greeting.toString())?.[0] ?? ''
  return {
    inbox,
    post: async (path: string, body: object): Promise<[number, { readonly message: string }]> => {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return [response.status, (await response.json()) as { readonly message: string }]
    },
    get: async (path: string): Promise<number> => {
      const response = await fetch(url + path)
      await response.text()
      return response.status
    },
    stop: async (): Promise<number | null> => {
      child.kill('SIGTERM')
      const [code] = (await once(child, 'exit')) as [number | null]
      return code
    },
    logged: () => readFileSync(logFile, 'utf8'),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true })
      await inbox.close()
    },
  }
}

/** Each example with its section of the README, and its answers to a wrong order and to a bug. */
const shops = [
  ['express/app.mjs', 'Express', 'email: Invalid email address', 'administrator'],
  ['fastify/app.mjs', 'Fastify', "amount: must have required property 'amount'", 'administrator'],
  [
    'koa/app.mjs',
    'Koa',
    'amount: must be more than 0',
    '오류가 발생했습니다. 관리자에게 문의하세요',
  ],
  ['hono/app.mjs', 'Hono', 'email: Invalid email: Received "nobody"', 'administrator'],
  ['nestjs/dist/app.js', 'NestJS', 'email: must be an email', 'administrator'],
] as const

test.each(shops)('examples/%s answers clients, and alerts for the one bug', async (...shop) => {
  const [file, , wrong, sorry] = shop
  await using example = await runExample(file)

  const invalid = await example.post('/orders', { email: 'nobody' })
  const failed = await example.post('/orders/17/pay', { card: '4111111111111111' })
  const health = await example.get('/health')
  const unknown = await example.get('/nowhere')
  const code = await example.stop()

  expect(invalid).toEqual([400, expect.objectContaining({ message: wrong })])
  expect(failed[0]).toBe(500)
  expect(failed[1].message).toContain(sorry)
  expect([health, unknown, code]).toEqual([500, 404, 0])
  const [alert, ...more] = example.inbox.messages()
  expect(alert?.text).toContain('TypeError')
  expect(alert?.text).toContain('POST /orders/:id/pay')
  expect(more).toEqual([])
  const lines = example.logged().trimEnd().split('\n')
  expect(lines).toHaveLength(4)
  expect(lines.join('\n')).toContain('the database is away')
  expect(lines.join('\n')).toContain('"user":{"id":"17","name":"kim"}')
  expect(lines.join('\n')).not.toContain('4111111111111111')
})

test.each(shops)('examples/%s takes clicks on the buttons of its alert', async (...shop) => {
  const [file] = shop
  await using example = await runExample(file)
  await example.post('/orders/17/pay', {})
  const { ts } = await example.inbox.waitFor(({ text }) => text.includes('TypeError'))

  const { delivery } = await example.inbox.click(ts, 'slack-logger:resolve', { user: 'ada' })

  expect(delivery).toMatchObject({ via: 'requestUrl', error: undefined, status: 200 })
  const root = (): string => JSON.stringify(example.inbox.messages()[0])
  await expect.poll(root, { timeout: 5000 }).toContain('slack-logger:reopen')
  expect(await example.stop()).toBe(0)
})

describe("the README's section about", () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

  test.each(shops)('examples/%s has its answers', (...shop) => {
    const [, title, wrong] = shop

    const section = readme.split('\n## ').find((text) => text.startsWith(`${title}\n`)) ?? ''

    expect(section).toContain(`\`${wrong}\``)
  })
})
