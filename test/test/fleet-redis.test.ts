import { Redis } from 'ioredis'
import { type Inbox, startInbox } from '@slack-logger/slack-inbox'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { FaultProxy } from '../../packages/redis/test/support/fault-proxy.ts'
import { runRedis } from '../../packages/redis/test/support/run-redis.ts'
import {
  createFleet,
  type FleetOfProcesses,
  leaderOf,
  type Member,
  rolesOf,
} from './support/fleet.ts'
import { latestCounts, pings, until } from './support/reader.ts'

const server = await runRedis('fleets over Redis are')
afterAll(() => server?.[Symbol.asyncDispose]())
const admin = new Redis(server?.port ?? 0, { lazyConnect: true })
afterAll(() => admin.disconnect())
const fleet = { redis: `redis://127.0.0.1:${server?.port}` }
const options = { fleet, routes: [{ mention: '@here' }] }
// They wait for leases most of the time.
vi.setConfig({ maxConcurrency: 4 })
const onServer = { concurrent: true, skip: server === undefined }

describe('processes on two hosts', onServer, () => {
  test('are one fleet: one problem is one message, which counts all of them', async () => {
    await using inbox = await startInbox()
    await using one = createFleet(inbox)
    await using other = createFleet(inbox)
    const service = 'shop-1'
    const members: Member[] = []
    for (const host of [one, other, one, other, one, other, one, other]) {
      const member = await host.start({ ...options, service })
      await member.log('chargeCard')
      await untilKnown(member)
      members.push(member)
    }

    await Promise.all(members.map((member) => member.log('chargeCard', { times: 999 })))
    await until(() => latestCounts(inbox).includes(8000), 20_000)

    expect(latestCounts(inbox)).toEqual([8000])
    expect(pings(inbox)).toHaveLength(1)
    expect(await rolesOf(members)).toEqual({ leader: 1, follower: 7 })
    expect(members.flatMap(({ stderr }) => stderr)).toEqual([])
  }, 60_000)

  test.each([
    ['one problem', ['chargeCard']],
    ['three problems', ['chargeCard', 'sendMail', 'readStock']],
  ])(
    'of %s nothing is lost or counted twice while the leader is killed three times',
    async (_, problems) => {
      await using inbox = await startInbox()
      await using one = createFleet(inbox)
      await using other = createFleet(inbox)
      const hosts = [one, other]
      const service = `shop of ${problems.length}`
      const shop = { ...options, fleet: { ...fleet, keyPrefix: service }, service }
      const start = (index: number) => (hosts[index % 2] ?? one).start(shop)
      const times = 5000
      const rounds = 5
      let members = await Promise.all(Array.from({ length: 8 }, (__, index) => start(index)))

      for (let round = 0; round < rounds; round += 1) {
        const leader = await leaderOf(members)
        const others = members.filter((member) => member !== leader)
        const isKilled = leader !== undefined && round > 0 && round < 4
        const slow = others.map((member) => member.log(problems, { times, perTurn: 20 }))
        await leader?.log(problems, { times })
        if (isKilled) {
          // What it has counted itself is written down every second.
          await leader.flush()
          await isSaved(service)
          await leader.signal('SIGKILL')
          members = [...others, await start(round)]
        }
        await Promise.all(slow)
        if (isKilled) await untilLed(members)
      }
      await Promise.all(members.map((member) => member.flush()))
      const expected = problems.map(() => 8 * times * rounds)
      await until(() => String(latestCounts(inbox)) === String(expected), 40_000)

      expect(latestCounts(inbox)).toEqual(expected)
      expect(members.flatMap(({ stderr }) => stderr)).toEqual([])
      expect(pings(inbox)).toHaveLength(problems.length)
    },
    180_000,
  )
})

