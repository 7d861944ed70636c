import { createVirtualClock, startInbox, type FaultOptions } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { createSlackSink, type SlackOptions } from '../src/index.ts'

const noise = (message: string): boolean => message.startsWith('noise')

/** Hooks that drop and throw, a policy that repeats, and a Slack that fails in each way. */
const rows: readonly (readonly [string, SlackOptions, FaultOptions])[] = [
  ['as it comes', {}, { hang: true }],
  [
    'each a message of its own',
    { repeat: { policy: 'window', limit: 2, windowMs: 60_000 } },
    { retryAfter: 1 },
  ],
  ['a hook that drops', { beforeSend: (event) => (noise(event.message) ? null : event) }, {}],
  [
    'hooks that throw',
    {
      beforeSend: () => JSON.parse('{') as never,
      fingerprint: () => JSON.parse('{') as never,
      formatter: () => JSON.parse('{') as never,
    },
    { status: 500 },
  ],
  ['a channel that is gone', {}, { error: 'is_archived' }],
]

test.each(rows)('every record is in one of the counts: %s', async (_name, options, fault) => {
  const clock = createVirtualClock()
  const inbox = await startInbox({ clock, listen: false })
  const sink = createSlackSink(
    { token: inbox.token, channel: '#alerts', slackApiUrl: inbox.apiUrl, ...options },
    { clock, fetch: inbox.fetch, variables: {}, random: () => 0.5, writeStderr: () => {} },
  )
  const write = (message: string, level = 'error'): void =>
    sink.write({ level, time: clock.now(), message, fields: {} })
  const hurt = inbox.fail({ ...fault, rate: 0.9 })

  for (let round = 0; round < 30; round += 1) {
    write(`problem ${round % 5}`)
    write(`noise ${round}`)
    write('the database is gone', 'fatal')
    write('far below the level', 'info')
    // A flood of its own in each round.
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) write(`${name.repeat(round + 1)} failed`)
    await clock.advance(1000)
  }
  hurt.stop()
  await clock.advance(2_000_000)
  const closing = sink.close()
  await clock.advance(10_000)
  await closing
  write('too late')

  const { shown, counted, duplicates, ignored, lost } = sink.health().events
  const lostEvents = Object.values(lost).reduce((sum, count) => sum + count, 0)
  expect(shown + counted + duplicates + ignored + lostEvents).toBe(271)
  expect(lost).toMatchObject({ 'the sink is closed': 1 })
})
