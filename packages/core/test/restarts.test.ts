import { expect, onTestFinished, test } from 'vitest'
import { hour, minute, type Program, second, World } from './golden/support.ts'

const webhookUrl = 'https://hooks.slack.com/services/T0000/B0000/golden'

function createWorld(): World {
  const world = new World()
  onTestFinished(() => world.end())
  return world
}

function problems(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `job${index}_`)
}

/** What was posted, without edits. */
function posts(world: World): readonly string[] {
  return world.slack.recorded
    .filter(({ method }) => method === 'chat.postMessage' || method === 'webhook')
    .map(({ body }) => JSON.stringify(body))
}

/** The problems that no post names. */
function unnamed(world: World, names: readonly string[]): readonly string[] {
  const text = posts(world).join('\n')
  return names.filter((name) => !text.includes(`${name} failed`))
}

/** The texts of messages and edits in a channel. */
function texts(world: World): readonly string[] {
  return world.slack.recorded
    .filter(({ method, body }) => method.startsWith('chat.') && body['thread_ts'] === undefined)
    .map(({ body }) => String(body['text']))
}

/** The occurrences that a message shows. */
function countOf(text: string): number {
  return Number(/×(\d+)/.exec(text)?.[1] ?? 1)
}

test('a storm that is over before its message is sent names all problems in a webhook', async () => {
  const world = createWorld()
  const names = problems(60)
  world.slack.state = 'down'
  const program = world.start({ webhookUrl, spoolDir: world.folder })
  for (const name of names) {
    program.fail(name)
    await world.advance(second)
  }
  await world.advance(2 * hour)

  world.slack.state = 'up'
  await world.advance(10 * minute)

  expect(unnamed(world, names)).toEqual([])
})

test('a process that starts while another one runs leaves its message to it, and counts nothing twice', async () => {
  const world = createWorld()
  const options = { spoolDir: world.folder }
  const first = world.start(options)
  for (let time = 0; time < 50; time += 1) first.fail('chargeCard')
  await world.advance(3 * minute)

  const next = world.start(options)
  await world.advance(5 * second)
  first.kill()
  await world.advance(2 * minute)
  next.fail('chargeCard')
  await world.advance(6 * minute)

  expect(texts(world).map(countOf)).toEqual([50, 51])
})

test('of four processes that start at once, one continues what an earlier one left', async () => {
  const world = createWorld()
  const options = { spoolDir: world.folder }
  const first = world.start(options)
  for (let time = 0; time < 5; time += 1) first.fail('chargeCard')
  await world.advance(3 * minute)
  await first.close()
  world.slack.forget()

  const programs = [1, 2, 3, 4].map((): Program => world.start(options))
  await world.advance(5 * second)
  for (const program of programs) program.fail('chargeCard')
  await world.advance(2 * minute)

  expect(
    texts(world)
      .map(countOf)
      .toSorted((a, b) => a - b),
  ).toEqual([1, 1, 1, 6])
})

test('a process that ends again and again beside one that runs is counted once each time', async () => {
  const world = createWorld()
  const options = { spoolDir: world.folder }
  world.start(options)

  for (let starts = 0; starts < 20; starts += 1) {
    const program = world.start(options)
    program.fail('chargeCard')
    await world.advance(3 * second)
    program.kill()
    await world.advance(10 * minute)
  }

  expect(countOf(texts(world).at(-1) ?? '')).toBe(20)
  expect(posts(world).filter((post) => !post.includes('thread_ts'))).toHaveLength(1)
})

test('a post that cannot be looked up for long counts as not sent', async () => {
  const world = createWorld()
  const names = problems(8)
  const options = { spoolDir: world.folder }
  const first = world.start(options)
  first.fail('chargeCard')
  await world.advance(5 * second)
  world.slack.state = 'silent'
  for (const name of names) first.fail(name)
  await world.advance(3 * second)
  first.kill()
  world.slack.state = 'up'
  world.slack.deleteAll()
  world.slack.forget()

  world.slack.refuse('conversations.history', 'internal_error', { times: 1000 })
  const next = world.start(options)
  for (let minutes = 0; minutes < 12; minutes += 1) {
    next.fail('readConfig')
    await world.advance(minute)
  }

  expect(unnamed(world, names)).toEqual([])
})

test('where each alert is a message of its own, those that were not sent are alerted', async () => {
  const world = createWorld()
  const options = {
    spoolDir: world.folder,
    repeat: { policy: 'window', limit: 5 },
  } as const
  const first = world.start(options)
  for (let time = 0; time < 5; time += 1) first.fail('chargeCard', { message: `payment ${time}` })
  await world.advance(10)
  first.kill()
  const sentBefore = texts(world).length
  world.start(options)
  await world.advance(minute)

  expect(sentBefore).toBe(3)
  expect(texts(world).slice(3)).toEqual(['🔴 Error: chargeCard failed · checkout · payment 4 · ×5'])
})

test('a milestone that one process alerted is not alerted again by another one that takes it over', async () => {
  const world = createWorld()
  const options = { spoolDir: world.folder }
  const [first, other] = [world.start(options), world.start(options)]
  for (let time = 0; time < 150; time += 1) first.fail('chargeCard')
  for (let time = 0; time < 20; time += 1) other.fail('chargeCard')
  await world.advance(10 * minute)
  await first.close()

  for (let time = 0; time < 5; time += 1) {
    other.fail('chargeCard')
    await world.advance(10 * minute)
  }

  const milestones = posts(world).filter((post) => /\d{3} so far/.test(post))
  expect(milestones).toHaveLength(1)
  expect(countOf(texts(world).at(-1) ?? '')).toBe(175)
})

test.each([
  ['with a journal', true],
  ['without a disk', false],
])('%s, a storm of a crash loop is one storm, and is reminded of once', async (_, hasDisk) => {
  const world = createWorld()

  for (let starts = 0; starts < 6 * 12; starts += 1) {
    const program = world.start(hasDisk ? { spoolDir: world.folder } : {})
    await world.advance(2 * second)
    for (const name of problems(8)) program.fail(name)
    await world.advance(20 * second)
    program.kill()
    await world.advance(5 * minute - 22 * second)
  }

  const notifying = posts(world).filter(
    (post) => !post.includes('thread_ts') || post.includes('"reply_broadcast":true'),
  )
  expect(notifying.filter((post) => post.includes('8 new problems'))).toHaveLength(2)
  // Without a disk, the first one goes on in its own message.
  expect(notifying.length).toBeLessThanOrEqual(5)
})
