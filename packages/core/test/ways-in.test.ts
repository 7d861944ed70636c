import { startInbox } from '@slack-logger/slack-inbox'
import type { InboxOptions } from '@slack-logger/slack-inbox'
import { expect, test, vi } from 'vitest'
import { createSlackSink, type SlackOptions } from '../src/index.ts'
import { slackActions } from '../src/actions.ts'
import { startVirtualSink } from './incident/virtual-sink.ts'

vi.setConfig({ testTimeout: 30_000 })
const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute
const polling = { timeout: 10_000, interval: 5 }

/** A service with one problem in its channel, on a clock that stands still until it is moved. */
async function start(options: SlackOptions = {}, inboxOptions: Partial<InboxOptions> = {}) {
  const service = await startVirtualSink(options, inboxOptions)
  const { clock, inbox, fail } = service
  fail('charge failed')
  await clock.advance(5 * second)
  const root = () =>
    inbox.messages().find(({ isReply, onlyFor }) => !isReply && onlyFor === undefined)
  return {
    ...service,
    ts: root()?.ts ?? '',
    shown: () => JSON.stringify([root()?.blocks, root()?.attachments]),
    /** What only one person sees. */
    answers: () =>
      inbox
        .messages()
        .filter(({ onlyFor }) => onlyFor !== undefined)
        .map(({ text, onlyFor }) => `${onlyFor}: ${text}`),
    calls: (method: string) => inbox.requests.filter((each) => each.method === method).length,
    async click(user: string, kind = 'resolve') {
      await inbox.click(root()?.ts ?? '', `slack-logger:${kind}`, { user })
      await clock.advance(3 * second)
    },
  }
}

const signingSecret = 'a signing secret'
const users = [
  { id: 'U0ADA00001', name: 'ada', realName: 'Ada' },
  { id: 'U0GRACE001', name: 'grace', realName: 'Grace' },
  { id: 'U0GUEST001', name: 'guest', realName: 'Guest', isGuest: true },
  { id: 'U0OTHER001', name: 'other', realName: 'Other', teamId: 'T0OTHER01' },
]

test.each([
  ['✅', 'white_check_mark', 'Resolved by'],
  ['👀', 'eyes', 'Taken by'],
  ['🔇', 'mute', 'Muted by'],
  ['🔕', 'no_bell', 'Muted by'],
])('within 20 seconds, %s is shown, and taking it away as well', async (_, emoji, shown) => {
  await using service = await start()

  service.inbox.react(service.ts, emoji, { user: 'ada' })
  await service.clock.advance(20 * second)
  expect(service.shown()).toContain(`*${shown}* ada`)
  service.inbox.unreact(service.ts, emoji, { user: 'ada' })
  await service.clock.advance(20 * second)

  expect(service.shown()).not.toContain(shown)
})

test('a note in the thread is kept', async () => {
  await using service = await start()

  service.inbox.reply(service.ts, 'note: restart <the> pool & wait', { user: 'ada' })
  await service.clock.advance(25 * second)

  expect(service.shown()).toContain('restart &lt;the&gt; pool &amp; wait (ada)')
})

test('reactions of bots, of the app itself and of guests change nothing', async () => {
  await using service = await start({}, { users })
  const react = (name: string) =>
    service.inbox.fetch(`${service.inbox.apiUrl}reactions.add`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${service.inbox.token}`,
      },
      body: JSON.stringify({ channel: 'C0ALERTS001', timestamp: service.ts, name }),
    })

  await react('white_check_mark')
  service.inbox.react(service.ts, 'eyes', { user: 'guest' })
  await service.clock.advance(5 * minute)

  expect(service.shown()).not.toMatch(/Resolved by|Taken by/)
  expect(service.answers()).toEqual([])
  expect(service.sink.health().rejectedActions).toBe(1)
})

test.each([
  ['missing_scope', 'missing_scope'],
  ['not_in_channel', 'not_in_channel'],
])('where the channel cannot be read (%s), one line says so, once', async (error, reason) => {
  const stderr: string[] = []
  await using service = await startVirtualSink({}, {}, (line) => stderr.push(line))
  service.inbox.fail({ method: 'conversations.history', error })
  service.fail('charge failed')
  await service.clock.advance(10 * minute)
  const reads = service.inbox.requests.filter(({ method }) => method === 'conversations.history')
  await service.clock.advance(minute)

  expect(reads.length).toBeLessThanOrEqual(3)
  const lines = stderr.filter((line) => line.includes('reactions'))
  expect(lines).toEqual([expect.stringContaining(`] reactions in #alerts are not read: ${reason}`)])
})

test('nothing is read while nothing is open', async () => {
  await using service = await start()
  await service.clock.advance(day + 10 * minute)
  const before = service.inbox.requests.length

  await service.clock.advance(day)

  expect(service.inbox.requests.length - before).toBe(0)
})

test('nothing is read where each alert is a message of its own', async () => {
  await using service = await start({ repeat: { policy: 'window' } })
  // For messages of an earlier process.
  const before = service.calls('conversations.history')

  await service.clock.advance(5 * minute)

  expect(service.calls('conversations.history')).toBe(before)
})