describe('a process that exits in the turn in which it logs', onServer, () => {
  test('reports to the leader', async () => {
    await using inbox = await startInbox()
    await using one = createFleet(inbox)
    await using other = createFleet(inbox)
    const { member } = await startTwo(inbox, [one, other], 'exit-1')

    const tookMs = await member.exit(['sendMail'], 'fatal')

    await until(() => latestCounts(inbox).length === 2, 20_000)
    expect(latestCounts(inbox)).toEqual([2, 1])
    expect(tookMs).toBeLessThan(2500)
  }, 60_000)

  test('hands over what it leads, and another one goes on in its messages', async () => {
    await using inbox = await startInbox()
    await using one = createFleet(inbox)
    await using other = createFleet(inbox)
    const { leader, member } = await startTwo(inbox, [one, other], 'exit-leader')

    await leader.log('chargeCard', { times: 7 })
    const tookMs = await leader.exit(['sendMail', 'chargeCard'])

    const keys = await admin.keys('*:leader')
    const ends = await Promise.all(keys.map((key) => admin.hmget(key, 'name', 'until')))
    expect(ends.find(([name]) => name?.endsWith(`:${leader.pid}`))).toEqual([
      expect.any(String),
      '0',
    ])
    expect(tookMs).toBeLessThan(2800)
    await member.log(['chargeCard', 'sendMail'])
    await until(() => String(latestCounts(inbox)) === '11,2', 20_000)
    expect(latestCounts(inbox)).toEqual([11, 2])
    expect(pings(inbox)).toHaveLength(2)
  }, 60_000)

  test.each(['after it has reported', 'with its first problem'])(
    'sends its alert itself where the server does not answer, and the leader goes on in that message (%s)',
    async (when) => {
      await using inbox = await startInbox()
      await using proxy = await FaultProxy.start(server?.port ?? 0)
      await using one = createFleet(inbox)
      await using other = createFleet(inbox)
      const service = `exit ${when}`
      const leader = await one.start({ fleet, service })
      await leader.log('chargeCard')
      await untilLed([leader])
      const member = await other.start({ fleet: { redis: proxy.url }, service })
      if (when === 'after it has reported') {
        await member.log('chargeCard')
        await until(() => latestCounts(inbox).includes(2), 20_000)
      }
      const [before = 0] = latestCounts(inbox)

      proxy.fault = { isMute: true }
      await member.exit(['chargeCard', 'sendMail'])
      const next = await other.start({ fleet, service })
      await next.log('readStock')
      await until(() => latestCounts(inbox).length > 2, 20_000)
      await leader.log('sendMail', { times: 4 })

      await until(() => String(latestCounts(inbox)) === `${before + 1},5,1`, 20_000)
      expect(latestCounts(inbox)).toEqual([before + 1, 5, 1])
    },
    90_000,
  )

  test.each(['auto', 'follower'] as const)(
    'sends its alert itself where nobody leads, as %s',
    async (role) => {
      await using inbox = await startInbox()
      await using host = createFleet(inbox)
      const member = await host.start({ fleet: { ...fleet, role }, service: `exit-${role}` })

      await member.exit(['sendMail'], 'fatal')

      expect(latestCounts(inbox)).toEqual([1])
    },
    60_000,
  )
})

describe('while the server is away', onServer, () => {
  test('a problem that is new to several processes is one message, which goes on when it is back', async () => {
    await using inbox = await startInbox()
    await using proxy = await FaultProxy.start(server?.port ?? 0)
    await using one = createFleet(inbox)
    await using other = createFleet(inbox)
    const shop = { fleet: { redis: proxy.url }, service: 'new while away' }
    const members: Member[] = []
    for (const host of [one, other, one, other]) {
      const member = await host.start(shop)
      await member.log('chargeCard')
      await untilKnown(member)
      members.push(member)
    }
    await until(() => latestCounts(inbox).includes(4), 20_000)

    proxy.fault = { isMute: true }
    // The leader may send until its lease is over.
    for (const member of members.slice(1)) {
      await member.log(['chargeCard', 'sendMail'])
      await until(() => latestCounts(inbox).length > 1, 20_000)
    }
    proxy.fault = {}
    proxy.breakAll()
    for (const member of members) await untilTogether(member)
    for (const member of members) await member.log(['chargeCard', 'sendMail'])

    await until(() => String(latestCounts(inbox)) === '11,7', 30_000)
    expect(latestCounts(inbox)).toEqual([11, 7])
    expect(members.flatMap(({ stderr }) => stderr)).toEqual([])
  }, 90_000)
})

