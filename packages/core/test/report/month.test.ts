import { expect, onTestFinished, test } from 'vitest'
import type { SlackOptions } from '../../src/index.ts'
import { hour, minute, type Program, World } from '../golden/support.ts'
import { reportsIn } from './shown.ts'

/** A request of a user. */
function order(user: number): object {
  return { request: { method: 'POST', url: '/orders/1', user: { id: user } } }
}

test('the ten reports of a month with deploys and outages', { timeout: 120_000 }, async () => {
  const world = new World()
  onTestFinished(() => world.end())
  const start = (release: string): Program => {
    const options: SlackOptions = {
      report: { at: 'mon,thu 09:00', timeZone: 'UTC' },
      environment: 'production',
      release,
      spoolDir: world.folder,
    }
    return world.start(options)
  }
  const advanceTo = (time: string): Promise<void> =>
    world.advance(Date.parse(`2026-${time}:00Z`) - world.now)
  /** Customers who cannot pay, one every five minutes. */
  const failOrders = async (program: Program, count: number, people: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      program.fail('charge', order(index % people))
      await world.advance(5 * minute)
    }
  }

  // Monday, May 4: the service starts.
  let program = start('1.0.0')
  await failOrders(program, 24, 6)
  // A deploy brings a new problem.
  await advanceTo('05-06T12:00')
  await program.close()
  program = start('1.1.0')
  await world.advance(hour)
  for (let index = 0; index < 3; index += 1) program.fail('ship')
  await advanceTo('05-07T09:10')
  // Orders fail again.
  await advanceTo('05-08T10:00')
  await failOrders(program, 36, 9)
  // A deploy without anything new.
  await advanceTo('05-12T12:00')
  await program.close()
  program = start('1.2.0')
  program.fail('ship')
  // Slack is down when the report is due.
  await advanceTo('05-14T08:50')
  world.slack.state = 'down'
  await advanceTo('05-14T10:10')
  world.slack.state = 'up'
  await advanceTo('05-15T08:00')
  program.fail('ship')
  // The service is down for some hours when the report is due,
  await advanceTo('05-18T07:00')
  await program.close()
  await advanceTo('05-18T13:30')
  program = start('1.2.0')
  await advanceTo('05-19T12:00')
  program.fail('refund', order(1))
  // and for too many hours.
  await advanceTo('05-21T08:00')
  program.kill()
  await advanceTo('05-21T16:00')
  program = start('1.3.0')
  await world.advance(minute)
  program.fail('tax', order(2))
  program.fail('tax', order(3))
  await advanceTo('05-25T09:10')
  // Nothing fails for days.
  await advanceTo('06-01T09:10')
  // A problem of weeks ago, which no journal keeps, goes on when the report is due.
  await advanceTo('06-04T08:30')
  await failOrders(program, 12, 2)
  await advanceTo('06-08T09:10')

  const sent = reportsIn(world).map(({ at, lines }) => [at, ...lines])
  expect(sent).toEqual(expected)
})

