import { afterAll, describe, test } from 'vitest'
import { Redis } from 'ioredis'
import { FaultProxy, type Fault } from './support/fault-proxy.ts'
import { joinFleet, newFleet, StoppableClock } from './support/fleet.ts'
import { freePort, runRedis } from './support/run-redis.ts'

const server = await runRedis('what fails over Redis is')
afterAll(() => server?.[Symbol.asyncDispose]())
const url = `redis://127.0.0.1:${server?.port}`
const port = server?.port ?? 0
const admin = new Redis(url, { lazyConnect: true })
afterAll(() => admin.disconnect())

/** How long a lease lasts after its leader is gone, and until somebody notices, in milliseconds. */
const takeoverMs = 12_000
/** How long it takes until a server is asked again, in milliseconds. */
const againMs = 8000

const away: readonly (readonly [string, Fault])[] = [
  ['does not answer', { isMute: true }],
  ['refuses connections', { refuses: true }],
  ['answers too late', { delayMs: 400 }],
  ['is loading', { answer: '-LOADING Redis is loading the dataset in memory\r\n' }],
  ['is a replica', { answer: "-READONLY You can't write against a read only replica.\r\n" }],
  ['has too many clients', { answer: '-ERR max number of clients reached\r\n' }],
  ['is full', { answer: "-OOM command not allowed when used memory > 'maxmemory'.\r\n" }],
  ['moves a slot', { answer: '-ASK 3999 127.0.0.1:1\r\n' }],
  ['names a node that is not there', { answer: '-MOVED 3999 127.0.0.1:1\r\n' }],
  ['permits nothing', { answer: '-NOPERM this user has no permissions\r\n' }],
  ['answers something else', { answer: '+PONG\r\n' }],
]

