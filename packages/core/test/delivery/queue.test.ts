import { createVirtualClock, type VirtualClock } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import type { Delivery, Draft, Outcome, Priority } from '../../src/delivery/channel-queue.ts'
import type { Destination, SendRequest, SendResult } from '../../src/delivery/destination.ts'
import { Queue } from '../../src/delivery/queue.ts'
import type { Line } from '../../src/delivery/thread.ts'
import { resolveEnvironment } from '../../src/environment.ts'
import { Health } from '../../src/health/health.ts'
import { createIncident } from '../../src/incident/incident.ts'
import { milestonePolicy } from '../../src/incident/policies/milestone.ts'
import { routeWith } from '../incident/policies/policy-run.ts'
import { scriptedDestination } from './scripted-destination.ts'

interface Setup {
  readonly clock: VirtualClock
  readonly health: Health
  readonly queue: Queue
}

function setUp(destination: Destination<string>, maySend = (): boolean => true): Setup {
  const clock = createVirtualClock()
  const environment = resolveEnvironment({ clock, writeStderr: () => undefined })
  const health = new Health(environment, {
    onError: undefined,
    onHealth: undefined,
    redact: (text) => text,
    toWall: (time) => time,
    destination: destination.name,
    cure: '',
    fleet: () => undefined,
  })
  const queue = new Queue({
    destination,
    clock,
    random: () => 1,
    health,
    describeTrouble: ({ failedSends }) => [`${failedSends} failed`],
    journal: undefined,
    recall: undefined,
    maySend,
    maxListed: 40,
    summarize: (problems) => ({ kind: 'list', headline: '', problems }),
  })
  return { clock, health, queue }
}

function post(text: string, channel = '#a'): Draft {
  return { kind: 'post', channel, notification: { kind: 'notice', text }, names: [] }
}

function lineOf(title: string): Line {
  const incident = createIncident(title, routeWith(milestonePolicy), 0)
  return { incident, problem: { fingerprint: title, title, count: 1, culprit: '' } }
}

function textOf(request: SendRequest<string>): string {
  return request.kind === 'upload' ? request.file.title : request.message
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
    draft: () => post(text, channel),
    summarize: () => [lineOf(text)],
    settle: (outcome) => void outcomes.push(outcome),
    ...given,
  }
}

const refusals = {
  wait: { status: 'wait', reason: 'ratelimited', afterMs: 7000 },
  retry: { status: 'retry', reason: 'HTTP 503', accepted: 'no' },
  unanswered: { status: 'retry', reason: 'no answer', accepted: 'unknown' },
  degrade: { status: 'degrade', reason: 'invalid_blocks' },
  stopChannel: { status: 'stopChannel', reason: 'is_archived' },
  stopDestination: { status: 'stopDestination', reason: 'token_revoked' },
} as const satisfies Record<string, SendResult>

test('the most urgent delivery is sent first, whenever it was pushed', async () => {
  const destination = scriptedDestination({ send: [refusals.wait] })
  const { clock, queue } = setUp(destination)
  queue.push(alert('first'))
  await clock.advance(0)

  queue.push(alert('edit', { priority: 'edit' }))
  queue.push(alert('thread', { priority: 'thread' }))
  queue.push(alert('fatal', { priority: 'fatal' }))
  await clock.advance(20_000)

  expect(destination.sent.map(textOf)).toEqual(['fatal', 'first', 'thread', 'edit'])
})

test('a delivery of a process that is replaced before its request waits, and is no failure', async () => {
  const destination = scriptedDestination()
  const looks = [true, true]
  let leadsAgain = false
  const { clock, health, queue } = setUp(destination, () => looks.pop() ?? leadsAgain)

  queue.push(alert('first'))
  await clock.advance(0)
  const before = [...destination.sent]
  leadsAgain = true
  queue.resume()
  await clock.advance(1000)

  expect(before).toEqual([])
  expect(destination.sent.map(textOf)).toEqual(['first'])
  expect(health.read().deliveries.failed).toBe(0)
})

