import { type Inbox, startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import {
  createFleet,
  type FleetOfProcesses,
  leaderOf,
  type Member,
  rolesOf,
} from './support/fleet.ts'
import { latestCounts, namedTwice, pings, roots, storms, unnamed, until } from './support/reader.ts'

const mentions = { routes: [{ mention: '@here' }] }

test('eight processes with the same problem are one message, which counts all of them', async () => {
  await using inbox = await startInbox()
  await using fleet = createFleet(inbox)
  const members = await Promise.all(Array.from({ length: 8 }, () => fleet.start()))

  await Promise.all(members.map((member) => member.log('chargeCard', { times: 1000 })))
  await until(() => latestCounts(inbox).includes(8000), 20_000)

  expect(latestCounts(inbox)).toEqual([8000])
  expect(await rolesOf(members)).toEqual({ leader: 1, follower: 7 })
}, 60_000)

test.each([
  ['one problem', ['chargeCard']],
  ['three problems', ['chargeCard', 'sendMail', 'readStock']],
])(
  'of %s in eight processes nothing is lost or counted twice while the leader is killed three times',
  async (_, problems) => {
    await using inbox = await startInbox()
    await using fleet = createFleet(inbox)
    const times = 5000
    const rounds = 5
    let members = await Promise.all(Array.from({ length: 8 }, () => fleet.start(mentions)))

    for (let round = 0; round < rounds; round += 1) {
      const leader = await leaderOf(members)
      const others = members.filter((member) => member !== leader)
      const isKilled = leader !== undefined && round > 0 && round < 4
      const slow = others.map((member) => member.log(problems, { times, perTurn: 20 }))
      await leader?.log(problems, { times })
      if (isKilled) {
        // What it has counted itself is written down every second.
        await leader.flush()
        await leader.signal('SIGKILL')
        members = [...others, await fleet.start(mentions)]
      }
      await Promise.all(slow)
    }
    await Promise.all(members.map((member) => member.flush()))
    const expected = problems.map(() => 8 * times * rounds)
    await until(() => String(latestCounts(inbox)) === String(expected), 30_000)

    expect(latestCounts(inbox)).toEqual(expected)
    expect(members.flatMap(({ stderr }) => stderr)).toEqual([])
    expect(pings(inbox)).toHaveLength(problems.length)
  },
  180_000,
)

test('a process that exits in the turn of its error leaves it to the leader, and exits at once', async () => {
  await using inbox = await startInbox()
  await using fleet = createFleet(inbox)
  const { follower } = await startTwo(inbox, fleet)

  // One that knows the leader, and one that has never reported.
  const took = [await follower.exit(['sendMail'], 'fatal')]
  await until(() => roots(inbox).length === 2)
  const fresh = await fleet.start()
  took.push(await fresh.exit(['readStock'], 'fatal'))
  await until(() => roots(inbox).length === 3)

  expect(roots(inbox).map(({ text }) => text.replace(/ · ×.*/, ''))).toEqual([
    '🔴 Error: chargeCard failed · shop',
    '🚨 Error: sendMail failed · shop',
    '🚨 Error: readStock failed · shop',
  ])
  expect(Math.max(...took)).toBeLessThan(1000)
})

test('twelve processes that fail and exit together are one message or two', async () => {
  await using inbox = await startInbox()
  await using fleet = createFleet(inbox)
  const members = await Promise.all(Array.from({ length: 12 }, () => fleet.start()))

  await Promise.all(members.map((member) => member.exit(['chargeCard'], 'fatal')))
  const next = await fleet.start()
  await next.log('chargeCard')
  await next.flush()
  await until(() => latestCounts(inbox).includes(13), 5000)

  // The first one has posted its own while it exited, before another one continued.
  expect(Math.max(...latestCounts(inbox))).toBe(13)
  expect(roots(inbox).length).toBeLessThanOrEqual(2)
}, 60_000)

test('a leader that is stopped for long is replaced, and when it goes on, it sends nothing and loses nothing', async () => {
  await using inbox = await startInbox()
  await using fleet = createFleet(inbox)
  const leader = await fleet.start()
  await leader.log('chargeCard', { times: 3 })
  await until(() => roots(inbox).length === 1)
  const others = [await fleet.start(), await fleet.start()]
  for (const other of others) await other.log('chargeCard')
  await leader.log('chargeCard', { times: 2 })
  await leader.signal('SIGSTOP')

  for (const other of others) await other.log(['chargeCard', 'sendMail'])
  await until(() => roots(inbox).length === 2, 20_000)
  for (const other of others) await other.log('sendMail', { level: 'fatal' })
  await leader.signal('SIGCONT')
  await leader.log(['chargeCard', 'readStock'])
  await until(() => String(latestCounts(inbox)) === '10,4,1', 20_000)

  expect(latestCounts(inbox)).toEqual([10, 4, 1])
  expect(await rolesOf([leader, ...others])).toEqual({ leader: 1, follower: 2 })
}, 60_000)

test('a leader that closes hands over within a second', async () => {
  await using inbox = await startInbox()
  await using fleet = createFleet(inbox)
  const leader = await fleet.start()
  await leader.log('chargeCard', { times: 3 })
  const follower = await fleet.start()
  await follower.log('chargeCard')
  await follower.flush()

  await leader.close()
  const closedAt = performance.now()
  await until(() => false, 1)
  while ((await follower.health()).fleet?.role !== 'leader') await until(() => false, 5)
  const tookMs = performance.now() - closedAt
  await follower.log('chargeCard', { times: 6 })
  await until(() => latestCounts(inbox).includes(10), 20_000)

  expect(latestCounts(inbox)).toEqual([10])
  expect(tookMs).toBeLessThan(1000)
}, 60_000)

test('the leader is replaced within a quarter of a second', async () => {
  await using inbox = await startInbox()
  await using fleet = createFleet(inbox)
  let members = await Promise.all(Array.from({ length: 6 }, () => fleet.start()))
  const tookMs: number[] = []
  for (let kills = 0; kills < 4; kills += 1) {
    for (const member of members) await member.log('chargeCard')
    await Promise.all(members.map((member) => member.flush()))
    const leader = await leaderOf(members)
    members = members.filter((member) => member !== leader)
    const startedAt = performance.now()
    await leader?.signal('SIGKILL')
    while ((await leaderOf(members)) === undefined) await until(() => false, 1)
    tookMs.push(performance.now() - startedAt)
  }

  // Where nothing else runs, it takes 10 to 70 milliseconds.
  expect(tookMs.toSorted((x, y) => x - y).at(-2)).toBeLessThan(250)
}, 60_000)

test('a storm in eight processes is one message, whoever leads meanwhile', async () => {
  await using inbox = await startInbox()
  await using fleet = createFleet(inbox)
  const names = Array.from({ length: 20 }, (_, index) => `job${'abcdefghijklmnopqrst'[index]}`)
  const members = await Promise.all(Array.from({ length: 8 }, () => fleet.start()))

  await Promise.all(members.map((member) => member.log(names, { times: 5, perTurn: 1 })))
  await Promise.all(members.map((member) => member.flush()))
  await until(() => storms(inbox).length === 1)
  const leader = await leaderOf(members)
  await leader?.signal('SIGKILL')
  const others = members.filter((member) => member !== leader)
  await Promise.all(others.map((member) => member.log(names)))
  await Promise.all(others.map((member) => member.flush()))
  await until(() => storms(inbox).some(({ text }) => text.includes('940')), 20_000)

  expect(storms(inbox)).toHaveLength(1)
  // The first one had a message of its own before the others came.
  expect(namedTwice(inbox, names).length).toBeLessThanOrEqual(1)
  expect(unnamed(inbox, names)).toEqual([])
}, 60_000)

test('what a leader sends as it is killed is one message, though Slack takes it only later', async () => {
  await using inbox = await startInbox()
  await using fleet = createFleet(inbox)
  const { leader, follower } = await startTwo(inbox, fleet)
  const slow = inbox.fail({ method: 'chat.postMessage', effectAfterMs: 700, times: 1 })

  await leader.log('sendMail')
  await until(() => slow.hits > 0)
  await leader.signal('SIGKILL')
  await follower.log('sendMail')
  await until(() => latestCounts(inbox).includes(2) && roots(inbox).length > 1)
  await follower.log('sendMail')
  await until(() => String(latestCounts(inbox)) === '2,3', 15_000)

  expect(latestCounts(inbox)).toEqual([2, 3])
}, 60_000)

/** A leader, and a follower that has reported to it. */
async function startTwo(
  inbox: Inbox,
  fleet: FleetOfProcesses,
): Promise<{ readonly leader: Member; readonly follower: Member }> {
  const leader = await fleet.start()
  await leader.log('chargeCard')
  await until(() => roots(inbox).length === 1)
  const follower = await fleet.start()
  await follower.log('chargeCard')
  await follower.flush()
  return { leader, follower }
}
