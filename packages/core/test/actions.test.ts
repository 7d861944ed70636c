import { describe, expect, test } from 'vitest'
import { resolveEnvironment } from '../src/environment.ts'
import type { IncidentAction, SlackOptions } from '../src/index.ts'
import { actInFleet } from '../src/fleet/act.ts'
import { World } from './golden/support.ts'
import { startVirtualSink } from './incident/virtual-sink.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** A service whose messages have buttons, with one problem in its channel. */
async function start(options: SlackOptions = {}) {
  const service = await startVirtualSink({
    signingSecret: 'a signing secret',
    release: '1.8.2',
    ...options,
  })
  const { clock, inbox, failIn } = service
  failIn('chargeCard')
  await clock.advance(10 * second)
  const root = () => {
    const message = inbox.messages().find(({ isReply }) => !isReply)
    if (message === undefined) throw new Error('Expected a message, got none')
    return message
  }
  return {
    ...service,
    root,
    /** What the root shows. */
    shown: () => JSON.stringify([root().blocks, root().attachments]),
    /** The buttons and menus of the root. */
    offered: () =>
      [...JSON.stringify(root().blocks).matchAll(/"action_id":"slack-logger:(\w+)"/g)].map(
        ([, kind]) => kind,
      ),
    target() {
      const [, owner = '', key = ''] = /"value":"(\w+)\|(\w+)/.exec(JSON.stringify(root())) ?? []
      return { owner, key }
    },
    /** The lines below the root. */
    lines: () => inbox.thread(root().ts).map(({ text }) => text),
    async click(kind: string, { user = 'ada', choice = '' } = {}) {
      const [value] = JSON.stringify(root().blocks).match(`[\\w|]+\\|${choice}(?=")`) ?? []
      const chosen = choice === '' || value === undefined ? {} : { value }
      await inbox.click(root().ts, `slack-logger:${kind}`, { user, ...chosen })
      await clock.advance(5 * second)
    },
  }
}

test('the row of a message offers what its state allows', async () => {
  await using service = await start()

  expect(service.offered()).toEqual(['resolve', 'mute', 'take'])
  await service.click('resolve')
  expect(service.offered()).toEqual(['reopen', 'take'])
  await service.click('take')
  expect(service.offered()).toEqual(['reopen', 'release'])
  await service.click('reopen')
  expect(service.offered()).toEqual(['resolve', 'mute', 'release'])
})

test('a message has no buttons where no click could arrive', async () => {
  await using service = await start({ signingSecret: undefined })

  expect(service.offered()).toEqual([])
})

test('a message has no buttons where each alert is a message of its own', async () => {
  await using service = await start({ repeat: { policy: 'window' } })

  expect(service.offered()).toEqual([])
})

test('the root shows who resolved it, and the thread how', async () => {
  await using service = await start()

  await service.click('resolve')

  expect(service.root().text).toMatch(/^✅ Error: chargeCard failed/)
  expect(service.shown()).toContain('*Resolved by* ada')
  expect(service.lines().at(-1)).toMatch(/ ✅ Resolved by ada \(button\)$/)
})

test('the root shows from which release a resolved problem still comes', async () => {
  await using service = await start()
  await service.click('resolve')

  service.failIn('chargeCard')
  await service.clock.advance(5 * minute)

  expect(service.root().text).toMatch(/^✅ .* ×2$/)
  expect(service.shown()).toContain('*Still from* v1.8.2')
})

test('the root shows until when it is muted, and the thread what was missed', async () => {
  await using service = await start()

  await service.click('mute', { choice: 'hour' })
  expect(service.root().text).toMatch(/^🔇 /)
  expect(service.shown()).toMatch(/\*Muted until\* <!date\^\d+\^\{time\}\|01:00 UTC>/)
  expect(service.shown()).toContain('*Muted by* ada')
  expect(service.shown()).not.toContain('next alert at')
  expect(service.lines().at(-1)).toMatch(
    /🔇 Muted until <!date\^\d+\^\{time\}\|01:00 UTC> by ada \(button\)$/,
  )
  for (let time = 0; time < 12; time += 1) service.failIn('chargeCard')
  await service.clock.advance(59 * minute)
  service.failIn('chargeCard')
  await service.clock.advance(2 * minute)

  expect(service.root().text).toMatch(/^🔴 .* ×14$/)
  expect(service.shown()).not.toContain('Muted')
  expect(service.lines().at(-1)).toMatch(/🔔 was muted for 1 h: 13 more$/)
  expect(service.inbox.thread(service.root().ts).some(({ isBroadcast }) => isBroadcast)).toBe(false)
})

