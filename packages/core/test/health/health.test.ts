import { createVirtualClock } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { resolveEnvironment } from '../../src/environment.ts'
import { Health, type HealthListeners, type SinkHealth } from '../../src/health/health.ts'

function setUp(listeners: Partial<HealthListeners> = {}) {
  const clock = createVirtualClock()
  const lines: string[] = []
  const environment = resolveEnvironment({ clock, writeStderr: (line) => lines.push(line) })
  const health = new Health(environment, {
    onError: undefined,
    onHealth: undefined,
    clean: (text) => text.replaceAll('secret', '***'),
    ...listeners,
  })
  return { clock, lines, health }
}

const refused = { status: 'retry', reason: 'HTTP 500' }

test('stderr hears one line a minute, and then the last of what it missed', async () => {
  const { clock, lines, health } = setUp()
  health.failed('#a', refused)
  health.failed('#a', { status: 'retry', reason: 'HTTP 502' })
  health.failed('#a', { status: 'retry', reason: 'HTTP 503' })
  expect(lines).toEqual(['[slack-logger] Slack: HTTP 500'])

  await clock.advance(59_999)
  expect(lines).toHaveLength(1)
  await clock.advance(1)
  expect(lines).toEqual(['[slack-logger] Slack: HTTP 500', '[slack-logger] Slack: HTTP 503'])
})

test('what stderr did not hear yet it hears at the end', () => {
  const { lines, health } = setUp()
  health.failed('#a', refused)
  health.gaveUp('the process ended before Slack took it')

  health.end()
  health.end()

  expect(lines).toEqual([
    '[slack-logger] Slack: HTTP 500',
    '[slack-logger] a delivery was given up: the process ended before Slack took it',
  ])
})

test('nothing that is told holds a secret', () => {
  const errors: Error[] = []
  const { lines, health } = setUp({ onError: (error) => errors.push(error) })

  health.broke('the formatter hook', new Error('cannot read secret'))

  expect(lines).toEqual(['[slack-logger] the formatter hook: cannot read ***'])
  expect(errors.map(({ message }) => message)).toEqual(['the formatter hook: cannot read ***'])
  expect(health.read().lastError?.reason).toBe('the formatter hook: cannot read ***')
})

test('a listener that throws hurts nobody', () => {
  const { health } = setUp({
    onError: () => {
      throw new Error('a bug')
    },
    onHealth: () => {
      throw new Error('a bug')
    },
  })

  expect(() => {
    health.failed('#a', refused)
    health.wentDown('HTTP 500')
  }).not.toThrow()
})

test('onHealth hears when Slack stops and starts working', () => {
  const heard: SinkHealth[] = []
  const { health } = setUp({ onHealth: (state) => heard.push(state) })

  health.wentDown('token_revoked')
  health.cameBack(60_000)

  expect(heard.map(({ down }) => down)).toEqual(['token_revoked', undefined])
})

test('counts by reason and by channel', () => {
  const { health } = setUp()
  health.lost('the sink is closed')
  health.lost('the sink is closed')
  health.gaveUp('invalid_blocks')
  health.delivered('#a', 'sent')
  health.delivered('#a', 'edited')
  health.failed('#b', { status: 'stopChannel', reason: 'is_archived' })

  expect(health.read()).toMatchObject({
    events: { lost: { 'the sink is closed': 2 } },
    deliveries: { sent: 1, edited: 1, failed: 1, gaveUp: { invalid_blocks: 1 } },
    channels: {
      '#a': { sent: 2, failed: 0, refusal: undefined },
      '#b': { sent: 0, failed: 1, refusal: 'is_archived' },
    },
  })
})

test('what a message told is told no more, and what came since is', () => {
  const { health } = setUp()
  health.failed('#a', refused)
  const told = health.trouble.read()
  health.lost('too many at once')

  if (told !== undefined) health.trouble.told(told)

  expect(health.trouble.read()).toMatchObject({ failedSends: 0, lostEvents: 1 })
})

test('being asked for patience is no trouble that a reader must know of', () => {
  const { health } = setUp()

  health.failed('#a', { status: 'wait', reason: 'ratelimited' })

  expect(health.trouble.read()).toBeUndefined()
})
