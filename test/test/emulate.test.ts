import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runApp, runFile } from './support/run-app.ts'
import { startEmulate } from './support/start-emulate.ts'
import type { Emulate } from './support/start-emulate.ts'
import { tempFolder } from './support/temp-folder.ts'

interface SlackMessage {
  readonly ts: string
  readonly text: string
  readonly blocks?: readonly unknown[]
  readonly attachments?: readonly unknown[]
}

// Enabled in CI only, because it downloads 200 MB.
const isEnabled = process.env['SLACK_LOGGER_EMULATE'] !== undefined
if (!isEnabled) console.warn('SLACK_LOGGER_EMULATE is not set: the tests with emulate are skipped')

describe.skipIf(!isEnabled)('with emulate, an independent implementation of Slack', () => {
  let emulate: Emulate

  beforeAll(async () => {
    emulate = await startEmulate()
  }, 300_000)

  afterAll(() => {
    emulate[Symbol.dispose]()
  })

  test.each([
    { name: 'pino', service: 'checkout', culprit: 'chargeCard' },
    { name: 'winston', service: 'invoices', culprit: 'renderInvoice' },
  ])('the $name example is one message with its stack in the thread', async (example) => {
    using folder = tempFolder()
    const file = fileURLToPath(new URL(`../../examples/${example.name}/app.mjs`, import.meta.url))

    const run = await runFile(file, inChannel('general', folder.path))

    expect(run).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const roots = (await history('general')).filter(({ text }) => text.includes(example.service))
    expect(roots).toHaveLength(1)
    expect(roots[0]?.blocks?.length).toBeGreaterThan(1)
    const [, ...replies] = await thread('general', roots[0]?.ts ?? '')
    expect(JSON.stringify(replies)).toContain(example.culprit)
  })

  test('a thousand repeats are one message with a count', async () => {
    using folder = tempFolder()

    const run = await runApp('pino/thousand.mjs', inChannel('random', folder.path))

    expect(run).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const roots = await history('random')
    expect(roots).toHaveLength(1)
    expect(JSON.stringify(roots[0])).toContain('1,000')
  })

  function inChannel(channel: string, folder: string) {
    const { apiUrl } = emulate
    const files = {
      LOG_FILE: join(folder, 'app.log'),
      SLACK_LOGGER_SPOOL_DIR: join(folder, 'spool'),
    }
    return { apiUrl, env: { ...files, SLACK_CHANNEL: channel } }
  }

  function history(channel: string): Promise<readonly SlackMessage[]> {
    return read('conversations.history', channel)
  }

  function thread(channel: string, ts: string): Promise<readonly SlackMessage[]> {
    return read('conversations.replies', channel, { ts })
  }

  async function read(
    method: string,
    channel: string,
    more: Record<string, string> = {},
  ): Promise<readonly SlackMessage[]> {
    const { channels } = await request<{ channels: { id: string; name: string }[] }>(
      'conversations.list',
      {},
    )
    const id = channels.find(({ name }) => name === channel)?.id ?? ''
    return (await request<{ messages: SlackMessage[] }>(method, { channel: id, ...more })).messages
  }

  async function request<Result>(method: string, body: Record<string, string>): Promise<Result> {
    const response = await fetch(`${emulate.apiUrl}${method}`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-test' },
      body: new URLSearchParams(body),
    })
    return (await response.json()) as Result
  }
})
