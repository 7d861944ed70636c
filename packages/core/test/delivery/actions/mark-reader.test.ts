import { createVirtualClock } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { SteadyClock } from '../../../src/clock.ts'
import type {
  ActionsPort,
  Failure,
  MarkedMessage,
  PersonReply,
} from '../../../src/delivery/destination.ts'
import { MarkReader } from '../../../src/delivery/actions/mark-reader.ts'
import type { Permission } from '../../../src/delivery/actions/permissions.ts'
import type { IncidentAction } from '../../../src/incident/actions/action.ts'
import { createIncident, type Incident } from '../../../src/incident/incident.ts'
import { Routes } from '../../../src/incident/routes.ts'
import { resolveOptions } from '../../../src/options/resolve.ts'

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute
const ref = 'C1/1.0'

/** A reader of one problem's message, whose marks and replies a test sets. */
function setUp() {
  const clock = createVirtualClock()
  const steady = new SteadyClock(clock)
  const { routes } = resolveOptions({ token: 'xoxb-1', channel: '#alerts' }, {})
  const incidents: Incident[] = []
  const world = {
    clock,
    incidents,
    marks: [] as MarkedMessage['marks'],
    replies: [] as PersonReply[],
    failure: undefined as Failure | undefined,
    permissions: {} as Record<string, Permission>,
    isLeading: true,
    /** When marks were read. */
    reads: [] as number[],
    readRefs: [] as string[],
    replyReads: [] as (string | undefined)[],
    actions: [] as IncidentAction[],
    refused: 0,
    off: [] as string[],
    /** What was done, in short. */
    get done(): readonly string[] {
      return world.actions.map(({ kind, by, text }) =>
        [kind, by.user, ...(text === undefined ? [] : [text])].join(' '),
      )
    },
    show(message: string, root = ref): Incident {
      const incident = createIncident(message, new Routes(routes, broken).default, steady.now())
      incident.thread = { ...noThread, root }
      incidents.push(incident)
      reader.watch()
      return incident
    },
    /** Marks of one kind. */
    mark(kind: 'resolve' | 'take' | 'mute', users: readonly string[], isComplete = true): void {
      const others = world.marks.filter((mark) => mark.kind !== kind)
      world.marks = users.length === 0 ? others : [...others, { kind, users, isComplete }]
    },
    /** Another process that knows only what the journal keeps. */
    restart(): void {
      reader = create()
      reader.watch()
    },
    hurry: () => reader.readSoon(),
  }
  const port: Pick<ActionsPort, 'readMarks' | 'readReplies'> = {
    readMarks: async (refs) => {
      world.reads.push(clock.now())
      world.readRefs.push(...refs)
      const lastReply = world.replies.at(-1)?.position
      return world.failure ?? refs.map((each) => ({ ref: each, marks: world.marks, lastReply }))
    },
    readReplies: async (_, { after }) => {
      world.replyReads.push(after)
      return world.replies.filter(({ position }) => after === undefined || position > after)
    },
  }
  const create = (): MarkReader =>
    new MarkReader({
      port,
      clock: steady,
      signal: new AbortController().signal,
      incidents: () => incidents,
      mayRead: () => world.isLeading,
      permissions: {
        of: async ({ user }) => world.permissions[user] ?? 'allowed',
        nameOf: () => undefined,
      },
      act: (action) => void world.actions.push(action),
      onRefused: () => void (world.refused += 1),
      onDue: () => undefined,
      onError: (error) => expect.unreachable(String(error)),
      onOff: (reason) => void world.off.push(reason),
    })
  let reader = create()
  const tick = (): void => {
    reader.tick(steady.now())
    clock.setTimer(tick, second)
  }
  tick()
  return world
}

const broken = { onBrokenPolicy: (error: unknown): never => expect.unreachable(String(error)) }
const noThread = {
  notify: () => undefined,
  note: () => undefined,
  count: () => undefined,
  resume: () => undefined,
  edit: () => undefined,
  update: () => undefined,
  position: undefined,
}

