import { expect, onTestFinished, test } from 'vitest'
import { resolveEnvironment } from '../../src/environment.ts'
import { actInFleet } from '../../src/fleet/act.ts'
import type { IncidentAction } from '../../src/incident/actions/action.ts'
import type { Report, SlackOptions } from '../../src/index.ts'
import { createFleet } from '../fleet/fleet-world.ts'
import { hour, minute, type Program, second, World } from '../golden/support.ts'
import { startVirtualSink } from '../incident/virtual-sink.ts'
import { reportsIn } from './shown.ts'

const daily: SlackOptions = { report: { at: 'daily 10:00', timeZone: 'UTC' } }

/** A host at 09:30 UTC on the fourth of May. */
function createWorld(): World {
  const world = new World()
  onTestFinished(() => world.end())
  return world
}

function advanceTo(world: World, time: string): Promise<void> {
  return world.advance(Date.parse(`2026-${time}Z`) - world.now)
}

function start(world: World, options: SlackOptions = {}): Program {
  return world.start({ ...daily, spoolDir: world.folder, ...options })
}

/** A request of a user. */
function by(id: number): object {
  return { request: { method: 'GET', url: '/x', user: { id } } }
}

function isReport(body: object): boolean {
  return JSON.stringify(body).includes('📊')
}

/** How many reports were sent, by their first lines. */
function titlesIn(world: World): readonly (string | undefined)[] {
  return reportsIn(world).map(({ lines }) => lines[0])
}

test('a process that restarts in the minute of the report sends none again', async () => {
  const world = createWorld()
  const program = start(world)
  program.fail('charge')
  await advanceTo(world, '05-04T10:00:30')
  await program.close()
  start(world)
  await advanceTo(world, '05-04T10:30:00')

  expect(titlesIn(world)).toEqual(['📊 1 error, 1 problem'])
})

test('a process that is killed in the minute of the report leaves it to the next one', async () => {
  const world = createWorld()
  for (let time = 0; time < 12; time += 1) {
    const program = start(world)
    if (time === 0) program.fail('charge')
    await advanceTo(
      world,
      time === 0 ? '05-04T10:00:00' : new Date(world.now + 2500).toISOString().slice(5, -1),
    )
    program.kill()
  }
  start(world)
  await advanceTo(world, '05-04T10:30:00')

  expect(titlesIn(world)).toEqual(['📊 1 error, 1 problem'])
})

test('without a journal, the next process finds the report in the channel', async () => {
  const world = createWorld()
  const program = start(world, { spoolDir: false })
  program.fail('charge')
  await advanceTo(world, '05-04T10:00:30')
  program.kill()
  const other = start(world, { spoolDir: false, report: { at: 'daily 10:00', timeZone: 'UTC' } })
  other.fail('refund')
  await advanceTo(world, '05-04T10:30:00')

  expect(titlesIn(world)).toEqual(['📊 1 error, 1 problem'])
})

test('of two processes that lead, since they run on hosts of their own, one sends the report', async () => {
  const world = createWorld()
  const programs = [1, 2].map(() => start(world, { spoolDir: false }))
  for (const program of programs) program.fail('charge')
  await advanceTo(world, '05-05T10:30:00')

  expect(titlesIn(world)).toHaveLength(2)
  expect(reportsIn(world).map(({ at }) => at.slice(0, 10))).toEqual(['2026-05-04', '2026-05-05'])
})

test('the report is sent once if its answer is lost', async () => {
  const world = createWorld()
  const program = start(world)
  program.fail('charge')
  await advanceTo(world, '05-04T09:59:00')
  world.slack.state = 'silent'
  await advanceTo(world, '05-04T10:00:40')
  world.slack.state = 'up'
  await advanceTo(world, '05-04T10:30:00')

  expect(titlesIn(world)).toEqual(['📊 1 error, 1 problem'])
})

