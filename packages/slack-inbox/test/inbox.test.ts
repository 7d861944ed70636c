import { WebClient } from '@slack/web-api'
import { IncomingWebhook } from '@slack/webhook'
import { expect, test } from 'vitest'
import { createVirtualClock, startInbox } from '../src/index.ts'

test('a message posted with the official client is in its channel, an edit changes it in place', async () => {
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
  await client.chat.postMessage({ ...thread, text: 'quiet' })
  await client.chat.postMessage({ ...thread, text: 'loud', reply_broadcast: true })

  expect(inbox.thread(root.ts ?? '').map(({ text }) => text)).toEqual(['root', 'quiet', 'loud'])
  expect(inbox.messages().map(({ text }) => text)).toEqual(['root', 'loud'])
})

test('a message posted to the incoming webhook is in its channel', async () => {
  await using inbox = await startInbox()

  await new IncomingWebhook(inbox.webhookUrl).send({ text: 'from a webhook' })

  expect(inbox.messages()).toMatchObject([{ channelName: 'alerts', text: 'from a webhook' }])
})

test('without a socket and on a virtual clock everything goes through inbox.fetch', async () => {
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

test('the page and its files are served with a policy that runs nothing else', async () => {
  await using inbox = await startInbox()

  const page = await fetch(inbox.pageUrl)
  const script = await fetch(`${inbox.pageUrl}page.js`)

  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await page.text()).not.toMatch(/<script(?![^>]*src=)|style=/)
  expect(script.headers.get('content-type')).toContain('text/javascript')
})

test('waitFor tells what is there instead', async () => {
  await using inbox = await startInbox()
  await new IncomingWebhook(inbox.webhookUrl).send({ text: 'something else' })

  const waiting = inbox.waitFor(({ text }) => text === 'payment failed', { timeoutMs: 1 })

  await expect(waiting).rejects.toThrow('something else')
})
