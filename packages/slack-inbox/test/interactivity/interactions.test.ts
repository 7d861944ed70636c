import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { createVirtualClock, startInbox } from '../../src/index.ts'
import type { Inbox } from '../../src/index.ts'
import { call, callForm } from '../call.ts'
import { moreMenu, muteMenu, resolveButton, row, startApp } from './app-server.ts'

const signingSecret = 'a secret'

async function postRow(inbox: Inbox, more: object = {}): Promise<string> {
  const { ts = '' } = await call(inbox, 'chat.postMessage', {
    channel: 'alerts',
    text: 'down',
    blocks: [row],
    ...more,
  })
  return ts
}

test('a click sends a signed block_actions payload to the request URL', async () => {
  await using app = await startApp()
  await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
  const ts = await postRow(inbox)

  const interaction = await inbox.click(ts, 'resolve', { user: 'ada' })

  const [received] = app.received
  const timestamp = String(received?.headers['x-slack-request-timestamp'])
  const digest = createHmac('sha256', signingSecret)
    .update(`v0:${timestamp}:${received?.body}`)
    .digest('hex')
  expect(received?.headers['x-slack-signature']).toBe(`v0=${digest}`)
  expect(received?.headers['content-type']).toBe('application/x-www-form-urlencoded')
  expect(received?.payload).toMatchObject({
    type: 'block_actions',
    user: { id: 'U0ADA00001', username: 'ada', team_id: 'T0INBOX01' },
    api_app_id: 'A0INBOX01',
    container: { type: 'message', message_ts: ts, channel_id: 'C0ALERTS001', is_ephemeral: false },
    channel: { id: 'C0ALERTS001', name: 'alerts' },
    message: { ts, text: 'down' },
    actions: [
      {
        type: 'button',
        action_id: 'resolve',
        block_id: 'row',
        value: 'o|key|1',
        text: resolveButton.text,
      },
    ],
  })
  expect(interaction.delivery).toMatchObject({ via: 'requestUrl', error: undefined, status: 200 })
  expect(inbox.interactions).toEqual([interaction])
})

test.each([
  ['static_select', 'mute', 'release', muteMenu.options[1]],
  ['overflow', 'more', 'take', moreMenu.options[0]],
] as const)('choosing an option of %s sends the option', async (type, actionId, value, option) => {
  await using app = await startApp()
  await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
  const ts = await postRow(inbox)

  await inbox.click(ts, actionId, { user: 'U0GRACE001', value })

  expect(app.received[0]?.payload['actions']).toMatchObject([
    { type, action_id: actionId, selected_option: option },
  ])
})

test('a click in a thread names the root, and one on an ephemeral message has no message', async () => {
  await using app = await startApp()
  await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
  const root = await postRow(inbox)
  const reply = await postRow(inbox, { thread_ts: root })
  const ephemeral = await call(inbox, 'chat.postEphemeral', {
    channel: 'alerts',
    user: 'U0ADA00001',
    text: 'only you',
    blocks: [row],
  })

  await inbox.click(reply, 'resolve', { user: 'ada' })
  await inbox.click(String(ephemeral['message_ts']), 'resolve', { user: 'ada' })

  expect(app.received.map(({ payload }) => payload)).toMatchObject([
    { container: { message_ts: reply, thread_ts: root }, message: { thread_ts: root } },
    { container: { is_ephemeral: true } },
  ])
  expect(app.received[1]?.payload).not.toHaveProperty('message')
})

test('an element without action_id gets one from Slack', async () => {
  await using app = await startApp()
  await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
  const button = { type: 'button', text: { type: 'plain_text', text: 'Go' } }
  const ts = await postRow(inbox, { blocks: [{ type: 'actions', elements: [button, button] }] })

  await inbox.click(ts, 'a1', { user: 'ada' })

  expect(app.received[0]?.payload['actions']).toMatchObject([{ action_id: 'a1', block_id: 'b0' }])
})

test('an interaction that is sent again has the same trigger and a signature of its own', async () => {
  const statuses = [500, 200]
  await using app = await startApp((response) => response.writeHead(statuses.shift() ?? 200).end())
  await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
  const interaction = await inbox.click(await postRow(inbox), 'resolve', { user: 'ada' })
  await inbox.clock.advance(1000)

  await inbox.redeliver(interaction)

  const [first, second] = app.received
  expect(second?.payload).toEqual(first?.payload)
  expect(second?.headers['x-slack-signature']).not.toBe(first?.headers['x-slack-signature'])
  expect(interaction.delivery).toMatchObject({ error: undefined, status: 200 })
  expect(inbox.interactions).toHaveLength(1)
})

test.each([
  ['another status than 2xx', 500, 'http_status_code'],
  ['a redirect, which Slack does not follow', 302, 'http_status_code'],
] as const)('a click fails with %s', async (_, status, error) => {
  await using app = await startApp((response) =>
    response.writeHead(status, { location: '/elsewhere' }).end(),
  )
  await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
  const ts = await postRow(inbox)

  const { delivery } = await inbox.click(ts, 'resolve', { user: 'ada' })

  expect(delivery).toMatchObject({ error, status })
  expect(app.received).toHaveLength(1)
})