describe('over Redis', onServer, () => {
  test('followers without a token report to a leader of its own, as soon as there is one', async () => {
    await using inbox = await startInbox()
    await using one = createFleet(inbox)
    await using other = createFleet(inbox)
    const service = 'tokenless'
    const noToken = { SLACK_BOT_TOKEN: '', SLACK_CHANNEL: '' }
    const follower = { fleet: { ...fleet, role: 'follower' as const }, service }
    const first = await one.start(follower, { env: noToken })
    await first.log('chargeCard', { times: 5 })
    const leader = { fleet: { ...fleet, role: 'leader' as const }, service }

    await other.start(leader)
    const second = await other.start(follower, { env: noToken })
    await second.log('chargeCard', { times: 5 })

    await until(() => latestCounts(inbox).includes(10), 30_000)
    expect(latestCounts(inbox)).toEqual([10])
    expect(first.stderr).toEqual([])
  }, 60_000)

  test('no disk is needed to go on where a leader was killed', async () => {
    await using inbox = await startInbox()
    await using one = createFleet(inbox)
    await using other = createFleet(inbox)
    const keyPrefix = 'diskless'
    const diskless = { fleet: { ...fleet, keyPrefix }, service: 'shop', spoolDir: false as const }
    const leader = await one.start(diskless)
    await leader.log('chargeCard', { times: 10 })
    await untilLed([leader])
    const member = await other.start(diskless)
    await member.log('chargeCard', { times: 10 })
    await until(() => latestCounts(inbox).includes(20), 20_000)
    await leader.flush()
    await isSaved(keyPrefix)

    await leader.signal('SIGKILL')
    await untilLed([member])
    await member.log('chargeCard', { times: 10 })

    await until(() => latestCounts(inbox).includes(30), 30_000)
    expect(latestCounts(inbox)).toEqual([30])
  }, 90_000)

  test('what a follower could not report before it was killed is reported by the next one of its host', async () => {
    await using inbox = await startInbox()
    await using one = createFleet(inbox)
    await using other = createFleet(inbox)
    const shop = { fleet, service: 'killed' }
    const leader = await one.start(shop)
    await leader.log('chargeCard')
    await untilLed([leader])
    const member = await other.start(shop)
    await member.log('chargeCard')
    await until(() => latestCounts(inbox).includes(2), 20_000)

    await member.die(['sendMail'], 'fatal')
    const next = await other.start(shop)
    await next.log('chargeCard')

    await until(() => latestCounts(inbox).length === 2, 20_000)
    expect(latestCounts(inbox)[1]).toBe(1)
  }, 60_000)

  test('what a server took whose answers were lost is counted once', async () => {
    await using inbox = await startInbox()
    await using proxy = await FaultProxy.start(server?.port ?? 0)
    await using one = createFleet(inbox)
    await using other = createFleet(inbox)
    const service = 'ambiguous'
    const leader = await one.start({ fleet, service })
    await leader.log('chargeCard')
    await untilLed([leader])
    const member = await other.start({ fleet: { redis: proxy.url }, service })
    await member.log('chargeCard')
    await until(() => latestCounts(inbox).includes(2), 20_000)

    proxy.fault = { fate: () => 'swallow' }
    await member.log(['chargeCard', 'sendMail'], { times: 5 })
    await until(() => latestCounts(inbox).length > 1, 20_000)
    await member.log(['chargeCard', 'sendMail'], { times: 5 })
    proxy.fault = {}
    proxy.breakAll()
    await untilFollowed(member)
    await until(() => String(latestCounts(inbox)) === '12,10', 30_000)

    expect(latestCounts(inbox)).toEqual([12, 10])
    expect([leader, member].flatMap(({ stderr }) => stderr)).toEqual([])
  }, 90_000)

  test('processes go on alone while the server is away, and together when it is back', async () => {
    await using inbox = await startInbox()
    await using proxy = await FaultProxy.start(server?.port ?? 0)
    await using one = createFleet(inbox)
    await using other = createFleet(inbox)
    const shop = { fleet: { redis: proxy.url }, service: 'away' }
    const leader = await one.start(shop)
    await leader.log('chargeCard')
    await untilLed([leader])
    const member = await other.start(shop)
    await member.log('chargeCard')
    await until(() => latestCounts(inbox).includes(2), 20_000)

    proxy.fault = { isMute: true }
    await member.log('sendMail')
    await until(() => latestCounts(inbox).length === 2, 20_000)
    proxy.fault = {}
    proxy.breakAll()
    await untilFollowed(member)
    await member.log('chargeCard', { times: 8 })

    await until(() => latestCounts(inbox).includes(10), 30_000)
    expect(latestCounts(inbox)).toEqual([10, 1])
    expect([leader, member].flatMap(({ stderr }) => stderr)).toEqual([])
  }, 90_000)
})

