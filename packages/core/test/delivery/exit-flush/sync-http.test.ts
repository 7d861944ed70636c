import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startInbox } from '@slack-logger/slack-inbox'
import { MessageChannel, Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { relaySource } from '../../../src/delivery/exit-flush/sync-http-source.ts'

interface Answer {
  readonly status?: number
  readonly retryAfter?: string | null
  readonly body?: string
  readonly isCut?: boolean
  readonly broken?: { readonly code?: string }
}

/** Asks the relay's worker as the blocked thread would, but without being blocked: the inbox is in this thread. */
async function ask(call: object, env: NodeJS.ProcessEnv, timeoutMs = 5000): Promise<Answer> {
  const { port1, port2 } = new MessageChannel()
  const answered = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(relaySource, {
    eval: true,
    workerData: { port: port2, answered },
    transferList: [port2],
    execArgv: [],
    env,
  })
  try {
    return await new Promise<Answer>((resolve) => {
      port1.once('message', resolve)
      port1.postMessage({ call, timeoutMs })
    })
  } finally {
    expect(Atomics.load(answered, 0)).toBeLessThanOrEqual(1)
    port1.close()
    await worker.terminate()
  }
}

const webhook = (url: string, body: unknown) => ({
  url,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

test.each([
  ['by itself', {}],
  ['with proxy variables', { NODE_USE_ENV_PROXY: '1' }],
])('makes a request and hands its answer back, %s', async (_how, env) => {
  await using inbox = await startInbox()

  const answer = await ask(webhook(inbox.webhookUrl, { text: 'the card was refused' }), env)

  expect(answer).toMatchObject({ status: 200, body: 'ok', isCut: false })
  expect(inbox.messages()).toHaveLength(1)
})

test('says how long Slack wants it to wait, and when an answer breaks off', async () => {
  await using inbox = await startInbox()
  inbox.fail({ retryAfter: 7, times: 1 })
  expect(await ask(webhook(inbox.webhookUrl, { text: 'a' }), {})).toMatchObject({
    status: 429,
    retryAfter: '7',
  })

  inbox.fail({ reset: 'midBody' })
  expect(await ask(webhook(inbox.webhookUrl, { text: 'a' }), {})).toMatchObject({
    status: 200,
    isCut: true,
  })
})

test.each([{}, { NODE_USE_ENV_PROXY: '1' }])(
  'reads no more of an answer than could be from Slack (%j)',
  async (env) => {
    const server = createServer((_request, response) => {
      response.write('x'.repeat(1_500_000))
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo

    const answer = await ask(webhook(`http://127.0.0.1:${port}/`, { text: 'a' }), env)
    server.close()
    server.closeAllConnections()

    expect(answer).toMatchObject({ status: 200, isCut: true })
  },
)

test('says why there was no answer', async () => {
  await using inbox = await startInbox()
  inbox.fail({ hang: true })
  expect(await ask(webhook(inbox.webhookUrl, { text: 'a' }), {}, 300)).toHaveProperty('broken')

  const { webhookUrl } = inbox
  await inbox.close()
  expect(await ask(webhook(webhookUrl, { text: 'a' }), {})).toMatchObject({
    broken: { code: 'ECONNREFUSED' },
  })
})