/** Each with the time at which it was sent. */
const expected: readonly (readonly string[])[] = [
  [
    '2026-05-07T09:00',
    '📊 27 errors, 2 problems',
    'checkout · production · 2026-05-04 09:30 UTC – 2026-05-07 09:00 UTC',
    '*Errors* 27   *Problems* 2   *People* 6',
    'Errors every 4 h: 05-04 09:30 24, 05-06 09:30 3',
    'Problem | Count | Change | People | State',
    'Error: charge failed | 24 | new | 6 | quiet',
    'Error: ship failed | 3 | new | 0 | quiet',
    'New',
    '• 24× Error: charge failed',
    '• 3× Error: ship failed',
    'Releases',
    '• 1.0.0: 1 new problem: Error: charge failed',
    '• 1.1.0: 1 new problem: Error: ship failed',
    '1 process · 7 messages, 26 edits · nothing was lost',
  ],
  [
    '2026-05-11T09:00',
    '📊 36 errors, 1 problem',
    'checkout · production · 2026-05-07 09:00 UTC – 2026-05-11 09:00 UTC',
    '*Errors* 36 (+9)   *Problems* 1 (−1)   *People* 9 (+3)',
    'Errors every 6 h: 05-08 09:00 36',
    'Problem | Count | Change | People | State',
    'Error: charge failed | 36 | +12 | 9 | quiet',
    'Back',
    '• 36× Error: charge failed',
    '1 process · 2 messages, 37 edits · nothing was lost',
  ],
  [
    '2026-05-14T10:10',
    '📊 1 error, 1 problem',
    'checkout · production · 2026-05-11 09:00 UTC – 2026-05-14 09:00 UTC',
    '*Errors* 1 (−35)   *Problems* 1 (±0)   *People* 0 (−9)',
    'Errors every 4 h: 05-12 09:00 1',
    'Problem | Count | Change | State',
    'Error: ship failed | 1 | +1 | quiet',
    'Back',
    '• 1× Error: ship failed',
    'Releases',
    '• 1.2.0: nothing new',
    '⚠️ Sent late: this report was due at 2026-05-14 09:00 UTC',
    '⚠️ Slack was unreachable from 09:00 to 10:10 UTC; 3 deliveries failed',
    '1 process · 2 messages, 2 edits · nothing was lost',
  ],
  [
    '2026-05-18T13:30',
    '📊 1 error, 1 problem',
    'checkout · production · 2026-05-14 09:00 UTC – 2026-05-18 09:00 UTC',
    '*Errors* 1 (±0)   *Problems* 1 (±0)   *People* 0 (±0)',
    'Errors every 6 h: 05-15 03:00 1',
    'Problem | Count | Change | State',
    'Error: ship failed | 1 | ±0 | quiet',
    'Back',
    '• 1× Error: ship failed',
    '⚠️ Sent late: this report was due at 2026-05-18 09:00 UTC',
    '1 process · 2 messages, 2 edits · nothing was lost',
  ],
  [
    '2026-05-25T09:00',
    '📊 3 errors, 2 problems',
    'checkout · production · 2026-05-18 09:00 UTC – 2026-05-25 09:00 UTC',
    '*Errors* 3 (+2)   *Problems* 2 (+1)   *People* 3 (+3)',
    'Errors every 12 h: 05-19 09:00 1, 05-21 09:00 2',
    'Problem | Count | Change | People | State',
    'Error: tax failed | 2 | new | 2 | quiet',
    'Error: refund failed | 1 | new | 1 | quiet',
    'New',
    '• 2× Error: tax failed',
    '• 1× Error: refund failed',
    'Releases',
    '• 1.3.0: 1 new problem: Error: tax failed',
    '1 process · 6 messages, 3 edits · nothing was lost',
  ],
  [
    '2026-05-28T09:00',
    '📊 No errors since 2026-05-25 09:00 UTC; 1 process, last alert 6 d 16 h ago · checkout · production',
  ],
  [
    '2026-06-01T09:00',
    '📊 No errors since 2026-05-28 09:00 UTC; 1 process, last alert 10 d 16 h ago · checkout · production',
  ],
  [
    '2026-06-04T09:00',
    '📊 6 errors, 1 problem',
    'checkout · production · 2026-06-01 09:00 UTC – 2026-06-04 09:00 UTC',
    '*Errors* 6 (+6)   *Problems* 1 (+1)   *People* 2 (+2)',
    'Errors every 4 h: 06-04 05:00 6',
    'Problem | Count | Change | People | State',
    'Error: charge failed | 6 | new | 2 | active',
    'New',
    '• 6× Error: charge failed',
    '1 process · 2 messages, 6 edits · nothing was lost',
  ],
  [
    '2026-06-08T09:00',
    '📊 6 errors, 1 problem',
    'checkout · production · 2026-06-04 09:00 UTC – 2026-06-08 09:00 UTC',
    '*Errors* 6 (±0)   *Problems* 1 (±0)   *People* 2 (±0)',
    'Errors every 6 h: 06-04 09:00 6',
    'Problem | Count | Change | People | State',
    'Error: charge failed | 6 | ±0 | 2 | quiet',
    '1 process · 2 messages, 6 edits · nothing was lost',
  ],
]