test(
  'a leader that was cut off from the server reports what it counted meanwhile',
  { ...onServer, timeout: 90_000 },
  async () => {
    await using inbox = await startInbox()
    await using proxy = await FaultProxy.start(server?.port ?? 0)
    await using one = createFleet(inbox)
    await using other = createFleet(inbox)
    const service = 'cut off'
    const leader = await one.start({ fleet: { redis: proxy.url }, service })
    await leader.log('chargeCard', { times: 10 })
    await untilLed([leader])
    const member = await other.start({ fleet, service })
    await member.log('chargeCard', { times: 10 })
    await until(() => latestCounts(inbox).includes(20), 20_000)

    proxy.fault = { isMute: true }
    await untilLed([member])
    await member.log('chargeCard', { times: 10 })
    await leader.log('chargeCard', { times: 5 })
    proxy.fault = {}
    proxy.breakAll()
    await untilFollowed(leader)
    await leader.log('chargeCard', { times: 3 })

    await until(() => latestCounts(inbox).includes(38), 30_000)
    expect(latestCounts(inbox)).toEqual([38])
    expect([leader, member].flatMap(({ stderr }) => stderr)).toEqual([])
  },
)

async function untilFollowed(member: Member): Promise<void> {
  const deadline = Date.now() + 30_000
  while ((await member.health()).fleet?.role !== 'follower' && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50))
}

/** Resolves when a process leads or follows. */
async function untilTogether(member: Member): Promise<void> {
  const deadline = Date.now() + 30_000
  const isTogether = async (): Promise<boolean> =>
    ['leader', 'follower'].includes((await member.health()).fleet?.role ?? '')
  while (!(await isTogether()) && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50))
}

/** A leader on one host and a follower on the other, with one problem that both have. */
async function startTwo(
  inbox: Inbox,
  [one, other]: readonly [FleetOfProcesses, FleetOfProcesses],
  service: string,
): Promise<{ readonly leader: Member; readonly member: Member }> {
  const leader = await one.start({ ...options, service })
  await leader.log('chargeCard')
  await untilLed([leader])
  const member = await other.start({ ...options, service })
  await member.log('chargeCard')
  await until(() => latestCounts(inbox).includes(2), 20_000)
  return { leader, member }
}

/** Resolves when the leader's journal on the server has not grown for a while. */
async function isSaved(keyPrefix: string): Promise<void> {
  let before: string | undefined
  let now: string | undefined
  do {
    before = now
    await new Promise((resolve) => setTimeout(resolve, 50))
    const keys = await admin.keys(`${keyPrefix}*:journal`)
    now = String(await Promise.all(keys.map((key) => admin.strlen(key))))
  } while (now !== before)
}

/** Resolves when it is known who leads. */
async function untilKnown(member: Member): Promise<void> {
  while ((await member.health()).fleet?.role === 'undecided')
    await new Promise((resolve) => setTimeout(resolve, 20))
}

async function untilLed(members: readonly Member[]): Promise<void> {
  const deadline = Date.now() + 20_000
  while ((await leaderOf(members)) === undefined && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 100))
}
