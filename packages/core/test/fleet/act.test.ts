import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { resolveEnvironment } from '../../src/environment.ts'
import { actInFleet, takeActions } from '../../src/fleet/act.ts'
import type { ActionAnswer, IncidentAction } from '../../src/index.ts'
import { VirtualClock } from '../golden/virtual-clock.ts'
import { createFleet, type FleetWorld } from './fleet-world.ts'

const owner = '0123456789abcdef'
const action: IncidentAction = {
  id: 'a click',
  kind: 'resolve',
  target: { owner, key: 'a1b2c3d4e5f60718' },
  by: { user: 'U1', via: 'button' },
  at: 1_790_000_000_000,
}

function start() {
  const path = fs.mkdtempSync(join(tmpdir(), 'slack-logger-act-'))
  onTestFinished(() => fs.rmSync(path, { recursive: true }))
  const clock = new VirtualClock(0)
  return { clock, deps: { ...resolveEnvironment({ clock: clock.of({}) }), path } }
}

/** Takes actions in this thread until the end of the test. */
function answerWith(answer: ActionAnswer): void {
  onTestFinished(takeActions(owner, { act: async () => answer, onRejected: () => undefined }))
}

test('an action waits for a process that leads for five minutes', async () => {
  const { clock, deps } = start()
  const answers: ActionAnswer[] = []

  void actInFleet(action, deps).then((answer) => answers.push(answer))
  await clock.advance(4 * 60_000)
  expect(answers).toEqual([])
  await clock.advance(2 * 60_000)

  expect(answers).toEqual([{ status: 'refused', reason: 'unreachable' }])
})

test('of several sinks in one thread, the one that has the incident takes the action', async () => {
  const { deps } = start()
  answerWith({ status: 'refused', reason: 'old' })
  answerWith({ status: 'done' })

  expect(await actInFleet(action, deps)).toEqual({ status: 'done' })
})

test('what the sink of this thread refuses, no other process is asked for', async () => {
  const { deps } = start()
  answerWith({ status: 'refused', reason: 'forbidden' })

  expect(await actInFleet(action, deps)).toEqual({ status: 'refused', reason: 'forbidden' })
})

test.each(['../../etc/passwd', '', 'another service'])(
  'an owner that no button has is unknown: %j',
  async (other) => {
    const { deps } = start()
    const target = { owner: other, key: 'k' }

    expect(await actInFleet({ ...action, target }, deps)).toEqual({
      status: 'refused',
      reason: 'unknown',
    })
  },
)

test('a click in a process that does not lead is reported to the leader with what is counted there', async () => {
  const fleet = createFleet()
  const options = {
    signingSecret: 'a signing secret',
    actions: { allow: { users: ['U0JANE0001'] } },
    service: 'a fleet of two',
  }
  // The one that has started first is asked first. It takes part only then, and does not lead.
  const { link } = fleet.start({ ...options, signingSecret: undefined })
  const leader = fleet.start(options)
  leader.program.fail('chargeCard')
  await fleet.world.advance(10_000)
  const [, fleetOfButton = '', key = ''] =
    /"value":"(\w+)\|(\w+)/.exec(fleet.requests.replaceAll('\\', '')) ?? []

  const answers: ActionAnswer[] = []
  const by = { user: 'U0JANE0001', name: 'Jane', via: 'button' } as const
  const target = { owner: fleetOfButton, key }
  void actInFleet({ ...action, target, by }, { ...resolveEnvironment(), path: undefined }).then(
    (answer) => answers.push(answer),
  )
  await fleet.world.advance(5000)

  expect(answers).toEqual([{ status: 'done' }])
  expect(link.isLeading).toBe(false)
  expect(fleet.texts().at(-1)).toContain('✅ Error: chargeCard failed')
  expect(fleet.requests).toContain('Resolved by Jane (button)')
})

const jane = { user: 'U0JANE0001', name: 'Jane', via: 'button' } as const
const secured = { signingSecret: 'a signing secret', actions: { allow: { users: [jane.user] } } }

/** The target of the buttons of the only message. */
function targetIn(fleet: FleetWorld): NonNullable<IncidentAction['target']> {
  const [, named = '', key = ''] =
    /"value":"(\w+)\|(\w+)/.exec(fleet.requests.replaceAll('\\', '')) ?? []
  return { owner: named, key }
}

function click(fleet: FleetWorld, given: Partial<IncidentAction> = {}): void {
  const clicked = { ...action, at: fleet.world.now, by: jane, target: targetIn(fleet), ...given }
  void actInFleet(clicked, { ...resolveEnvironment(), path: undefined })
}

function auditLines(fleet: FleetWorld): number {
  return fleet.requests.split('Resolved by Jane (button)').length - 1
}

test('a click in a process that dies before it reports it is applied by the leader', async () => {
  const fleet = createFleet()
  const options = { ...secured, service: 'a fleet whose follower dies' }
  const follower = fleet.start({ ...options, signingSecret: undefined })
  fleet.start(options).program.fail('chargeCard')
  await fleet.world.advance(10_000)
  follower.link.isCut = true
  click(fleet)
  await fleet.world.advance(1000)
  expect(fleet.texts().at(-1)).toContain('🔴')

  fleet.kill(follower)
  await fleet.world.advance(10_000)

  expect(fleet.texts().at(-1)).toContain('✅ Error: chargeCard failed')
  expect(auditLines(fleet)).toBe(1)
})

test('a click that the leader had not applied when it died is applied by the next one, once', async () => {
  const fleet = createFleet()
  const { world } = fleet
  const service = 'a fleet whose leader dies'
  const follower = fleet.start({ ...secured, service, signingSecret: undefined })
  const leader = fleet.start({
    ...secured,
    service,
    actions: { allow: { groups: ['S0ONCALL01'] } },
  })
  leader.program.fail('chargeCard')
  await world.advance(10_000)
  // Who is in the group is not known yet.
  world.slack.state = 'silent'
  click(fleet)
  await world.advance(1000)
  fleet.kill(leader)
  world.slack.state = 'up'
  await world.advance(20_000)

  expect(follower.link.isLeading).toBe(true)
  expect(fleet.texts().at(-1)).toContain('✅ Error: chargeCard failed')
  fleet.kill(follower)
  fleet.start({ ...secured, service }).program.fail('refund')
  await world.advance(20_000)
  expect(auditLines(fleet)).toBe(1)
})
