import { createVirtualClock, type VirtualClock } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { resolveEnvironment } from '../../src/environment.ts'
import { Health } from '../../src/health/health.ts'
import type { Delivery, Outcome, Priority } from '../../src/delivery/delivery.ts'
import { Outbox } from '../../src/delivery/queue.ts'
import type { Destination, SendRequest } from '../../src/delivery/destination.ts'
import type { SendResult } from '../../src/delivery/destination.ts'
import { scriptedDestination } from './scripted-destination.ts'

interface Setup {
  readonly clock: VirtualClock
  readonly health: Health
  readonly outbox: Outbox
}

function setUp(destination: Destination): Setup {
  const clock = createVirtualClock()
  const environment = resolveEnvironment({ clock, writeStderr: () => undefined })
  const health = new Health(environment, {
    onError: undefined,
    onHealth: undefined,
    clean: (text) => text,
  })
  const outbox = new Outbox({
    destination,
    clock,
    random: () => 1,
    health,
    describeTrouble: ({ failedSends }) => [`${failedSends} failed`],
    spool: undefined,
    summary: {
      maxListed: 40,
      summary: (members, channel) => ({
        render: () => post(members.map(({ title }) => title).join(', '), channel),
      }),
    },
  })
  return { clock, health, outbox }
}

function post(text: string, channel = '#a'): SendRequest {
  return { kind: 'post', channel, message: { text } }
}

function textOf(request: SendRequest): string {
  return request.kind === 'upload' ? request.file.title : request.message.text
}

function alert(
  text: string,
  given: { channel?: string; priority?: Priority } & Partial<Delivery> = {},
): Delivery & { readonly outcomes: Outcome[] } {
  const outcomes: Outcome[] = []
  const { channel = '#a' } = given
  return {
    outcomes,
    channel,
    priority: 'new',
    render: () => post(text, channel),
    summarize: () => ({ fingerprint: text, title: text, count: 1, culprit: undefined }),
    settle: (outcome) => void outcomes.push(outcome),
    ...given,
  }
}

const refusals = {
  wait: { status: 'wait', reason: 'ratelimited', afterMs: 7000 },
  retry: { status: 'retry', reason: 'HTTP 503', arrived: 'no' },
  unanswered: { status: 'retry', reason: 'no answer', arrived: 'unknown' },
  degrade: { status: 'degrade', reason: 'invalid_blocks' },
  stopChannel: { status: 'stopChannel', reason: 'is_archived' },
  stopDestination: { status: 'stopDestination', reason: 'token_revoked' },
} as const satisfies Record<string, SendResult>

test('the most urgent goes first, whenever it came', async () => {
  const destination = scriptedDestination({ send: [refusals.wait] })
  const { clock, outbox } = setUp(destination)
  outbox.push(alert('first'))
  await clock.advance(0)

  outbox.push(alert('edit', { priority: 'edit' }))
  outbox.push(alert('thread', { priority: 'thread' }))
  outbox.push(alert('fatal', { priority: 'fatal' }))
  await clock.advance(20_000)

  expect(destination.sent.map(textOf)).toEqual(['fatal', 'first', 'thread', 'edit'])
})

test('a channel gets a burst of three, then one a second', async () => {
  const destination = scriptedDestination()
  const { clock, outbox } = setUp(destination)
  for (const text of ['a', 'b', 'c', 'd', 'e']) outbox.push(alert(text))

  await clock.advance(0)
  expect(destination.sent).toHaveLength(3)
  await clock.advance(1000)
  expect(destination.sent).toHaveLength(4)
  await clock.advance(1000)
  expect(destination.sent).toHaveLength(5)
})

test('waits as long as Slack asks before the same is tried again, and other channels go on', async () => {
  const destination = scriptedDestination({ send: [refusals.wait] })
  const { clock, outbox } = setUp(destination)
  outbox.push(alert('held'))
  await clock.advance(0)
  outbox.push(alert('elsewhere', { channel: '#b' }))

  await clock.advance(6999)
  expect(destination.sent.map(textOf)).toEqual(['elsewhere'])
  await clock.advance(1)
  expect(destination.sent.map(textOf)).toEqual(['elsewhere', 'held'])
})

