import { describe, expect, test } from 'vitest'
import { createVirtualClock, startInbox } from '../../src/index.ts'
import type { FaultOptions, Inbox } from '../../src/index.ts'

function post(inbox: Inbox, fetchWith: typeof fetch, channel = 'alerts'): Promise<Response> {
  return fetchWith(`${inbox.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${inbox.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ channel, text: 'x' }),
  })
}

/** Both ways to send requests: a fault looks the same through each. */
const ways = [
  ['through a socket', true],
  ['in process', false],
] as const

describe.each(ways)('a fault %s', (_way, listen) => {
  const way = (inbox: Inbox) => (listen ? fetch : inbox.fetch)

  test.for([
    ['a status', { status: 500 }, 500, /^$/],
    [
      'an error code',
      { error: 'internal_error' },
      200,
      /^\{"ok":false,"error":"internal_error"\}$/,
    ],
    ['HTML', { html: true, status: 502 }, 502, /^<!doctype html>/],
    ['garbage', { garbage: true }, 200, /^\{"ok":true,"channel":"C0$/],
    ['a rate limit', { retryAfter: 30 }, 429, /^\{"ok":false,"error":"ratelimited"\}$/],
  ] as const)('responds with %s and accepts nothing', async ([, fault, status, body]) => {
    await using inbox = await startInbox({ listen })
    inbox.fail(fault satisfies FaultOptions)

    const response = await post(inbox, way(inbox))

    expect(response.status).toBe(status)
    expect(await response.text()).toMatch(body)
    expect(inbox.messages()).toEqual([])
    expect(inbox.requests).toMatchObject([{ isFaulty: true, isAccepted: false, status }])
  })

  test('has a Retry-After header', async () => {
    await using inbox = await startInbox({ listen })
    inbox.fail({ status: 429, retryAfter: 30 })

    const response = await post(inbox, way(inbox))

    expect(response.headers.get('retry-after')).toBe('30')
  })

  test('breaks the connection before the message is accepted', async () => {
    await using inbox = await startInbox({ listen })
    inbox.fail({ reset: true })

    await expect(post(inbox, way(inbox))).rejects.toThrow(TypeError)
    expect(inbox.messages()).toEqual([])
  })

  test('breaks the connection in the middle of the response to an accepted message', async () => {
    await using inbox = await startInbox({ listen })
    inbox.fail({ reset: 'midBody' })

    const response = await post(inbox, way(inbox))

    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow(TypeError)
    expect(inbox.messages()).toHaveLength(1)
  })

  test('loses the response to an accepted message', async () => {
    await using inbox = await startInbox({ listen })
    inbox.fail({ loseAnswer: true })

    await expect(post(inbox, way(inbox))).rejects.toThrow(TypeError)
    expect(inbox.messages()).toHaveLength(1)
    expect(inbox.requests).toMatchObject([{ isAccepted: true, status: undefined }])
  })

  test('never responds, until the client aborts', async () => {
    await using inbox = await startInbox({ listen })
    inbox.fail({ hang: true })
    const giveUp = new AbortController()

    const waiting = way(inbox)(`${inbox.apiUrl}auth.test`, {
      method: 'POST',
      signal: giveUp.signal,
    })
    await expect.poll(() => inbox.requests.length).toBe(1)
    giveUp.abort()

    await expect(waiting).rejects.toThrow(/abort/)
  })

  test('ends after the given number of requests', async () => {
    await using inbox = await startInbox({ listen })
    const fault = inbox.fail({ status: 503, times: 2 })

    const statuses = []
    for (let count = 0; count < 3; count += 1) statuses.push((await post(inbox, way(inbox))).status)

    expect(statuses).toEqual([503, 503, 200])
    expect(fault.hits).toBe(2)
  })
})

test('a delay uses the clock of the inbox and changes nothing else', async () => {
  const clock = createVirtualClock()
  await using inbox = await startInbox({ clock, listen: false })
  inbox.fail({ delayMs: 10_000 })
  const statuses: number[] = []
  void post(inbox, inbox.fetch).then(({ status }) => statuses.push(status))

  await clock.advance(9999)
  const before = [...statuses]
  await clock.advance(1)

  expect([before, statuses]).toEqual([[], [200]])
  expect(inbox.messages()).toHaveLength(1)
})

test('a fault can be limited to a method, a channel or a share of requests', async () => {
  const random = [0.1, 0.9]
  await using inbox = await startInbox({ listen: false, random: () => random.shift() ?? 1 })
  const statusOf = async (channel: string) => (await post(inbox, inbox.fetch, channel)).status

  const byMethod = inbox.fail({ method: 'chat.update', status: 500 })
  const other = await statusOf('alerts')
  byMethod.stop()
  const byChannel = inbox.fail({ channel: '#errors', status: 501 })
  const channels = [
    await statusOf('alerts'),
    await statusOf('errors'),
    await statusOf('C0ERRORS001'),
  ]
  byChannel.stop()
  inbox.fail({ rate: 0.5, status: 502 })
  const share = [await statusOf('alerts'), await statusOf('alerts')]

  expect([other, channels, share]).toEqual([200, [200, 501, 501], [502, 200]])
})

test('a function can decide for each request', async () => {
  await using inbox = await startInbox({ listen: false })
  const statusOf = async (channel: string) => (await post(inbox, inbox.fetch, channel)).status

  const fault = inbox.fail(({ arguments: { channel } }) =>
    channel === 'errors' ? { status: 503, isAccepted: true } : undefined,
  )
  const statuses = [await statusOf('alerts'), await statusOf('errors')]
  const { hits } = fault
  fault.stop()

  expect([statuses, hits, await statusOf('errors')]).toEqual([[200, 503], 1, 200])
  expect(inbox.messages()).toHaveLength(3)
})

test('a webhook fails with its own error format', async () => {
  await using inbox = await startInbox({ listen: false })
  inbox.fail({ error: 'no_active_hooks', times: 1 })
  inbox.fail({ status: 429, retryAfter: 3, times: 1 })
  const send = () => inbox.fetch(inbox.webhookUrl, { method: 'POST', body: '{"text":"x"}' })

  const dead = await send()
  const busy = await send()

  expect([dead.status, await dead.text()]).toEqual([404, 'no_active_hooks'])
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '3'])
})

test('more than one message a second in a channel exceeds the rate limit', async () => {
  const clock = createVirtualClock()
  await using inbox = await startInbox({ clock, listen: false, rateLimit: { burst: 3 } })
  const statuses = async (count: number) => {
    const all = []
    for (let index = 0; index < count; index += 1) all.push((await post(inbox, inbox.fetch)).status)
    return all
  }

  const burst = await statuses(4)
  await clock.advance(2000)
  const later = await statuses(3)
  const elsewhere = await post(inbox, inbox.fetch, 'errors')

  expect(burst).toEqual([200, 200, 200, 429])
  expect(later).toEqual([200, 200, 429])
  expect(elsewhere.status).toBe(200)
})

test('more calls of a method than its tier allows in a minute exceed the rate limit', async () => {
  const clock = createVirtualClock()
  await using inbox = await startInbox({ clock, listen: false })
  const list = () =>
    inbox.fetch(`${inbox.apiUrl}users.list`, {
      headers: { authorization: `Bearer ${inbox.token}` },
    })
  for (let count = 0; count < 20; count += 1) await list()
  await clock.advance(45_000)

  const tooSoon = await list()
  await clock.advance(15_000)
  const inTime = await list()

  expect([tooSoon.status, tooSoon.headers.get('retry-after'), inTime.status]).toEqual([
    429,
    '15',
    200,
  ])
})

test('without rate limits everything is accepted', async () => {
  await using inbox = await startInbox({ listen: false, rateLimit: false })

  for (let count = 0; count < 500; count += 1) await post(inbox, inbox.fetch)

  expect(inbox.messages()).toHaveLength(500)
})

test('rejects an invalid fault at once', async () => {
  await using inbox = await startInbox({ listen: false })

  expect(() => inbox.fail({ statusCode: 500 } as never)).toThrow(
    'Expected a property of a fault, got `statusCode`',
  )
})

test('the real clock can be advanced, which fires due timers at once', async () => {
  await using inbox = await startInbox({ listen: false })
  inbox.fail({ delayMs: 3_600_000 })
  const waiting = post(inbox, inbox.fetch)
  await expect.poll(() => inbox.requests.length).toBe(1)

  await inbox.clock.advance(3_600_000)

  expect((await waiting).status).toBe(200)
})
