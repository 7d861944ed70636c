import { WebClient } from '@slack/web-api'
import { IncomingWebhook } from '@slack/webhook'
import { expect, test } from 'vitest'
import { createVirtualClock, startInbox } from '../src/index.ts'
import { call } from './call.ts'

test('an inbox on a system-chosen port has a unique token, since another inbox may have used the port before', async () => {
  await using first = await startInbox()
  await using second = await startInbox()
  expect(first.token).not.toBe(second.token)
})

test('a message posted with the official client is in its channel, and an edit changes it in place', async () => {
  await using inbox = await startInbox()
  const client = new WebClient(inbox.token, { slackApiUrl: inbox.apiUrl })

  const posted = await client.chat.postMessage({ channel: '#alerts', text: 'payment failed' })
  await client.chat.update({
    channel: posted.channel ?? '',
    ts: posted.ts ?? '',
    text: 'failed twice',
  })

  expect(inbox.messages({ channel: 'alerts' })).toMatchObject([
    { ts: posted.ts, text: 'failed twice', editCount: 1, history: [{ text: 'payment failed' }] },
  ])
})

test('replies are in the thread, and in the channel only when broadcast', async () => {
  await using inbox = await startInbox()
  const client = new WebClient(inbox.token, { slackApiUrl: inbox.apiUrl })

  const root = await client.chat.postMessage({ channel: 'alerts', text: 'root' })
  const thread = { channel: 'alerts', thread_ts: root.ts ?? '' }
  await client.chat.postMessage({ ...thread, text: 'in the thread' })
  await client.chat.postMessage({ ...thread, text: 'in both', reply_broadcast: true })

  expect(inbox.thread(root.ts ?? '').map(({ text }) => text)).toEqual([
    'root',
    'in the thread',
    'in both',
  ])
  expect(inbox.messages().map(({ text }) => text)).toEqual(['root', 'in both'])
})

test('a message posted to the incoming webhook is in its channel', async () => {
  await using inbox = await startInbox()

  await new IncomingWebhook(inbox.webhookUrl).send({ text: 'from a webhook' })

  expect(inbox.messages()).toMatchObject([{ channelName: 'alerts', text: 'from a webhook' }])
})

test('without a socket and on a virtual clock, inbox.fetch is enough', async () => {
  const clock = createVirtualClock(1_000_000)
  await using inbox = await startInbox({ clock, listen: false })
  const client = new WebClient(inbox.token, { slackApiUrl: inbox.apiUrl, fetch: inbox.fetch })
  const texts: (string | undefined)[] = []
  clock.setTimer(() => {
    void client.chat
      .postMessage({ channel: 'alerts', text: 'in time' })
      .then(({ ts }) => texts.push(ts))
  }, 5000)

  await clock.advance(4999)
  const before = [...texts]
  await clock.advance(1)

  expect(before).toEqual([])
  expect(texts).toEqual(['1005.000000'])
})

test('the page has a content security policy that allows nothing else', async () => {
  await using inbox = await startInbox()

  const page = await fetch(inbox.pageUrl)

  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('waitFor returns a reply that is posted later', async () => {
  await using inbox = await startInbox({ listen: false })
  const root = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'root' })

  const waiting = inbox.waitFor(({ text, isReply }) => isReply && text === 'stack')
  await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'stack', thread_ts: root.ts })

  expect(await waiting).toMatchObject({ text: 'stack', threadTs: root.ts })
})

test('waitFor rejects with the error of its predicate', async () => {
  await using inbox = await startInbox({ listen: false })

  const waiting = inbox.waitFor(() => {
    throw new Error('a mistake in the test')
  })
  const posted = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'x' })

  expect(posted.ok).toBe(true)
  await expect(waiting).rejects.toThrow('a mistake in the test')
})

test('clear resets messages, requests, faults and rate limits', async () => {
  await using inbox = await startInbox({ listen: false, rateLimit: { burst: 1 } })
  await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'x' })
  inbox.fail({ status: 500 })

  inbox.clear()
  const posted = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'y' })

  expect(posted.ok).toBe(true)
  expect(inbox.messages().map(({ text }) => text)).toEqual(['y'])
  expect(inbox.requests).toHaveLength(1)
})

test('requests show method and arguments, without the token', async () => {
  await using inbox = await startInbox({ listen: false })

  await call(inbox, 'chat.postMessage', { channel: '#alerts', text: '', token: 'xoxb-in-the-body' })

  expect(inbox.requests).toMatchObject([
    {
      method: 'chat.postMessage',
      channel: 'C0ALERTS001',
      arguments: { channel: '#alerts', text: '' },
      error: 'no_text',
      isAccepted: false,
      status: 200,
    },
  ])
  expect(JSON.stringify(inbox.requests)).not.toContain('xoxb')
})

test('the number of messages is bounded, and the oldest are removed first', async () => {
  await using inbox = await startInbox({ listen: false, rateLimit: false, maxMessages: 1000 })
  const body = JSON.stringify({ text: 'x'.repeat(1000) })
  const send = () => inbox.fetch(inbox.webhookUrl, { method: 'POST', body })
  const first = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'first' })

  for (let count = 0; count < 1000; count += 1) await send()

  expect(inbox.messages()).toHaveLength(1000)
  expect(inbox.thread(first.ts ?? '')).toEqual([])
})

test('the total size of messages is bounded', async () => {
  await using inbox = await startInbox({ listen: false, rateLimit: false })
  const text = 'x'.repeat(4000)
  const attachments = Array.from({ length: 100 }, () => ({ text: text.repeat(9) }))
  const send = () =>
    inbox.fetch(inbox.webhookUrl, { method: 'POST', body: JSON.stringify({ attachments }) })

  for (let count = 0; count < 45; count += 1) await send()

  // 7 MB each as the inbox counts them, 256 MB in all.
  expect(inbox.messages().length).toBeLessThan(40)
  expect(inbox.messages().length).toBeGreaterThan(30)
})

test('waitFor names the latest messages when it times out', async () => {
  await using inbox = await startInbox()
  await new IncomingWebhook(inbox.webhookUrl).send({ text: 'something else' })

  const waiting = inbox.waitFor(({ text }) => text === 'payment failed', { timeoutMs: 1 })

  await expect(waiting).rejects.toThrow('something else')
})

test('an option that is undefined has its default', async () => {
  await using inbox = await startInbox({ channels: undefined, rateLimit: undefined })
  const client = new WebClient(inbox.token, { slackApiUrl: inbox.apiUrl })

  await client.chat.postMessage({ channel: '#alerts', text: 'payment failed' })

  expect(inbox.messages({ channel: 'alerts' })).toHaveLength(1)
})
