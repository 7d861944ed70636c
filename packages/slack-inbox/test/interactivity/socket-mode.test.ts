import { App, LogLevel as BoltLogLevel } from '@slack/bolt'
import type { RespondArguments } from '@slack/bolt'
import { LogLevel, SocketModeClient } from '@slack/socket-mode'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startInbox } from '../../src/index.ts'
import type { Inbox, InboxOptions } from '../../src/index.ts'
import { call } from '../call.ts'
import { row, startApp } from './app-server.ts'

const channel = 'C0ALERTS001'
/** The official client, connected until the end of the test. */
async function connect(inbox: Inbox): Promise<AsyncDisposable & { client: SocketModeClient }> {
  const client = new SocketModeClient({
    appToken: inbox.appToken,
    logLevel: LogLevel.ERROR,
    // How long it waits for an answer to its ping, and before it connects again.
    clientPingTimeout: 200,
    clientOptions: { slackApiUrl: inbox.apiUrl },
  })
  await client.start()
  return { client, [Symbol.asyncDispose]: () => client.disconnect() }
}

function connectedAgain(client: SocketModeClient): Promise<unknown> {
  return new Promise((resolve) => {
    client.once('connected', resolve)
  })
}

/** Records and acknowledges everything of a type that the client gets. */
function record(client: SocketModeClient, type: string): readonly Envelope[] {
  const received: Envelope[] = []
  client.on(type, (envelope: Envelope) => {
    received.push(envelope)
    void envelope.ack()
  })
  return received
}

interface Envelope {
  readonly body: unknown
  readonly event: unknown
  readonly ack: () => Promise<void>
}

async function postRow(inbox: Inbox): Promise<string> {
  const { ts = '' } = await call(inbox, 'chat.postMessage', { channel, text: 'x', blocks: [row] })
  return ts
}

/** A connection without a client library, and the messages it gets. */
async function openSocket(
  inbox: Inbox,
): Promise<{ socket: WebSocket; messages: Record<string, unknown>[] }> {
  const { url } = await call(inbox, 'apps.connections.open', {}, inbox.appToken)
  const socket = new WebSocket(String(url))
  const messages: Record<string, unknown>[] = []
  socket.on('message', (data: Buffer) => {
    messages.push(JSON.parse(data.toString()) as Record<string, unknown>)
  })
  await new Promise((resolve, reject) => {
    socket.once('message', resolve)
    socket.once('error', reject)
  })
  return { socket, messages }
}

test('the official client gets clicks and acknowledges them', async () => {
  await using inbox = await startInbox()
  await using connected = await connect(inbox)
  const clicks = record(connected.client, 'interactive')
  const ts = await postRow(inbox)

  const { delivery } = await inbox.click(ts, 'mute', { user: 'ada', value: '1h' })

  expect(delivery).toMatchObject({ via: 'socket', error: undefined })
  expect(clicks.map(({ body }) => body)).toMatchObject([
    { type: 'block_actions', container: { message_ts: ts }, actions: [{ action_id: 'mute' }] },
  ])
})

test('a client that disconnects is no connection any more', async () => {
  await using inbox = await startInbox()
  const { client } = await connect(inbox)

  await client.disconnect()

  await expect.poll(() => inbox.sockets.size).toBe(0)
})

test('the official client gets reactions as events', async () => {
  await using inbox = await startInbox()
  await using connected = await connect(inbox)
  const added = record(connected.client, 'reaction_added')
  const removed = record(connected.client, 'reaction_removed')
  const ts = await postRow(inbox)

  inbox.react(ts, 'eyes', { user: 'ada' })
  inbox.unreact(ts, 'eyes', { user: 'ada' })

  await expect.poll(() => added.length + removed.length).toBe(2)
  const common = {
    user: 'U0ADA00001',
    reaction: 'eyes',
    item: { type: 'message', channel, ts },
    item_user: 'U0INBOXBOT',
  }
  expect(added[0]?.event).toMatchObject({ type: 'reaction_added', ...common })
  expect(removed[0]?.event).toMatchObject({ type: 'reaction_removed', ...common })
})

test.each(['warning', 'refresh_requested'] as const)(
  'the official client connects again after a disconnect with the reason %s',
  async (reason) => {
    await using inbox = await startInbox()
    await using connected = await connect(inbox)
    const again = connectedAgain(connected.client)

    inbox.sockets.disconnect(reason)
    await again

    await expect.poll(() => inbox.sockets.size).toBe(1)
    const opened = inbox.requests.filter(({ method }) => method === 'apps.connections.open')
    expect(opened).toHaveLength(2)
  },
)

