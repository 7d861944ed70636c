import { expect, test } from 'vitest'
import { startInbox } from '../../src/index.ts'
import { call, section } from '../call.ts'

const lines = (count: number) => `${'x'.repeat(79)}\n`.repeat(count)

test('a text of 4,000 characters is one message, one of 4,001 characters two', async () => {
  await using inbox = await startInbox({ listen: false })

  await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'x'.repeat(4000) })
  await call(inbox, 'chat.postMessage', { channel: 'errors', text: 'x'.repeat(4001) })

  expect(inbox.messages({ channel: 'alerts' }).map(({ text }) => text.length)).toEqual([4000])
  expect(inbox.messages({ channel: 'errors' }).map(({ text }) => text.length)).toEqual([4000, 1])
})

test('a long text is split at line ends without loss, and the last message has the attachments', async () => {
  await using inbox = await startInbox({ listen: false })
  const attachments = [{ text: 'at the end' }]

  await call(inbox, 'chat.postMessage', { channel: 'alerts', text: lines(120), attachments })

  const messages = inbox.messages()
  expect(messages.map(({ text }) => text).join('')).toBe(lines(120))
  expect(messages.map(({ text }) => text.length)).toEqual([4000, 4000, 1600])
  expect(messages.map((message) => message.attachments.length)).toEqual([0, 0, 1])
})

test('a split never breaks an emoji', async () => {
  await using inbox = await startInbox({ listen: false })

  await call(inbox, 'chat.postMessage', { channel: 'alerts', text: `x${'🔴'.repeat(4000)}` })

  expect(inbox.messages().map(({ text }) => Array.from(text).length)).toEqual([4000, 1])
  expect(() => inbox.messages().map(({ text }) => encodeURIComponent(text))).not.toThrow()
})

test('the pieces of a long reply are replies, and the response has the first', async () => {
  await using inbox = await startInbox({ listen: false })
  const { ts } = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'root' })

  const reply = await call(inbox, 'chat.postMessage', {
    channel: 'alerts',
    text: 'x'.repeat(5000),
    thread_ts: ts,
  })

  expect(inbox.thread(ts ?? '').map(({ text }) => text.length)).toEqual([4, 4000, 1000])
  expect(inbox.thread(ts ?? '')[1]?.ts).toBe(reply.ts)
})

test('a text with blocks is not split', async () => {
  await using inbox = await startInbox({ listen: false })

  await call(inbox, 'chat.postMessage', {
    channel: 'alerts',
    text: 'x'.repeat(5000),
    blocks: [section('x')],
  })

  expect(inbox.messages().map(({ text }) => text.length)).toEqual([5000])
})

test('40,000 characters are posted completely, one more is truncated with a warning', async () => {
  await using inbox = await startInbox({ listen: false })

  const whole = await call(inbox, 'chat.postMessage', {
    channel: 'alerts',
    text: 'x'.repeat(40_000),
  })
  const cut = await call(inbox, 'chat.postMessage', { channel: 'errors', text: 'x'.repeat(40_001) })

  expect(whole['warning']).toBeUndefined()
  expect(cut).toMatchObject({
    ok: true,
    response_metadata: {
      warnings: ['message_truncated'],
      messages: [
        '[WARN] Your message was truncated but still posted. The `text` field accepts up to 40,000 characters.',
      ],
    },
  })
  const posted = inbox.messages({ channel: 'errors' }).map(({ text }) => text.length)
  expect(posted.reduce((sum, length) => sum + length)).toBe(40_000)
})

test('markdown_text becomes a markdown block, and excludes text and blocks', async () => {
  await using inbox = await startInbox({ listen: false })

  await call(inbox, 'chat.postMessage', { channel: 'alerts', markdown_text: '**x**' })
  const both = await call(inbox, 'chat.postMessage', {
    channel: 'alerts',
    markdown_text: 'x',
    text: 'x',
  })

  expect(inbox.messages()).toMatchObject([{ blocks: [{ type: 'markdown', text: '**x**' }] }])
  expect(both.error).toBe('markdown_text_conflict')
})

test.for([
  ['no event_payload', { event_type: 'incident' }, 'invalid_metadata_format'],
  [
    'an unknown property',
    { event_type: 'x', event_payload: {}, more: 1 },
    'invalid_metadata_format',
  ],
  [
    'a nested payload',
    { event_type: 'x', event_payload: { a: { b: { c: 1 } } } },
    'invalid_metadata_schema',
  ],
  [
    'a huge payload',
    { event_type: 'x', event_payload: { a: 'x'.repeat(16_000) } },
    'metadata_too_large',
  ],
] as const)('metadata is rejected with %s', async ([, metadata, error]) => {
  await using inbox = await startInbox({ listen: false })

  const answer = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'x', metadata })

  expect(answer.error).toBe(error)
})

test('an edit without metadata keeps it, and an empty object removes it', async () => {
  await using inbox = await startInbox({ listen: false })
  const metadata = { event_type: 'incident', event_payload: { count: 1 } }
  const posted = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'x', metadata })
  const edit = (more: object) =>
    call(inbox, 'chat.update', { channel: posted.channel, ts: posted.ts, text: 'y', ...more })

  await edit({})
  const kept = inbox.messages()[0]?.metadata
  await edit({ metadata: {} })
  const removed = inbox.messages()[0]?.metadata

  expect([kept, removed]).toEqual([metadata, undefined])
})

test('history returns metadata only on request', async () => {
  await using inbox = await startInbox({ listen: false })
  const metadata = { event_type: 'incident', event_payload: { count: 1 } }
  await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'x', metadata })
  const history = (more: object) =>
    call(inbox, 'conversations.history', { channel: 'C0ALERTS001', ...more })

  const plain = await history({})
  const full = await history({ include_all_metadata: true })

  expect(plain['messages']).not.toMatchObject([{ metadata }])
  expect(full['messages']).toMatchObject([{ metadata }])
})

test('an edit is marked, and earlier versions are kept', async () => {
  await using inbox = await startInbox({ listen: false })
  const { ts, channel } = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: '0' })

  for (let count = 1; count <= 30; count += 1)
    await call(inbox, 'chat.update', { channel, ts, text: String(count) })

  const [message] = inbox.messages()
  expect(message).toMatchObject({ text: '30', editCount: 30, editedTs: expect.any(String) })
  // The first version and the latest ones: memory is bounded however often a message is edited.
  expect(message?.history.map(({ text }) => text).slice(0, 2)).toEqual(['0', '11'])
  expect(message?.history).toHaveLength(20)
})
