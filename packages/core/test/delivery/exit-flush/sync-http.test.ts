import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MessageChannel, Worker } from 'node:worker_threads'
import { startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { SyncHttp } from '../../../src/delivery/exit-flush/sync-http.ts'
import type { SyncHttpAnswer } from '../../../src/delivery/exit-flush/sync-http-worker.ts'
// oxlint-disable-next-line import/default -- what the query makes of the file has one
import workerSource from '../../../src/delivery/exit-flush/sync-http-worker.ts?source'
import type { HttpRequest, HttpResult } from '../../../src/http.ts'

/** Asks the worker as the blocked thread would, but without being blocked: the inbox is in this thread. */
async function ask(
  request: HttpRequest,
  env: NodeJS.ProcessEnv = {},
  timeoutMs = 5000,
): Promise<HttpResult> {
  const { port1, port2 } = new MessageChannel()
  const worker = new Worker(workerSource, {
    eval: true,
    workerData: { port: port2, answers: new Int32Array(new SharedArrayBuffer(4)) },
    transferList: [port2],
    execArgv: [],
    env,
  })
  try {
    const { result } = await new Promise<SyncHttpAnswer>((resolve) => {
      port1.once('message', resolve)
      port1.postMessage({ id: 1, request, timeoutMs })
    })
    return result
  } finally {
    port1.close()
    await worker.terminate()
  }
}

const webhook = (url: string, body: unknown): HttpRequest => ({
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

  expect(answer).toMatchObject({ status: 200, body: 'ok' })
  expect(answer).not.toHaveProperty('cutBy')
  expect(inbox.messages()).toHaveLength(1)
})

test('returns Retry-After, and whether an answer was cut off', async () => {
  await using inbox = await startInbox()
  inbox.fail({ retryAfter: 7, times: 1 })
  expect(await ask(webhook(inbox.webhookUrl, { text: 'a' }))).toMatchObject({
    status: 429,
    headers: { 'retry-after': '7' },
  })

  inbox.fail({ reset: 'midBody' })
  expect(await ask(webhook(inbox.webhookUrl, { text: 'a' }))).toMatchObject({
    status: 200,
    cutBy: { message: expect.any(String) },
  })
})

test('returns why there was no answer', async () => {
  await using inbox = await startInbox()
  inbox.fail({ hang: true })
  expect(await ask(webhook(inbox.webhookUrl, { text: 'a' }), {}, 300)).toHaveProperty('error')

  const { webhookUrl } = inbox
  await inbox.close()
  expect(await ask(webhook(webhookUrl, { text: 'a' }))).toMatchObject({
    error: { code: 'ECONNREFUSED', syscall: 'connect' },
  })
})

/** A server of a thread of its own, since this one will be blocked. */
async function serveElsewhere(answer: string): Promise<{ url: string; close: () => unknown }> {
  const worker = new Worker(
    `const { createServer } = require('node:http')
     const server = createServer(${answer}).listen(0, '127.0.0.1', () => {
       require('node:worker_threads').parentPort.postMessage(server.address().port)
     })`,
    { eval: true },
  )
  const port = await new Promise((resolve) => worker.once('message', resolve))
  return { url: `http://127.0.0.1:${String(port)}/`, close: () => worker.terminate() }
}

test('blocks the thread until each of its calls is answered', async () => {
  const { url, close } = await serveElsewhere(`(request, response) => {
    request.setEncoding('utf8').on('data', (text) => setTimeout(() => response.end(text), 50))
  }`)
  const http = new SyncHttp({})

  expect(http.call(webhook(url, 'first'), 5000)).toMatchObject({ status: 200, body: '"first"' })
  expect(http.call(webhook(url, 'second'), 5000)).toMatchObject({ body: '"second"' })

  http.end()
  await close()
})

test('takes the answer to a call that it gave up for none of the next', async () => {
  const { url, close } = await serveElsewhere(`(request, response) => {
    request.setEncoding('utf8').on('data', (text) => response.end(text))
  }`)
  const http = new SyncHttp({})

  // No worker is ready so soon.
  const first = http.call(webhook(url, 'first'), -49)
  const second = http.call(webhook(url, 'second'), 5000)

  expect(first).toEqual({ error: { message: 'no answer in time' } })
  expect(second).toMatchObject({ body: '"second"' })
  http.end()
  await close()
})

test('returns an error when no answer comes', async () => {
  const { url, close } = await serveElsewhere('() => undefined')
  const http = new SyncHttp({})

  expect(http.call(webhook(url, 'a'), 100)).toHaveProperty('error')

  http.end()
  await close()
})

test('reaches nothing that does not listen', async () => {
  const server = createServer((() => undefined) satisfies RequestListener)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const http = new SyncHttp({})

  expect(http.call(webhook(`http://127.0.0.1:${port}/`, 'a'), 5000)).toMatchObject({
    error: { code: 'ECONNREFUSED' },
  })
  http.end()
})