test('what is muted until 10 times more notifies then', async () => {
  await using service = await start()

  await service.click('mute', { choice: 'count' })
  expect(service.shown()).toContain('*Muted until* 10 more occurrences')
  for (let time = 0; time < 10; time += 1) service.failIn('chargeCard')
  await service.clock.advance(minute)

  const loud = service.inbox.thread(service.root().ts).filter(({ isBroadcast }) => isBroadcast)
  expect(loud.map(({ text }) => text)).toEqual([
    '🔴 Error: chargeCard failed · ×11 · 44/min · checkout',
  ])
})

test('the root shows who has taken it', async () => {
  await using service = await start()

  await service.click('take', { user: 'grace' })

  expect(service.root().text).toMatch(/^🔴 /)
  expect(service.shown()).toContain('*Taken by* grace')
  expect(service.lines().at(-1)).toMatch(/👀 Taken by grace \(button\)$/)
})

test('an action is shown within a second, whatever edit comes next', async () => {
  await using service = await start()
  for (let time = 0; time < 5; time += 1) service.failIn('chargeCard')
  await service.clock.advance(10 * second)
  service.failIn('chargeCard')

  await service.inbox.click(service.root().ts, 'slack-logger:take', { user: 'ada' })
  await service.clock.advance(second)

  expect(service.shown()).toContain('*Taken by* ada')
})

test('all texts are there in Korean', async () => {
  await using service = await start({ locale: 'ko' })

  await service.click('take')
  await service.click('mute', { choice: 'release' })
  await service.click('resolve')

  expect(service.shown()).toContain('*담당* ada')
  expect(service.shown()).toContain('*해결한 사람* ada')
  expect(service.lines().slice(-3)).toEqual([
    expect.stringMatching(/👀 ada \(버튼\) 님이 맡음$/),
    expect.stringMatching(/🔇 ada \(버튼\) 님이 음소거: 다음 릴리스까지$/),
    expect.stringMatching(/✅ ada \(버튼\) 님이 해결$/),
  ])
})

test('a name is a text that mentions nobody and formats nothing', async () => {
  await using service = await start()
  const action = { kind: 'resolve', at: service.clock.now(), id: 'a click' } as const
  const by = {
    user: 'U0ADA00001',
    name: '<!channel> *Jane* <@U0ADA00001>',
    via: 'reaction',
  } as const
  const target = service.target()

  await service.act({ ...action, by, target })
  await service.clock.advance(5 * second)

  const texts = [service.lines().at(-1), service.shown()].join('')
  expect(texts).toContain('&lt;!channel&gt;')
  expect(texts).not.toMatch(/<!channel|<@U/)
  expect(service.root().notified.users).toEqual([])
})

test('what was noted is shown when the problem is back', async () => {
  await using service = await start()
  const by = { user: 'U0ADA00001', name: 'Jane', via: 'thread' } as const
  const target = service.target()

  await service.act({
    id: 'note',
    kind: 'note',
    text: 'restart the pool',
    at: service.clock.now(),
    by,
    target,
  })
  await service.clock.advance(5 * second)
  expect(service.shown()).toContain('📝 restart the pool (Jane)')
  await service.clock.advance(21 * 24 * hour)
  service.failIn('chargeCard')
  await service.clock.advance(minute)

  expect(service.shown()).toContain('📝 Last time, 3 weeks ago: restart the pool')
})

test('an issue that is filed from a message has a link to it', async () => {
  await using service = await start({ links: { issue: 'https://github.com/acme/shop/issues/new' } })
  await service.clock.advance(minute)

  const { blocks, channel, ts, editCount } = service.root()
  const [, href = ''] = /<(https:\/\/github[^|]*)\|File it>/.exec(JSON.stringify(blocks)) ?? []
  const body = new URL(href.replaceAll('&amp;', '&')).searchParams.get('body')
  expect(body).toContain(`/archives/${channel}/p${ts.replace('.', '')}`)
  expect(editCount).toBe(1)
})

