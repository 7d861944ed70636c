import { startInbox } from '@slack-logger/slack-inbox'
import { describe, expect, test, vi } from 'vitest'
import { createService, type End } from './support/driven-app.ts'
import { countsOf, pings, roots, rootsOf, textOf, until } from './support/reader.ts'
import { isFullMatrix } from './support/run-app.ts'

// They mostly wait.
vi.setConfig({ maxConcurrency: 6 })

const minuteMs = 60_000
const problem = 'the database is gone'

describe('a crash loop without a disk', () => {
  const all = (['stream', 'winston', 'worker'] as const).flatMap((kind) =>
    [100, 800, 1500].flatMap((afterMs) =>
      (['exception', 'exit', ...(afterMs > 100 ? (['SIGKILL'] as const) : [])] as const).map(
        (end) => [kind, end, afterMs] as const,
      ),
    ),
  )
  const sample = [
    ['stream', 'exit', 100],
    ['winston', 'exception', 100],
    ['stream', 'SIGKILL', 800],
    ['worker', 'exception', 800],
    ['stream', 'exit', 1500],
    ['stream', 'SIGKILL', 1500],
  ] as const

  /** Five minutes apart; a day has 288 of them. */
  const rows = isFullMatrix
    ? [...sample.map((row) => [...row, 288] as const), ...all.map((row) => [...row, 12] as const)]
    : sample.map((row) => [...row, 12] as const)

  test.concurrent.each(rows)(
    '%s, %s %i ms after a fatal error, %i times: one incident, and people are notified now and then',
    async (kind, end: End, afterMs, starts) => {
      await using inbox = await startInbox()
      const options = { routes: [{ mention: '@here' }] }
      await using service = createService({ slack: inbox, folder: false, kind, options })
      for (let start = 0; start < starts; start += 1) {
        const app = await service.start(start * 5 * minuteMs)
        await app.log(problem, { level: 'fatal' })
        await app.end(end, { afterMs })
        await inbox.clock.advance(5 * minuteMs)
      }

      expect(roots(inbox).map(({ text }) => text)).toHaveLength(1)
      // A process that is killed may have no time to count in Slack.
      const counted = end === 'SIGKILL' ? 1 : starts
      expect(roots(inbox).flatMap(countsOf).at(-1)).toBeGreaterThanOrEqual(counted)
      // The root shows the latest one, too.
      const [root] = roots(inbox)
      const replies = inbox.thread(root?.ts ?? '').filter(({ ts }) => ts !== root?.ts)
      const milestones = replies.flatMap((post) => /[\d,]+ so far/.exec(textOf(post)) ?? [])
      expect(milestones).toEqual([...new Set(milestones)])
      expect(pings(inbox).length).toBeLessThanOrEqual(10)
    },
    3_000_000,
  )
})

describe('two live processes without a disk', () => {
  test.concurrent('the second has a message of its own, and no count runs backwards', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox, folder: false })
    const first = await service.start()
    for (let count = 0; count < 5; count += 1) await first.log(problem)
    await until(() => rootsOf(inbox, problem).some((root) => countsOf(root).includes(5)), 15_000)

    const second = await service.start()
    // Longer than a start takes to read the channel.
    await until(() => false, 2500)
    await second.log([problem, problem])
    await first.log([problem, problem, problem])
    await until(() => latest().includes(8) && latest().includes(2), 15_000)

    expect(latest()).toEqual([8, 2])
    for (const root of rootsOf(inbox, problem)) {
      const counts = countsOf(root)
      expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    }

    function latest(): readonly number[] {
      return rootsOf(inbox, problem).flatMap((root) => countsOf(root).slice(-1))
    }
  }, 60_000)

  test.concurrent('neither takes the other for dead when both pass a milestone', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox, folder: false })
    const first = await service.start()
    await first.log(problem)
    await until(() => roots(inbox).length > 0)
    const second = await service.start()
    await until(() => false, 2500)

    for (let count = 0; count < 12; count += 1)
      await Promise.all([first.log(problem), second.log(problem)])
    await Promise.all([first.end('natural'), second.end('natural')])

    expect(rootsOf(inbox, problem).map((root) => countsOf(root).at(-1))).toEqual([13, 12])
    for (const { ts } of rootsOf(inbox, problem)) {
      const milestones = inbox.thread(ts).filter(({ text }) => /×10\b/.test(text))
      expect(milestones.length).toBeLessThanOrEqual(1)
    }
  }, 60_000)
})

test.concurrent('a process that starts after a long rest continues what a dead one left', async () => {
  await using inbox = await startInbox()
  await using service = createService({ slack: inbox, folder: false })
  const first = await service.start()
  await first.log([problem, problem])
  await first.end('exit')
  await inbox.clock.advance(10 * minuteMs)

  const next = await service.start(10 * minuteMs)
  await next.log(problem)
  await next.end('exit')

  expect(rootsOf(inbox, problem).map((root) => countsOf(root).at(-1))).toEqual([3])
}, 30_000)
