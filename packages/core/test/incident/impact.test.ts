import { expect, test } from 'vitest'
import { Impact, MinuteCounts } from '../../src/incident/impact.ts'
import { startVirtualSink } from './virtual-sink.ts'

const minute = 60_000

test('the message shows the affected endpoints, their shares, and the number of users', async () => {
  await using slack = await startVirtualSink()

  for (let time = 0; time < 20; time += 1) {
    slack.failIn('charge', {
      request: {
        method: 'POST',
        url: time % 10 === 0 ? '/carts/pay?coupon=x' : `/orders/${time}`,
        user: { id: time % 7 },
      },
    })
  }
  await slack.clock.advance(minute)

  const fields = JSON.stringify(slack.inbox.messages()[0]?.blocks)
  expect(fields).toContain('90 % POST /orders/:id, 10 % POST /carts/pay')
  expect(fields).toContain('*Users* 7')
})

test('an endpoint that contains a secret is shown without it', async () => {
  await using slack = await startVirtualSink()
  const token = 'xoxb-123456789012-abcdefghijklmnop'

  for (const url of ['/login', `/reset/${token}`]) {
    slack.failIn('charge', { request: { method: 'GET', url } })
  }
  await slack.clock.advance(minute)

  expect(JSON.stringify(slack.inbox.requests)).not.toContain(token)
})

test('up to three occurrences that differ are shown, and no more', async () => {
  await using slack = await startVirtualSink()

  for (const item of ['apples', 'pears', 'apples', 'plums', 'nuts']) {
    const stack = `Error: no ${item}\n    at take (/app/src/stock.js:7:11)`
    slack.fail('', { error: { type: 'Error', message: `no ${item}`, stack } })
  }
  await slack.clock.advance(minute)

  const fields = JSON.stringify(slack.inbox.messages()[0]?.blocks)
  expect(fields).toContain('*Also* Error: no pears | Error: no plums')
  expect(fields).not.toContain('nuts')
})

test('the counters are bounded', () => {
  const impact = new Impact()

  for (let time = 0; time < 100_000; time += 1) impact.add(`GET /${time}`, `user ${time}`, time)

  expect(impact.endpoints).toHaveLength(20)
  expect(impact.users).toBe(500)
  expect(impact.requests).toBe(100_000)
})

test('occurrences are counted by quarters of an hour for eight days, and no longer', () => {
  const quarter = 15 * minute
  const counts = new MinuteCounts(0)
  for (let time = 0; time < 30 * 24 * 60 * minute; time += 5 * minute) counts.add(time)
  const now = 30 * 24 * 60 * minute - 1

  const kept = counts.quarters(now)
  expect(kept.length).toBeLessThanOrEqual(8 * 24 * 4)
  expect(counts.between(now + 1 - 4 * 24 * 60 * minute, now + 1, now)).toEqual(
    Array.from({ length: 4 * 24 * 4 }, () => 3),
  )
  expect(counts.between(0, 20 * 24 * 60 * minute, now).every((count) => count === 0)).toBe(true)
  expect(counts.entries(now, (time) => time).length).toBeLessThan(8 * 24 * 4 + 65)
  expect(counts.between(now + 1 - quarter, now + 1, now)).toEqual([3])
})

test('what was counted is the same after a restart and for the leader', () => {
  const counts = new MinuteCounts(0)
  for (const time of [0, 14, 15, 16, 100, 170, 200, 200]) counts.add(time * minute)
  const now = 203 * minute
  const perQuarter = counts.between(0, now, now)
  expect(perQuarter).toEqual([2, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])
  expect(counts.between(0, now + 15 * minute, now).at(-1)).toBe(2)

  const restored = new MinuteCounts(now)
  restored.restore(counts.latest(65, now), now, counts.quarters(now))
  expect(restored.between(0, now, now)).toEqual(perQuarter)

  const leader = new MinuteCounts(now)
  for (const [at, count] of counts.entries(now, (time) => time))
    leader.addMany(at * minute + minute / 2, count, now)
  expect(leader.between(0, now, now)).toEqual(perQuarter)

  const other = new MinuteCounts(now)
  other.addCounted(counts.entries(now, (time) => time))
  expect(other.between(0, now, now)).toEqual(perQuarter)
})

test('users are hashed for others, with the quarter of an hour in which they were seen last', () => {
  const impact = new Impact()
  impact.add(undefined, 'ann', 0)
  impact.add(undefined, 'ben', 20 * minute)
  impact.add(undefined, 'ann', 50 * minute)

  const seen = Object.values(impact.takeUnsaved({ isComplete: false }))
  expect(seen).toEqual([3, 1])
  expect(impact.takeUnsaved({ isComplete: false })).toEqual({})
  expect(JSON.stringify(impact.seen())).not.toMatch(/ann|ben/)

  const next = new Impact()
  next.addSeen(impact.seen())
  next.add(undefined, 'ann', 80 * minute)
  expect(next.users).toBe(2)
  expect(Object.values(next.seen())).toEqual([5, 1])
})