/** What the channel's message shows at last. */
function lastRoot(world: World): string {
  const root = world.slack.recorded.findLast(
    ({ body }) => body['thread_ts'] === undefined && body['blocks'] !== undefined,
  )
  return JSON.stringify(root?.body)
}

function act(world: World, kind: IncidentAction['kind'], given: Partial<IncidentAction> = {}) {
  const [, owner = '', key = ''] = /"value":"(\w+)\|(\w+)/.exec(lastRoot(world)) ?? []
  const by = { user: 'U0JANE0001', name: 'Jane', via: 'button' } as const
  const action = { id: `${kind} ${world.now}`, kind, target: { owner, key }, by, at: world.now }
  return actInFleet({ ...action, ...given }, { ...resolveEnvironment(), path: undefined })
}

describe.each([
  ['its journal', 'journal'],
  ['its message alone', 'message'],
] as const)('the next process learns from %s', (_, from) => {
  const startProgram = (world: World, release: string) =>
    world.start({
      signingSecret: 'a signing secret',
      actions: { allow: { users: ['U0JANE0001'] } },
      // A program that was killed stays in this process, and takes no action for another one.
      service: expect.getState().currentTestName ?? '',
      release,
      spoolDir: from === 'journal' ? world.folder : false,
    })

  test('that a problem is resolved, and in which releases it may still occur', async () => {
    await using world = createWorld()
    const first = startProgram(world, '1.8.2')
    first.fail('chargeCard')
    await world.advance(minute)
    await act(world, 'resolve')
    await world.advance(10 * second)
    first.kill()
    await world.advance(2 * minute)

    const next = startProgram(world, '1.8.2')
    next.fail('chargeCard')
    await world.advance(minute)
    expect(lastRoot(world)).toContain('*Resolved by* Jane')
    expect(lastRoot(world)).toContain('*Still from* v1.8.2')
    next.kill()
    await world.advance(2 * minute)
    startProgram(world, '1.9.0').fail('chargeCard')
    await world.advance(6 * minute)

    expect(lastRoot(world)).toContain('🔴 Error: chargeCard failed')
    expect(lastRoot(world)).toContain('Back after it was resolved')
  })

  test('until when a problem is muted, and what was missed', async () => {
    await using world = createWorld()
    const first = startProgram(world, '1.8.2')
    first.fail('chargeCard')
    await world.advance(minute)
    await act(world, 'mute', { until: { time: world.now + hour } })
    await world.advance(10 * second)
    first.kill()
    await world.advance(2 * minute)

    const next = startProgram(world, '1.8.2')
    next.fail('chargeCard')
    await world.advance(58 * minute)

    expect(lastRoot(world)).not.toContain('Muted')
    const texts = world.slack.recorded.map(({ body }) => String(body['text']))
    expect(texts.filter((text) => text.includes('🔔 was muted for 1 h: 1 more'))).toHaveLength(1)
  })

  test('who has taken a problem, and what was noted', async () => {
    await using world = createWorld()
    const first = startProgram(world, '1.8.2')
    first.fail('chargeCard')
    await world.advance(minute)
    await act(world, 'take')
    await act(world, 'note', { text: 'restart the pool' })
    await world.advance(10 * second)
    first.kill()
    await world.advance(2 * minute)

    startProgram(world, '1.8.2').fail('chargeCard')
    await world.advance(minute)

    expect(lastRoot(world)).toContain('*Taken by* Jane')
    expect(lastRoot(world)).toContain('restart the pool (Jane)')
    const texts = world.slack.recorded.map(({ body }) => String(body['text']))
    expect(texts.filter((text) => text.includes('Taken by Jane (button)'))).toHaveLength(1)
  })
})

function createWorld(): World & AsyncDisposable {
  const world = new World()
  return Object.assign(world, { [Symbol.asyncDispose]: () => world.end() })
}
