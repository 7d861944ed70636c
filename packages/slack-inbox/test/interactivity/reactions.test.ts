import { WebClient } from '@slack/web-api'
import { expect, test } from 'vitest'
import { startInbox } from '../../src/index.ts'
import { call } from '../call.ts'

const channel = 'C0ALERTS001'

test('the official client sees and changes reactions of people', async () => {
  await using inbox = await startInbox()
  const client = new WebClient(inbox.token, { slackApiUrl: inbox.apiUrl })
  const { ts = '' } = await client.chat.postMessage({ channel, text: 'down' })

  inbox.react(ts, 'white_check_mark', { user: 'ada' })
  inbox.react(ts, ':eyes:', { user: 'U0GRACE001' })
  await client.reactions.add({ channel, timestamp: ts, name: 'eyes' })
  const history = await client.conversations.history({ channel })
  await client.reactions.remove({ channel, timestamp: ts, name: 'eyes' })
  inbox.unreact(ts, 'white_check_mark', { user: 'ada' })
  const replies = await client.conversations.replies({ channel, ts })
  const list = await client.reactions.list({ user: 'U0GRACE001' })
  const mine = await client.reactions.list({})

  expect(history.messages?.[0]?.reactions).toEqual([
    { name: 'white_check_mark', users: ['U0ADA00001'], count: 1 },
    { name: 'eyes', users: ['U0GRACE001', 'U0INBOXBOT'], count: 2 },
  ])
  expect(replies.messages?.[0]?.reactions).toEqual([
    { name: 'eyes', users: ['U0GRACE001'], count: 1 },
  ])
  expect(list.items).toMatchObject([{ type: 'message', channel, message: { ts } }])
  expect(mine.items).toEqual([])
})

test('reactions keep their order, whoever joins', async () => {
  await using inbox = await startInbox({ listen: false })
  const { ts = '' } = await call(inbox, 'chat.postMessage', { channel, text: 'down' })
  inbox.react(ts, 'eyes', { user: 'ada' })
  inbox.react(ts, 'mute', { user: 'ada' })

  inbox.react(ts, 'eyes', { user: 'grace' })

  expect(inbox.messages()[0]?.reactions.map(({ name }) => name)).toEqual(['eyes', 'mute'])
})

test('history lists some of the users of a reaction, and counts all', async () => {
  const names = ['u1', 'u2', 'u3', 'u4', 'u5']
  await using inbox = await startInbox({
    users: names.map((name) => ({ id: name.toUpperCase(), name, realName: name })),
  })
  const client = new WebClient(inbox.token, { slackApiUrl: inbox.apiUrl })
  const { ts = '' } = await client.chat.postMessage({ channel, text: 'down' })
  for (const user of names) inbox.react(ts, 'eyes', { user })

  const history = await client.conversations.history({ channel })
  const full = await client.reactions.get({ channel, timestamp: ts, full: true })

  expect(history.messages?.[0]?.reactions).toEqual([
    { name: 'eyes', users: ['U1', 'U2', 'U3'], count: 5 },
  ])
  expect(full.message?.reactions?.[0]?.users).toEqual(['U1', 'U2', 'U3', 'U4', 'U5'])
})

test('reacting twice, removing what is not there, and unknown names are rejected', async () => {
  await using inbox = await startInbox({ listen: false })
  const { ts = '' } = await call(inbox, 'chat.postMessage', { channel, text: 'down' })
  inbox.react(ts, 'eyes', { user: 'ada' })

  expect(() => inbox.react(ts, 'eyes', { user: 'ada' })).toThrow('already_reacted')
  expect(() => inbox.unreact(ts, 'eyes', { user: 'grace' })).toThrow('no_reaction')
  expect(() => inbox.react(ts, 'no such name', { user: 'ada' })).toThrow('invalid_name')
  expect(
    await call(inbox, 'reactions.remove', { channel, timestamp: ts, name: 'eyes' }),
  ).toMatchObject({ ok: false, error: 'no_reaction' })
})

test.each([
  ['reactions.add', 'reactions:write'],
  ['reactions.remove', 'reactions:write'],
  ['reactions.get', 'reactions:read'],
  ['reactions.list', 'reactions:read'],
  ['usergroups.list', 'usergroups:read'],
  ['usergroups.users.list', 'usergroups:read'],
] as const)('%s needs the scope %s', async (method, needed) => {
  await using inbox = await startInbox({
    listen: false,
    tokens: [{ token: 'poor', scopes: ['chat:write'] }],
  })

  expect(await call(inbox, method, {}, 'poor')).toMatchObject({
    error: 'missing_scope',
    needed,
    provided: 'chat:write',
  })
})

test('the official client lists the members of a user group', async () => {
  await using inbox = await startInbox()
  const client = new WebClient(inbox.token, { slackApiUrl: inbox.apiUrl })

  const { usergroups } = await client.usergroups.list({ include_users: true })
  const { users } = await client.usergroups.users.list({ usergroup: 'S0ONCALL01' })

  expect(usergroups).toMatchObject([{ id: 'S0ONCALL01', handle: 'oncall', users }])
  expect(users).toEqual(['U0GRACE001'])
  await expect(client.usergroups.users.list({ usergroup: 'S0' })).rejects.toThrow('no_such_subteam')
})

test('a reply of a person is no message of the app, and has its text escaped', async () => {
  await using inbox = await startInbox()
  const client = new WebClient(inbox.token, { slackApiUrl: inbox.apiUrl })
  const { ts = '' } = await client.chat.postMessage({ channel, text: 'down' })

  const reply = inbox.reply(ts, 'note: restart <pool> & wait', { user: 'ada' })
  const { messages } = await client.conversations.replies({ channel, ts })

  expect(messages?.[1]).toMatchObject({
    user: 'U0ADA00001',
    text: 'note: restart &lt;pool&gt; &amp; wait',
    thread_ts: ts,
    parent_user_id: 'U0INBOXBOT',
  })
  expect(messages?.[1]).not.toHaveProperty('bot_id')
  await expect(client.chat.update({ channel, ts: reply.ts, text: 'x' })).rejects.toThrow(
    'cant_update_message',
  )
  expect(() => inbox.reply(reply.ts, 'x', { user: 'ada' })).toThrow(/thread/)
})