test('each kind of mark is an action of the person', async () => {
  const world = setUp()
  world.show('charge failed')

  world.mark('resolve', ['U1'])
  world.mark('take', ['U2'])
  world.mark('mute', ['U3'])
  await world.clock.advance(15 * second)

  expect(world.done).toEqual(['resolve U1', 'mute U3', 'take U2'])
  expect(world.actions[0]).toMatchObject({ ref, by: { user: 'U1', via: 'reaction' } })
})

test.each([
  ['resolve', 'reopen'],
  ['mute', 'unmute'],
  ['take', 'release'],
] as const)('taking the mark for %s away is the action %s', async (kind, undoing) => {
  const world = setUp()
  const incident = world.show('charge failed')
  world.mark(kind, ['U1'])
  await world.clock.advance(minute)
  if (kind === 'take') incident.triage = { assignee: { user: 'U1' }, notes: [], audit: [] }

  world.mark(kind, [])
  await world.clock.advance(minute)

  expect(world.done).toEqual([`${kind} U1`, `${undoing} U1`])
})

test('a mark is one action, however often it is read, also by the next process', async () => {
  const world = setUp()
  world.show('charge failed')
  world.mark('resolve', ['U1'])
  await world.clock.advance(2 * minute)

  world.restart()
  await world.clock.advance(2 * minute)

  expect(world.done).toEqual(['resolve U1'])
})

test('marks that another process has seen and this one has not read are no actions', async () => {
  const world = setUp()
  const incident = world.show('charge failed')
  incident.marks = undefined
  world.mark('resolve', ['U1'])
  await world.clock.advance(minute)

  world.mark('resolve', ['U1', 'U2'])
  await world.clock.advance(minute)

  expect(world.done).toEqual(['resolve U2'])
})

test('the marks of an earlier message are not those of the next one', async () => {
  const world = setUp()
  const incident = world.show('charge failed')
  world.mark('resolve', ['U1'])
  await world.clock.advance(minute)

  incident.thread = { ...noThread, root: 'C1/2.0' }
  await world.clock.advance(minute)

  expect(world.done).toEqual(['resolve U1', 'resolve U1'])
  expect(world.actions[1]?.ref).toBe('C1/2.0')
})

test('what one person takes back holds as long as another one means it', async () => {
  const world = setUp()
  world.show('charge failed')
  world.mark('mute', ['U1', 'U2'])
  await world.clock.advance(minute)

  world.mark('mute', ['U2'])
  await world.clock.advance(minute)
  world.mark('mute', [])
  await world.clock.advance(minute)

  expect(world.done).toEqual(['mute U1', 'mute U2', 'unmute U2'])
})

test('a problem goes to the person who still wants it, and is not taken from somebody else', async () => {
  const world = setUp()
  const incident = world.show('charge failed')
  world.mark('take', ['U1', 'U2'])
  await world.clock.advance(minute)
  incident.triage = { assignee: { user: 'U2' }, notes: [], audit: [] }

  world.mark('take', ['U1'])
  await world.clock.advance(minute)
  incident.triage = { assignee: { user: 'U3' }, notes: [], audit: [] }
  world.mark('take', [])
  await world.clock.advance(minute)

  expect(world.done).toEqual(['take U1', 'take U2', 'take U1'])
})

test('who takes back a mark has the name that an earlier process has read', async () => {
  const world = setUp()
  const incident = world.show('charge failed')
  world.mark('take', ['U1'])
  await world.clock.advance(15 * second)
  incident.triage = { assignee: { user: 'U1', name: 'Jane' }, notes: [], audit: [] }

  world.restart()
  world.mark('take', [])
  await world.clock.advance(15 * second)

  expect(world.actions.at(-1)).toMatchObject({ kind: 'release', by: { name: 'Jane' } })
})

test('a person who is left out of an incomplete list has not taken the mark away', async () => {
  const world = setUp()
  world.show('charge failed')
  world.mark('resolve', ['U1'])
  await world.clock.advance(minute)

  world.mark('resolve', ['U2', 'U3', 'U4'], false)
  await world.clock.advance(minute)

  expect(world.done).toEqual(['resolve U1', 'resolve U2', 'resolve U3', 'resolve U4'])
})

