import { describe, expect, test } from 'vitest'
import type { AlertPolicy, LogRecord } from '../../src/index.ts'
import { minute, second } from '../golden/support.ts'
import { createFleet } from './fleet-world.ts'

const request = (path: string, user: string, host: string): Partial<LogRecord> => ({
  fields: { hostname: host, req: { method: 'GET', url: path, user: { id: user } } },
})

test('one message has the count, the people, the hosts and the endpoints of all processes', async () => {
  const fleet = createFleet()
  const [first, second2, third] = fleet.startMany(3)

  first?.program.fail('chargeCard', request('/cart', 'ann', 'web-1'))
  await fleet.world.advance(second)
  second2?.program.fail('chargeCard', request('/cart', 'ann', 'web-2'))
  third?.program.fail('chargeCard', request('/orders', 'ben', 'web-3'))
  third?.program.fail('chargeCard', request('/orders', 'cem', 'web-3'))
  await fleet.world.advance(minute)

  expect(fleet.posts).toHaveLength(1)
  expect(fleet.texts()).toEqual(['🔴 Error: chargeCard failed · checkout · GET /cart · ×4'])
  expect(fleet.requests).toContain('*Users* 3')
  expect(fleet.requests).toContain('web-1, web-2, web-3')
  expect(fleet.requests).toMatch(/50 % GET \/(cart|orders), 50 % GET \/(cart|orders)/)
})

test('a new problem and a fatal one in a follower are posted at once', async () => {
  const fleet = createFleet()
  const [leader, follower] = fleet.startMany(2)
  leader?.program.fail('readStock')
  await fleet.world.advance(2 * minute)

  follower?.program.fail('chargeCard')
  await fleet.world.advance(100)
  const afterNew = fleet.posts.length
  follower?.program.failFatally('sendMail')
  await fleet.world.advance(100)

  expect([afterNew, fleet.posts.length]).toEqual([2, 3])
})

test('a window policy lets through as many messages as it says, whichever process logs', async () => {
  const fleet = createFleet()
  const members = fleet.startMany(8, { repeat: { policy: 'window', limit: 3, windowMs: 600_000 } })

  for (let round = 0; round < 4; round += 1) {
    for (const { program } of members) program.fail('chargeCard')
    await fleet.world.advance(2 * second)
  }

  expect(fleet.posts).toHaveLength(3)
})

test('new problems of several processes at once are a storm', async () => {
  const fleet = createFleet()
  const members = fleet.startMany(4)

  members.forEach(({ program }, index) => {
    for (let problem = 0; problem < 5; problem += 1) program.fail(`job${index}x${problem}_`)
  })
  await fleet.world.advance(minute)

  expect(fleet.posts.length).toBeLessThanOrEqual(2)
  expect(fleet.requests).toContain('20')
})

test('a route that asks for several occurrences counts those of all processes', async () => {
  const fleet = createFleet()
  const members = fleet.startMany(5, { routes: [{ minCount: 5 }] })

  for (const { program } of members.slice(1)) program.fail('chargeCard')
  await fleet.world.advance(5 * second)
  const before = fleet.posts.length
  members[0]?.program.fail('chargeCard')
  await fleet.world.advance(5 * second)

  expect([before, fleet.posts.length]).toEqual([0, 1])
})

test('an alert goes where the process that logged it is configured to send it', async () => {
  const fleet = createFleet()
  const leader = fleet.start()
  leader.program.fail('readStock')
  await fleet.world.advance(2 * minute)
  const newer = fleet.start({
    routes: [{ when: { message: 'chargeCard*' }, channel: '#billing', mention: '@here' }],
  })

  newer.program.fail('chargeCard', { message: 'chargeCard is down' })
  await fleet.world.advance(5 * second)

  expect(fleet.posts.map((body) => body['channel'])).toEqual(['#alerts', '#billing'])
  expect(JSON.stringify(fleet.posts[1])).toContain('here')
})

describe('a successor that is configured otherwise', () => {
  const billing = {
    routes: [{ when: { message: 'chargeCard*' }, channel: '#billing', mention: '@here' as const }],
  }
  const chargeCard = { message: 'chargeCard is down' }

  test('continues the message of a channel that it does not have', async () => {
    const fleet = createFleet()
    const [leader, other] = [fleet.start(billing), fleet.start(billing)]
    const successor = fleet.start()
    for (const { program } of [leader, other]) program.fail('chargeCard', chargeCard)
    await fleet.world.advance(2 * second)
    successor.program.fail('readStock')
    await fleet.world.advance(minute)

    fleet.kill(leader)
    fleet.kill(other)
    await fleet.world.advance(10 * second)
    const next = fleet.start(billing)
    for (let time = 0; time < 3; time += 1) next.program.fail('chargeCard', chargeCard)
    await fleet.world.advance(2 * minute)

    const channels = fleet.posts.map((body) => body['channel'])
    expect(channels.filter((channel) => channel === '#billing')).toHaveLength(1)
    expect(fleet.texts().find((text) => text.includes('chargeCard'))).toContain('×5')
  })

  test('sends what was left unsent where it belongs', async () => {
    const fleet = createFleet()
    const leader = fleet.start(billing)
    const successor = fleet.start()
    for (const { program } of [leader, successor]) program.fail('readStock')
    await fleet.world.advance(2 * minute)

    fleet.world.slack.state = 'down'
    leader.program.fail('chargeCard', chargeCard)
    await fleet.world.advance(2 * second)
    fleet.kill(leader)
    fleet.world.slack.state = 'up'
    successor.program.fail('readStock')
    await fleet.world.advance(5 * minute)

    const posted = fleet.posts.filter(({ text }) => String(text).includes('chargeCard'))
    expect(posted.map((body) => body['channel'])).toEqual(['#billing'])
  })
})

