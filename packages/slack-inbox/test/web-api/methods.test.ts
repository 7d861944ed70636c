import { expect, test } from 'vitest'
import { createVirtualClock, startInbox } from '../../src/index.ts'
import { call } from '../call.ts'

const channels = [
  { name: 'alerts' },
  { name: 'public', isMember: false },
  { name: 'secret', isPrivate: true },
  { name: 'hidden', isPrivate: true, isMember: false },
  { name: 'old', isArchived: true },
]

test.for([
  ['a public channel by its name', 'alerts', undefined],
  ['a public channel by its name with #', '#alerts', undefined],
  ['a public channel by its id', 'C0ALERTS001', undefined],
  ['a public channel the app is not in', '#public', undefined],
  ['a private channel by its id', 'C0SECRET001', undefined],
  ['a private channel by its name', '#secret', 'channel_not_found'],
  ['a private channel the app is not in', 'C0HIDDEN001', 'channel_not_found'],
  ['a channel that does not exist', '#nowhere', 'channel_not_found'],
  ['an archived channel', '#old', 'is_archived'],
  ['a user', 'U0ADA00001', undefined],
] as const)('posting to %s', async ([, channel, error]) => {
  await using inbox = await startInbox({ listen: false, channels })

  const answer = await call(inbox, 'chat.postMessage', { channel, text: 'x' })

  expect(answer.error).toBe(error)
})

test('edit, permalink and history accept channel ids only', async () => {
  await using inbox = await startInbox({ listen: false, channels })
  const { ts } = await call(inbox, 'chat.postMessage', { channel: '#alerts', text: 'x' })

  const answers = [
    await call(inbox, 'chat.update', { channel: '#alerts', ts, text: 'y' }),
    await call(inbox, 'chat.delete', { channel: '#alerts', ts }),
    await call(inbox, 'conversations.history', { channel: '#alerts' }),
    await call(inbox, 'reactions.add', { channel: '#alerts', timestamp: ts, name: 'eyes' }),
  ]

  expect(answers.map(({ error }) => error)).toEqual(Array(4).fill('channel_not_found'))
})

test('without chat:write.public the app must be a member of the channel', async () => {
  await using inbox = await startInbox({
    listen: false,
    channels,
    tokens: [{ token: 'xoxb-some', scopes: ['chat:write', 'channels:join'] }],
  })
  const post = () => call(inbox, 'chat.postMessage', { channel: '#public', text: 'x' }, 'xoxb-some')

  const outside = await post()
  await call(inbox, 'conversations.join', { channel: 'C0PUBLIC001' }, 'xoxb-some')
  const inside = await post()

  expect([outside.error, inside.ok]).toEqual(['not_in_channel', true])
})

test('a missing scope is reported with the needed and the provided scopes', async () => {
  await using inbox = await startInbox({
    listen: false,
    tokens: [{ token: 'xoxb-some', scopes: ['chat:write', 'users:read'] }],
  })

  const list = await call(inbox, 'conversations.list', {}, 'xoxb-some')
  const signed = await call(
    inbox,
    'chat.postMessage',
    { channel: 'alerts', text: 'x', username: 'somebody' },
    'xoxb-some',
  )

  const provided = 'chat:write,users:read'
  expect(list).toEqual({ ok: false, error: 'missing_scope', needed: 'channels:read', provided })
  expect(signed).toMatchObject({ error: 'missing_scope', needed: 'chat:write.customize' })
})

test('distinguishes missing, unknown, revoked and valid tokens', async () => {
  await using inbox = await startInbox({
    listen: false,
    tokens: [{ token: 'good' }, { token: 'old', error: 'token_revoked' }],
  })

  const codes = []
  for (const token of ['', 'unknown', 'old', 'good'])
    codes.push((await call(inbox, 'auth.test', {}, token)).error)

  expect(codes).toEqual(['not_authed', 'invalid_auth', 'token_revoked', undefined])
})

test('a reply needs a root in the same channel: no reply, no unknown message', async () => {
  await using inbox = await startInbox({ listen: false })
  const post = (args: object) =>
    call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'x', ...args })
  const root = await post({})
  const reply = await post({ thread_ts: root.ts })

  const errors = [
    (await post({ thread_ts: reply.ts })).error,
    (await post({ thread_ts: '1234567890.123456' })).error,
    (await post({ thread_ts: root.ts, channel: 'errors' })).error,
    (await post({ thread_ts: 'soon' })).error,
    (await post({ thread_ts: Number(root.ts) })).errors?.[0],
  ]

  expect(errors).toEqual([
    'cannot_reply_to_message',
    'cannot_reply_to_message',
    'cannot_reply_to_message',
    'invalid_arguments',
    'must provide a string [json-pointer:/thread_ts]',
  ])
})

test('posting can create channels, if the option is set', async () => {
  await using inbox = await startInbox({ listen: false, createChannels: true })

  await call(inbox, 'chat.postMessage', { channel: '#payments', text: 'x' })
  const impossible = await call(inbox, 'chat.postMessage', { channel: '#Not A Channel', text: 'x' })

  expect(inbox.messages({ channel: '#payments' })).toHaveLength(1)
  expect(impossible.error).toBe('channel_not_found')
})

