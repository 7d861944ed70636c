import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { Redis } from 'ioredis'
import { batchOf } from './support/counting-member.ts'
import { FaultProxy } from './support/fault-proxy.ts'
import { joinFleet, newFleet } from './support/fleet.ts'
import { runRedis } from './support/run-redis.ts'

const server = await runRedis('the link over Redis is')
afterAll(() => server?.[Symbol.asyncDispose]())
const url = `redis://127.0.0.1:${server?.port}`
const admin = new Redis(url, { lazyConnect: true })
afterAll(() => admin.disconnect())

describe.skipIf(server === undefined)('the link over Redis', () => {
  let fleet: string
  beforeEach(() => {
    fleet = newFleet()
  })

  test('makes the first process the leader, and the others followers', async () => {
    await using a = joinFleet({ fleet, redis: url, id: 'a' })
    await expect.poll(() => a.member.calls).toEqual(['lead'])
    await using b = joinFleet({ fleet, redis: url, id: 'b' })

    await expect.poll(() => b.member.is).toBe('follow')
    expect(a.link.isLeading).toBe(true)
    expect(b.link.isLeading).toBe(false)
  })

  test('carries reports to the leader, who merges each once', async () => {
    await using a = joinFleet({ fleet, redis: url, id: 'a' })
    await expect.poll(() => a.member.is).toBe('lead')
    await using b = joinFleet({ fleet, redis: url, id: 'b' })
    await expect.poll(() => b.member.is).toBe('follow')

    for (let count = 0; count < 10; count += 1) b.member.count(3)

    await expect.poll(() => b.member.waiting).toBe(0)
    await expect.poll(() => a.member.total).toBe(30)
  })

  test('hands over to a follower within 2 s when the leader leaves', async () => {
    await using a = joinFleet({ fleet, redis: url, id: 'a' })
    await expect.poll(() => a.member.is).toBe('lead')
    await using b = joinFleet({ fleet, redis: url, id: 'b' })
    await expect.poll(() => b.member.is).toBe('follow')
    b.member.count(5)
    await expect.poll(() => a.member.total).toBe(5)

    await a.link.close()

    await expect.poll(() => b.member.is, { timeout: 2500 }).toBe('lead')
    expect(b.member.total).toBe(5)
  })

  test('a follower that leads next merges what it reported before, and no leader merged', async () => {
    await using proxy = await FaultProxy.start(server?.port ?? 0)
    await using a = joinFleet({ fleet, redis: proxy.url, id: 'a' })
    await expect.poll(() => a.member.is).toBe('lead')
    await using b = joinFleet({ fleet, redis: url, id: 'b' })
    await expect.poll(() => b.member.is).toBe('follow')
    proxy.fault = { isMute: true }
    b.member.count(3)
    await expect.poll(() => b.member.waiting).toBe(0)

    await admin.hset(`slack-logger:{${fleet}}:leader`, 'until', 0)
    b.member.count(4)

    await expect.poll(() => b.member.is).toBe('lead')
    await expect.poll(() => b.member.total).toBe(7)
    await expect.poll(() => admin.xlen(`slack-logger:{${fleet}}:batches`)).toBe(0)
  })

  test('leaves the lead to a newer version whose reports it cannot read', async () => {
    await using a = joinFleet({ fleet, redis: url, id: 'a' })
    await expect.poll(() => a.member.is).toBe('lead')
    await using b = joinFleet({ fleet, redis: url, id: 'b' })
    await expect.poll(() => b.member.is).toBe('follow')

    b.link.report({ ...batchOf('b', 1, 5), v: 2 } as never, { isUrgent: false, isFatal: false })

    await expect.poll(() => b.member.calls, { timeout: 4000 }).toContain('lead 24')
    expect(a.link.isLeading).toBe(false)
  })

  test('never lets a follower lead', { timeout: 20_000 }, async () => {
    await using a = joinFleet({ fleet, redis: url, id: 'a' })
    await expect.poll(() => a.member.is).toBe('lead')
    await using b = joinFleet({ fleet, redis: url, id: 'b', role: 'follower' })
    await expect.poll(() => b.member.is).toBe('follow')
    await a.link.close()

    await expect.poll(() => b.member.is, { timeout: 16_000 }).toBe('alone')
    await using c = joinFleet({ fleet, redis: url, id: 'c' })
    await expect.poll(() => c.member.is).toBe('lead')
    await expect.poll(() => b.member.is, { timeout: 3000 }).toBe('follow')
  })

  test('keeps fleets apart, by their names and by the prefix of their keys', async () => {
    await using a = joinFleet({ fleet, redis: url, id: 'a' })
    await using b = joinFleet({ fleet: newFleet(), redis: url, id: 'b' })
    await using c = joinFleet({ fleet, redis: url, id: 'c', keyPrefix: 'shop:' })

    for (const { member } of [a, b, c]) await expect.poll(() => member.is).toBe('lead')
    expect(await admin.keys('shop:*')).toContain(`shop:{${fleet}}:leader`)
  })

  test('lets every key expire', async () => {
    await using a = joinFleet({ fleet, redis: url, id: 'a' })
    await expect.poll(() => a.member.is).toBe('lead')
    await using b = joinFleet({ fleet, redis: url, id: 'b' })
    await expect.poll(() => b.member.is).toBe('follow')
    b.member.count(1)
    await expect.poll(() => a.member.total).toBe(1)

    const keys = await admin.keys(`*${fleet}*`)

    expect(keys).toHaveLength(4)
    for (const key of keys) expect(await admin.ttl(key)).toBeGreaterThan(0)
  })
})