test('a click fails where no app listens, and where none is configured', async () => {
  const app = await startApp()
  await app[Symbol.asyncDispose]()
  await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
  await using plain = await startInbox()

  const unreached = await inbox.click(await postRow(inbox), 'resolve', { user: 'ada' })
  const unconfigured = await plain.click(await postRow(plain), 'resolve', { user: 'ada' })

  expect(unreached.delivery?.error).toBe('dispatch_failed')
  expect(unconfigured.delivery?.error).toBe('app_missing_action_url')
})

test('a click fails after three seconds without an answer', async () => {
  const clock = createVirtualClock()
  await using inbox = await startInbox({
    clock,
    listen: false,
    interactivity: {
      requestUrl: 'http://app.test/slack',
      signingSecret,
      fetch: () => new Promise(() => {}),
    },
  })
  const clicked = inbox.click(await postRow(inbox), 'resolve', { user: 'ada' })

  await clock.advance(2999)
  expect(inbox.interactions[0]?.delivery).toBeUndefined()
  await clock.advance(1)

  expect((await clicked).delivery).toEqual({
    via: 'requestUrl',
    error: 'operation_timeout',
    tookMs: 3000,
  })
})

test.each([
  ['an unknown element', 'reopen', { user: 'ada' }, /resolve, mute, more/],
  ['an unknown option', 'mute', { user: 'ada', value: '2h' }, /"1h", "release"/],
  ['no option', 'mute', { user: 'ada' }, /"1h", "release"/],
  ['a value that is not the button’s', 'resolve', { user: 'ada', value: 'x' }, /own/],
  ['an unknown user', 'resolve', { user: 'eve' }, /user/],
  ['the app itself', 'resolve', { user: 'U0INBOXBOT' }, /user/],
] as const)('nobody can click %s', async (_, actionId, options, message) => {
  await using inbox = await startInbox({ listen: false })
  const ts = await postRow(inbox)

  await expect(inbox.click(ts, actionId, options)).rejects.toThrow(message)
})

test('only the recipient of an ephemeral message can click in it', async () => {
  await using inbox = await startInbox({ listen: false })
  const { message_ts: ts } = await call(inbox, 'chat.postEphemeral', {
    channel: 'alerts',
    user: 'U0ADA00001',
    text: 'x',
    blocks: [row],
  })

  await expect(inbox.click(String(ts), 'resolve', { user: 'grace' })).rejects.toThrow(/U0ADA00001/)
})

test('an action id that several blocks have needs the block', async () => {
  await using app = await startApp()
  await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
  const ts = await postRow(inbox, { blocks: [row, { ...row, block_id: 'other' }] })

  await expect(inbox.click(ts, 'resolve', { user: 'ada' })).rejects.toThrow(/blockId/)
  await inbox.click(ts, 'resolve', { user: 'ada', blockId: 'other' })

  expect(app.received[0]?.payload['actions']).toMatchObject([{ block_id: 'other' }])
})

test('a value of more than 2,000 characters and a repeated action id are rejected', async () => {
  await using inbox = await startInbox({ listen: false })
  const post = (...elements: object[]) =>
    call(inbox, 'chat.postMessage', {
      channel: 'alerts',
      text: 'x',
      blocks: [{ type: 'actions', elements }],
    })

  const long = await post({ ...resolveButton, value: 'x'.repeat(2001) })
  const twice = await post(resolveButton, resolveButton)
  const longest = await post({ ...resolveButton, value: 'x'.repeat(2000) })

  expect(long).toMatchObject({
    error: 'invalid_blocks',
    errors: ['must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]'],
  })
  expect(twice.errors?.[0]).toContain('already exists')
  expect(longest.ok).toBe(true)
})

test('a person from another workspace is in the payload with that workspace', async () => {
  await using app = await startApp()
  await using inbox = await startInbox({
    interactivity: { requestUrl: app.url, signingSecret },
    users: [
      { id: 'U0EVE00001', name: 'eve', realName: 'Eve', teamId: 'T0ELSE0001', isGuest: true },
    ],
  })

  await inbox.click(await postRow(inbox), 'resolve', { user: 'eve' })
  const { user } = await callForm(inbox, 'users.info', { user: 'U0EVE00001' })

  expect(app.received[0]?.payload['user']).toMatchObject({ team_id: 'T0ELSE0001' })
  expect(user).toMatchObject({ team_id: 'T0ELSE0001', is_restricted: true })
})

test.each([
  ['requestUrl', { requestUrl: 'app.test', signingSecret }],
  ['signingSecret', { requestUrl: 'http://app.test', signingSecret: '' }],
] as const)('a wrong %s is an error', async (name, interactivity) => {
  await expect(startInbox({ interactivity })).rejects.toThrow(name)
})

test('other programs click over HTTP, and learn why they cannot', async () => {
  await using app = await startApp()
  await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
  const ts = await postRow(inbox)
  const post = (body: object) =>
    fetch(`${inbox.pageUrl}_inbox/click`, { method: 'POST', body: JSON.stringify(body) })

  const clicked = await post({ ts, actionId: 'mute', user: 'ada', value: '1h' })
  const wrong = await post({ ts, actionId: 'nothing', user: 'ada' })
  const incomplete = await post({ ts, actionId: 'mute' })

  expect(await clicked.json()).toMatchObject({ interaction: { value: '1h', delivery: {} } })
  expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('actionId')])
  expect([incomplete.status, await incomplete.text()]).toEqual([
    400,
    'Expected `user` to be a text',
  ])
})
