import { createVirtualClock, startInbox } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { createSlackSink } from '../../src/index.ts'
import { startVirtualSink, type VirtualSink } from '../incident/virtual-sink.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

function editsOf({ inbox }: VirtualSink): readonly number[] {
  return inbox.requests.filter(({ method }) => method === 'chat.update').map(({ at }) => at)
}

/** The replies to the only root. */
function repliesOf({ inbox }: VirtualSink): readonly string[] {
  const [root] = inbox.messages()
  return inbox
    .thread(root?.ts ?? '')
    .slice(1)
    .map(({ text }) => text)
}

function shown(message: unknown): string {
  return JSON.stringify(message)
}

test('200,000 identical errors are one root with the exact count', async () => {
  await using slack = await startVirtualSink()

  for (let batch = 0; batch < 200; batch += 1) {
    for (let time = 0; time < 1000; time += 1) slack.failIn('charge')
    await slack.clock.advance(100)
  }
  const closing = slack.sink.close()
  await slack.clock.advance(10 * second)
  await closing

  const roots = slack.inbox.messages().filter(({ isReply }) => !isReply)
  expect(roots).toHaveLength(1)
  expect(shown(roots[0])).toContain('200,000')
  expect(slack.inbox.messages().length).toBeLessThanOrEqual(6)
  expect(editsOf(slack).length).toBeLessThanOrEqual(5)
  expect(slack.sink.health().events).toMatchObject({ shown: 1, counted: 199_999, lost: {} })
})

test('a root is edited every 10 seconds at first, then every 30, 60 and 300', async () => {
  await using slack = await startVirtualSink()

  for (let time = 0; time < 2 * 3600; time += 1) {
    slack.failIn('charge')
    await slack.clock.advance(second)
  }

  const edits = editsOf(slack)
  const gaps = new Set(
    edits.slice(1).map((at, index) => Math.round((at - (edits[index] ?? 0)) / second)),
  )
  expect([...gaps]).toEqual([10, 30, 60, 300])
})

test('all edits share one limit, and the roots that changed most are edited first', async () => {
  await using slack = await startVirtualSink({ editsPerMinute: 6 })
  const names = ['rare', 'common', 'constant']
  for (const name of names) {
    slack.failIn(name)
    await slack.clock.advance(61 * second)
  }

  for (let time = 0; time < 30 * 60; time += 1) {
    slack.failIn('constant')
    if (time % 10 === 0) slack.failIn('common')
    if (time % 200 === 0) slack.failIn('rare')
    await slack.clock.advance(second)
  }

  const edits = editsOf(slack)
  const closest = Math.min(...edits.slice(1).map((at, index) => at - (edits[index] ?? 0)))
  expect(closest).toBeGreaterThanOrEqual(10 * second)
  const counts = names.map(
    (name) =>
      slack.inbox.messages().find(({ text, isReply }) => !isReply && text.includes(name))
        ?.editCount,
  )
  expect(counts.every((count) => (count ?? 0) > 0)).toBe(true)
})

test('the thread has one line for each change', async () => {
  await using slack = await startVirtualSink()
  slack.failIn('charge')
  await slack.clock.advance(second)
  const before = repliesOf(slack).length

  for (let time = 0; time < 9; time += 1) slack.failIn('charge')
  await slack.clock.advance(45 * minute)
  slack.failIn('charge')
  await slack.clock.advance(5 * minute)

  expect(repliesOf(slack).slice(before)).toEqual([
    expect.stringContaining('×10'),
    expect.stringContaining('quiet'),
    expect.stringContaining('back after 45 min'),
  ])
})

test('the root shows whether its incident is quiet', async () => {
  await using slack = await startVirtualSink()
  slack.failIn('charge')
  await slack.clock.advance(30 * minute + 10 * second)
  expect(shown(slack.inbox.messages()[0]?.blocks)).toContain('quiet')

  slack.failIn('charge')
  await slack.clock.advance(minute)

  expect(shown(slack.inbox.messages()[0]?.blocks)).not.toContain('quiet')
  expect(shown(slack.inbox.messages()[0]?.attachments)).toContain('New · ')
})