test('a fleet sends one report with the numbers of all', async () => {
  const { world, ...fleet } = createFleet()
  const links = fleet.links
  const members = Array.from({ length: 4 }, () => {
    const link = links.link()
    return world.start({ ...daily, spoolDir: world.folder, fleet: { link } })
  })
  for (const [index, program] of members.entries()) {
    program.fail('charge', by(index % 3))
  }
  await advanceTo(world, '05-04T10:30:00')

  expect(reportsIn(world).map(({ lines }) => lines)).toEqual([
    [
      '📊 4 errors, 1 problem',
      'checkout · 2026-05-04 09:30 UTC – 2026-05-04 10:00 UTC',
      '*Errors* 4   *Problems* 1   *People* 3',
      'Problem | Count | Change | People | State',
      'Error: charge failed | 4 | new | 3 | quiet',
      'New',
      '• 4× Error: charge failed',
      '4 processes · 3 messages, 2 edits · nothing was lost',
    ],
  ])
})

test('the next leader sends the report that its predecessor did not', async () => {
  const fleet = createFleet()
  const { world } = fleet
  const [first, second_] = fleet.startMany(2, daily)
  first?.program.fail('charge')
  second_?.program.fail('charge')
  await advanceTo(world, '05-04T09:59:59')
  if (first !== undefined) fleet.kill(first)
  await advanceTo(world, '05-04T10:01:00')

  expect(titlesIn(world)).toEqual(['📊 2 errors, 1 problem'])
})

test('a report that was missed by less than six hours is sent late, another is part of the next', async () => {
  const world = createWorld()
  const program = start(world)
  program.fail('charge')
  await advanceTo(world, '05-04T20:00:00')
  await program.close()
  await advanceTo(world, '05-05T15:30:00')
  const next = start(world)
  await advanceTo(world, '05-05T20:00:00')
  next.fail('refund')
  await world.advance(minute)
  await next.close()
  await advanceTo(world, '05-06T16:30:00')
  start(world)
  await advanceTo(world, '05-07T10:30:00')

  const reports = reportsIn(world)
  expect(reports.map(({ at, lines }) => [at, lines[0]])).toEqual([
    ['2026-05-04T10:00', '📊 1 error, 1 problem'],
    [
      '2026-05-05T15:30',
      '📊 No errors since 2026-05-04 10:00 UTC; 1 process, last alert 1 d 6 h ago · checkout',
    ],
    ['2026-05-07T10:00', '📊 1 error, 1 problem'],
  ])
  expect(reports[1]?.lines).toContain('⚠️ Sent late: this report was due at 2026-05-05 10:00 UTC')
  expect(reports[2]?.lines).toContain('checkout · 2026-05-05 10:00 UTC – 2026-05-07 10:00 UTC')
})

test('a service that starts after the time of a report has nothing to make up for', async () => {
  const world = createWorld()
  start(world, { report: { at: 'daily 09:00', timeZone: 'UTC' } })
  await advanceTo(world, '05-04T20:00:00')

  expect(titlesIn(world)).toEqual([])
})

test('a report about nothing is sent always, or only if there was any error', async () => {
  const world = createWorld()
  start(world)
  start(world, {
    service: 'invoices',
    report: { at: 'daily 10:00', timeZone: 'UTC', when: 'ifAny' },
  })
  await advanceTo(world, '05-05T10:30:00')

  expect(titlesIn(world)).toEqual([
    '📊 No errors since 2026-05-04 09:30 UTC; 1 process · checkout',
    '📊 No errors since 2026-05-04 10:00 UTC; 1 process · checkout',
  ])
})

