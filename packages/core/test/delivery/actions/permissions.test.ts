import { createVirtualClock } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { SteadyClock } from '../../../src/clock.ts'
import type { Failure, Person } from '../../../src/delivery/destination.ts'
import { Permissions, type PermissionsDeps } from '../../../src/delivery/actions/permissions.ts'

const minute = 60_000
const broken: Failure = { status: 'retry', reason: 'ECONNRESET', accepted: 'unknown' }
const person = { name: 'ada', isBot: false, isGuest: false }

/** What Slack knows, which a test changes, and what it was asked. */
function setUp(allow: PermissionsDeps['allow']) {
  const clock = createVirtualClock()
  const asked: string[] = []
  const known = {
    people: {} as Record<string, Person | Failure | undefined>,
    groups: {} as Record<string, readonly string[] | Failure>,
  }
  const permissions = new Permissions({
    allow,
    clock: new SteadyClock(clock),
    signal: new AbortController().signal,
    port: {
      person: async (user) => {
        asked.push(user)
        return known.people[user]
      },
      members: async (group) => {
        asked.push(group)
        return known.groups[group] ?? []
      },
    },
  })
  const of = (user: string, foreignTeam?: string) =>
    permissions.of({ user, via: 'button', ...(foreignTeam !== undefined && { foreignTeam }) })
  return { clock, asked, known, of, permissions }
}

const people = (given: { users?: readonly string[]; groups?: readonly string[] }) => ({
  users: [],
  groups: [],
  ...given,
})

test('everybody in the channel may act, but guests, people of other workspaces and bots', async () => {
  const { known, of } = setUp('channel')
  known.people = {
    U1: person,
    U2: undefined,
    U3: { ...person, isGuest: true },
    U4: { ...person, isBot: true },
  }

  expect(await of('U1')).toBe('allowed')
  expect(await of('U2')).toBe('allowed')
  expect(await of('U3')).toBe('refused')
  expect(await of('U4')).toBe('bot')
  expect(await of('U1', 'T2')).toBe('refused')
})

test('nobody may act of whom Slack should know more and does not answer', async () => {
  const { known, of } = setUp('channel')
  known.people = { U1: broken, U2: { status: 'refused', reason: 'user_not_found' } }

  expect(await of('U1')).toBe('unknown')
  expect(await of('U2')).toBe('refused')

  known.people = { U1: person }
  expect(await of('U1')).toBe('allowed')
})

test('only those that are named may act, guests among them', async () => {
  const { known, of } = setUp(people({ users: ['U1'] }))
  known.people = { U1: { ...person, isGuest: true }, U2: person }

  expect(await of('U1')).toBe('allowed')
  expect(await of('U1', 'T2')).toBe('allowed')
  expect(await of('U2')).toBe('refused')
})

test('the members of a group may act, and its list is read every ten minutes', async () => {
  const { clock, asked, known, of } = setUp(people({ groups: ['S1', 'S2'] }))
  known.people = { U1: person, U2: person }
  known.groups = { S1: ['U1'], S2: ['U3'] }
  expect(await of('U1')).toBe('allowed')
  expect(await of('U2')).toBe('refused')

  known.groups = { S1: ['U2'], S2: [] }
  expect(await of('U2')).toBe('refused')
  await clock.advance(10 * minute)
  expect(await of('U2')).toBe('allowed')
  expect(await of('U1')).toBe('refused')
  expect(asked.filter((each) => each === 'S1')).toHaveLength(2)
})

test('nobody may act by a group that cannot be read', async () => {
  const { clock, known, of } = setUp(people({ groups: ['S1'] }))
  known.people = { U1: person }
  known.groups = { S1: { status: 'stopDestination', reason: 'missing_scope' } }
  expect(await of('U1')).toBe('refused')

  known.groups = { S1: ['U1'] }
  await clock.advance(minute)

  expect(await of('U1')).toBe('allowed')
})

test('a group of which Slack does not answer for a moment refuses nobody for good', async () => {
  const { clock, known, of } = setUp(people({ groups: ['S1', 'S2'] }))
  known.people = { U1: person, U2: person }
  known.groups = { S1: broken, S2: ['U2'] }
  expect(await of('U1')).toBe('unknown')
  expect(await of('U2')).toBe('allowed')

  known.groups = { S1: ['U1'], S2: ['U2'] }
  await clock.advance(minute)

  expect(await of('U1')).toBe('allowed')
})

test('a list that was read counts until another one can be read', async () => {
  const { clock, known, of } = setUp(people({ groups: ['S1'] }))
  known.people = { U1: person, U2: person }
  known.groups = { S1: ['U1'] }
  await of('U1')

  known.groups = { S1: broken }
  await clock.advance(60 * minute)

  expect(await of('U1')).toBe('allowed')
  expect(await of('U2')).toBe('refused')
})

test('many clicks at once ask once', async () => {
  const { asked, known, of } = setUp(people({ groups: ['S1'] }))
  known.groups = { S1: ['U1', 'U2'] }

  await Promise.all([of('U1'), of('U2'), of('U1')])

  expect(asked).toEqual(['S1'])
})

test('a person is known by name after that, for ten minutes without another look', async () => {
  const { clock, asked, known, of, permissions } = setUp('channel')
  known.people = { U1: person }
  expect(permissions.nameOf('U1')).toBeUndefined()

  await of('U1')
  await clock.advance(9 * minute)
  await of('U1')

  expect(permissions.nameOf('U1')).toBe('ada')
  expect(asked).toEqual(['U1'])
})

test('whoever acts in a shell of the service may, and Slack is not asked', async () => {
  const { asked, permissions } = setUp(people({ users: ['U1'] }))

  expect(await permissions.of({ user: 'root', via: 'shell' })).toBe('allowed')
  expect(asked).toEqual([])
})
