import { createVirtualClock } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { createSlackSink, type AlertPolicy, type SlackOptions } from '../src/index.ts'
import { MemoryDestination } from './contracts/memory-destination.ts'

const minute = 60_000

/** Alerts for the first occurrence and for each third one. */
const everyThird: AlertPolicy = {
  keepsLiveRoot: true,
  onOccurrence: ({ alerts, count }) => {
    if (alerts.last === undefined) return { action: 'alert', reason: 'new' }
    return count % 3 === 0 ? { action: 'alert', reason: 'repeat' } : undefined
  },
}

function setUp(options: SlackOptions) {
  const clock = createVirtualClock()
  const memory = new MemoryDestination()
  const errors: string[] = []
  const sink = createSlackSink(
    { destination: memory, onError: ({ message }) => errors.push(message), ...options },
    { clock, variables: {}, random: () => 0.5, writeStderr: () => undefined },
  )
  const fail = (level = 'error'): void =>
    sink.write({ level, time: clock.now(), message: 'no stock', fields: {} })
  /** What notifies people. */
  const notifications = () =>
    memory.messages.filter(({ thread, isBroadcast }) => thread === undefined || isBroadcast)
  return { clock, fail, errors, notifications, sink }
}

test('a policy of the application decides when incidents alert', async () => {
  const { clock, fail, notifications } = setUp({ repeat: everyThird })

  for (let time = 0; time < 9; time += 1) {
    fail()
    await clock.advance(minute)
  }

  expect(notifications()).toHaveLength(4)
})

test('a route may have a policy of its own', async () => {
  const { clock, fail, notifications } = setUp({
    routes: [{ when: { level: 'warn' }, channel: 'warnings', repeat: everyThird }],
    level: 'warn',
  })

  for (let time = 0; time < 9; time += 1) {
    fail('warn')
    fail('error')
    await clock.advance(minute)
  }

  const channels = notifications().map(({ channel }) => channel)
  expect(channels.filter((channel) => channel === 'warnings')).toHaveLength(4)
  expect(channels.filter((channel) => channel === 'Memory')).toHaveLength(1)
})

test('a policy that throws is reported, and its incidents alert by the default one', async () => {
  const { clock, fail, errors, notifications } = setUp({
    repeat: { keepsLiveRoot: true, onOccurrence: () => JSON.parse('{') },
  })

  fail()
  await clock.advance(minute)

  expect(notifications()).toHaveLength(1)
  expect(errors).toMatchObject([expect.stringContaining('the alert policy: ')])
})

test('a policy that logs through its own sink causes no alert', async () => {
  const setup = setUp({
    repeat: {
      keepsLiveRoot: true,
      onOccurrence: () => {
        setup.fail()
        return { action: 'alert', reason: 'new' }
      },
    },
  })

  setup.fail()
  await setup.clock.advance(minute)

  expect(setup.sink.health().events).toMatchObject({ shown: 1, counted: 0 })
})
