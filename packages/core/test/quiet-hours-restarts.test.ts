import { describe, expect, onTestFinished, test } from 'vitest'
import type { SlackOptions } from '../src/index.ts'
import { hour, minute, type Program, second, World } from './golden/support.ts'

const quietHours = { from: '22:00', to: '08:00', timeZone: 'UTC' } as const
const webhookUrl = 'https://hooks.slack.com/services/T0000/B0000/golden'

/** Where what waited is kept for the next process. */
const destinations: readonly (readonly [string, SlackOptions])[] = [
  ['a bot', {}],
  ['a webhook', { webhookUrl }],
]

function createWorld(): World {
  const world = new World()
  onTestFinished(() => world.end())
  return world
}

/** The texts of messages in the channel, without replies and edits. */
function roots(world: World): readonly string[] {
  return world.slack.recorded
    .filter(({ method }) => method === 'chat.postMessage' || method === 'webhook')
    .filter(({ body }) => body['thread_ts'] === undefined || body['reply_broadcast'] === true)
    .map(({ body }) => JSON.stringify(body))
}

/** Until a time of the current or the next day, UTC. */
async function advanceTo(world: World, hours: number): Promise<void> {
  const today = Math.floor(world.now / (24 * hour)) * 24 * hour
  const time = today + hours * hour
  await world.advance(time > world.now ? time - world.now : time + 24 * hour - world.now)
}

function start(world: World, options: SlackOptions): Program {
  return world.start({ spoolDir: world.folder, quietHours, ...options })
}

describe.each(destinations)('through %s', (_, options) => {
  test('what waited when a process died at night is listed by the next one, with what is new', async () => {
    const world = createWorld()
    await advanceTo(world, 23)
    const first = start(world, options)
    for (const name of ['charge', 'search', 'charge']) first.fail(name)
    await world.advance(5 * second)
    first.kill()

    await advanceTo(world, 2)
    const next = start(world, options)
    await world.advance(minute)
    next.fail('login')
    next.fail('charge')
    await advanceTo(world, 7.9)
    expect(roots(world)).toEqual([])
    await advanceTo(world, 10)

    expect(roots(world)).toHaveLength(1)
    expect(roots(world)[0]).toContain('3 problems in quiet hours, 5 errors')
  })

  test('what waited when a process died at night is one message, also if the next one starts later', async () => {
    const world = createWorld()
    await advanceTo(world, 23)
    const first = start(world, options)
    for (const name of ['charge', 'search', 'login']) first.fail(name)
    await world.advance(5 * second)
    first.kill()

    await advanceTo(world, 10)
    start(world, options)
    await world.advance(minute)

    expect(roots(world)).toHaveLength(1)
    expect(roots(world)[0]).toContain('3 problems in quiet hours, 3 errors')
  })

  test('a process that ends at night sends what waited, and the next one does not send it again', async () => {
    const world = createWorld()
    await advanceTo(world, 23)
    const first = start(world, options)
    first.fail('charge')
    await world.advance(5 * second)
    await first.close()
    expect(roots(world)).toHaveLength(1)

    start(world, options)
    await advanceTo(world, 10)

    expect(roots(world)).toHaveLength(1)
  })

  test('what an earlier process did not send by day waits as well when the next one starts at night', async () => {
    const world = createWorld()
    await advanceTo(world, 21)
    world.slack.state = 'down'
    const first = start(world, options)
    for (let job = 0; job < 15; job += 1) first.fail(`job${job}_`)
    await world.advance(5 * second)
    first.kill()
    world.slack.state = 'up'

    await advanceTo(world, 23)
    start(world, options)
    await advanceTo(world, 7.9)
    expect(roots(world)).toEqual([])
    await advanceTo(world, 9)

    expect(roots(world)).toHaveLength(1)
    expect(roots(world)[0]).toContain('15 problems in quiet hours')
  })
})

test('a milestone that waited when a process died is listed by the next one', async () => {
  const world = createWorld()
  await advanceTo(world, 20)
  const first = start(world, {})
  first.fail('charge')
  await advanceTo(world, 23)
  for (let time = 0; time < 150; time += 1) first.fail('charge')
  await world.advance(10 * minute)
  first.kill()

  await advanceTo(world, 2)
  start(world, {})
  await advanceTo(world, 9)

  expect(roots(world)).toHaveLength(2)
  expect(roots(world)[1]).toContain('1 problem in quiet hours, 150 errors')
})

test('the list of an earlier process is counted on', async () => {
  const world = createWorld()
  await advanceTo(world, 7.9)
  const first = start(world, {})
  first.fail('charge')
  await advanceTo(world, 8.1)
  first.fail('charge')
  await world.advance(minute)
  first.kill()

  await world.advance(minute)
  const next = start(world, {})
  await world.advance(minute)
  next.fail('charge')
  await world.advance(10 * minute)
  expect(roots(world)).toHaveLength(1)
  expect(world.slack.recorded.map(({ body }) => String(body['text'])).at(-1)).toContain('3 errors')
})

test('setting the clock forward past the end sends what waited', async () => {
  const world = createWorld()
  await advanceTo(world, 23)
  const program = start(world, { spoolDir: false })
  program.fail('charge')
  await world.advance(3 * hour)
  expect(roots(world)).toEqual([])
  await advanceTo(world, 8.01)

  expect(roots(world)).toHaveLength(1)
})

test('a notice of what a journal has lost waits, too', async () => {
  const world = createWorld()
  await advanceTo(world, 20)
  const first = start(world, {})
  first.fail('charge')
  await world.advance(minute)
  first.kill()
  world.damageFolder()

  await advanceTo(world, 23)
  start(world, {})
  await advanceTo(world, 7.9)
  expect(roots(world)).toHaveLength(1)
  await advanceTo(world, 9)

  expect(roots(world)).toHaveLength(2)
  expect(roots(world)[1]).toContain('could not be read')
})

test('more problems than a storm lists wait as well', async () => {
  const world = createWorld()
  await advanceTo(world, 23)
  const program = start(world, {})
  for (let job = 0; job < 1100; job += 1) {
    program.fail(`job${job}_`)
    if (job % 50 === 0) await world.advance(5 * second)
  }

  await advanceTo(world, 9)

  expect(roots(world)).toHaveLength(1)
  expect(roots(world)[0]).toMatch(/1,\d\d\d problems in quiet hours, 1,\d\d\d errors/)
})