test('what is not allowed is counted once, and taking it away undoes nothing', async () => {
  const world = setUp()
  world.show('charge failed')
  world.permissions = { U1: 'refused', B1: 'bot' }
  world.mark('resolve', ['U1', 'B1'])
  await world.clock.advance(5 * minute)

  world.mark('resolve', [])
  await world.clock.advance(minute)

  expect(world.actions).toEqual([])
  expect(world.refused).toBe(1)
})

test('a mark counts as soon as its person may act', async () => {
  const world = setUp()
  world.show('charge failed')
  world.permissions = { U1: 'refused' }
  world.mark('resolve', ['U1'])
  await world.clock.advance(minute)

  world.permissions = {}
  await world.clock.advance(minute)

  expect(world.done).toEqual(['resolve U1'])
})

test.each([
  ['note: restart the pool', 'restart the pool'],
  ['Note : two\nlines', 'two\nlines'],
  ['runbook: https://wiki.example/pool', 'https://wiki.example/pool'],
])('the reply %j is a note', async (text, note) => {
  const world = setUp()
  world.show('charge failed')
  world.replies = [
    { position: '2.0', at: 2000, user: 'U1', text: 'looking' },
    { position: '3.0', at: 3000, user: 'U1', text },
    { position: '4.0', at: 4000, user: 'U1', text: 'a note: this is none' },
  ]

  await world.clock.advance(5 * minute)

  expect(world.done).toEqual([`note U1 ${note}`])
  expect(world.actions[0]).toMatchObject({ id: `${ref} 3.0`, at: 3000, by: { via: 'thread' } })
})

test('a note waits until Slack says who its person is', async () => {
  const world = setUp()
  world.show('charge failed')
  world.permissions['U2'] = 'unknown'
  world.replies = [
    { position: '2.0', at: 2000, user: 'U1', text: 'note: first' },
    { position: '3.0', at: 3000, user: 'U2', text: 'note: second' },
    { position: '4.0', at: 4000, user: 'U1', text: 'note: third' },
  ]
  await world.clock.advance(minute)
  expect(world.done).toEqual(['note U1 first'])

  world.permissions['U2'] = 'allowed'
  await world.clock.advance(minute)

  expect(world.done).toEqual(['note U1 first', 'note U2 second', 'note U1 third'])
  expect(world.refused).toBe(0)
})

test('a thread is read only after a reply', async () => {
  const world = setUp()
  world.show('charge failed')
  await world.clock.advance(minute)
  world.replies = [{ position: '2.0', at: 2000, user: 'U1', text: 'looking' }]
  await world.clock.advance(minute)
  world.replies.push({ position: '3.0', at: 3000, user: 'U1', text: 'done' })
  await world.clock.advance(minute)

  expect(world.replyReads).toEqual([undefined, '2.0'])
})

test.each([
  ['in its first ten minutes', { fromMs: 0, toMs: 10 * minute, everyMs: 15 * second }],
  ['while it is active', { fromMs: 10 * minute, toMs: 30 * minute, everyMs: minute }],
])('a problem is read %s', async (_, { fromMs, toMs, everyMs }) => {
  const world = setUp()
  world.show('charge failed')
  await world.clock.advance(fromMs)
  const before = world.reads.length

  await world.clock.advance(toMs - fromMs)

  expect(world.reads.length - before).toBe((toMs - fromMs) / everyMs)
})

test('a problem that is quiet is read every five minutes, until nobody has seen it for a day', async () => {
  const world = setUp()
  const incident = world.show('charge failed')
  await world.clock.advance(10 * minute)
  incident.state = 'quiet'
  const before = world.reads.length

  await world.clock.advance(2 * day)

  expect(world.reads.length - before).toBeLessThanOrEqual(day / (5 * minute))
  expect(world.reads.at(-1)).toBeLessThan((world.reads[0] ?? 0) + day)
})

test('a new problem is read soon, although the others are quiet', async () => {
  const world = setUp()
  world.show('charge failed').state = 'quiet'
  await world.clock.advance(61 * minute)
  const before = world.reads.length

  world.show('no stock', 'C1/2.0')
  await world.clock.advance(15 * second)

  expect(world.reads.length - before).toBe(1)
})