test('a reaction that is taken away leaves what somebody has resolved with a button', async () => {
  await using service = await start({ signingSecret })
  service.inbox.react(service.ts, 'white_check_mark', { user: 'ada' })
  await service.clock.advance(20 * second)
  service.fail('charge failed')
  await service.clock.advance(minute)
  await service.click('grace')

  service.inbox.unreact(service.ts, 'white_check_mark', { user: 'ada' })
  await service.clock.advance(6 * minute)

  expect(service.shown()).toContain('*Resolved by* grace')
})

test('a note is never cut inside an emoji', async () => {
  await using service = await start({ signingSecret })

  const text = `${'a'.repeat(299)}😀${'b'.repeat(198)}😀`
  service.inbox.reply(service.ts, `note: ${text} and so on`, { user: 'ada' })
  await service.clock.advance(minute)

  const [message] = service.inbox.messages()
  expect(JSON.stringify(message?.metadata)).toContain(`"note":"${'a'.repeat(299)}"`)
})

test('with `actions: false` nothing is read, and there are no buttons', async () => {
  await using service = await start({ actions: false, signingSecret })
  service.inbox.react(service.ts, 'white_check_mark', { user: 'ada' })

  await service.clock.advance(10 * minute)

  expect(service.calls('conversations.history')).toBeLessThanOrEqual(1)
  expect(service.shown()).not.toMatch(/Resolved|slack-logger:/)
})

test.each([
  ['a guest', 'guest', 'channel'],
  ['a person of another workspace', 'other', 'channel'],
  ['somebody who is not named', 'ada', { users: ['U0GRACE001'] }],
  ['somebody who is in none of the groups', 'ada', { groups: ['S0ONCALL01'] }],
  ['anybody whose groups cannot be read', 'grace', { groups: ['S0NOWHERE1'] }],
] as const)('%s may not act, and learns why', async (_, user, allow) => {
  await using service = await start({ signingSecret, actions: { allow } }, { users })

  await service.click(user)

  expect(service.shown()).not.toContain('Resolved by')
  expect(service.answers()).toEqual([expect.stringContaining('You may not act on problems here.')])
  expect(service.sink.health().rejectedActions).toBe(1)
})

test('who clicks while Slack does not answer who that is, is asked to try again', async () => {
  await using service = await start({ signingSecret }, { users })
  const outage = service.inbox.fail({ method: 'users.info', status: 503 })

  await service.click('ada')
  expect(service.answers()).toEqual([expect.stringContaining('Try again in a minute.')])
  expect(service.sink.health().rejectedActions).toBe(0)

  outage.stop()
  await service.click('ada')
  expect(service.shown()).toContain('*Resolved by* ada')
})

test.each([
  ['a person in the channel', 'ada', 'channel'],
  ['a guest who is named', 'guest', { users: ['U0GUEST001'] }],
  ['a member of a group', 'grace', { groups: ['S0ONCALL01'] }],
] as const)('%s may act', async (_, user, allow) => {
  await using service = await start({ signingSecret, actions: { allow } }, { users })

  await service.click(user)

  expect(service.shown()).toContain(`*Resolved by* ${user}`)
  expect(service.answers()).toEqual([])
  expect(service.sink.health().rejectedActions).toBe(0)
})

test('two people who act at once are both in the thread, in their order', async () => {
  await using service = await start({ signingSecret })

  await Promise.all([
    service.inbox.click(service.ts, 'slack-logger:take', { user: 'ada' }),
    service.inbox.click(service.ts, 'slack-logger:resolve', { user: 'grace' }),
  ])
  await service.clock.advance(10 * second)

  const lines = service.inbox.thread(service.ts).map(({ text }) => text)
  expect(lines.slice(-2)).toEqual([
    expect.stringContaining('Taken by ada'),
    expect.stringContaining('Resolved by grace'),
  ])
})

test('a click that Slack sends again counts once', async () => {
  await using service = await start({ signingSecret })

  await service.click('ada')
  const [clicked] = service.inbox.interactions
  if (clicked !== undefined) await service.inbox.redeliver(clicked)
  await service.clock.advance(10 * second)

  const lines = service.inbox.thread(service.ts).map(({ text }) => text)
  expect(lines.filter((line) => line.includes('Resolved by'))).toHaveLength(1)
  expect(service.answers()).toEqual([])
})

/** A service that gets clicks over Socket Mode, in real time. */
async function startSocketMode(options: SlackOptions = {}) {
  const inbox = await startInbox()
  const stderr: string[] = []
  const sink = createSlackSink(
    {
      token: inbox.token,
      appToken: inbox.appToken,
      channel: '#alerts',
      slackApiUrl: inbox.apiUrl,
      spoolDir: false,
      ...options,
    },
    { variables: {}, writeStderr: (line) => stderr.push(line) },
  )
  sink.write({ level: 'error', time: Date.now(), message: 'charge failed', fields: {} })
  await expect.poll(() => inbox.sockets.size, polling).toBe(1)
  const { ts } = await inbox.waitFor(({ text }) => text.includes('charge failed'))
  const offered = () => JSON.stringify(inbox.messages()[0]?.blocks)
  return {
    inbox,
    sink,
    stderr,
    ts,
    offered,
    async [Symbol.asyncDispose]() {
      await sink.close()
      await inbox.close()
    },
  }
}