test('the official client notices a connection that has become silent', async () => {
  await using inbox = await startInbox()
  await using connected = await connect(inbox)
  const again = connectedAgain(connected.client)

  inbox.sockets.silence()
  await again

  const opened = inbox.requests.filter(({ method }) => method === 'apps.connections.open')
  expect(opened).toHaveLength(2)
})

test('the inbox pings every ten seconds', async () => {
  await using inbox = await startInbox()
  const { socket } = await openSocket(inbox)
  let pings = 0
  socket.on('ping', () => {
    pings += 1
  })

  await inbox.clock.advance(10_000)

  await expect.poll(() => pings).toBe(1)
})

test('a connection starts with hello, and a disconnect tells its reason', async () => {
  await using inbox = await startInbox()
  const { socket, messages } = await openSocket(inbox)
  const closed = new Promise((resolve) => {
    socket.once('close', resolve)
  })

  inbox.sockets.disconnect('link_disabled')
  await closed

  expect(messages).toMatchObject([
    { type: 'hello', num_connections: 1, connection_info: { app_id: 'A0INBOX01' } },
    { type: 'disconnect', reason: 'link_disabled' },
  ])
})

test('a connection is closed ten seconds after a warning', async () => {
  await using inbox = await startInbox()
  const { socket, messages } = await openSocket(inbox)
  const closed = new Promise((resolve) => {
    socket.once('close', resolve)
  })

  inbox.sockets.disconnect('warning')
  await expect.poll(() => messages.length).toBe(2)
  await inbox.clock.advance(9000)
  expect(inbox.sockets.size).toBe(1)
  await inbox.clock.advance(1000)

  await closed
})

test('the eleventh connection is refused with too_many_websockets', async () => {
  await using inbox = await startInbox()
  for (let count = 0; count < 10; count += 1) await openSocket(inbox)

  const { socket, messages } = await openSocket(inbox)
  await new Promise((resolve) => {
    if (socket.readyState === WebSocket.CLOSED) resolve(undefined)
    socket.once('close', resolve)
  })

  expect(messages).toMatchObject([{ type: 'disconnect', reason: 'too_many_websockets' }])
  expect(inbox.sockets.size).toBe(10)
})

test('each event goes to one of the connections', async () => {
  const draws = [0.9, 0.1, 0.9]
  await using inbox = await startInbox({ random: () => draws.shift() ?? 0 })
  const sockets = [await openSocket(inbox), await openSocket(inbox)]
  for (const { socket } of sockets)
    socket.on('message', (data: Buffer) => {
      const { envelope_id } = JSON.parse(data.toString()) as { envelope_id?: string }
      socket.send(JSON.stringify({ envelope_id }))
    })
  const ts = await postRow(inbox)

  for (let count = 0; count < 3; count += 1) await inbox.click(ts, 'resolve', { user: 'ada' })

  expect(sockets.map(({ messages }) => messages.length - 1)).toEqual([1, 2])
  expect(sockets[0]?.messages[1]).toMatchObject({
    type: 'interactive',
    envelope_id: expect.any(String),
    accepts_response_payload: false,
    payload: { type: 'block_actions' },
  })
})

test('a click that is not acknowledged fails after three seconds', async () => {
  await using inbox = await startInbox()
  const { messages } = await openSocket(inbox)
  const clicked = inbox.click(await postRow(inbox), 'resolve', { user: 'ada' })
  await expect.poll(() => messages.length).toBe(2)

  await inbox.clock.advance(3000)

  expect((await clicked).delivery?.error).toBe('operation_timeout')
})

test('an event that is not acknowledged is sent again, at once, after one and five minutes', async () => {
  await using inbox = await startInbox()
  const { messages } = await openSocket(inbox)
  inbox.react(await postRow(inbox), 'eyes', { user: 'ada' })

  const received = async (count: number): Promise<void> => {
    await expect.poll(() => messages.length - 1).toBe(count)
  }
  await received(1)
  await inbox.clock.advance(3000)
  await received(2)
  await inbox.clock.advance(3000)
  await inbox.clock.advance(60_000)
  await received(3)
  await inbox.clock.advance(3000)
  await inbox.clock.advance(300_000)
  await received(4)

  expect(messages.slice(1)).toMatchObject([
    { type: 'events_api', retry_attempt: 0, retry_reason: '' },
    { retry_attempt: 1, retry_reason: 'timeout' },
    { retry_attempt: 2, retry_reason: 'timeout' },
    { retry_attempt: 3, retry_reason: 'timeout' },
  ])
  const ids = messages.slice(1).map(({ payload }) => (payload as { event_id: string }).event_id)
  expect(new Set(ids).size).toBe(1)
})

