import type { InboxMessage } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { namesOf, startVirtualSink, type VirtualSink } from './incident/virtual-sink.ts'

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

interface Scenario {
  readonly name: string
  /** @param setClock sets the wall clock, in the run that does */
  run(slack: VirtualSink, setClock: () => void): Promise<void>
}

/** Each sets the clock where something waits. */
const scenarios: readonly Scenario[] = [
  {
    name: 'an outage',
    async run(slack, setClock) {
      const outage = slack.inbox.fail({ status: 500 })
      slack.failIn('chargeCard')
      await slack.clock.advance(20 * secondMs)
      setClock()
      slack.failIn('loadCart', { level: 'fatal' })
      await slack.clock.advance(2 * minuteMs)
      outage.stop()
      await slack.clock.advance(2 * minuteMs)
    },
  },
  {
    name: 'a backoff',
    async run(slack, setClock) {
      slack.inbox.fail({ status: 502, times: 2 })
      slack.failIn('chargeCard')
      await slack.clock.advance(500)
      setClock()
      await slack.clock.advance(minuteMs)
    },
  },
  {
    name: 'a rate limit',
    async run(slack, setClock) {
      slack.inbox.fail({ retryAfter: 30, times: 1 })
      slack.failIn('chargeCard')
      await slack.clock.advance(10 * secondMs)
      setClock()
      slack.failIn('loadCart', { level: 'fatal' })
      await slack.clock.advance(minuteMs)
    },
  },
  {
    name: 'a channel that refuses messages',
    async run(slack, setClock) {
      const refusal = slack.inbox.fail({ error: 'is_archived', method: 'chat.postMessage' })
      slack.failIn('chargeCard')
      await slack.clock.advance(10 * secondMs)
      refusal.stop()
      setClock()
      await slack.clock.advance(2 * minuteMs)
    },
  },
  {
    name: 'a used up burst',
    async run(slack, setClock) {
      for (const name of namesOf(5)) slack.failIn(name, { level: 'fatal' })
      setClock()
      slack.failIn('chargeCard', { level: 'fatal' })
      await slack.clock.advance(minuteMs)
    },
  },
  {
    name: 'an incident that goes on, grows, turns quiet and returns',
    async run(slack, setClock) {
      for (let count = 1; count <= 15; count += 1) {
        slack.failIn('chargeCard')
        await slack.clock.advance(7 * secondMs)
        if (count === 5) setClock()
      }
      await slack.clock.advance(6 * minuteMs)
      for (let count = 1; count <= 100; count += 1) slack.failIn('chargeCard')
      await slack.clock.advance(31 * minuteMs)
      slack.failIn('chargeCard')
      await slack.clock.advance(5 * minuteMs)
    },
  },
  {
    name: 'an alert that waits for its cooldown',
    async run(slack, setClock) {
      for (let count = 1; count <= 120; count += 1) slack.failIn('chargeCard')
      await slack.clock.advance(minuteMs)
      setClock()
      await slack.clock.advance(10 * minuteMs)
    },
  },
  {
    name: 'an incident that lasts for hours',
    async run(slack, setClock) {
      for (let minutes = 0; minutes < 300; minutes += 10) {
        slack.failIn('chargeCard')
        await slack.clock.advance(10 * minuteMs)
        if (minutes === 100) setClock()
      }
    },
  },
  {
    name: 'a storm',
    async run(slack, setClock) {
      for (const name of namesOf(12)) slack.failIn(name)
      await slack.clock.advance(10 * secondMs)
      setClock()
      for (const name of namesOf(40).slice(20)) slack.failIn(name)
      await slack.clock.advance(hourMs)
    },
  },
  {
    name: "the channel's hourly limit",
    async run(slack, setClock) {
      for (const name of namesOf(34)) {
        slack.failIn(name)
        await slack.clock.advance(65 * secondMs)
      }
      setClock()
      slack.failIn('chargeCard')
      await slack.clock.advance(10 * minuteMs)
    },
  },
  {
    name: 'a flush',
    async run(slack, setClock) {
      slack.inbox.fail({ delayMs: 2000, times: 1 })
      slack.failIn('chargeCard')
      const done = slack.sink.flush()
      await slack.clock.advance(500)
      setClock()
      await slack.clock.advance(5000)
      expect(await done).toBe(true)
    },
  },
]

const moves = [
  ['an hour back', -hourMs],
  ['an hour forward', hourMs],
  ['30 days forward', 30 * 24 * hourMs],
] as const

