import { startInbox } from '@slack-logger/slack-inbox'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url))

/** An example that is running, with a Slack of its own. */
async function runExample(file: string) {
  const inbox = await startInbox()
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
    },
  })
  const [greeting] = (await once(child.stdout, 'data')) as [Buffer]
  const url = /http:\S+/.exec(greeting.toString())?.[0] ?? ''
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

test.each([
  ['express/app.mjs', 'email: Invalid email address', 'administrator'],
  ['fastify/app.mjs', "amount: must have required property 'amount'", 'administrator'],
  ['koa/app.mjs', 'amount: must be more than 0', '관리자'],
  ['hono/app.mjs', 'email: Invalid email: Received "nobody"', 'administrator'],
  ['nestjs/dist/app.js', 'email: must be an email', 'administrator'],
])('examples/%s answers clients, and tells Slack of the one bug', async (file, wrong, sorry) => {
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
  expect(lines.join('\n')).not.toContain('4111111111111111')
})