test('several reports have times and channels of their own, and mention nobody', async () => {
  const world = createWorld()
  const program = start(world, {
    routes: [{ mention: '@here' }],
    report: [
      { at: 'every 6 h', timeZone: 'UTC' },
      { at: 'daily 13:00', timeZone: 'UTC', channel: '#billing', top: 1 },
    ],
  })
  program.fail('charge')
  program.fail('refund')
  program.fail('refund')
  await advanceTo(world, '05-04T13:30:00')

  const reports = reportsIn(world)
  expect(reports.map(({ at, channel }) => [at, channel])).toEqual([
    ['2026-05-04T12:00', '#alerts'],
    ['2026-05-04T13:00', '#billing'],
  ])
  expect(reports[0]?.lines).toContain('Error: charge failed | 1 | new | quiet')
  expect(reports[1]?.lines).toContain('Error: refund failed | 2 | new | quiet')
  expect(reports[1]?.lines).not.toContain('Error: charge failed | 1 | new | quiet')
  expect(JSON.stringify(reports)).not.toContain('!here')
})

test('a problem of a storm links to the message of the storm', async () => {
  const world = createWorld()
  const program = start(world)
  for (const letter of 'ABCDEFGH') program.fail(`task${letter}`)
  await world.advance(minute)
  const isSent = program.sink.report()
  await world.advance(minute)

  expect(await isSent).toBe(true)
  const report = world.slack.recorded.find(({ body }) => String(body['text']).startsWith('📊'))
  const rows = JSON.stringify(report?.body).match(/"text":"Error: task\w failed","url":"[^"]+/g)
  expect(rows).toHaveLength(8)
})

/** Does with a problem what a person does with its buttons. */
async function act(
  world: World,
  problem: string,
  given: Pick<IncidentAction, 'kind' | 'until'>,
): Promise<void> {
  const root = world.slack.recorded.findLast(
    ({ body }) => body['thread_ts'] === undefined && String(body['text']).includes(problem),
  )
  const [, owner = '', key = ''] = /"value":"(\w+)\|(\w+)/.exec(JSON.stringify(root?.body)) ?? []
  const jane = { user: 'U0JANE0001', name: 'Jane', via: 'button' } as const
  const { now } = world
  const answer = await actInFleet(
    { id: `${problem} ${now}`, target: { owner, key }, by: jane, at: now, ...given },
    { ...resolveEnvironment(), path: undefined },
  )
  expect(answer).toEqual({ status: 'done' })
}

test('what people decided is in the report', async () => {
  const world = createWorld()
  const program = start(world, {
    signingSecret: 'a secret',
    actions: { allow: { users: ['U0JANE0001'] } },
    service: 'decided',
  })
  for (const problem of ['charge', 'refund', 'ship']) {
    program.fail(problem)
    await world.advance(minute)
  }
  await act(world, 'charge', { kind: 'resolve' })
  await act(world, 'refund', { kind: 'mute', until: { time: world.now + 12 * hour } })
  await act(world, 'ship', { kind: 'take' })
  await advanceTo(world, '05-04T10:30:00')

  const lines = reportsIn(world)[0]?.lines ?? []
  expect(lines.slice(lines.indexOf('Resolved'), lines.indexOf('Resolved') + 4)).toEqual([
    'Resolved',
    '• 1× Error: charge failed',
    'Muted until today',
    '• 1× Error: refund failed',
  ])
  expect(lines.find((line) => line.includes('ship failed'))).toContain('Jane')
})

test('a problem that goes to several channels counts once', async () => {
  const world = createWorld()
  const program = start(world, {
    routes: [{ channel: '#billing', continue: true }, { channel: '#alerts' }],
  })
  program.fail('charge')
  await advanceTo(world, '05-04T10:30:00')

  expect(titlesIn(world)).toEqual(['📊 1 error, 1 problem'])
})

test('quarters of an hour are counted where the time zone has some', async () => {
  const world = createWorld()
  const program = start(world, { report: { at: 'daily 16:00', timeZone: 'Asia/Kathmandu' } })
  // 10:15 UTC.
  await advanceTo(world, '05-04T10:14:59')
  program.fail('charge')
  await advanceTo(world, '05-04T10:15:01')
  program.fail('charge')
  await advanceTo(world, '05-05T10:30:00')

  expect(reportsIn(world).map(({ at, lines }) => [at, lines[0]])).toEqual([
    ['2026-05-04T10:15', '📊 1 error, 1 problem'],
    ['2026-05-05T10:15', '📊 1 error, 1 problem'],
  ])
})