test('an ephemeral message has one reader, is in no history, and cannot be edited', async () => {
  await using inbox = await startInbox({ listen: false })
  const channel = 'C0ALERTS001'

  const shown = await call(inbox, 'chat.postEphemeral', {
    channel,
    user: 'U0ADA00001',
    text: 'psst',
  })
  const history = await call(inbox, 'conversations.history', { channel })
  const edit = await call(inbox, 'chat.update', { channel, ts: shown['message_ts'], text: 'y' })
  const stranger = await call(inbox, 'chat.postEphemeral', {
    channel,
    user: 'U0NOBODY01',
    text: 'x',
  })

  expect(inbox.messages()).toMatchObject([{ text: 'psst', onlyFor: 'U0ADA00001' }])
  expect([history['messages'], edit.error, stranger.error]).toEqual([
    [],
    'message_not_found',
    'user_not_in_channel',
  ])
})

test('a scheduled message is posted at its time', async () => {
  const clock = createVirtualClock()
  await using inbox = await startInbox({ listen: false, clock })
  const in30Days = clock.now() / 1000 + 30 * 86_400

  await call(inbox, 'chat.scheduleMessage', { channel: 'alerts', text: 'later', post_at: in30Days })
  await clock.advanceTo(in30Days * 1000 - 1)
  const before = inbox.messages().length
  await clock.advance(1)

  expect(before).toBe(0)
  expect(inbox.messages()).toMatchObject([
    { text: 'later', via: 'scheduled', ts: `${in30Days}.000000` },
  ])
})

test('a message can be scheduled for the future only, and at most 120 days ahead', async () => {
  await using inbox = await startInbox({ listen: false })
  const now = Math.floor(inbox.clock.now() / 1000)
  const schedule = async (postAt: number) =>
    (await call(inbox, 'chat.scheduleMessage', { channel: 'alerts', text: 'x', post_at: postAt }))
      .error

  expect(await schedule(now - 1)).toBe('time_in_past')
  expect(await schedule(now + 119 * 86_400)).toBeUndefined()
  expect(await schedule(now + 121 * 86_400)).toBe('time_too_far')
})

test('a reaction can be added once', async () => {
  await using inbox = await startInbox({ listen: false })
  const { channel, ts } = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'x' })
  const add = async (name: string) =>
    (await call(inbox, 'reactions.add', { channel, timestamp: ts, name })).error

  expect([await add('eyes'), await add('eyes'), await add('no such')]).toEqual([
    undefined,
    'already_reacted',
    'invalid_name',
  ])
})

test('history returns the messages of the requested time', async () => {
  const clock = createVirtualClock()
  await using inbox = await startInbox({ listen: false, clock })
  const stamps: (string | undefined)[] = []
  for (const text of ['1', '2', '3']) {
    stamps.push((await call(inbox, 'chat.postMessage', { channel: 'alerts', text })).ts)
    await clock.advance(1000)
  }
  const history = async (more: object) => {
    const answer = await call(inbox, 'conversations.history', { channel: 'C0ALERTS001', ...more })
    return (answer['messages'] as { text: string }[]).map(({ text }) => text)
  }

  expect(await history({ oldest: stamps[0] })).toEqual(['3', '2'])
  expect(await history({ oldest: stamps[0], inclusive: true })).toEqual(['3', '2', '1'])
  expect(await history({ latest: stamps[1] })).toEqual(['1'])
})

test('a file needs an upload and a channel with the app, and the message has its text', async () => {
  await using inbox = await startInbox({ listen: false, channels })
  const announce = async () => {
    const url = new URLSearchParams({ filename: 'stack.txt', length: '5', token: 'x' })
    const response = await inbox.fetch(`${inbox.apiUrl}files.getUploadURLExternal`, {
      method: 'POST',
      body: url,
    })
    return (await response.json()) as { file_id: string; upload_url: string }
  }
  const complete = (id: string, channel: string) =>
    call(inbox, 'files.completeUploadExternal', {
      files: [{ id, title: 'Stack' }],
      channel_id: channel,
    })

  const { file_id: id, upload_url: url } = await announce()
  const early = await complete(id, 'C0ALERTS001')
  const short = await inbox.fetch(url, { method: 'POST', body: 'ab' })
  const whole = await inbox.fetch(url, { method: 'POST', body: 'abcde' })
  const outside = await complete(id, 'C0PUBLIC001')
  const shared = await complete(id, 'C0ALERTS001')

  expect([early.error, short.status, whole.status]).toEqual(['file_not_found', 400, 200])
  expect([outside.error, shared.ok]).toEqual(['not_in_channel', true])
  expect(inbox.messages()).toMatchObject([{ files: [{ title: 'Stack', content: 'abcde' }] }])
})

test('blocks.validate returns codes, pointers and constraints, without a token', async () => {
  await using inbox = await startInbox({ listen: false })
  const blocks = [{ type: 'section', text: { type: 'invalid', text: 'x' } }]

  const answer = await call(inbox, 'blocks.validate', { blocks }, '')
  const message = await call(inbox, 'blocks.validate', { message: { text: 'x', blocks } }, '')
  const none = await call(inbox, 'blocks.validate', {}, '')

  expect(answer).toEqual({
    ok: false,
    error: 'invalid_blocks',
    errors: [
      {
        code: 'failed_constraint',
        message: 'unsupported type: invalid',
        pointer: '/0/text/type',
        constraint: { type: 'enum', expected: ['plain_text', 'mrkdwn'] },
      },
    ],
  })
  expect(message).toMatchObject({
    error: 'invalid_message',
    errors: [{ pointer: '/blocks/0/text/type' }],
  })
  expect(none).toMatchObject({
    error: 'invalid_arguments',
    response_metadata: { messages: ['must provide exactly one of `blocks`, `view`, or `message`'] },
  })
})
