import { createHmac } from 'node:crypto'
import { startInbox } from '@slack-logger/slack-inbox'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { buildRoot } from '../../../src/notification/root.ts'
import { actionId, encodeValue } from '../../../src/slack/interactions/parse-interaction.ts'
import type { IncidentAction } from '../../../src/incident/actions/action.ts'
import { type Refusal, slackActions } from '../../../src/slack/interactions/slack-actions.ts'
import { orderEvent, settings, viewOf } from '../../notification/samples.ts'
import { render } from '../blocks/render.ts'

const signingSecret = 'a signing secret'
const value = encodeValue({ owner: 'o', key: 'k' })

/** A handler, and the actions that it passed on. */
function start(onAction?: (action: IncidentAction) => void) {
  const actions: IncidentAction[] = []
  const refusals: Refusal[] = []
  const handle = slackActions({
    signingSecret,
    onAction: (action) => {
      actions.push(action)
      onAction?.(action)
    },
    onRefused: (reason) => refusals.push(reason),
  })
  return { actions, refusals, handle }
}

interface Signing {
  readonly secret?: string
  readonly ageSeconds?: number
  readonly headers?: Record<string, string>
}

/** A request as Slack sends it. */
function signed(body: string, { secret = signingSecret, ageSeconds = 0, headers }: Signing = {}) {
  const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds)
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
  return new Request('https://service.example/slack/actions', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digest}`,
      ...headers,
    },
    body,
  })
}

function click(trigger = 'trigger-1'): string {
  const payload = {
    type: 'block_actions',
    user: { id: 'U1', team_id: 'T1' },
    team: { id: 'T1' },
    trigger_id: trigger,
    actions: [{ action_id: actionId('resolve'), value, action_ts: '1764435600.000100' }],
  }
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
}

/** Timers of the same length fire in order: this one after those of the handler. */
const settled = () => new Promise((resolve) => void setTimeout(resolve, 0))

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('a click on a button of an incident is answered and passed on', async () => {
  const { actions, handle } = start()
  await using inbox = await startInbox({
    listen: false,
    interactivity: { requestUrl: 'http://service.test/', signingSecret, fetch: handle },
  })
  const target = { owner: 'o', key: 'k' }
  const root = buildRoot(viewOf(orderEvent), settings, { actions: { target, isTaken: false } })
  await inbox.fetch(`${inbox.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${inbox.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: 'alerts', ...render(root) }),
  })
  const ts = inbox.messages()[0]?.ts ?? ''

  const { delivery } = await inbox.click(ts, actionId('mute'), {
    user: 'ada',
    value: encodeValue(target, 'release'),
  })

  expect(delivery).toMatchObject({ status: 200, error: undefined })
  await expect
    .poll(() => actions)
    .toMatchObject([
      {
        kind: 'mute',
        target,
        until: { nextRelease: true },
        by: { user: 'U0ADA00001' },
        ref: `C0ALERTS001/${ts}`,
      },
    ])
  const { responseUrl = '' } = actions[0] ?? {}
  const answer = { method: 'POST', body: JSON.stringify({ text: 'You may not do that.' }) }
  expect((await inbox.fetch(responseUrl, answer)).status).toBe(200)
})

test('the answer comes before the action is handled, however long that takes', async () => {
  const { actions, handle } = start()

  const response = await handle(signed(click()))

  expect(response.status).toBe(200)
  expect(await response.text()).toBe('')
  expect(actions).toEqual([])
  await expect.poll(() => actions.length).toBe(1)
})

test('an action that Slack sends again is passed on once', async () => {
  const { actions, handle } = start()

  const again = [await handle(signed(click())), await handle(signed(click()))]
  await handle(signed(click('trigger-2')))
  await settled()

  expect(again.map(({ status }) => status)).toEqual([200, 200])
  expect(actions.map(({ id }) => id)).toEqual(['trigger-1', 'trigger-2'])
})