test('an older problem is read at once by the next process, and when somebody says that marks have changed', async () => {
  const world = setUp()
  world.show('charge failed')
  await world.clock.advance(30 * minute)
  const before = world.reads.length

  world.restart()
  await world.clock.advance(2 * second)
  world.hurry()
  await world.clock.advance(2 * second)

  expect(world.reads.length - before).toBe(2)
})

test('of more channels than calls, each is read in its turn', async () => {
  const world = setUp()
  for (let index = 0; index < 9; index += 1) {
    const incident = world.show(`failure ${index}`, `C${index}/1.0`)
    Object.assign(incident, { route: { ...incident.route, channel: `C${index}` } })
  }
  world.restart()

  await world.clock.advance(5 * minute)

  const times = Array.from(
    { length: 9 },
    (_, index) => world.readRefs.filter((each) => each === `C${index}/1.0`).length,
  )
  expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1)
})

test('a note is read soon, although marks of other channels could use all calls', async () => {
  const world = setUp()
  for (let index = 0; index < 4; index += 1) {
    const incident = world.show(`failure ${index}`, `C${index}/1.0`)
    Object.assign(incident, { route: { ...incident.route, channel: `C${index}` } })
  }
  await world.clock.advance(2 * minute)

  world.replies = [{ position: '2.0', at: 2000, user: 'U1', text: 'note: restart the pool' }]
  await world.clock.advance(2 * minute)

  expect(world.done).toContain('note U1 restart the pool')
})

test('nothing is read while no problem has a message', async () => {
  const world = setUp()

  await world.clock.advance(day)

  expect(world.reads).toEqual([])
})

test('one call reads all problems of a channel', async () => {
  const world = setUp()
  for (let number = 1; number <= 50; number += 1) world.show(`problem ${number}`, `C1/${number}.0`)

  await world.clock.advance(15 * second)

  expect(world.reads).toHaveLength(1)
})

test('there are at most ten calls a minute, whatever happens', async () => {
  const world = setUp()
  world.show('charge failed')
  const times: number[] = []
  for (let number = 0; number < 200; number += 1) {
    world.replies.push({ position: `${number}.5`, at: number, user: 'U1', text: 'hm' })
    world.hurry()
    const calls = world.reads.length + world.replyReads.length
    await world.clock.advance(second)
    const made = world.reads.length + world.replyReads.length - calls
    times.push(...Array.from({ length: made }, () => world.clock.now()))
  }

  const most = times.map((from) => times.filter((at) => at >= from && at < from + minute).length)
  expect(Math.max(...most)).toBeLessThanOrEqual(10)
})

test('marks are read at once when somebody says that they have changed', async () => {
  const world = setUp()
  world.show('charge failed')
  await world.clock.advance(16 * second)
  world.mark('resolve', ['U1'])

  world.hurry()
  await world.clock.advance(second)

  expect(world.done).toEqual(['resolve U1'])
})

test('a channel that cannot be read is left alone, with one line', async () => {
  const world = setUp()
  world.failure = { status: 'stopDestination', reason: 'missing_scope: channels:history' }
  world.show('charge failed')

  await world.clock.advance(day)

  expect(world.reads).toHaveLength(1)
  expect(world.off).toEqual(['reactions in #alerts are not read: missing_scope: channels:history'])
})

test('a rate limit is waited for, and another failure until the next time', async () => {
  const world = setUp()
  world.failure = { status: 'wait', reason: 'ratelimited', afterMs: 2 * minute }
  world.show('charge failed')
  await world.clock.advance(20 * second)
  world.failure = { status: 'retry', reason: 'ECONNRESET', accepted: 'unknown' }
  await world.clock.advance(2 * minute)
  world.failure = undefined
  world.mark('resolve', ['U1'])
  await world.clock.advance(minute)

  expect(world.off).toEqual([])
  expect(world.done).toEqual(['resolve U1'])
  expect(world.reads.length).toBeLessThan(8)
})

test('a process that does not lead reads nothing', async () => {
  const world = setUp()
  world.isLeading = false
  world.show('charge failed')

  await world.clock.advance(10 * minute)

  expect(world.reads).toEqual([])
})