test('patience with an edit holds back all edits, and no post', async () => {
  const destination = scriptedDestination({ send: [refusals.wait] })
  const { clock, outbox } = setUp(destination)
  let limitedMs = 0
  outbox.push(alert('edit', { priority: 'edit', limited: (afterMs) => (limitedMs = afterMs) }))
  await clock.advance(0)
  outbox.push(alert('edit elsewhere', { priority: 'edit', channel: '#b' }))
  outbox.push(alert('post'))

  await clock.advance(6999)
  expect(destination.sent.map(textOf)).toEqual(['post'])
  await clock.advance(1)
  expect(destination.sent).toHaveLength(3)
  expect(limitedMs).toBe(7000)
})

test('keeps the order of a channel over failures', async () => {
  const destination = scriptedDestination({ send: [refusals.retry, refusals.retry] })
  const { clock, outbox } = setUp(destination)
  outbox.push(alert('a'))
  outbox.push(alert('b'))

  await clock.advance(10_000)

  expect(destination.sent.map(textOf)).toEqual(['a', 'b'])
})

test('what Slack refuses is sent simpler, and given up when nothing simpler is left', async () => {
  const { degrade } = refusals
  const details: string[] = []
  const destination = scriptedDestination({ send: [degrade, degrade, degrade] })
  const { clock, outbox, health } = setUp(destination)
  const delivery = alert('a', {
    render: (detail) => {
      details.push(detail)
      return post('a')
    },
  })
  outbox.push(delivery)

  await clock.advance(60_000)

  expect(details).toEqual(['full', 'minimal', 'text'])
  expect(delivery.outcomes).toEqual([{ status: 'gaveUp', reason: 'invalid_blocks' }])
  expect(health.read().deliveries).toMatchObject({ degraded: 2, gaveUp: { invalid_blocks: 1 } })
})

test('a post without an answer is looked for before it goes again', async () => {
  const destination = scriptedDestination({
    send: [refusals.unanswered],
    find: [{ status: 'found', ts: '7.0', channel: 'C1' }],
  })
  const { clock, outbox } = setUp(destination)
  const delivery = alert('a')
  outbox.push(delivery)

  await clock.advance(60_000)

  expect(destination.asked).toEqual(['send', 'find'])
  expect(delivery.outcomes).toEqual([{ status: 'sent', ts: '7.0', channel: 'C1' }])
})

test('a post that cannot be looked for goes twice and no more', async () => {
  const { unanswered } = refusals
  const destination = scriptedDestination({ send: [unanswered, unanswered, unanswered] })
  const { clock, outbox } = setUp(destination)
  const delivery = alert('a')
  outbox.push(delivery)

  await clock.advance(600_000)

  expect(destination.asked.filter((each) => each === 'send')).toHaveLength(2)
  expect(delivery.outcomes).toMatchObject([{ status: 'gaveUp', reason: /no answer twice/ }])
})

test('an edit without an answer is made again and not looked for', async () => {
  const destination = scriptedDestination({ send: [refusals.unanswered] })
  const { clock, outbox } = setUp(destination)
  outbox.push(
    alert('a', {
      priority: 'edit',
      render: () => ({ kind: 'edit', channel: '#a', ts: '1.0', message: { text: 'a' } }),
    }),
  )

  await clock.advance(60_000)

  expect(destination.asked).toEqual(['send', 'send'])
})

test('a channel that takes nothing is left alone for a minute, then for two, and its messages wait', async () => {
  const destination = scriptedDestination({ send: [refusals.stopChannel, refusals.stopChannel] })
  const { clock, outbox, health } = setUp(destination)
  outbox.push(alert('a'))
  outbox.push(alert('b'))

  await clock.advance(60_000 + 119_999)
  expect(destination.asked).toHaveLength(2)
  expect(health.read().channels['#a']?.refusal).toBe('is_archived')
  await clock.advance(1)
  expect(destination.sent.map(textOf)).toEqual(['a', 'b'])
  expect(health.read().channels['#a']?.refusal).toBeUndefined()
})

