import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startInbox } from '@slack-logger/slack-inbox'
import { expect, onTestFinished, test } from 'vitest'
import { createSlackSink, type SlackOptions } from '../../src/index.ts'
import { createFleet } from '../fleet/fleet-world.ts'
import { minute, second, World } from '../golden/support.ts'

const url = 'https://hc.example/ping/4bf92f35'

/** What a process is started with, and when the address was asked, in seconds since its start. */
function beating(world: World, answer: () => Response = () => new Response('OK')) {
  const startedAt = world.now
  const beats: number[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (!(typeof input === 'string' && input === url)) return world.slack.fetch(input, init)
    beats.push((world.now - startedAt) / second)
    return Promise.resolve(answer())
  }
  const options: SlackOptions = { fetch, heartbeat: { url }, spoolDir: world.folder }
  return { options, beats }
}

function createWorld(): World {
  const world = new World()
  onTestFinished(() => world.end())
  return world
}

test('asks the address every minute, also if nothing is logged', async () => {
  const world = createWorld()
  const { options, beats } = beating(world)
  world.start(options)
  await world.advance(4.5 * minute)

  expect(beats).toEqual([0, 60, 120, 180, 240])
})

test('stops while Slack does not answer, and goes on when it does', async () => {
  const world = createWorld()
  const { options, beats } = beating(world)
  const program = world.start(options)
  await world.advance(30 * second)
  world.slack.state = 'down'
  program.fail('charge')
  await world.advance(20 * minute)
  expect(beats).toEqual([0])

  world.slack.state = 'up'
  await world.advance(3 * minute)
  expect(beats.length).toBeGreaterThanOrEqual(2)
})

test('stops within five minutes where nothing is logged while Slack is down', async () => {
  const world = createWorld()
  const { options, beats } = beating(world)
  world.start(options)
  await world.advance(90 * second)
  world.slack.state = 'down'
  await world.advance(30 * minute)

  expect(beats).toEqual([0, 60, 120, 180, 240])
})

test('stops while the channel refuses messages', async () => {
  const world = createWorld()
  const { options, beats } = beating(world)
  const program = world.start(options)
  world.slack.refuse('chat.postMessage', 'is_archived', { times: 1000 })
  program.fail('charge')
  await world.advance(10 * minute)

  expect(beats.length).toBeLessThanOrEqual(1)
})

test('one process of a fleet asks, and its successor goes on', async () => {
  const fleet = createFleet()
  const { options, beats } = beating(fleet.world)
  const members = fleet.startMany(3, { fetch: options.fetch, heartbeat: options.heartbeat })
  await fleet.world.advance(2.5 * minute)
  expect(beats).toEqual([0, 60, 120])

  const leader = members.find(({ link }) => link.isLeading)
  if (leader !== undefined) fleet.kill(leader)
  await fleet.world.advance(2 * minute)
  expect(beats).toEqual([0, 60, 120, 180, 240])
})

test.each([302, 404, 500])(
  'an address that answers %i is reported without its secret, and asked again',
  async (status) => {
    const world = createWorld()
    const { options, beats } = beating(world, () => new Response('', { status }))
    const errors: string[] = []
    world.start({ ...options, onError: (error) => errors.push(error.message) })
    await world.advance(1.5 * minute)

    expect(beats).toEqual([0, 60])
    expect(errors).toEqual([`the heartbeat: HTTP ${status}`, `the heartbeat: HTTP ${status}`])
  },
)

test('is a GET without a body, and ends with the sink', async () => {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    response.end('OK')
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  await using inbox = await startInbox()
  const sink = createSlackSink({
    slackApiUrl: inbox.apiUrl,
    token: inbox.token,
    channel: '#alerts',
    spoolDir: false,
    heartbeat: { url: `http://127.0.0.1:${port}/ping` },
  })
  await expect.poll(() => requests.length).toBe(1)
  await sink.close()

  const [request] = requests
  expect([request?.method, request?.url, request?.headers['transfer-encoding']]).toEqual([
    'GET',
    '/ping',
    undefined,
  ])
})