test("a channel gets the burst of the destination's pace, then one message a second", async () => {
  const destination = scriptedDestination()
  const { clock, queue } = setUp(destination)
  for (const text of ['a', 'b', 'c', 'd', 'e']) queue.push(alert(text))

  await clock.advance(0)
  expect(destination.sent).toHaveLength(3)
  await clock.advance(1000)
  expect(destination.sent).toHaveLength(4)
  await clock.advance(1000)
  expect(destination.sent).toHaveLength(5)
})

test('a rate-limited channel waits as long as the destination asks, and other channels continue', async () => {
  const destination = scriptedDestination({ send: [refusals.wait] })
  const { clock, queue } = setUp(destination)
  queue.push(alert('limited'))
  await clock.advance(0)
  queue.push(alert('elsewhere', { channel: '#b' }))

  await clock.advance(6999)
  expect(destination.sent.map(textOf)).toEqual(['elsewhere'])
  await clock.advance(1)
  expect(destination.sent.map(textOf)).toEqual(['elsewhere', 'limited'])
})

test('a rate-limited edit pauses all edits, and no post', async () => {
  const destination = scriptedDestination({ send: [refusals.wait] })
  const { clock, queue } = setUp(destination)
  let limitedMs = 0
  queue.push(alert('edit', { priority: 'edit', limited: (afterMs) => (limitedMs = afterMs) }))
  await clock.advance(0)
  queue.push(alert('edit elsewhere', { priority: 'edit', channel: '#b' }))
  queue.push(alert('post'))

  await clock.advance(6999)
  expect(destination.sent.map(textOf)).toEqual(['post'])
  await clock.advance(1)
  expect(destination.sent).toHaveLength(3)
  expect(limitedMs).toBe(7000)
})

test('failures do not change the order of a channel', async () => {
  const destination = scriptedDestination({ send: [refusals.retry, refusals.retry] })
  const { clock, queue } = setUp(destination)
  queue.push(alert('a'))
  queue.push(alert('b'))

  await clock.advance(10_000)

  expect(destination.sent.map(textOf)).toEqual(['a', 'b'])
})

test('a refused rendering is replaced by simpler ones, and the delivery is given up after the simplest', async () => {
  const { degrade } = refusals
  const destination = scriptedDestination({ send: [degrade, degrade, degrade] })
  const { clock, queue, health } = setUp(destination)
  const delivery = alert('a')
  queue.push(delivery)

  await clock.advance(60_000)

  expect(destination.details).toEqual(['full', 'minimal', 'text'])
  expect(delivery.outcomes).toEqual([{ status: 'gaveUp', reason: 'invalid_blocks' }])
  expect(health.read().deliveries).toMatchObject({ degraded: 2, gaveUp: { invalid_blocks: 1 } })
})

test('a post without an answer is looked up before it is sent again', async () => {
  const destination = scriptedDestination({
    send: [refusals.unanswered],
    find: [{ status: 'found', ref: 'C1/7.0' }],
  })
  const { clock, queue } = setUp(destination)
  const delivery = alert('a')
  queue.push(delivery)

  await clock.advance(60_000)

  expect(destination.calls).toEqual(['send', 'find'])
  expect(delivery.outcomes).toEqual([{ status: 'sent', ref: 'C1/7.0' }])
})

test('a post that is found shows what it was sent with, and the next message the failure', async () => {
  const destination = scriptedDestination({
    send: [refusals.unanswered],
    find: [{ status: 'found', ref: 'C1/7.0' }],
  })
  const { clock, queue } = setUp(destination)
  const shown: (readonly string[])[] = []
  const draft: Delivery['draft'] = (notices) => {
    shown.push(notices())
    return post('a')
  }
  queue.push(alert('a', { draft }))
  queue.push(alert('b', { draft }))

  await clock.advance(60_000)

  expect(shown).toEqual([[], ['1 failed']])
})

test('a post that cannot be looked up is sent at most twice', async () => {
  const { unanswered } = refusals
  const destination = scriptedDestination({ send: [unanswered, unanswered, unanswered] })
  const { clock, queue } = setUp(destination)
  const delivery = alert('a')
  queue.push(delivery)

  await clock.advance(600_000)

  expect(destination.calls.filter((each) => each === 'send')).toHaveLength(2)
  expect(delivery.outcomes).toMatchObject([{ status: 'gaveUp', reason: /no answer twice/ }])
})