test('what was counted survives a restart, people included', async () => {
  const world = createWorld()
  const options: SlackOptions = { report: { at: 'daily 12:00', timeZone: 'UTC' } }
  let program = start(world, options)
  for (const id of [1, 2, 3]) program.fail('charge', by(id))
  await advanceTo(world, '05-04T10:45:00')
  await program.close()
  program = start(world, options)
  for (const id of [3, 4]) program.fail('charge', by(id))
  await advanceTo(world, '05-04T11:55:00')
  program.kill()
  start(world, options)
  await advanceTo(world, '05-04T12:30:00')

  expect(reportsIn(world)[0]?.lines).toContain('Error: charge failed | 5 | new | 4 | quiet')
})

test('messages that were given up are counted, and what a journal lacks over a restart', async () => {
  const world = createWorld()
  world.slack.refuse('chat.postMessage', 'invalid_blocks', {
    times: 3,
    when: ({ text }) => String(text).includes('print'),
  })
  start(world, { spoolDir: false, service: 'invoices' }).fail('print')
  const program = start(world)
  program.fail('charge')
  await world.advance(minute)
  program.kill()
  world.damageFolder()
  const next = start(world)
  await world.advance(minute)
  await next.close()
  start(world)
  await advanceTo(world, '05-04T10:30:00')

  const feet = reportsIn(world).map(({ lines }) => lines.at(-1))
  expect(feet.filter((foot) => foot?.endsWith(' · 1 message was lost'))).toHaveLength(2)
})

test('Slack that takes no chart gets a row of bars, and one that takes no table gets text', async () => {
  const world = createWorld()
  const program = start(world, { report: { at: 'every 6 h', timeZone: 'UTC' } })
  for (let time = 0; time < 3; time += 1) {
    program.fail('charge')
    await world.advance(30 * minute)
  }
  await advanceTo(world, '05-04T11:59:00')
  world.slack.refuse('chat.postMessage', 'invalid_blocks', { times: 1, when: isReport })
  await advanceTo(world, '05-04T17:59:00')
  world.slack.refuse('chat.postMessage', 'invalid_blocks', { times: 2, when: isReport })
  program.fail('refund')
  await advanceTo(world, '05-04T18:30:00')

  const sent = reportsIn(world).map(({ lines }) => lines)
  expect(sent[1]).toContain('Errors every 1 h: █▅▁')
  expect(sent[1]).toContain('Error: charge failed | 3 | new | quiet')
  expect(sent.at(-1)).toContain('• Error: refund failed · 1 · new · active')
})

test('the hook changes a report or drops it, and a wrong answer leaves it as it is', async () => {
  const world = createWorld()
  const answers: readonly ((report: Report) => unknown)[] = [
    (report) => ({ ...report, totals: { ...report.totals, errors: 7 } }),
    () => null,
    (report) => ({ ...report, timeZone: 'Mars/Base' }),
    () => undefined,
    (report) => {
      Object.assign(report.totals, { errors: Number.NaN })
      throw new Error('no report')
    },
  ]
  let calls = 0
  const program = start(world, {
    report: { at: 'every 1 h', timeZone: 'UTC' },
    beforeReport: (report) => answers[calls++]?.(report) as Report,
  })
  program.fail('charge')
  await advanceTo(world, '05-04T14:30:00')

  expect(calls).toBe(5)
  expect(titlesIn(world)).toEqual([
    '📊 7 errors, 1 problem',
    '📊 No errors since 2026-05-04 11:00 UTC; 1 process, last alert 2 h 30 min ago · checkout',
    '📊 No errors since 2026-05-04 12:00 UTC; 1 process, last alert 3 h 30 min ago · checkout',
    '📊 No errors since 2026-05-04 13:00 UTC; 1 process, last alert 4 h 30 min ago · checkout',
  ])
})

