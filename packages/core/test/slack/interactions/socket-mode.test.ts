import { createVirtualClock, type Inbox, startInbox } from '@slack-logger/slack-inbox'
import { expect, onTestFinished, test, vi } from 'vitest'
import { resolveSocketMode } from '#load-web-api'
import type { IncidentAction } from '../../../src/incident/actions/action.ts'
import { actionId, encodeValue } from '../../../src/slack/interactions/parse-interaction.ts'
import { SocketMode } from '../../../src/slack/interactions/socket-mode.ts'

vi.setConfig({ testTimeout: 20_000 })
const minute = 60_000
/** The timer that every frame sets anew. */
const silentMs = minute
const polling = { timeout: 10_000, interval: 10 }

/** A connection to the inbox, whose pauses end when a test moves the clock. */
function connect(
  inbox: Inbox,
  given: { readonly appToken?: string; readonly client?: string } = {},
) {
  const clock = createVirtualClock()
  const pauses: number[] = []
  const actions: IncidentAction[] = []
  const troubles: string[] = []
  let marked = 0
  const connection = new SocketMode({
    client: String(resolveSocketMode()),
    appToken: inbox.appToken,
    slackApiUrl: inbox.apiUrl,
    proxy: false,
    ...given,
    clock: {
      now: () => clock.now(),
      setTimer: (callback, delayMs) => {
        if (delayMs !== silentMs) pauses.push(delayMs)
        return clock.setTimer(callback, delayMs)
      },
    },
    receiver: {
      onAction: (action) => void actions.push(action),
      onMarked: () => void (marked += 1),
      onTrouble: (reason) => void troubles.push(reason),
    },
  })
  onTestFinished(() => connection.end())
  /** Waits until the connection has ended, and for as long as it pauses then. */
  const pause = async (): Promise<void> => {
    const before = pauses.length
    await expect.poll(() => pauses.length, polling).toBeGreaterThan(before)
    await clock.advance(pauses.at(-1) ?? 0)
  }
  return { connection, clock, actions, troubles, pauses, pause, marked: () => marked }
}

const missing = '/nowhere/socket-mode/index.js'

function opened(inbox: Inbox): number {
  return inbox.requests.filter(({ method }) => method === 'apps.connections.open').length
}

async function isConnected(inbox: Inbox): Promise<void> {
  await expect.poll(() => inbox.sockets.size, polling).toBe(1)
}

function button(action_id: string, value: string): object {
  return { type: 'button', action_id, text: { type: 'plain_text', text: action_id }, value }
}

/** Posts a message with our button and one of another app's. @returns its ts */
async function postButtons(inbox: Inbox): Promise<string> {
  const answer = await inbox.fetch(`${inbox.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${inbox.token}` },
    body: JSON.stringify({
      channel: '#alerts',
      text: 'charge failed',
      blocks: [
        {
          type: 'actions',
          elements: [
            button(actionId('resolve'), encodeValue({ owner: 'o', key: 'k' })),
            button('deploy', 'k'),
          ],
        },
      ],
    }),
  })
  return ((await answer.json()) as { ts: string }).ts
}

test('a click arrives, and is acknowledged at once', async () => {
  await using inbox = await startInbox()
  const { actions } = connect(inbox)
  const ts = await postButtons(inbox)
  await isConnected(inbox)

  const { delivery } = await inbox.click(ts, actionId('resolve'), { user: 'ada' })

  expect(delivery).toMatchObject({ via: 'socket', error: undefined })
  expect(delivery?.tookMs).toBeLessThan(1000)
  await expect.poll(() => actions, polling).toHaveLength(1)
  expect(actions[0]).toMatchObject({
    kind: 'resolve',
    target: { owner: 'o', key: 'k' },
    by: { user: 'U0ADA00001', name: 'ada', via: 'button' },
  })
})

test('a click that Slack sends again has the same id', async () => {
  await using inbox = await startInbox()
  const { actions } = connect(inbox)
  const ts = await postButtons(inbox)
  await isConnected(inbox)

  await inbox.click(ts, actionId('resolve'), { user: 'ada' })
  for (const clicked of inbox.interactions) await inbox.redeliver(clicked)

  await expect.poll(() => actions, polling).toHaveLength(2)
  expect(actions[1]?.id).toBe(actions[0]?.id)
})

test('what is not for this package is left to other connections of the app', async () => {
  await using inbox = await startInbox()
  const { actions } = connect(inbox)
  const ts = await postButtons(inbox)
  await isConnected(inbox)

  const { delivery } = await inbox.click(ts, 'deploy', { user: 'ada' })

  expect(delivery?.error).toBe('operation_timeout')
  expect(actions).toEqual([])
})