test('a post that cannot be looked up is repeated only after the destination answers again', async () => {
  const { unanswered } = refusals
  const destination = scriptedDestination({
    send: [unanswered],
    find: [unanswered, unanswered, unanswered],
  })
  const { clock, queue } = setUp(destination)
  queue.push(alert('a'))

  await clock.advance(600_000)

  expect(destination.calls.filter((each) => each !== 'probe')).toEqual([
    'send',
    'find',
    'find',
    'find',
    'find',
    'send',
  ])
})

test('a destination without look-ups is probed before a post is repeated', async () => {
  const destination = scriptedDestination({ send: [refusals.unanswered] })
  Reflect.deleteProperty(destination, 'find')
  const { clock, queue } = setUp(destination)
  queue.push(alert('a'))

  await clock.advance(60_000)

  expect(destination.calls).toEqual(['send', 'probe', 'send'])
})

test('a post that cannot be looked up for long lets others go first', async () => {
  const { unanswered } = refusals
  const destination = scriptedDestination({
    send: [unanswered],
    find: Array.from({ length: 100 }, () => unanswered),
  })
  const { clock, queue } = setUp(destination)
  queue.push(alert('a'))
  queue.push(alert('b'))

  await clock.advance(120_000)

  expect(destination.sent.map(textOf)).toEqual(['b'])
})

test('a file that may have been accepted is uploaded once more, and given up after that', async () => {
  const { unanswered } = refusals
  const destination = scriptedDestination({ send: [unanswered, unanswered] })
  const { clock, queue } = setUp(destination)
  const file = { filename: 'a.txt', title: 'a', content: 'a' }
  const delivery = alert('a', {
    priority: 'thread',
    draft: () => ({ kind: 'upload', channel: '#a', thread: 'C1/1.0', file }),
  })
  queue.push(delivery)

  await clock.advance(60_000)

  expect(destination.calls).toEqual(['send', 'probe', 'send', 'probe'])
  expect(delivery.outcomes).toEqual([{ status: 'gaveUp', reason: 'no file: no_answer' }])
})

test('a look-up that is rate-limited delays no other message', async () => {
  const destination = scriptedDestination({
    send: [refusals.unanswered],
    find: [{ status: 'wait', reason: 'ratelimited', afterMs: 60_000 }, { status: 'absent' }],
  })
  const { queue, clock } = setUp(destination)
  queue.push(alert('unanswered'))
  await clock.advance(5000)

  queue.push(alert('fresh'))
  await clock.advance(1000)
  const sentSoon = destination.sent.map(textOf)
  await clock.advance(60_000)

  expect(sentSoon).toEqual(['fresh'])
  expect(destination.sent.map(textOf)).toEqual(['fresh', 'unanswered'])
})

test('a channel is idle while a look-up waits for its rate limit', async () => {
  const destination = scriptedDestination({
    send: [refusals.unanswered],
    find: [{ status: 'wait', reason: 'ratelimited', afterMs: 60_000 }],
  })
  const { queue, clock } = setUp(destination)
  queue.push(alert('unanswered'))
  const isIdleAtFirst = queue.isIdleFor('#a')

  queue.push(alert('fresh'))
  await clock.advance(5000)

  expect([isIdleAtFirst, queue.isIdleFor('#a')]).toEqual([false, true])
})

test('an edit without an answer is sent again without a look-up', async () => {
  const destination = scriptedDestination({ send: [refusals.unanswered] })
  const { clock, queue } = setUp(destination)
  queue.push(
    alert('a', {
      priority: 'edit',
      draft: () => ({
        kind: 'edit',
        channel: '#a',
        ref: 'C1/1.0',
        notification: { kind: 'notice', text: 'a' },
        names: [],
      }),
    }),
  )

  await clock.advance(60_000)

  expect(destination.calls).toEqual(['send', 'send'])
})

test('a channel that refuses messages is paused for one minute, then for two, and its messages wait', async () => {
  const destination = scriptedDestination({ send: [refusals.stopChannel, refusals.stopChannel] })
  const { clock, queue, health } = setUp(destination)
  queue.push(alert('a'))
  queue.push(alert('b'))

  await clock.advance(60_000 + 119_999)
  expect(destination.calls).toHaveLength(2)
  expect(health.read().channels['#a']?.refusal).toBe('is_archived')
  await clock.advance(1)
  expect(destination.sent.map(textOf)).toEqual(['a', 'b'])
  expect(health.read().channels['#a']?.refusal).toBeUndefined()
})