test.each([
  { errors: Number.NaN, problems: 1, people: 0 },
  { errors: 1, problems: 0.5, people: 0 },
  { errors: 1, problems: 1, people: -1 },
  { errors: '1', problems: 1, people: 0 },
  { errors: 1, problems: 1 },
  null,
])(
  'totals of the hook that are no counts, as in %j, neither count nor cost the journal',
  async (totals) => {
    const world = createWorld()
    const errors: string[] = []
    const options: SlackOptions = {
      report: { at: 'every 1 h', timeZone: 'UTC' },
      beforeReport: (report) => ({ ...report, totals }) as Report,
      onError: (error) => errors.push(error.message),
    }
    const program = start(world, options)
    program.fail('charge')
    await advanceTo(world, '05-04T10:30:00')
    await program.close()
    start(world, { ...options, beforeReport: undefined }).fail('charge')
    await advanceTo(world, '05-04T11:30:00')

    expect(titlesIn(world)).toEqual(['📊 1 error, 1 problem', '📊 1 error, 1 problem'])
    expect(reportsIn(world)[1]?.lines).toContain(
      '*Errors* 1 (±0)   *Problems* 1 (±0)   *People* 0 (±0)',
    )
    expect(errors).toEqual([
      'the beforeReport hook: Expected `beforeReport` to return a report, with whole numbers as its totals, or null',
    ])
  },
)

test('report() sends one now, also in a process that does not lead and without the option', async () => {
  const fleet = createFleet()
  const { world } = fleet
  const [first, other] = fleet.startMany(2)
  first?.program.fail('charge')
  other?.program.fail('charge')
  await world.advance(10 * second)
  const answers = [other?.program.sink.report(), first?.program.sink.report()]
  await world.advance(10 * second)

  expect(await Promise.all(answers)).toEqual([true, true])
  expect(titlesIn(world)).toEqual(['📊 2 errors, 1 problem', '📊 2 errors, 1 problem'])
})

test('a clock that was a year ahead does not keep reports back for a year', async () => {
  await using slack = await startVirtualSink({
    report: { at: 'every 12 h', timeZone: 'UTC' },
  })
  slack.moveWallClock(365 * 24 * hour)
  await slack.clock.advance(13 * hour)
  slack.moveWallClock(-365 * 24 * hour)
  await slack.clock.advance(12 * hour)

  // One of the wrong year, and those of noon and midnight.
  expect(slack.inbox.messages().map(({ text }) => text.slice(0, 13))).toEqual([
    '📊 No errors ',
    '📊 No errors ',
    '📊 No errors ',
  ])
})

test('a report in Korean', async () => {
  const world = createWorld()
  const program = start(world, { locale: 'ko' })
  program.fail('charge')
  await advanceTo(world, '05-05T10:30:00')

  expect(reportsIn(world).map(({ lines }) => lines)).toEqual([
    [
      '📊 오류 1건, 문제 1가지',
      'checkout · 2026-05-04 09:30 UTC – 2026-05-04 10:00 UTC',
      '*오류* 1   *문제* 1   *사용자 수* 0',
      '문제 | 횟수 | 증감 | 상태',
      'Error: charge failed | 1 | 신규 | 잠잠함',
      '새로운 문제',
      '• 1× Error: charge failed',
      '프로세스 1개 · 메시지 3건, 수정 1회 · 유실 없음',
    ],
    ['📊 2026-05-04 10:00 UTC 이후 오류 없음; 프로세스 1개, 마지막 알림 1일 전 · checkout'],
  ])
})

test('a report over a webhook has no links', async () => {
  const world = createWorld()
  const program = start(world, { webhookUrl: 'https://hooks.slack.com/services/T1/B1/x' })
  program.fail('charge')
  await advanceTo(world, '05-04T10:30:00')

  const [report] = world.slack.recorded.filter(({ body }) => String(body['text']).startsWith('📊'))
  expect(JSON.stringify(report?.body)).toContain(
    '{"type":"raw_text","text":"Error: charge failed"}',
  )
  expect(JSON.stringify(report?.body)).not.toContain('/archives/')
})
