import { ErrorCode, WebClient } from '@slack/web-api'
import { IncomingWebhook } from '@slack/webhook'
import { expect, test } from 'vitest'
import { startInbox } from '../../src/index.ts'
import type { Inbox } from '../../src/index.ts'
import { section } from '../call.ts'

const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => 'error' as never,
}

function clientOf(inbox: Inbox, token = inbox.token): WebClient {
  return new WebClient(token, {
    slackApiUrl: inbox.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet,
  })
}

test('the official client posts, edits, threads, reacts, reads back and deletes', async () => {
  await using inbox = await startInbox()
  const client = clientOf(inbox)
  const channel = 'C0ALERTS001'

  const root = await client.chat.postMessage({
    channel: '#alerts',
    text: 'down',
    blocks: [section('*down*') as never],
  })
  const ts = root.ts ?? ''
  await client.chat.postMessage({ channel, text: 'stack', thread_ts: ts })
  await client.chat.update({ channel, ts, text: 'down twice' })
  await client.reactions.add({ channel, timestamp: ts, name: 'eyes' })
  const replies = await client.conversations.replies({ channel, ts })
  const reactions = await client.reactions.get({ channel, timestamp: ts })
  const { permalink } = await client.chat.getPermalink({ channel, message_ts: ts })
  await client.chat.delete({ channel, ts })

  expect(replies.messages?.map(({ text }) => text)).toEqual(['down twice', 'stack'])
  expect(reactions.message?.reactions).toEqual([{ name: 'eyes', users: ['U0INBOXBOT'], count: 1 }])
  expect(permalink).toBe(`${inbox.pageUrl}archives/${channel}/p${ts.replace('.', '')}`)
  expect(inbox.messages()).toEqual([])
})

test('the official client reports why Slack rejects a call', async () => {
  await using inbox = await startInbox()

  const rejected = clientOf(inbox).chat.postMessage({
    channel: 'alerts',
    text: 'x',
    blocks: [section('x'.repeat(3001)) as never],
  })

  await expect(rejected).rejects.toMatchObject({
    code: ErrorCode.PlatformError,
    data: {
      error: 'invalid_blocks',
      errors: ['must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
    },
  })
})

test('the official client receives the time to wait after a rate limit', async () => {
  await using inbox = await startInbox({ rateLimit: { burst: 1 } })
  const client = clientOf(inbox)
  await client.chat.postMessage({ channel: 'alerts', text: 'one' })

  const tooSoon = client.chat.postMessage({ channel: 'alerts', text: 'two' })

  await expect(tooSoon).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 1 })
})

test('filesUploadV2 puts a file into a thread', async () => {
  await using inbox = await startInbox()
  const client = clientOf(inbox)
  const root = await client.chat.postMessage({ channel: 'alerts', text: 'down' })
  const content = 'Error: down\n    at main (index.ts:1:1)\n'.repeat(500)

  await client.filesUploadV2({
    channel_id: root.channel ?? '',
    thread_ts: root.ts ?? '',
    filename: 'stack.txt',
    title: 'Stack',
    content,
  })

  expect(inbox.thread(root.ts ?? '')).toMatchObject([
    { text: 'down' },
    {
      via: 'upload',
      files: [{ name: 'stack.txt', title: 'Stack', bytes: content.length, content }],
    },
  ])
})

test('files.info returns where a file is shared', async () => {
  await using inbox = await startInbox()
  const client = clientOf(inbox)
  await client.filesUploadV2({ channel_id: 'C0ALERTS001', filename: 'x.txt', content: 'x' })
  const [message] = inbox.messages()

  const { file } = await client.files.info({ file: message?.files[0]?.id ?? '' })

  expect(file?.shares?.public).toEqual({ C0ALERTS001: [{ ts: message?.ts }] })
})

test('the official client pages through channels and history', async () => {
  await using inbox = await startInbox()
  const client = clientOf(inbox)
  for (const text of ['1', '2', '3', '4', '5'])
    await client.chat.postMessage({ channel: 'alerts', text })
  const texts: (string | undefined)[] = []
  const names: (string | undefined)[] = []

  for await (const page of client.paginate('conversations.history', {
    channel: 'C0ALERTS001',
    limit: 2,
  }))
    texts.push(
      ...((page as { messages?: { text?: string }[] }).messages ?? []).map(({ text }) => text),
    )
  for await (const page of client.paginate('conversations.list', { limit: 3 }))
    names.push(
      ...((page as { channels?: { name?: string }[] }).channels ?? []).map(({ name }) => name),
    )

  expect(texts).toEqual(['5', '4', '3', '2', '1'])
  expect(names).toEqual(['general', 'alerts', 'errors', 'random'])
})