describe.each(scenarios)('during $name', (scenario) => {
  test.each(moves)('a clock that is set %s changes nothing', async (_name, byMs) => {
    expect(await requestsOf(scenario, byMs)).toEqual(await requestsOf(scenario, 0))
  })
})

/** What was sent, when and with which text, without the times that it shows. */
async function requestsOf(scenario: Scenario, byMs: number): Promise<readonly object[]> {
  await using slack = await startVirtualSink()
  await scenario.run(slack, () => slack.moveWallClock(byMs))
  expect(slack.inbox.requests.length).toBeGreaterThan(0)
  return slack.inbox.requests.map(({ at, method, status, arguments: { text, thread_ts } }) => {
    const shown = JSON.stringify(text)?.replaceAll(/<!date[^>]*>/g, 'TIME')
    return { at, method, status, thread_ts, shown }
  })
}

/** The moments that a message shows, in seconds since 1970. */
function momentsIn(message: InboxMessage | undefined): readonly number[] {
  const { text, blocks, attachments } = message ?? {}
  const shown = JSON.stringify({ text, blocks, attachments })
  return [...shown.matchAll(/<!date\^(\d+)/g)].map(([, seconds]) => Number(seconds))
}

test.each(moves)('messages show the times of a clock that was set %s', async (_name, byMs) => {
  await using slack = await startVirtualSink()
  const secondsAt = (time: number): number => Math.floor((time + byMs) / 1000)
  slack.failIn('chargeCard')
  await slack.clock.advance(2 * minuteMs)
  const startedAt = slack.clock.now() - 2 * minuteMs

  slack.moveWallClock(byMs)
  slack.failIn('chargeCard')
  const seenAt = slack.clock.now()
  await slack.clock.advance(minuteMs)
  slack.failIn('loadCart')
  const alertedAt = slack.clock.now()
  await slack.clock.advance(minuteMs)

  const [card, cart] = slack.inbox.messages()
  expect(momentsIn(card)).toEqual(expect.arrayContaining([startedAt, seenAt].map(secondsAt)))
  expect(momentsIn(cart)).toContain(secondsAt(alertedAt))
  for (const moment of [...momentsIn(card), ...momentsIn(cart)]) {
    expect(moment).toBeGreaterThanOrEqual(secondsAt(startedAt))
    expect(moment).toBeLessThanOrEqual(secondsAt(slack.clock.now()))
  }
})

test('the lines of a thread show the times of a clock that was set', async () => {
  await using slack = await startVirtualSink()
  for (let count = 1; count <= 9; count += 1) slack.failIn('chargeCard')
  await slack.clock.advance(minuteMs)
  slack.moveWallClock(-hourMs)
  const tenthAt = Math.floor((slack.clock.now() - hourMs) / 1000)
  slack.failIn('chargeCard')
  await slack.clock.advance(10 * secondMs)

  const [root] = slack.inbox.messages()
  const line = slack.inbox.thread(root?.ts ?? '').find(({ text }) => text.includes('×10'))
  expect(momentsIn(line)).toContain(tenthAt)
})

test('a storm shows the time of a clock that was set', async () => {
  await using slack = await startVirtualSink()
  slack.moveWallClock(-hourMs)
  const openedAt = Math.floor((slack.clock.now() - hourMs) / 1000)
  for (const name of namesOf(12)) slack.failIn(name)
  await slack.clock.advance(10 * secondMs)

  const storm = slack.inbox.messages().find(({ text }) => text.includes('12'))
  expect(momentsIn(storm)).toEqual([openedAt])
})

test('a message names the times of an outage by the clock that was set', async () => {
  await using slack = await startVirtualSink()
  slack.inbox.fail({ status: 500, times: 2 })
  slack.failIn('chargeCard')
  slack.moveWallClock(hourMs)
  await slack.clock.advance(minuteMs)

  const failedAt = new Date(slack.clock.now() + hourMs).toISOString().slice(11, 13)
  expect(JSON.stringify(slack.inbox.messages())).toMatch(
    new RegExp(`failed .*${failedAt}:\\d\\d.* UTC`),
  )
})

test('the health of a sink has the time of its last error by the clock that was set', async () => {
  await using slack = await startVirtualSink()
  // One for the messages of earlier processes, and one for the message.
  slack.inbox.fail({ status: 500, times: 2 })
  slack.moveWallClock(hourMs)
  slack.failIn('chargeCard')
  await slack.clock.advance(minuteMs)

  expect(slack.sink.health().lastError?.at).toBeGreaterThanOrEqual(
    slack.clock.now() - minuteMs + hourMs,
  )
})
