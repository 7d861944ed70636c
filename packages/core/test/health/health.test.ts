import { createVirtualClock } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { resolveEnvironment } from '../../src/environment.ts'
import { Health, type HealthDeps, type SinkHealth } from '../../src/health/health.ts'

function setUp(deps: Partial<HealthDeps> = {}) {
  const clock = createVirtualClock()
  const lines: string[] = []
  const environment = resolveEnvironment({ clock, writeStderr: (line) => lines.push(line) })
  const health = new Health(environment, {
    onError: undefined,
    onHealth: undefined,
    redact: (text) => text.replaceAll('secret', '***'),
    toWall: (time) => time,
    destination: 'Slack',
    cure: '; `npx slack-logger doctor` says what to do',
    fleet: () => undefined,
    ...deps,
  })
  return { clock, lines, health }
}

const refused = { status: 'retry', reason: 'HTTP 500' }

test('stderr gets one line a minute, and then the last one that was deferred', async () => {
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

test.each([
  [1, 'the next start'],
  [4, 'the process that leads next'],
])('what is left unsent by one of %i processes, is left for %s', (members, next) => {
  const fleet = { role: 'leader', link: 'host', members, lagMs: 0 } as const
  const unknown = { leader: undefined, lastExchangeAt: undefined, reason: undefined }
  const { lines, health } = setUp({ fleet: () => ({ ...fleet, ...unknown }) })

  health.spooled('the process ended before it was sent')

  expect(lines).toEqual([
    `[slack-logger] a delivery was left for ${next}: the process ended before it was sent`,
  ])
})

test('a deferred line is written at the end', () => {
  const { lines, health } = setUp()
  health.failed('#a', refused)
  health.gaveUp('the process ended before Slack took it', { isAlert: true })

  health.end()
  health.end()

  expect(lines).toEqual([
    '[slack-logger] Slack: HTTP 500',
    '[slack-logger] a delivery was given up: the process ended before Slack took it',
  ])
})

test.each([
  ['stopChannel', 'not_in_channel', ' (#a); `npx slack-logger doctor` says what to do'],
  ['stopDestination', 'invalid_auth', '; `npx slack-logger doctor` says what to do'],
  ['retry', 'ECONNREFUSED', '; `npx slack-logger doctor` says what to do'],
  ['retry', 'internal_error', ''],
  ['retry', 'HTTP 503', ''],
])('stderr says what to do about what the set-up cures: %s, %s', (status, reason, end) => {
  const { lines, health } = setUp()

  health.failed('#a', { status, reason })

  expect(lines).toEqual([`[slack-logger] Slack: ${reason}${end}`])
  expect(health.read().lastError?.reason).not.toContain('npx')
})

test('no report contains a secret', () => {
  const errors: Error[] = []
  const { lines, health } = setUp({ onError: (error) => errors.push(error) })

  health.broke('the formatter hook', new Error('cannot read secret'))

  expect(lines).toEqual(['[slack-logger] the formatter hook: cannot read ***'])
  expect(errors.map(({ message }) => message)).toEqual(['the formatter hook: cannot read ***'])
  expect(health.read().lastError?.reason).toBe('the formatter hook: cannot read ***')
})

test('a hook that throws has no effect', () => {
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
    health.wentDown(refused)
  }).not.toThrow()
})

test('onHealth is called when the destination goes down and comes back', () => {
  const states: SinkHealth[] = []
  const { health } = setUp({ onHealth: (state) => states.push(state) })

  health.wentDown({ status: 'stopDestination', reason: 'token_revoked' })
  health.cameBack(60_000)

  expect(states.map(({ down }) => down)).toEqual(['token_revoked', undefined])
})

test('counts by reason and by channel', () => {
  const { health } = setUp()
  health.lost('the sink is closed')
  health.lost('the sink is closed')
  health.gaveUp('invalid_blocks', { isAlert: false })
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

test('a failure that a message showed is not shown again, and later ones are', () => {
  const { health } = setUp()
  health.failed('#a', refused)
  const shown = health.trouble.read(0)
  health.lost('too many at once')

  if (shown !== undefined) health.trouble.shown(shown)

  expect(health.trouble.read(0)).toMatchObject({ failedSends: 0, lostEvents: 1 })
})

test('a rate limit is no failure that a message mentions', () => {
  const { health } = setUp()

  health.failed('#a', { status: 'wait', reason: 'ratelimited' })

  expect(health.trouble.read(0)).toBeUndefined()
})

describe('an outage that a message mentions', () => {
  test('lasts from the first failure until that message', async () => {
    const { clock, health } = setUp()
    health.delivered('#a', 'sent')
    await clock.advance(60_000)
    health.failed('#a', refused)
    await clock.advance(10_000)
    health.failed('#a', refused)
    health.wentDown(refused)
    await clock.advance(600_000)

    const from = clock.now() - 610_000
    expect(health.trouble.read(clock.now())).toMatchObject({
      failedSends: 2,
      outage: { kind: 'unreachable', from, to: clock.now() },
    })
  })

  test('ends when something else is accepted', async () => {
    const { clock, health } = setUp()
    health.failed('#a', refused)
    health.wentDown(refused)
    await clock.advance(600_000)
    const to = clock.now()
    health.delivered('#a', 'edited')
    health.cameBack(600_000)
    await clock.advance(600_000)

    expect(health.trouble.read(clock.now())).toMatchObject({ outage: { to } })
  })

  test('does not start with an earlier failure of another kind', async () => {
    const { clock, health } = setUp()
    health.failed('#a', { status: 'degrade', reason: 'invalid_blocks' })
    await clock.advance(600_000)
    const from = clock.now()
    health.failed('#a', { status: 'stopDestination', reason: 'token_revoked' })
    health.wentDown({ status: 'stopDestination', reason: 'token_revoked' })

    expect(health.trouble.read(clock.now())).toMatchObject({ outage: { kind: 'refusing', from } })
  })

  test('is mentioned once', async () => {
    const { clock, health } = setUp()
    health.failed('#a', refused)
    health.wentDown(refused)
    const shown = health.trouble.read(clock.now())
    health.delivered('#a', 'sent')
    health.cameBack(1000)

    if (shown !== undefined) health.trouble.shown(shown)
    health.lost('too many at once')

    expect(health.trouble.read(clock.now())).toMatchObject({ lostEvents: 1, outage: undefined })
  })
})

test('alerts that are given up are mentioned, other deliveries are not', () => {
  const { health } = setUp()

  health.gaveUp('too many alerts wait', { isAlert: true })
  health.gaveUp('message_not_found', { isAlert: false })

  expect(health.trouble.read(0)).toMatchObject({ givenUp: 1 })
})
