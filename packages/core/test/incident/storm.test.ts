import { expect, test } from 'vitest'
import { namesOf, startVirtualSink, type VirtualSink } from './virtual-sink.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

function shown(message: unknown): string {
  return JSON.stringify(message)
}

function roots({ inbox }: VirtualSink): ReturnType<typeof inbox.messages> {
  return inbox.messages().filter(({ isReply }) => !isReply)
}

/** Each of them fails once a second. */
async function failAll(
  slack: VirtualSink,
  names: readonly string[],
  seconds: number,
): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 1) {
    for (const name of names) slack.failIn(name)
    await slack.clock.advance(second)
  }
}

test('five new problems in a minute alert one by one, all but the first after two seconds', async () => {
  await using slack = await startVirtualSink()

  for (const name of namesOf(5)) slack.failIn(name)
  await slack.clock.advance(1900)
  expect(roots(slack)).toHaveLength(1)
  await slack.clock.advance(10 * second)

  expect(roots(slack)).toHaveLength(5)
})

test('six new problems in a minute are a storm, which includes the first one', async () => {
  await using slack = await startVirtualSink()

  await failAll(slack, namesOf(6), 400)

  const [first, storm] = slack.inbox.messages()
  expect(slack.inbox.messages()).toHaveLength(2)
  expect(shown(first)).toContain('taskAA')
  expect(shown(storm?.blocks)).toContain('6 new problems')
})

test('the root shows the ten most frequent and how many more there are', async () => {
  await using slack = await startVirtualSink()
  const names = namesOf(30)
  for (const [index, name] of names.entries()) {
    for (let time = 0; time <= index; time += 1) slack.failIn(name)
  }

  await slack.clock.advance(10 * second)

  const storm = shown(roots(slack)[1]?.blocks)
  expect(storm).toContain('30 new problems')
  expect(storm).toContain('and 20 more')
  expect(names.filter((name) => storm.includes(name))).toEqual(names.slice(20))
})

test('a problem that is added later is listed in the thread within twenty seconds', async () => {
  await using slack = await startVirtualSink()
  for (const name of namesOf(8)) slack.failIn(name)
  await slack.clock.advance(minute)

  slack.failIn('addedLater')
  await slack.clock.advance(25 * second)

  const [, storm] = roots(slack)
  expect(shown(slack.inbox.thread(storm?.ts ?? ''))).toContain('addedLater')
  expect(roots(slack)).toHaveLength(2)
})

test('a fatal problem triggers its own alert during a storm', async () => {
  await using slack = await startVirtualSink()
  for (const name of namesOf(8)) slack.failIn(name)
  await slack.clock.advance(minute)

  slack.failIn('boot', { level: 'fatal' })
  await slack.clock.advance(5 * second)

  expect(shown(roots(slack).at(-1))).toContain('boot failed')
})

test('a cause that most problems share is suspected', async () => {
  await using slack = await startVirtualSink()
  const cause = Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), {
    code: 'ECONNREFUSED',
    address: '10.0.0.5',
    port: 5432,
  })

  for (const name of namesOf(8)) {
    const stack = `Error: no answer\n    at ${name} (/app/src/${name}.js:7:11)`
    slack.fail('', { error: { type: 'Error', message: 'no answer', stack, cause } })
  }
  await slack.clock.advance(10 * second)

  expect(shown(roots(slack)[1]?.blocks)).toContain('ECONNREFUSED 10.0.0.5:5432')
})

test('its message shows when it is over, and no second storm follows', async () => {
  await using slack = await startVirtualSink()
  await failAll(slack, namesOf(40), 60)

  await slack.clock.advance(24 * hour)

  expect(slack.inbox.messages()).toHaveLength(2)
  expect(shown(roots(slack)[1]?.blocks)).toContain('over')
  expect(shown(roots(slack)[1]?.blocks)).toContain('2,400 errors')
})

test('the few problems that are active half an hour later get a message of their own', async () => {
  await using slack = await startVirtualSink()
  const names = namesOf(12)
  await failAll(slack, names, 30)

  await failAll(slack, names.slice(1, 3), 50 * 60)

  const own = roots(slack).slice(2).map(shown)
  expect(own).toHaveLength(2)
  expect(own.join('')).toContain('taskAB')
  expect(own.join('')).toContain('taskAC')
})

test('problems that stop one after the other get no message when their storm ends', async () => {
  await using slack = await startVirtualSink()
  const names = namesOf(8)

  for (let passed = 0; passed < 68; passed += 1) {
    for (const name of names.slice(Math.max(0, passed - 60))) slack.failIn(name)
    await slack.clock.advance(minute)
  }
  await slack.clock.advance(3 * hour)

  expect(slack.inbox.messages()).toHaveLength(2)
  expect(shown(roots(slack)[1]?.blocks)).toContain('over')
})

test.each([
  ['within half an hour', 8 * minute, 'Still happening: 41 more since'],
  ['later', 2 * hour, 'Back after 2 h 35 min'],
])(
  'a problem that was not active when its storm ended gets a message of its own when it occurs again %s',
  async (_, passed, why) => {
    await using slack = await startVirtualSink()
    const names = namesOf(8)
    await failAll(slack, names, 40)
    await slack.clock.advance(27 * minute)
    if (passed < hour) slack.failIn(names[1] ?? '')
    await slack.clock.advance(8 * minute + passed)

    slack.failIn(names[1] ?? '')
    await slack.clock.advance(10 * second)

    expect(roots(slack)).toHaveLength(3)
    expect(shown(roots(slack)[2])).toContain(why)
    slack.failIn(names[1] ?? '')
    await slack.clock.advance(hour)
    expect(roots(slack)).toHaveLength(3)
  },
)

test('problems that come back together after their storm are a storm again', async () => {
  await using slack = await startVirtualSink()
  await failAll(slack, namesOf(20), 60)
  await slack.clock.advance(2 * hour)

  await failAll(slack, namesOf(20), 60)
  await slack.clock.advance(minute)

  expect(roots(slack)).toHaveLength(4)
  expect(roots(slack)[3]?.text).toContain('19 new problems')
})

test('a storm of several hours has a reminder', async () => {
  await using slack = await startVirtualSink()
  const names = namesOf(8)

  for (let passed = 0; passed < 5 * 60; passed += 5) {
    for (const name of names) slack.failIn(name)
    await slack.clock.advance(5 * minute)
  }

  expect(slack.inbox.messages()).toHaveLength(3)
  expect(slack.inbox.messages().at(-1)).toMatchObject({ isBroadcast: true })
})

test('a flush sends new problems that might have become a storm', async () => {
  await using slack = await startVirtualSink()
  for (const name of namesOf(3)) slack.failIn(name)

  const flushed = slack.sink.flush()
  await slack.clock.advance(second)

  expect(roots(slack)).toHaveLength(3)
  await slack.clock.advance(10 * second)
  expect(await flushed).toBe(true)
})
