import { expect, onTestFinished, test } from 'vitest'
import type { SlackOptions } from '../../src/index.ts'
import { createFleet } from '../fleet/fleet-world.ts'
import type { Body } from '../golden/fake-slack.ts'
import { hour, minute, type Program, second, World } from '../golden/support.ts'
import { startVirtualSink } from '../incident/virtual-sink.ts'
import { linesOf } from './shown.ts'

function createWorld(): World {
  const world = new World()
  onTestFinished(() => world.end())
  return world
}

function start(world: World, options: SlackOptions = {}): Program {
  return world.start({ openNow: true, spoolDir: world.folder, ...options })
}

function isList({ text }: Body): boolean {
  return /^(📌|✅ (Nothing|미해결))/u.test(String(text))
}

interface SentList {
  readonly method: string
  readonly at: number
  readonly channel: unknown
  readonly lines: readonly string[]
}

/** The requests about lists, oldest first. */
function sentIn(world: World): readonly SentList[] {
  return world.slack.recorded
    .filter(({ body }) => isList(body))
    .map(({ method, atMs, body }) => ({
      method,
      at: atMs,
      channel: body['channel'],
      lines: linesOf(body),
    }))
}

function postsIn(world: World): readonly SentList[] {
  return sentIn(world).filter(({ method }) => method === 'chat.postMessage')
}

function latestIn(world: World): readonly string[] {
  return sentIn(world).at(-1)?.lines ?? []
}

test('one message lists what is open, the most frequent first', async () => {
  const world = createWorld()
  const program = start(world)
  program.fail('charge')
  for (let time = 0; time < 3; time += 1) program.fail('refund')
  await world.advance(minute)

  expect(postsIn(world)).toHaveLength(1)
  expect(latestIn(world)).toEqual([
    '📌 2 open problems',
    'checkout',
    'Problem | Count | Since | Assignee',
    'Error: refund failed | 3 | 2026-05-04 09:30 UTC | –',
    'Error: charge failed | 1 | 2026-05-04 09:30 UTC | –',
  ])
})

test('nothing is posted while nothing is open', async () => {
  const world = createWorld()
  start(world)
  await world.advance(3 * hour)

  expect(world.slack.recorded).toEqual([])
})

test('it is edited only when it changes, and at most every 30 seconds', async () => {
  const world = createWorld()
  const program = start(world)
  program.fail('charge')
  await world.advance(5 * minute)
  expect(sentIn(world)).toHaveLength(1)

  for (let time = 0; time < 120; time += 1) {
    program.fail('charge')
    await world.advance(second)
  }
  const times = sentIn(world).map(({ at }) => at)
  const gaps = times.slice(2).map((at, index) => at - (times[index + 1] ?? 0))
  expect(gaps.length).toBeGreaterThanOrEqual(2)
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(30 * second)
})

test('it says so when nothing is open any more', async () => {
  const world = createWorld()
  start(world).fail('charge')
  await world.advance(2 * hour)

  expect(sentIn(world).map(({ method }) => method)).toEqual(['chat.postMessage', 'chat.update'])
  expect(latestIn(world)).toEqual(['✅ Nothing is open', 'checkout'])
})

test('it is in the language of the other messages', async () => {
  const world = createWorld()
  start(world, { locale: 'ko' }).fail('charge')
  await world.advance(minute)
  expect(latestIn(world).slice(0, 3)).toEqual([
    '📌 미해결 문제 1가지',
    'checkout',
    '문제 | 횟수 | 시작 | 담당자',
  ])

  await world.advance(2 * hour)
  expect(latestIn(world)[0]).toBe('✅ 미해결 문제 없음')
})

test('it lists 20 problems and how many more there are, and mentions nobody', async () => {
  const world = createWorld()
  const program = start(world, { routes: [{ when: { level: 'error' }, mention: '@here' }] })
  for (let index = 0; index < 23; index += 1)
    program.fail(`charge${'abcdefghijklmnopqrstuvw'[index]}`)
  await world.advance(minute)

  const lines = latestIn(world)
  expect(lines[0]).toBe('📌 23 open problems')
  expect(lines.filter((line) => line.startsWith('Error: '))).toHaveLength(20)
  expect(lines.at(-1)).toBe('and 3 more')
  expect(JSON.stringify(postsIn(world))).not.toContain('here')
})

test('each channel has a list of its own', async () => {
  const world = createWorld()
  const program = start(world, {
    routes: [{ when: { message: 'refund failed' }, channel: '#billing' }],
  })
  program.fail('charge')
  program.fail('refund', { message: 'refund failed' })
  await world.advance(minute)

  const lists = postsIn(world).map(({ channel, lines }) => [channel, lines[0], lines[3]])
  expect(lists).toEqual([
    ['#alerts', '📌 1 open problem', expect.stringContaining('charge failed')],
    ['#billing', '📌 1 open problem', expect.stringContaining('refund failed')],
  ])
})

test('where each alert is a message of its own, too', async () => {
  const world = createWorld()
  const program = start(world, { repeat: { policy: 'window' } })
  for (let time = 0; time < 5; time += 1) program.fail('charge')
  await world.advance(minute)

  expect(latestIn(world)).toContain('Error: charge failed | 5 | 2026-05-04 09:30 UTC | –')
})

test.each([
  ['with a journal', {}],
  ['without one, by what the channel has', { spoolDir: false }],
] as const)('a process that restarts goes on with the message, %s', async (_how, options) => {
  const world = createWorld()
  const program = start(world, options)
  program.fail('charge')
  await world.advance(minute)
  program.kill()
  const next = start(world, options)
  next.fail('refund')
  await world.advance(2 * minute)

  expect(postsIn(world)).toHaveLength(1)
  expect(latestIn(world)[0]).toBe('📌 2 open problems')
})