test('a revoked token stops all channels until a probe succeeds, and nothing is lost', async () => {
  const destination = scriptedDestination({
    send: [refusals.stopDestination],
    probe: [refusals.stopDestination],
  })
  const { clock, queue, health } = setUp(destination)
  queue.push(alert('a'))
  await clock.advance(0)
  queue.push(alert('b', { channel: '#b' }))

  await clock.advance(60_000)
  expect(destination.calls).toEqual(['send', 'probe'])
  expect(health.read().down).toBe('token_revoked')
  await clock.advance(120_000)
  expect(destination.calls).toEqual(['send', 'probe', 'probe', 'send', 'send'])
  expect(health.read().down).toBeUndefined()
})

test('a fatal alert probes a failing destination at once', async () => {
  const { retry } = refusals
  const destination = scriptedDestination({ send: [retry, retry, retry] })
  const { clock, queue } = setUp(destination)
  queue.push(alert('a'))
  await clock.advance(3500)
  expect(destination.calls).toEqual(['send', 'send', 'send'])

  queue.push(alert('fatal', { priority: 'fatal', channel: '#b' }))
  await clock.advance(0)

  expect(destination.sent.map(textOf)).toEqual(['fatal'])
})

test('the next message that is sent mentions the failures before it, once', async () => {
  const { retry } = refusals
  const shown: (readonly string[])[] = []
  const destination = scriptedDestination({ send: [retry, retry] })
  const { clock, queue } = setUp(destination)
  const draft: Delivery['draft'] = (notices) => {
    shown.push(notices())
    return post('a')
  }
  queue.push(alert('a', { draft }))
  queue.push(alert('b', { draft }))

  await clock.advance(60_000)

  expect(shown).toEqual([[], ['1 failed'], ['2 failed'], []])
})

test('a full queue gives up the least urgent delivery and counts it', async () => {
  const destination = scriptedDestination({ send: [refusals.stopDestination] })
  const { clock, queue, health } = setUp(destination)
  queue.push(alert('first'))
  await clock.advance(0)

  for (let count = 0; count < 600; count += 1) queue.push(alert(`new ${count}`))
  queue.push(alert('fatal', { priority: 'fatal' }))

  expect(health.read().deliveries.gaveUp).toEqual({ 'too many alerts wait': 102 })
})

test('a flush summarizes the alerts for which there is no time in one message', async () => {
  const destination = scriptedDestination()
  const { clock, queue, health } = setUp(destination)
  const alerts = Array.from({ length: 20 }, (_, index) => alert(`alert ${index}`))
  for (const each of alerts) queue.push(each)

  const flushed = queue.flush(3000)
  await clock.advance(3000)

  expect(await flushed).toBe(true)
  expect(destination.sent.length).toBeLessThanOrEqual(6)
  expect(destination.sent.map(textOf).at(-1)).toContain('alert 19')
  expect(alerts.at(-1)?.outcomes).toEqual([{ status: 'summarized' }])
  expect(health.read().deliveries.summarized).toBeGreaterThan(10)
})

test('a flush does not wait for deliveries that cannot be sent in time', async () => {
  const destination = scriptedDestination({ send: [refusals.stopChannel] })
  const { clock, queue } = setUp(destination)
  queue.push(alert('a'))
  await clock.advance(0)

  const flushed = queue.flush(5000)
  await clock.advance(0)

  expect(await flushed).toBe(false)
})

test('a delivery that cannot be built does not affect others', async () => {
  const destination = scriptedDestination()
  const { clock, queue } = setUp(destination)
  const broken = alert('a', {
    draft: () => {
      throw new Error('a bug')
    },
  })
  queue.push(broken)
  queue.push(alert('b'))

  await clock.advance(0)

  expect(broken.outcomes).toMatchObject([{ status: 'gaveUp' }])
  expect(destination.sent.map(textOf)).toEqual(['b'])
})
