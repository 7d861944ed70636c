import { createClient, createCluster } from 'redis'
import { Cluster, Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { Redis as Valkey } from 'iovalkey'
import { afterAll, describe, expect, test } from 'vitest'
import { createRedisLink, type RedisLinkOptions } from '../src/index.ts'
import { FaultProxy } from './support/fault-proxy.ts'
import { joinFleet, newFleet } from './support/fleet.ts'
import { runCluster, runRedis } from './support/run-redis.ts'

const server = await runRedis('clients of Redis are')
const cluster = await runCluster('clusters of Redis are')
const port = server?.port ?? 0
const [node = 0] = cluster?.ports ?? []
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
})

interface Client {
  readonly redis: RedisLinkOptions['redis']
  /** What is open of it. */
  readonly close: () => unknown
}

const quiet = (): void => undefined

const clients: Readonly<Record<string, (port: number) => Client | Promise<Client>>> = {
  'an address': (to) => ({ redis: `redis://127.0.0.1:${to}`, close: quiet }),
  'ioredis 6': (to) => {
    const redis = new Redis(to)
    return { redis, close: () => redis.disconnect() }
  },
  'ioredis 6 as BullMQ wants it': (to) => {
    const redis = new Redis(to, { maxRetriesPerRequest: null, lazyConnect: true })
    return { redis, close: () => redis.disconnect() }
  },
  'ioredis 5 with a prefix of its own': (to) => {
    const redis = new Redis5(to, { keyPrefix: 'app:' })
    return { redis, close: () => redis.disconnect() }
  },
  iovalkey: (to) => {
    const redis = new Valkey(to)
    return { redis, close: () => redis.disconnect() }
  },
  'node-redis': async (to) => {
    const redis = createClient({ url: `redis://127.0.0.1:${to}` })
    await redis.connect()
    return { redis, close: () => redis.destroy() }
  },
  'node-redis with protocol 2': async (to) => {
    const redis = createClient({ socket: { host: '127.0.0.1', port: to }, RESP: 2 })
    await redis.connect()
    return { redis, close: () => redis.destroy() }
  },
}

const clusterClients: typeof clients = {
  'an address of one node': (to) => ({ redis: `redis://127.0.0.1:${to}`, close: quiet }),
  'a cluster of ioredis': (to) => {
    const redis = new Cluster([{ host: '127.0.0.1', port: to }])
    return { redis, close: () => redis.disconnect() }
  },
  'a cluster of node-redis': async (to) => {
    const redis = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${to}` }] })
    await redis.connect()
    return { redis, close: () => redis.destroy() }
  },
}

describe.skipIf(server === undefined).each(Object.entries(clients))('with %s', (_, connect) => {
  test('a fleet counts together, and the leader hands over', async () => {
    expect(await countTogether(await connect(port), await connect(port), newFleet())).toEqual([
      2, 5, 5,
    ])
  })

  test('leaves the connections of the service as they are, and closes its own', async () => {
    await using proxy = await FaultProxy.start(port)
    const { redis, close } = await connect(proxy.port)
    const before = typeof redis === 'string' ? 0 : 1
    const a = joinFleet({ fleet: newFleet(), redis, id: 'a' })
    await expect.poll(() => a.member.is).toBe('lead')
    await expect.poll(() => proxy.open).toBe(2)

    await a.link.close()

    await expect.poll(() => proxy.open).toBe(before)
    close()
  })
})

describe.skipIf(cluster === undefined).each(Object.entries(clusterClients))(
  'in a cluster, with %s',
  (_, connect) => {
    test.each([
      ['that node', '0123456789abcde1'],
      ['another node', '0123456789abcdef'],
    ])('a fleet whose keys are on %s counts together', async (_node, fleet) => {
      for (const each of cluster?.ports ?? []) await flush(each)

      expect(await countTogether(await connect(node), await connect(node), fleet)).toEqual([
        2, 5, 5,
      ])
    })
  },
)

test('something else than a server is refused', () => {
  const deps = { process: {} } as Parameters<typeof createRedisLink>[1]

  expect(() => createRedisLink({ redis: {} as never }, deps)).toThrow(
    new TypeError(
      'Expected `fleet.redis` to be the URL of a server, or a client of ioredis, iovalkey or node-redis',
    ),
  )
})

/** What the leader knows after each of two reports, and its successor. */
async function countTogether(one: Client, other: Client, fleet: string): Promise<number[]> {
  await using a = joinFleet({ fleet, redis: one.redis, id: 'a' })
  await expect.poll(() => a.member.is).toBe('lead')
  await using b = joinFleet({ fleet, redis: other.redis, id: 'b' })
  await expect.poll(() => b.member.is).toBe('follow')
  const totals: number[] = []
  for (const occurrences of [2, 3]) {
    const before = a.member.total
    b.member.count(occurrences)
    await expect.poll(() => a.member.total).toBeGreaterThan(before)
    totals.push(a.member.total)
  }
  await a.link.close()
  await expect.poll(() => b.member.is, { timeout: 2500 }).toBe('lead')
  await b.link.close()
  one.close()
  other.close()
  return [...totals, b.member.total]
}

async function flush(to: number): Promise<void> {
  const redis = new Redis(to)
  await redis.flushall()
  redis.disconnect()
}