test('the official webhook client posts, and receives errors', async () => {
  await using inbox = await startInbox({
    channels: [{ name: 'alerts' }, { name: 'old', isArchived: true }],
  })
  const webhook = new IncomingWebhook(inbox.webhookUrl)

  const sent = await webhook.send({
    text: 'down',
    attachments: [{ color: 'danger', text: 'details' }],
  })
  const empty = webhook.send({ text: '' })
  const archived = new IncomingWebhook(inbox.webhookUrlOf('old')).send({ text: 'x' })

  expect(sent).toEqual({ text: 'ok' })
  await expect(empty).rejects.toMatchObject({ statusCode: 400, body: 'no_text' })
  await expect(archived).rejects.toMatchObject({ statusCode: 410, body: 'channel_is_archived' })
  expect(inbox.messages()).toMatchObject([{ text: 'down', via: 'webhook' }])
})

test.for([
  ['text that is no JSON', '{"text":', 400, 'invalid_payload'],
  ['an empty payload', '{}', 400, 'no_text'],
  ['bad blocks, without details', '{"blocks":[{"type":"nothing"}]}', 400, 'invalid_blocks'],
] as const)('a webhook reports errors in plain text: %s', async ([, body, status, text]) => {
  await using inbox = await startInbox()

  const response = await fetch(inbox.webhookUrl, { method: 'POST', body })

  expect([response.status, await response.text()]).toEqual([status, text])
  expect(response.headers.get('content-type')).toContain('text/plain')
})

test('a webhook accepts a form with a payload, and an unknown address is an error', async () => {
  await using inbox = await startInbox()
  const form = new URLSearchParams({ payload: JSON.stringify({ text: 'from a form' }) })

  const taken = await fetch(inbox.webhookUrl, { method: 'POST', body: form })
  const unknown = await fetch(`${inbox.webhookUrl}X`, { method: 'POST', body: form })

  expect([taken.status, unknown.status, await unknown.text()]).toEqual([200, 404, 'no_service'])
  expect(inbox.messages()).toMatchObject([{ text: 'from a form' }])
})

// slack_sdk for Python sends form fields, lists as JSON text, flags as 1 and 0, the token in the header.
test('accepts forms as the Python client sends them', async () => {
  await using inbox = await startInbox()
  const root = await post(inbox, { channel: '#alerts', text: 'root' })

  const answer = await post(inbox, {
    channel: '#alerts',
    text: 'caf\u00e9 🔴',
    thread_ts: root.ts,
    blocks: JSON.stringify([section('*x*')]),
    reply_broadcast: '1',
    unfurl_links: '0',
  })

  expect(answer.ok).toBe(true)
  expect(inbox.thread(root.ts)).toMatchObject([
    { text: 'root' },
    { text: 'café 🔴', isBroadcast: true, blocks: [{ type: 'section' }] },
  ])
})

async function post(
  inbox: Inbox,
  form: Record<string, string>,
): Promise<{ ok: boolean; ts: string }> {
  const response = await fetch(`${inbox.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${inbox.token}`,
      'user-agent': 'Python/3.11.7 slackclient/3.43.0',
    },
    body: new URLSearchParams(form),
  })
  return (await response.json()) as { ok: boolean; ts: string }
}

test.for([
  ['no content type', undefined, 'missing_post_type'],
  ['an unknown content type', 'application/xml', 'invalid_post_type'],
  ['an unknown charset', 'application/json; charset=utf-16', 'invalid_charset'],
  ['a broken form', 'multipart/form-data; boundary=x', 'invalid_form_data'],
  ['broken JSON', 'application/json', 'invalid_arguments'],
] as const)(
  'a body is rejected because of its content type: %s',
  async ([, contentType, error]) => {
    await using inbox = await startInbox()

    const response = await fetch(`${inbox.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: contentType === undefined ? {} : { 'content-type': contentType },
      body: new TextEncoder().encode('{nothing'),
    })

    expect(await response.json()).toMatchObject({ ok: false, error })
  },
)