test('quiet hours are those of the process that logged', async () => {
  const fleet = createFleet()
  const leader = fleet.start()
  leader.program.fail('readStock')
  await fleet.world.advance(2 * minute)
  const quietHours = { from: '09:00', to: '10:00', timeZone: 'UTC' }
  const newer = fleet.start({
    quietHours,
    routes: [{ when: { message: 'sendMail*' }, quietHours: false }],
  })

  newer.program.fail('chargeCard')
  newer.program.fail('sendMail', { message: 'sendMail is down' })
  await fleet.world.advance(minute)
  const atNight = fleet.texts()
  await fleet.world.advance(30 * minute)

  expect(atNight.map((text) => text.split(' · ')[0])).toEqual([
    '🔴 Error: readStock failed',
    '🔴 Error: sendMail failed',
  ])
  expect(fleet.requests).toContain('chargeCard')
})

describe('an alert policy of the application', () => {
  const everyThird: AlertPolicy = {
    keepsLiveRoot: true,
    onOccurrence: ({ alerts, count }) => {
      if (alerts.last === undefined) return { action: 'alert', reason: 'new' }
      return count % 3 === 0 ? { action: 'alert', reason: 'repeat' } : undefined
    },
  }

  test('decides about the occurrences of all processes that have it', async () => {
    const fleet = createFleet()
    const members = fleet.startMany(3, { repeat: everyThird })

    for (const { program } of members) {
      program.fail('chargeCard')
      await fleet.world.advance(5 * second)
    }

    expect(fleet.requests).toContain('3 so far')
    expect(fleet.world.stderr).toEqual([])
  })

  test('gives way to that of the leader where the leader has none, which says so once', async () => {
    const fleet = createFleet()
    fleet.world.isAboutStderr = true
    const leader = fleet.start()
    leader.program.fail('readStock')
    await fleet.world.advance(2 * minute)
    const other = fleet.start({ repeat: everyThird })

    for (let time = 0; time < 4; time += 1) {
      other.program.fail('chargeCard')
      await fleet.world.advance(minute)
    }

    expect(fleet.texts()).toContain('🔴 Error: chargeCard failed · checkout · ×4')
    expect(fleet.world.stderr).toEqual([
      expect.stringContaining('has an alert policy of its own for #alerts'),
    ])
  })
})

test('the breadcrumbs of a process are shown with its event', async () => {
  const fleet = createFleet()
  const [leader, follower] = fleet.startMany(2, { contextLevel: 'info' })
  leader?.program.fail('readStock')
  await fleet.world.advance(2 * minute)

  follower?.program.log({ level: 'info', message: 'the cart has 3 items' })
  follower?.program.fail('chargeCard')
  await fleet.world.advance(minute)

  expect(fleet.requests).toContain('the cart has 3 items')
})

test('what a later record of a failure shows of its request is in the message', async () => {
  const fleet = createFleet()
  const [leader, follower] = fleet.startMany(2)
  leader?.program.fail('readStock')
  await fleet.world.advance(2 * minute)
  const error = new Error('the card was refused')

  follower?.program.log({ error, message: 'charging failed' })
  await fleet.world.advance(20)
  follower?.program.log({
    error,
    message: 'request errored',
    fields: { req: { method: 'POST', url: '/orders/17' }, res: { statusCode: 500 } },
  })
  await fleet.world.advance(minute)

  expect(fleet.posts).toHaveLength(2)
  expect(fleet.requests).toContain('POST /orders/17')
})

