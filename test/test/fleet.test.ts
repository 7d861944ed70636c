import { type Inbox, startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { createFleet, type Member } from './support/fleet.ts'
import { countsOf, pings, roots, until } from './support/reader.ts'

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

async function leaderOf(members: readonly Member[]): Promise<Member | undefined> {
  const health = await Promise.all(members.map((member) => member.health()))
  return members[health.findIndex(({ fleet }) => fleet?.role === 'leader')]
}

async function rolesOf(members: readonly Member[]): Promise<Readonly<Record<string, number>>> {
  const roles: Record<string, number> = {}
  for (const member of members) {
    const { role = 'none' } = (await member.health()).fleet ?? {}
    roles[role] = (roles[role] ?? 0) + 1
  }
  return roles
}

/** The number of occurrences that each root shows now. */
function latestCounts(inbox: Inbox): readonly number[] {
  return roots(inbox).map((root) => countsOf(root).at(-1) ?? 0)
}
