import { expect, test } from 'vitest'
import { createVirtualClock, startInbox } from '../../src/index.ts'
import type { Inbox } from '../../src/index.ts'
import { call } from '../call.ts'
import { row } from './app-server.ts'

const signingSecret = 'a secret'

/** Clicks in a message of the inbox and returns the response URL of the payload. */
async function click(inbox: Inbox, more: object = {}): Promise<{ url: string; ts: string }> {
  const { ts = '' } = await call(inbox, 'chat.postMessage', {
    channel: 'alerts',
    text: 'down',
    blocks: [row],
    ...more,
  })
  const { payload } = await inbox.click(ts, 'resolve', { user: 'ada' })
  return { url: payload['response_url'] as string, ts }
}

async function send(inbox: Inbox, url: string, body: object): Promise<[number, string]> {
  const response = await inbox.fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return [response.status, await response.text()]
}

const clock = createVirtualClock()
const start = () =>
  startInbox({
    clock,
    listen: false,
    interactivity: {
      requestUrl: 'http://app.test/',
      signingSecret,
      fetch: async () => new Response(),
    },
  })

test('an answer is ephemeral by default, and in the channel on request', async () => {
  await using inbox = await start()
  const { url } = await click(inbox)

  expect(await send(inbox, url, { text: 'too old' })).toEqual([200, 'ok'])
  await send(inbox, url, { text: 'ada resolved it', response_type: 'in_channel' })

  expect(inbox.messages().slice(1)).toMatchObject([
    { text: 'too old', onlyFor: 'U0ADA00001', via: 'responseUrl' },
    { text: 'ada resolved it', onlyFor: undefined },
  ])
})

test('an answer to a button in a thread is in the thread', async () => {
  await using inbox = await start()
  const root = await click(inbox)
  const { url } = await click(inbox, { thread_ts: root.ts })

  await send(inbox, url, { text: 'no' })

  expect(inbox.thread(root.ts).at(-1)).toMatchObject({ text: 'no', onlyFor: 'U0ADA00001' })
})

test('the original message is replaced or deleted', async () => {
  await using inbox = await start()
  const { url, ts } = await click(inbox)

  await send(inbox, url, { replace_original: true, text: 'resolved' })
  const replaced = inbox.messages()[0]
  await send(inbox, url, { delete_original: true })

  expect(replaced).toMatchObject({ ts, text: 'resolved', blocks: [], editCount: 1 })
  expect(inbox.messages()).toEqual([])
  expect(await send(inbox, url, { replace_original: 'true', text: 'x' })).toEqual([
    404,
    '{"ok":false,"error":"message_not_found"}',
  ])
})

test('a response URL works five times', async () => {
  await using inbox = await start()
  const { url } = await click(inbox)

  const statuses: number[] = []
  for (let count = 0; count < 5; count += 1)
    statuses.push((await send(inbox, url, { text: 'x' }))[0])

  expect(statuses).toEqual([200, 200, 200, 200, 200])
  expect(await send(inbox, url, { text: 'x' })).toEqual([404, '{"ok":false,"error":"used_url"}'])
})

test('a response URL works for 30 minutes', async () => {
  await using inbox = await start()
  const { url } = await click(inbox)

  await clock.advance(30 * 60_000 - 1)
  expect(await send(inbox, url, { text: 'x' })).toEqual([200, 'ok'])
  await clock.advance(1)

  expect(await send(inbox, url, { text: 'x' })).toEqual([404, '{"ok":false,"error":"expired_url"}'])
})

test.each([
  ['no text', {}, 'no_text'],
  ['bad blocks', { blocks: [{ type: 'nothing' }] }, 'invalid_blocks'],
] as const)('an answer is as strict as a message: %s', async (_, body, error) => {
  await using inbox = await start()
  const { url } = await click(inbox)

  expect(await send(inbox, url, body)).toEqual([400, JSON.stringify({ ok: false, error })])
  expect(inbox.requests.at(-1)).toMatchObject({ method: 'response-url', error, isAccepted: false })
})

test('a fault breaks response URLs', async () => {
  await using inbox = await start()
  const { url } = await click(inbox)
  inbox.fail({ method: 'response-url', status: 503 })

  expect(await send(inbox, url, { text: 'x' })).toEqual([503, ''])
  expect(inbox.messages()).toHaveLength(1)
})