describe.skipIf(server === undefined)(
  'where the server',
  { concurrent: true, timeout: 40_000 },
  () => {
    test.for(away)(
      '%s, a new process decides alone at once, and takes part later',
      async ([, fault], { expect }) => {
        await using proxy = await FaultProxy.start(port, fault)
        const from = performance.now()
        const fleet = newFleet()
        await using a = joinFleet({ fleet, redis: proxy.url, id: 'a' })

        await expect.poll(() => a.member.is, { interval: 5 }).toBe('alone')
        expect(performance.now() - from).toBeLessThan(600)

        mend(proxy)
        await expect.poll(() => a.member.is, { timeout: againMs }).toBe('lead')
      },
    )

    test.for(away)(
      '%s, a follower decides alone about a new problem at once, and follows later',
      async ([, fault], { expect }) => {
        await using proxy = await FaultProxy.start(port)
        const fleet = newFleet()
        await using a = joinFleet({ fleet, redis: url, id: 'a' })
        await expect.poll(() => a.member.is).toBe('lead')
        await using b = joinFleet({ fleet, redis: proxy.url, id: 'b' })
        await expect.poll(() => b.member.is).toBe('follow')
        proxy.fault = fault
        if (fault.refuses === true) proxy.breakAll()
        const from = performance.now()

        b.member.count(1, { isUrgent: true })

        await expect.poll(() => b.member.is, { interval: 5 }).toBe('alone')
        expect(performance.now() - from).toBeLessThan(600)
        mend(proxy)
        await expect.poll(() => b.member.is, { timeout: againMs }).toBe('follow')
      },
    )

    test.for<[string, (server: Redis) => Promise<unknown>, (server: Redis) => Promise<unknown>]>([
      [
        'is full',
        (full) => full.config('SET', 'maxmemory', '1'),
        (full) => full.config('SET', 'maxmemory', '0'),
      ],
      [
        'becomes a replica, as in a failover',
        (replica) => replica.replicaof('127.0.0.1', 1),
        (replica) => replica.replicaof('NO', 'ONE'),
      ],
    ])(
      '%s, its processes are cut off, and together again later',
      async ([, fail, heal], { expect }) => {
        await using own = await runRedis('a server that fails is')
        const client = new Redis(own?.port ?? 0)
        const redis = `redis://127.0.0.1:${own?.port}`
        const fleet = newFleet()
        await using a = joinFleet({ fleet, redis, id: 'a' })
        await expect.poll(() => a.member.is).toBe('lead')
        await using b = joinFleet({ fleet, redis, id: 'b' })
        await expect.poll(() => b.member.is).toBe('follow')
        b.member.count(4)
        await expect.poll(() => a.member.total).toBe(4)

        await fail(client)
        b.member.count(1, { isUrgent: true })

        await expect.poll(() => b.member.is).toBe('alone')
        await expect.poll(() => a.link.isLeading, { timeout: 10_000 }).toBe(false)
        await heal(client)
        client.disconnect()
        const roles = (): readonly unknown[] => [a.member.is, b.member.is]
        await expect
          .poll(() => new Set(roles()), { timeout: 20_000 })
          .toEqual(new Set(['lead', 'follow']))
      },
    )

    test('forgets its scripts, they are sent again', async ({ expect }) => {
      const fleet = newFleet()
      await using a = joinFleet({ fleet, redis: url, id: 'a' })
      await expect.poll(() => a.member.is).toBe('lead')
      await using b = joinFleet({ fleet, redis: url, id: 'b' })
      await expect.poll(() => b.member.is).toBe('follow')

      await admin.script('FLUSH')
      b.member.count(4)

      await expect.poll(() => a.member.total).toBe(4)
      expect(b.member.is).toBe('follow')
    })

    test.for<[string, (proxy: FaultProxy) => void]>([
      ['ends its half of the connections', (proxy: FaultProxy) => proxy.halfClose()],
      ['breaks the connections', (proxy: FaultProxy) => proxy.breakAll()],
    ])('%s, they are made again', async ([, fail], { expect }) => {
      await using proxy = await FaultProxy.start(port)
      const fleet = newFleet()
      await using a = joinFleet({ fleet, redis: proxy.url, id: 'a' })
      await expect.poll(() => a.member.is).toBe('lead')
      await using b = joinFleet({ fleet, redis: proxy.url, id: 'b' })
      await expect.poll(() => b.member.is).toBe('follow')

      fail(proxy)
      await expect.poll(() => proxy.open).toBe(0)
      b.member.count(4)

      await expect.poll(() => a.member.total, { timeout: 5000 }).toBe(4)
      expect([a.member.is, b.member.is]).toEqual(['lead', 'follow'])
    })

    test.for(['leader', 'journal', 'batches', 'members', '*'])(
      'loses its key %s, the leader writes it again',
      async (key, { expect }) => {
        const fleet = newFleet()
        await using a = joinFleet({ fleet, redis: url, id: 'a' })
        await expect.poll(() => a.member.is).toBe('lead')
        await using b = joinFleet({ fleet, redis: url, id: 'b' })
        await expect.poll(() => b.member.is).toBe('follow')
        b.member.count(4)
        await expect.poll(() => a.member.total).toBe(4)
        const keys = await admin.keys(`slack-logger:{${fleet}}:${key}`)
        if (keys.length > 0) await admin.del(keys)
        const leader = `slack-logger:{${fleet}}:leader`
        await expect.poll(() => admin.exists(leader), { timeout: 5000 }).toBe(1)

        b.member.count(5)

        await expect.poll(() => a.member.total, { timeout: 5000 }).toBe(9)
        await a.link.close()
        await expect.poll(() => b.member.calls.join(), { timeout: 5000 }).toMatch(/lead \d+$/)
        expect(b.member.total).toBe(9)
      },
    )

    test('is not reached by the leader, who stops leading before another one starts', async ({
      expect,
    }) => {
      await using proxy = await FaultProxy.start(port)
      const fleet = newFleet()
      await using a = joinFleet({ fleet, redis: proxy.url, id: 'a' })
      await expect.poll(() => a.member.is).toBe('lead')
      await using b = joinFleet({ fleet, redis: url, id: 'b' })
      await expect.poll(() => b.member.is).toBe('follow')
      proxy.fault = { isMute: true }
      const both: boolean[] = []
      const watch = setInterval(() => both.push(a.link.isLeading && b.link.isLeading), 10)
      const from = performance.now()

      await expect.poll(() => b.link.isLeading, { timeout: 15_000 }).toBe(true)
      expect(performance.now() - from).toBeLessThan(takeoverMs + 300)
      clearInterval(watch)

      expect(both).not.toContain(true)
      expect(a.member.is).toBe('alone')
      proxy.fault = {}
      await expect.poll(() => a.member.is, { timeout: 15_000 }).toBe('follow')
    })

    test(
      'a leader that was stopped does not lead when it goes on, and what it writes is refused',
      { timeout: 30_000 },
      async ({ expect }) => {
        const clock = new StoppableClock()
        const fleet = newFleet()
        await using a = joinFleet({ fleet, redis: url, id: 'a', clock })
        await expect.poll(() => a.member.is).toBe('lead')
        await using b = joinFleet({ fleet, redis: url, id: 'b' })
        await expect.poll(() => b.member.is).toBe('follow')

        clock.stop()
        await expect.poll(() => b.link.isLeading, { timeout: 15_000 }).toBe(true)
        const journal = await admin.get(`slack-logger:{${fleet}}:journal`)
        a.link.store?.append('late')

        expect(a.link.isLeading).toBe(false)
        clock.resume()
        await expect.poll(() => a.member.is).toBe('follow')
        expect(await admin.get(`slack-logger:{${fleet}}:journal`)).toBe(journal)
      },
    )

    test('a fatal report does not wait for a leader that has died', async ({ expect }) => {
      await using proxy = await FaultProxy.start(port)
      const fleet = newFleet()
      await using a = joinFleet({ fleet, redis: proxy.url, id: 'a' })
      await expect.poll(() => a.member.is).toBe('lead')
      await using b = joinFleet({ fleet, redis: url, id: 'b' })
      await expect.poll(() => b.member.is).toBe('follow')
      proxy.fault = { isMute: true }
      proxy.breakAll()

      b.member.count(1, { isUrgent: true, isFatal: true })

      await expect
        .poll(() => b.member.calls.at(-1), { timeout: 2000 })
        .toBe('alone the leader does not answer')
      expect(await admin.xlen(`slack-logger:{${fleet}}:batches`)).toBe(0)
    })
  },
)

test('an address where nothing listens costs a process nothing', async ({ expect }) => {
  const fleet = newFleet()
  await using a = joinFleet({ fleet, redis: `redis://127.0.0.1:${await freePort()}`, id: 'a' })

  await expect
    .poll(() => a.member.calls)
    .toEqual([expect.stringMatching(/^alone .*ECONNREFUSED|closed/)])
})

function mend(proxy: FaultProxy): void {
  proxy.fault = {}
  proxy.breakAll()
}