test('most clicks are acknowledged within 100 ms, and nearly all shown within a second', async () => {
  await using service = await startSocketMode()
  const times: { ackMs: number; shownMs: number }[] = []

  for (let number = 0; number < 10; number += 1) {
    const [kind, next] = number % 2 === 0 ? ['resolve', 'reopen'] : ['reopen', 'resolve']
    const from = performance.now()
    const { delivery } = await service.inbox.click(service.ts, `slack-logger:${kind}`, {
      user: 'ada',
    })
    await expect.poll(service.offered, polling).toContain(`slack-logger:${next}`)
    times.push({ ackMs: delivery?.tookMs ?? Infinity, shownMs: performance.now() - from })
  }

  // One of them may meet a machine that is busy.
  expect(times.filter(({ ackMs }) => ackMs <= 100).length).toBeGreaterThanOrEqual(6)
  expect(times.filter(({ shownMs }) => shownMs <= 1000).length).toBeGreaterThanOrEqual(9)
})

test('a reaction over Socket Mode is shown at once', async () => {
  await using service = await startSocketMode()

  service.inbox.react(service.ts, 'eyes', { user: 'ada' })

  await expect.poll(service.offered, { timeout: 3000 }).toContain('*Taken by* ada')
})

test('a connection that Slack refuses takes the buttons away with the next edit', async () => {
  await using service = await startSocketMode()
  service.inbox.fail({ method: 'apps.connections.open', error: 'token_revoked' })
  service.inbox.sockets.disconnect('link_disabled')
  await expect
    .poll(() => service.stderr, polling)
    .toEqual([expect.stringContaining('link_disabled')])

  service.sink.write({ level: 'error', time: Date.now(), message: 'charge failed', fields: {} })

  await expect.poll(service.offered, polling).not.toContain('slack-logger:')
})

test('a problem that no process knows any more is too old, and its message loses the buttons', async () => {
  await using service = await startSocketMode()
  const blocks = service.inbox.messages()[0]?.blocks ?? []
  const response = await fetch(`${service.inbox.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${service.inbox.token}`,
    },
    body: JSON.stringify({
      channel: '#errors',
      text: 'an old problem',
      blocks: JSON.parse(JSON.stringify(blocks).replaceAll(/\|[\da-f]{16}/g, '|0123456789abcdef')),
    }),
  })
  const { ts } = (await response.json()) as { ts: string }

  await service.inbox.click(ts, 'slack-logger:resolve', { user: 'ada' })

  const old = () => service.inbox.messages({ channel: 'errors' })
  await expect
    .poll(() => old().find(({ onlyFor }) => onlyFor !== undefined)?.text, polling)
    .toBe('This problem is too old: it is not kept any more.')
  await expect.poll(() => JSON.stringify(old()[0]?.blocks), polling).not.toContain('slack-logger:')
  expect(old()[0]?.text).toBe('an old problem')
  expect(old()[0]?.blocks.length).toBe(blocks.length - 1)
})

test('a request with a wrong signature is counted by the services of the thread', async () => {
  await using service = await start({ signingSecret })
  const handle = slackActions({ signingSecret: 'another secret', onRefused: () => undefined })
  const interactivity = { requestUrl: 'http://service.test/', signingSecret, fetch: handle }
  await using inbox = await startInbox({ listen: false, interactivity })
  await inbox.fetch(`${inbox.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${inbox.token}` },
    body: JSON.stringify({
      channel: 'alerts',
      text: 'x',
      blocks: service.inbox.messages()[0]?.blocks,
    }),
  })

  const { delivery } = await inbox.click(inbox.messages()[0]?.ts ?? '', 'slack-logger:resolve', {
    user: 'ada',
  })

  expect(delivery).toMatchObject({ error: 'http_status_code', status: 401 })
  expect(service.sink.health().rejectedActions).toBe(1)
  expect(service.shown()).not.toContain('Resolved by')
})

test('a click on a message whose service is nowhere is answered to the person', async () => {
  const handle = slackActions({ signingSecret, spoolDir: false })
  const interactivity = { requestUrl: 'http://service.test/', signingSecret, fetch: handle }
  await using inbox = await startInbox({ interactivity })
  const sink = createSlackSink(
    { token: inbox.token, channel: '#alerts', slackApiUrl: inbox.apiUrl, signingSecret },
    { variables: {}, writeStderr: () => undefined },
  )
  sink.write({ level: 'error', time: Date.now(), message: 'charge failed', fields: {} })
  await sink.close()

  const { ts } = inbox.messages()[0] ?? { ts: '' }
  const { delivery } = await inbox.click(ts, 'slack-logger:resolve', { user: 'ada' })

  expect(delivery).toMatchObject({ error: undefined, status: 200 })
  const { text } = await inbox.waitFor(({ onlyFor }) => onlyFor === 'U0ADA00001')
  expect(text).toBe('The service of this message could not be found.')
})