test('a dead token stops everything until a probe passes, and nothing is lost', async () => {
  const destination = scriptedDestination({
    send: [refusals.stopDestination],
    probe: [refusals.stopDestination],
  })
  const { clock, outbox, health } = setUp(destination)
  outbox.push(alert('a'))
  await clock.advance(0)
  outbox.push(alert('b', { channel: '#b' }))

  await clock.advance(60_000)
  expect(destination.asked).toEqual(['send', 'probe'])
  expect(health.read().down).toBe('token_revoked')
  await clock.advance(120_000)
  expect(destination.asked).toEqual(['send', 'probe', 'probe', 'send', 'send'])
  expect(health.read().down).toBeUndefined()
})

test('a fatal alert has a failing destination asked at once', async () => {
  const { retry } = refusals
  const destination = scriptedDestination({ send: [retry, retry, retry] })
  const { clock, outbox } = setUp(destination)
  outbox.push(alert('a'))
  await clock.advance(3500)
  expect(destination.asked).toEqual(['send', 'send', 'send'])

  outbox.push(alert('fatal', { priority: 'fatal', channel: '#b' }))
  await clock.advance(0)

  expect(destination.sent.map(textOf)).toEqual(['fatal'])
})

test('what went wrong is told once, by the next message that gets through', async () => {
  const { retry } = refusals
  const told: (readonly string[])[] = []
  const destination = scriptedDestination({ send: [retry, retry] })
  const { clock, outbox } = setUp(destination)
  const render: Delivery['render'] = (_detail, notices) => {
    told.push(notices())
    return post('a')
  }
  outbox.push(alert('a', { render }))
  outbox.push(alert('b', { render }))

  await clock.advance(60_000)

  expect(told).toEqual([[], ['1 failed'], ['2 failed'], []])
})

test('beyond its bound, the least urgent is given up and counted', async () => {
  const destination = scriptedDestination({ send: [refusals.stopDestination] })
  const { clock, outbox, health } = setUp(destination)
  outbox.push(alert('first'))
  await clock.advance(0)

  for (let count = 0; count < 600; count += 1) outbox.push(alert(`new ${count}`))
  outbox.push(alert('fatal', { priority: 'fatal' }))

  expect(health.read().deliveries.gaveUp).toEqual({ 'too many alerts wait': 102 })
})

test('what the pace does not let through in time is told on the lines of one message', async () => {
  const destination = scriptedDestination()
  const { clock, outbox, health } = setUp(destination)
  const alerts = Array.from({ length: 20 }, (_, index) => alert(`alert ${index}`))
  for (const each of alerts) outbox.push(each)

  const finished = outbox.finish(3000)
  await clock.advance(3000)

  expect(await finished).toBe(true)
  expect(destination.sent.length).toBeLessThanOrEqual(6)
  expect(destination.sent.map(textOf).at(-1)).toContain('alert 19')
  expect(alerts.at(-1)?.outcomes).toEqual([{ status: 'summarized' }])
  expect(health.read().deliveries.summarized).toBeGreaterThan(10)
})

test('a flush does not wait for what cannot go in time', async () => {
  const destination = scriptedDestination({ send: [refusals.stopChannel] })
  const { clock, outbox } = setUp(destination)
  outbox.push(alert('a'))
  await clock.advance(0)

  const finished = outbox.finish(5000)
  await clock.advance(0)

  expect(await finished).toBe(false)
})

test('a delivery that cannot be rendered hurts no other', async () => {
  const destination = scriptedDestination()
  const { clock, outbox } = setUp(destination)
  const broken = alert('a', {
    render: () => {
      throw new Error('a bug')
    },
  })
  outbox.push(broken)
  outbox.push(alert('b'))

  await clock.advance(0)

  expect(broken.outcomes).toMatchObject([{ status: 'gaveUp' }])
  expect(destination.sent.map(textOf)).toEqual(['b'])
})