describe('when processes end', () => {
  test('a leader that dies before it has sent an alert is followed by one that sends it', async () => {
    const fleet = createFleet()
    const [leader, follower] = fleet.startMany(2)
    fleet.world.slack.state = 'down'
    leader?.program.fail('chargeCard')
    follower?.program.fail('chargeCard')
    await fleet.world.advance(3 * second)
    if (leader !== undefined) fleet.kill(leader)
    fleet.world.slack.state = 'up'
    follower?.program.fail('chargeCard')
    await fleet.world.advance(2 * minute)

    expect(fleet.posts).toHaveLength(1)
    expect(fleet.texts()).toEqual(['🔴 Error: chargeCard failed · checkout · ×3'])
  })

  test('a follower that dies in the turn of its first error has not lost it', async () => {
    const fleet = createFleet()
    const [leader, follower] = fleet.startMany(2)
    leader?.program.fail('readStock')
    await fleet.world.advance(2 * minute)

    follower?.program.fail('chargeCard')
    if (follower !== undefined) fleet.kill(follower)
    await fleet.world.advance(minute)

    expect(fleet.texts()).toContain('🔴 Error: chargeCard failed · checkout')
  })

  test('a batch that the leader merged before it died is not counted again', async () => {
    const fleet = createFleet()
    const [leader, follower] = fleet.startMany(2)
    leader?.program.fail('chargeCard')
    await fleet.world.advance(5 * second)
    follower?.program.fail('chargeCard')
    // It has arrived, and its acknowledgement has not.
    await fleet.world.advance(1)
    if (leader !== undefined) fleet.kill(leader)
    await fleet.world.advance(minute)

    expect(fleet.texts()).toEqual(['🔴 Error: chargeCard failed · checkout · ×2'])
  })

  test('the journal of a follower has nothing that the leader has merged', async () => {
    const fleet = createFleet()
    const [leader, follower] = fleet.startMany(2)
    leader?.program.fail('chargeCard')
    follower?.program.fail('chargeCard')
    await fleet.world.advance(5 * second)
    if (follower !== undefined) fleet.kill(follower)
    await fleet.world.advance(5 * second)
    if (leader !== undefined) fleet.kill(leader)
    const next = fleet.start()
    next.program.fail('chargeCard')
    await fleet.world.advance(minute)

    expect(fleet.texts()).toEqual(['🔴 Error: chargeCard failed · checkout · ×3'])
  })

  test('a leader that another one has replaced sends nothing, and reports what it had not written', async () => {
    const fleet = createFleet()
    const [leader, follower] = fleet.startMany(2)
    leader?.program.fail('chargeCard')
    follower?.program.fail('chargeCard')
    await fleet.world.advance(5 * second)
    leader?.program.fail('chargeCard')
    fleet.links.replace()
    await fleet.world.advance(10)
    leader?.program.fail('readStock')
    leader?.link.elect()
    await fleet.world.advance(minute)

    expect(leader?.program.sink.health().fleet?.role).toBe('follower')
    expect(fleet.posts).toHaveLength(2)
    expect(fleet.texts()).toEqual([
      '🔴 Error: chargeCard failed · checkout · ×3',
      '🔴 Error: readStock failed · checkout',
    ])
  })
})

test('flush of a follower resolves when the leader has what it counted', async () => {
  const fleet = createFleet()
  const [leader, follower] = fleet.startMany(2)
  leader?.program.fail('readStock')
  await fleet.world.advance(second)
  follower?.program.fail('chargeCard')

  const flushed = follower?.program.sink.flush()
  await fleet.world.advance(20)

  expect(await flushed).toBe(true)
  expect(follower?.program.sink.health().fleet).toMatchObject({
    role: 'follower',
    link: 'memory',
    leader: 'web-1',
    members: 2,
    lagMs: 0,
  })
})

test('flush of a follower resolves to false when nobody leads in time', async () => {
  const fleet = createFleet()
  const [leader, follower] = fleet.startMany(2)
  leader?.program.fail('readStock')
  await fleet.world.advance(second)
  if (follower !== undefined) follower.link.isCut = true
  follower?.program.fail('chargeCard')

  const flushed = follower?.program.sink.flush({ timeoutMs: 100 })
  await fleet.world.advance(200)

  expect(await flushed).toBe(false)
})

const replacements = Array.from({ length: 24 }, (_, look) => [
  ['at once', look] as const,
  ['soon', look] as const,
]).flat()

test.each(replacements)(
  'a leader that is stopped at any moment and replaced meanwhile counts nothing twice, and loses nothing (%s, at its look %i whether it leads)',
  async (how, look) => {
    const fleet = createFleet()
    const [leader, follower] = fleet.startMany(2)
    const failAll = async (): Promise<void> => {
      for (const name of ['chargeCard', 'sendMail']) {
        leader?.program.fail(name)
        follower?.program.fail(name)
      }
      await fleet.world.advance(700)
    }
    await failAll()
    await fleet.world.advance(5 * second)

    leader?.link.replaceAt(look, how)
    for (let round = 0; round < 16; round += 1) await failAll()
    leader?.link.elect()
    await failAll()
    await fleet.world.advance(2 * minute)

    expect(leader?.program.sink.health().fleet?.role).toBe('follower')
    expect(fleet.texts().toSorted()).toEqual([
      '🔴 Error: chargeCard failed · checkout · ×36',
      '🔴 Error: sendMail failed · checkout · ×36',
    ])
  },
)