test('a milestone is in the thread and in the channel, with its reason and the next one', async () => {
  await using slack = await startVirtualSink()
  slack.failIn('charge')
  await slack.clock.advance(6 * minute)

  for (let time = 0; time < 9; time += 1) slack.failIn('charge')
  await slack.clock.advance(minute)

  const [root, milestone] = slack.inbox.messages()
  expect(milestone).toMatchObject({ isBroadcast: true, threadTs: root?.ts })
  expect(shown(milestone)).toContain('10 so far · next alert at 100')
  expect(shown(root)).toContain('10 so far · next alert at 100')
})

describe('when Slack refuses', () => {
  test('an edit for good, a new root continues', async () => {
    await using slack = await startVirtualSink()
    slack.failIn('charge')
    await slack.clock.advance(5 * second)
    slack.inbox.fail({ method: 'chat.update', error: 'edit_window_closed', times: 1 })

    slack.failIn('charge')
    await slack.clock.advance(20 * second)
    slack.failIn('charge')
    await slack.clock.advance(minute)

    const roots = slack.inbox.messages()
    expect(roots).toHaveLength(2)
    expect(shown(roots[1])).toContain('×3')
  })

  test('every edit, new roots become rare', async () => {
    await using slack = await startVirtualSink()
    slack.inbox.fail({ method: 'chat.update', error: 'cant_update_message' })

    const rootsWithin = async (seconds: number): Promise<number> => {
      const before = slack.inbox.messages().length
      for (let time = 0; time < seconds; time += 5) {
        slack.failIn('charge')
        await slack.clock.advance(5 * second)
      }
      return slack.inbox.messages().length - before
    }

    expect(await rootsWithin(600)).toBeLessThanOrEqual(7)
    expect(await rootsWithin(3600)).toBeLessThanOrEqual(3)
    expect(await rootsWithin(3 * 3600)).toBeLessThanOrEqual(6)
  })

  test('too many edits, there are half as many for five minutes', async () => {
    await using slack = await startVirtualSink({ editsPerMinute: 6 })
    const names = ['one', 'two', 'three', 'four']
    for (const name of names) {
      slack.failIn(name)
      await slack.clock.advance(61 * second)
    }
    slack.inbox.fail({ method: 'chat.update', status: 429, retryAfter: 1, times: 1 })
    const from = slack.clock.now()

    for (let time = 0; time < 4 * 60; time += 1) {
      for (const name of names) slack.failIn(name)
      await slack.clock.advance(second)
    }

    const edits = editsOf(slack).filter((at) => at > from + 2 * second)
    const closest = Math.min(...edits.slice(1).map((at, index) => at - (edits[index] ?? 0)))
    expect(closest).toBeGreaterThanOrEqual(20 * second)
  })
})

test('a flush sends what is deferred and edits all roots', async () => {
  await using slack = await startVirtualSink()
  slack.failIn('charge')
  await slack.clock.advance(5 * second)
  slack.failIn('charge')
  slack.failIn('search')

  const flushed = slack.sink.flush()
  await slack.clock.advance(3 * second)
  await flushed

  const [charge, search] = slack.inbox.messages()
  expect(shown(charge)).toContain('×2')
  expect(shown(search)).toContain('search failed')
})

test('through a webhook each alert is a new message, and nothing else is sent', async () => {
  const clock = createVirtualClock()
  await using inbox = await startInbox({ clock, listen: false })
  const sink = createSlackSink(
    { webhookUrl: inbox.webhookUrl },
    { clock, fetch: inbox.fetch, variables: {}, random: () => 0.5, writeStderr: () => {} },
  )

  for (let time = 0; time < 3600; time += 1) {
    sink.write({ level: 'error', time: clock.now(), message: 'no stock', fields: {} })
    await clock.advance(second)
  }
  await clock.advance(2 * hour)

  expect(inbox.messages().map(({ text }) => text.replace(/.* · (?=×)/, ''))).toEqual([
    expect.stringContaining('no stock'),
    '×300',
    '×1,000',
  ])
  expect(inbox.requests).toHaveLength(3)
})