test('a click on a connection that breaks fails at once', async () => {
  await using inbox = await startInbox()
  const { messages } = await openSocket(inbox)
  const clicked = inbox.click(await postRow(inbox), 'resolve', { user: 'ada' })
  await expect.poll(() => messages.length).toBe(2)

  inbox.sockets.drop()

  expect((await clicked).delivery?.error).toBe('dispatch_failed')
})

test('a click while the app connects again fails, and is not said to have no way', async () => {
  await using inbox = await startInbox()
  await openSocket(inbox)
  const ts = await postRow(inbox)

  inbox.sockets.disconnect('refresh_requested')
  const { delivery } = await inbox.click(ts, 'resolve', { user: 'ada' })

  expect(delivery).toMatchObject({ via: 'socket', error: 'dispatch_failed' })
})

test('the address of a connection works once, and not without its ticket', async () => {
  await using inbox = await startInbox()
  const { url } = await call(inbox, 'apps.connections.open', {}, inbox.appToken)

  expect(await opening(String(url))).toBe('open')
  expect(await opening(String(url))).toContain('404')
  expect(await opening(String(url).replace(/ticket=\w+/, 'ticket=x'))).toContain('404')
})

test('a page of another site cannot connect', async () => {
  await using inbox = await startInbox()
  const { url } = await call(inbox, 'apps.connections.open', {}, inbox.appToken)

  expect(await opening(String(url), 'http://evil.example')).toContain('403')
})

/** What happens when a client connects: `open`, or the error. */
function opening(url: string, origin?: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, origin === undefined ? {} : { origin })
    socket.once('open', () => {
      resolve('open')
    })
    socket.once('error', ({ message }) => {
      resolve(message)
    })
  })
}

const tokens: InboxOptions['tokens'] = [
  { token: 'xapp-good' },
  { token: 'xapp-poor', scopes: [] },
  { token: 'xoxb-bot' },
]

test.each([
  ['xoxb-bot', 'apps.connections.open', 'not_allowed_token_type'],
  ['xapp-poor', 'apps.connections.open', 'missing_scope'],
  ['xapp-bad', 'apps.connections.open', 'invalid_auth'],
  ['xapp-good', 'chat.postMessage', 'not_allowed_token_type'],
] as const)('the token %s cannot call %s', async (token, method, error) => {
  await using inbox = await startInbox({ listen: false, tokens })

  expect(await call(inbox, method, { channel, text: 'x' }, token)).toMatchObject({ error })
})

test('Bolt works over Socket Mode', async () => {
  await using inbox = await startInbox()
  const app = new App({
    token: inbox.token,
    appToken: inbox.appToken,
    socketMode: true,
    logLevel: BoltLogLevel.ERROR,
    clientOptions: { slackApiUrl: inbox.apiUrl },
  })
  const responded = respondTo(app, { text: 'resolved', replace_original: true })
  await app.start()
  const ts = await postRow(inbox)

  await inbox.click(ts, 'resolve', { user: 'ada' })
  await responded

  expect(inbox.messages()).toMatchObject([{ ts, text: 'resolved', editCount: 1 }])
  await app.stop()
})

test('Bolt accepts the signature of the request URL', async () => {
  // The inbox needs the address before Bolt can listen there.
  const placeholder = await startApp()
  const { port } = new URL(placeholder.url)
  await placeholder[Symbol.asyncDispose]()
  const requestUrl = `http://127.0.0.1:${port}/slack/events`
  await using inbox = await startInbox({ interactivity: { requestUrl, signingSecret: 's3cret' } })
  const app = new App({
    token: inbox.token,
    signingSecret: 's3cret',
    logLevel: BoltLogLevel.ERROR,
    clientOptions: { slackApiUrl: inbox.apiUrl },
  })
  const responded = respondTo(app, { text: 'too old' })
  await app.start(Number(port))
  const ts = await postRow(inbox)

  const { delivery } = await inbox.click(ts, 'resolve', { user: 'ada' })
  await responded

  expect(delivery).toMatchObject({ status: 200, error: undefined })
  expect(inbox.messages().at(-1)).toMatchObject({ text: 'too old', onlyFor: 'U0ADA00001' })
  await app.stop()
})

/** Acknowledges the button, then answers with `message`. */
function respondTo(app: App, message: RespondArguments): Promise<void> {
  return new Promise((resolve) => {
    app.action('resolve', async ({ ack, respond }) => {
      await ack()
      await respond(message)
      resolve()
    })
  })
}