test('a journal is enough where the channel cannot be read', async () => {
  const world = createWorld()
  world.slack.refuse('conversations.history', 'missing_scope', { times: 1000 })
  const program = start(world)
  program.fail('charge')
  await world.advance(minute)
  await program.close()
  start(world)
  await world.advance(3 * hour)

  expect(postsIn(world)).toHaveLength(1)
  expect(latestIn(world)[0]).toBe('✅ Nothing is open')
})

test('a process without a journal corrects the message of an earlier one, also if nothing fails', async () => {
  const world = createWorld()
  const program = start(world, { spoolDir: false })
  program.fail('charge')
  await world.advance(minute)
  program.kill()
  await world.advance(8 * 24 * hour)
  start(world, { spoolDir: false })
  await world.advance(2 * hour)

  expect(postsIn(world)).toHaveLength(1)
  expect(latestIn(world)[0]).toBe('✅ Nothing is open')
})

test('an answer that is lost leads to no second message', async () => {
  const world = createWorld()
  const program = start(world)
  program.fail('charge')
  await world.advance(3 * second)
  world.slack.state = 'silent'
  await world.advance(minute)
  world.slack.state = 'up'
  await world.advance(10 * minute)

  expect(new Set(postsIn(world).map(({ lines }) => lines[0])).size).toBe(1)
  expect(world.slack.recorded.filter(({ body }) => isList(body)).length).toBeLessThanOrEqual(2)
})

test('the next leader of the fleet goes on with the message, and followers have none', async () => {
  const fleet = createFleet()
  const { world } = fleet
  const [first, second_] = fleet.startMany(2, { openNow: true })
  first?.program.fail('charge')
  second_?.program.fail('refund')
  await world.advance(minute)
  expect(postsIn(world)).toHaveLength(1)
  expect(latestIn(world)[0]).toBe('📌 2 open problems')

  if (first !== undefined) fleet.kill(first)
  second_?.program.fail('ship')
  await world.advance(5 * minute)
  expect(postsIn(world)).toHaveLength(1)
  expect(latestIn(world)[0]).toBe('📌 3 open problems')
})

test('of two processes that lead, since they run on hosts of their own, the later one has the message', async () => {
  const world = createWorld()
  const earlier = start(world, { spoolDir: false })
  earlier.fail('charge')
  await world.advance(minute)
  const later = start(world, { spoolDir: false })
  later.fail('refund')
  await world.advance(minute)
  earlier.fail('ship')
  await world.advance(10 * minute)
  const before = sentIn(world).length
  for (let time = 0; time < 10; time += 1) {
    earlier.fail('charge')
    await world.advance(minute)
  }

  expect(postsIn(world)).toHaveLength(1)
  expect(sentIn(world)).toHaveLength(before)
  expect(JSON.stringify(latestIn(world))).toContain('refund failed')
})

test('a message that somebody deleted comes again an hour later', async () => {
  const world = createWorld()
  const program = start(world)
  program.fail('charge')
  await world.advance(minute)
  world.slack.refuse('chat.update', 'message_not_found', { when: isList })
  world.slack.refuse('conversations.history', 'missing_scope', { times: 1000 })
  for (let time = 0; time < 50; time += 1) {
    program.fail('charge')
    await world.advance(minute)
  }
  expect(postsIn(world)).toHaveLength(1)

  for (let time = 0; time < 20; time += 1) {
    program.fail('charge')
    await world.advance(minute)
  }
  expect(postsIn(world)).toHaveLength(2)
})

test('a webhook has no such message, and the line at the start says so', async () => {
  const world = createWorld()
  start(world, { webhookUrl: 'https://hooks.slack.com/services/T0/B0/secret' }).fail('charge')
  await world.advance(5 * minute)

  expect(sentIn(world)).toEqual([])
  expect(world.stderr.join('\n')).toContain('`openNow` has no effect')
})

test('it says whose a problem is, what is nobody’s first, and no longer lists what is resolved', async () => {
  await using service = await startVirtualSink({ openNow: true, signingSecret: 'a signing secret' })
  const { clock, inbox, failIn } = service
  for (let time = 0; time < 3; time += 1) failIn('charge')
  failIn('refund')
  await clock.advance(minute)
  const list = () => {
    const found = inbox.messages().filter((message) => isList({ text: message.text }))
    expect(found).toHaveLength(1)
    return linesOf({ ...found[0] })
  }
  const rootOf = (name: string) =>
    inbox.messages().find(({ text }) => text.startsWith(`🔴 Error: ${name}`))?.ts ?? ''

  await inbox.click(rootOf('charge'), 'slack-logger:take', { user: 'ada' })
  await clock.advance(minute)
  expect(
    list()
      .slice(3)
      .map((line) => line.replace(/\| \d{4}.*UTC/, '…')),
  ).toEqual(['Error: refund failed | 1 … | –', 'Error: charge failed | 3 … | ada'])

  await inbox.click(rootOf('refund'), 'slack-logger:resolve', { user: 'ada' })
  await clock.advance(minute)
  expect(list()[0]).toBe('📌 1 open problem')
  const { blocks } = inbox.messages().find((message) => isList({ text: message.text })) ?? {}
  expect(JSON.stringify(blocks)).toContain(`/p${rootOf('charge').replace('.', '')}"`)
})
