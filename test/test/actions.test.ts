import { createSlackSink } from '@slack-logger/core'
import { type ActionsHandler, slackActions } from '@slack-logger/core/actions'
import { type Inbox, startInbox } from '@slack-logger/slack-inbox'
import { afterAll, expect, test } from 'vitest'
import { runRedis } from '../../packages/redis/test/support/run-redis.ts'
import { createService } from './support/driven-app.ts'
import { createFleet, leaderOf } from './support/fleet.ts'
import { roots, until } from './support/reader.ts'
import { tempFolder } from './support/temp-folder.ts'

const server = await runRedis('clicks over Redis are')
afterAll(() => server?.[Symbol.asyncDispose]())
const signingSecret = 'a signing secret'
const options = { signingSecret, release: '1.8.2' }

/** An inbox whose clicks go to a handler in this process, which has no sink. */
async function startClickable() {
  let handle: ActionsHandler | undefined
  const inbox = await startInbox({
    interactivity: {
      requestUrl: 'http://service.test/slack/actions',
      signingSecret,
      fetch: async (request) => handle?.(request) ?? new Response('', { status: 503 }),
    },
  })
  return {
    inbox,
    /** Finds the service by the journals' folder. */
    receive: (spoolDir: string) => void (handle = slackActions({ signingSecret, spoolDir })),
    async click(kind: string, user = 'ada') {
      const { delivery } = await inbox.click(rootIn(inbox).ts, `slack-logger:${kind}`, { user })
      return delivery
    },
    async [Symbol.asyncDispose]() {
      await inbox.close()
    },
  }
}

function rootIn(inbox: Inbox) {
  const [root] = roots(inbox)
  if (root === undefined) throw new Error('Expected a message, got none')
  return root
}

const lines = (inbox: Inbox): readonly string[] =>
  inbox.thread(rootIn(inbox).ts).map(({ text }) => text)

const isShown = (inbox: Inbox, emoji: string) => (): boolean => rootIn(inbox).text.startsWith(emoji)

test('a click reaches the worker of pino from another thread, within a second, and survives its restart', async () => {
  await using slack = await startClickable()
  const { inbox } = slack
  await using service = createService({ slack: inbox, kind: 'worker', options })
  slack.receive(service.folder)
  const first = await service.start()
  await first.log('the card was refused')
  await until(() => roots(inbox).length === 1, 20_000)

  const clickedAt = Date.now()
  const delivery = await slack.click('resolve')
  const answeredAfterMs = Date.now() - clickedAt
  await until(isShown(inbox, '✅'), 20_000)
  const shownAfterMs = Date.now() - clickedAt
  await first.signal('SIGKILL')
  const next = await service.start()
  await next.log('the card was refused')
  await until(() => rootIn(inbox).text.endsWith('×2'), 60_000)

  expect(delivery).toMatchObject({ status: 200 })
  expect(answeredAfterMs).toBeLessThan(500)
  expect(shownAfterMs).toBeLessThan(2000)
  expect(rootIn(inbox).text).toMatch(/^✅/)
  expect(JSON.stringify(rootIn(inbox).blocks)).toContain('*Resolved by* ada')
  expect(lines(inbox).filter((line) => line.includes('Resolved'))).toHaveLength(1)
  expect(roots(inbox)).toHaveLength(1)
}, 120_000)

test('a click on a message whose leader has ended waits for the next one, which applies it', async () => {
  await using slack = await startClickable()
  const { inbox } = slack
  await using fleet = createFleet(inbox)
  slack.receive(fleet.folder)
  const leader = await fleet.start(options)
  await leader.log('chargeCard')
  await until(() => roots(inbox).length === 1, 20_000)
  await leader.signal('SIGKILL')

  await slack.click('take')
  const next = await fleet.start(options)
  await next.log('chargeCard')
  const isTaken = (): boolean => JSON.stringify(rootIn(inbox).blocks).includes('*Taken by* ada')
  const isNoted = (): boolean => lines(inbox).some((line) => line.includes('Taken by ada (button)'))
  await until(() => isTaken() && isNoted(), 60_000)

  expect([isTaken(), isNoted()]).toEqual([true, true])
  expect(roots(inbox)).toHaveLength(1)
}, 120_000)

test('what was decided goes to the process that takes over, and no click is applied twice', async () => {
  await using slack = await startClickable()
  const { inbox } = slack
  await using fleet = createFleet(inbox)
  slack.receive(fleet.folder)
  const members = [await fleet.start(options), await fleet.start(options)]
  for (const member of members) await member.log('chargeCard')
  await until(() => roots(inbox).length === 1, 20_000)
  const click = await inbox.click(rootIn(inbox).ts, 'slack-logger:resolve', { user: 'ada' })
  await until(isShown(inbox, '✅'), 20_000)

  const leader = await leaderOf(members)
  await leader?.signal('SIGKILL')
  const [next] = members.filter((member) => member !== leader)
  await next?.log('chargeCard')
  await until(() => rootIn(inbox).text.endsWith('×3'), 60_000)
  // Another handler has not seen the click.
  slack.receive(fleet.folder)
  await inbox.redeliver(click)
  await slack.click('reopen')
  await until(isShown(inbox, '🔴'), 20_000)

  const actions = (): readonly string[] => lines(inbox).filter((line) => line.includes('(button)'))
  await until(() => actions().length === 2, 20_000)
  expect(actions().map((line) => line.replace(/^\S+ \S+ /, ''))).toEqual([
    '✅ Resolved by ada (button)',
    '🔴 Reopened by ada (button)',
  ])
  expect(roots(inbox)).toHaveLength(1)
}, 120_000)

test.skipIf(server === undefined)(
  'a click that arrives in a follower reaches the leader on another host over Redis',
  async () => {
    await using slack = await startClickable()
    const { inbox } = slack
    await using host = createFleet(inbox)
    using folder = tempFolder()
    const fleet = { redis: `redis://127.0.0.1:${server?.port}` }
    const shop = { ...options, service: 'shop', environment: 'production', fleet }
    const leader = await host.start(shop)
    await leader.log('chargeCard')
    await until(() => roots(inbox).length === 1, 20_000)
    // This process is one of the service, with a folder of its own.
    const sink = createSlackSink({
      ...shop,
      token: 'xoxb-test',
      channel: '#alerts',
      slackApiUrl: inbox.apiUrl,
      spoolDir: folder.path,
    })
    slack.receive(folder.path)

    const delivery = await slack.click('resolve')
    await until(isShown(inbox, '✅'), 20_000)

    expect(delivery).toMatchObject({ status: 200 })
    expect(sink.health().fleet).toMatchObject({ role: 'follower', link: 'redis' })
    expect(JSON.stringify(rootIn(inbox).blocks)).toContain('*Resolved by* ada')
    expect((await leader.health()).fleet?.role).toBe('leader')
    await sink.close()
  },
  60_000,
)