describe('a request that is not from Slack is refused:', () => {
  test.each<readonly [string, Refusal, () => Request]>([
    ['another secret', 'mismatch', () => signed(click(), { secret: 'another' })],
    ['more than five minutes old', 'outdated', () => signed(click(), { ageSeconds: 302 })],
    ['more than five minutes ahead', 'outdated', () => signed(click(), { ageSeconds: -302 })],
    ['no signature', 'unsigned', () => signed(click(), { headers: { 'x-slack-signature': '' } })],
    [
      'a short signature',
      'mismatch',
      () => signed(click(), { headers: { 'x-slack-signature': 'v0=00' } }),
    ],
    [
      'another version',
      'mismatch',
      () => signed(click(), { headers: { 'x-slack-signature': 'v1=00' } }),
    ],
    [
      'no timestamp',
      'unsigned',
      () => signed(click(), { headers: { 'x-slack-request-timestamp': '' } }),
    ],
    [
      'an odd timestamp',
      'unsigned',
      () => signed(click(), { headers: { 'x-slack-request-timestamp': '1e9' } }),
    ],
    [
      'a changed body',
      'mismatch',
      () => new Request(signed(click()), { method: 'POST', body: click('x') }),
    ],
  ])('%s', async (_, reason, request) => {
    const { actions, refusals, handle } = start()

    const response = await handle(request())
    await settled()

    expect([response.status, await response.text()]).toEqual([401, ''])
    expect(refusals).toEqual([reason])
    expect(actions).toEqual([])
  })
})

test('what is refused is a warning with the remedy, at most one a minute', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const handle = slackActions({ signingSecret, onAction: () => {} })
  const forged = () => signed(click(), { secret: 'another' })

  await handle(new Request('https://service.example/', { method: 'POST', body: click() }))
  expect(warn).not.toHaveBeenCalled()
  await handle(forged())
  await handle(forged())
  vi.advanceTimersByTime(60_000)
  await handle(signed(click(), { ageSeconds: 302 }))

  expect(warn.mock.calls.map(([text]) => text)).toEqual([
    expect.stringContaining('Check `signingSecret`'),
    expect.stringContaining('Check the clock'),
  ])
})

test('a request that is almost five minutes old is accepted', async () => {
  const { handle } = start()

  expect((await handle(signed(click(), { ageSeconds: 290 }))).status).toBe(200)
})

test('the address of event subscriptions is verified, but for Slack only', async () => {
  const { handle } = start()
  const body = JSON.stringify({ type: 'url_verification', challenge: '3eZbrw1a', token: 'x' })

  const verified = await handle(signed(body))
  const forged = await handle(signed(body, { secret: 'another' }))

  expect([verified.status, await verified.text()]).toEqual([200, '3eZbrw1a'])
  expect([forged.status, await forged.text()]).toEqual([401, ''])
})

test('a check of the certificate is answered', async () => {
  const { actions, handle } = start()
  const url = 'https://service.example/slack/actions'

  const got = await handle(new Request(`${url}?ssl_check=1&token=x`))
  const posted = await handle(new Request(url, { method: 'POST', body: 'ssl_check=1&token=x' }))
  const disguised = await handle(
    new Request(url, { method: 'POST', body: `ssl_check=1&${click()}` }),
  )
  await settled()

  expect([got.status, posted.status, disguised.status]).toEqual([200, 200, 401])
  expect(actions).toEqual([])
})

test.each([
  ['a payload that is no JSON', 'payload=%7B'],
  ['no payload', 'token=x'],
  ['an empty body', ''],
  ['an event', JSON.stringify({ type: 'event_callback', event: { type: 'message' } })],
])('%s is answered and ignored', async (_, body) => {
  const { actions, handle } = start()

  const response = await handle(signed(body))
  await settled()

  expect(response.status).toBe(200)
  expect(actions).toEqual([])
})

test('another method and a body that is too large are refused', async () => {
  const { handle } = start()
  const endless = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(100_000))
    },
  })
  const url = 'https://service.example/slack/actions'

  const got = await handle(new Request(url))
  const large = await handle(
    new Request(url, { method: 'POST', body: endless, duplex: 'half' } as RequestInit),
  )

  expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
  expect(large.status).toBe(413)
})

test('a body that somebody has read is an error with the remedy', async () => {
  const { handle } = start()
  const request = signed(click())
  await request.text()

  await expect(handle(request)).rejects.toThrow(/raw body.*before the parser/)
})

test('an error of onAction is a warning, and the next action is handled', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const { actions, handle } = start(() => {
    throw new Error('cannot')
  })

  await handle(signed(click()))
  await handle(signed(click('trigger-2')))

  await expect.poll(() => actions.length).toBe(2)
  expect(warn).toHaveBeenCalledWith(new Error('cannot'))
})

test.each([
  ['signingSecret', { signingSecret: '', onAction: () => {} }],
  ['signingSecret', { onAction: () => {} }],
  ['onAction', { signingSecret, onAction: 'resolve' }],
])('a missing or wrong %s is an error', (name, options) => {
  expect(() => slackActions(options as never)).toThrow(`Expected \`${name}\``)
})