test('a reaction says that there is something to read', async () => {
  await using inbox = await startInbox()
  const { marked } = connect(inbox)
  const ts = await postButtons(inbox)
  await isConnected(inbox)

  inbox.react(ts, 'eyes', { user: 'ada' })
  inbox.unreact(ts, 'eyes', { user: 'ada' })

  await expect.poll(marked, polling).toBe(2)
})

test.each(['warning', 'refresh_requested'] as const)(
  'after a disconnect with the reason %s, another connection is opened a second later, without a report',
  async (reason) => {
    await using inbox = await startInbox()
    const { pause, pauses, troubles } = connect(inbox)
    await isConnected(inbox)

    const paused = pause()
    inbox.sockets.disconnect(reason)
    await paused

    await isConnected(inbox)
    expect(pauses).toEqual([1000])
    expect(opened(inbox)).toBe(2)
    expect(troubles).toEqual([])
  },
)

test('the pauses before further tries grow to five minutes', async () => {
  await using inbox = await startInbox()
  const { pause, pauses, troubles } = connect(inbox, { client: missing })

  for (let number = 1; number <= 10; number += 1) await pause()

  expect(pauses.slice(0, 10).map((ms) => ms / 1000)).toEqual([
    1, 2, 4, 8, 16, 32, 64, 128, 256, 300,
  ])
  expect(troubles).toHaveLength(1)
})

test('the pauses are short again after a connection that lasted', async () => {
  await using inbox = await startInbox()
  const { clock, pause, pauses, marked } = connect(inbox)
  const ts = await postButtons(inbox)
  const breakIt = async (): Promise<void> => {
    await isConnected(inbox)
    const paused = pause()
    inbox.sockets.drop()
    await paused
  }

  await breakIt()
  await breakIt()
  await isConnected(inbox)
  inbox.react(ts, 'eyes', { user: 'ada' })
  await expect.poll(marked, polling).toBe(1)
  await clock.advance(10_000)
  await breakIt()

  expect(pauses).toEqual([1000, 2000, 1000])
})

test('a connection on which nothing arrives for a minute is replaced', async () => {
  await using inbox = await startInbox()
  const { clock, troubles } = connect(inbox)
  await isConnected(inbox)

  inbox.sockets.silence()
  await clock.advance(minute)
  await clock.advance(1000)

  await expect.poll(() => opened(inbox), polling).toBe(2)
  expect(troubles).toEqual(['Socket Mode: nothing arrived for a minute; connecting again in 1 s'])
})

test('after too many connections it rests for ten minutes, with one line', async () => {
  await using inbox = await startInbox()
  const { pause, pauses, troubles } = connect(inbox)
  await isConnected(inbox)

  const paused = pause()
  inbox.sockets.disconnect('too_many_websockets')
  await paused

  await isConnected(inbox)
  expect(pauses).toEqual([10 * minute])
  expect(troubles).toEqual(['Socket Mode: too_many_websockets; connecting again in 10 min'])
})

test.each(['invalid_auth', 'token_revoked', 'not_allowed_token_type', 'account_inactive'])(
  'a token that Slack refuses with %s takes the buttons away until it works again',
  async (error) => {
    await using inbox = await startInbox()
    const fault = inbox.fail({ method: 'apps.connections.open', error })
    const { connection, clock, troubles } = connect(inbox)

    await expect.poll(() => connection.isRefused, polling).toBe(true)
    fault.stop()
    await clock.advance(5 * minute)

    await isConnected(inbox)
    await expect.poll(() => connection.isRefused, polling).toBe(false)
    expect(troubles).toEqual([`Socket Mode: ${error}; connecting again in 5 min`])
  },
)

test('where Socket Mode is turned off in the app, the buttons go as well', async () => {
  await using inbox = await startInbox()
  const { connection } = connect(inbox)
  await isConnected(inbox)

  inbox.sockets.disconnect('link_disabled')

  await expect.poll(() => connection.isRefused, polling).toBe(true)
})

test('a package that cannot be loaded is a failure as any other', async () => {
  await using inbox = await startInbox()
  const { troubles } = connect(inbox, { client: missing })

  await expect.poll(() => troubles, polling).toHaveLength(1)

  expect(troubles[0]).toContain(`Cannot find module '${missing}'`)
})

test('the end closes the connection, and opens no other one', async () => {
  await using inbox = await startInbox()
  const { connection, clock } = connect(inbox)
  await isConnected(inbox)

  connection.end()
  await clock.advance(60 * minute)

  await expect.poll(() => inbox.sockets.size, polling).toBe(0)
  expect(opened(inbox)).toBe(1)
})
