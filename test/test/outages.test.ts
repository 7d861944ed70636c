import { setTimeout as wait } from 'node:timers/promises'
import { startInbox } from '@slack-logger/slack-inbox'
import { describe, expect, test, vi } from 'vitest'
import { createService } from './support/driven-app.ts'
import { loggers, startSubject } from './support/fault-matrix.ts'
import { problems } from './support/problems.ts'
import { rootsOf, textOf, unnamed, until } from './support/reader.ts'

// They mostly wait.
vi.setConfig({ maxConcurrency: 6 })

const minuteMs = 60_000
const problem = 'the database is gone'

describe.each(loggers)('%s, after an outage of 15 minutes', (logger) => {
  test.each(['a webhook', 'a token'] as const)(
    'with 50 problems, %s: every problem is named within ten minutes',
    async (way) => {
      const subject = await startSubject({ logger, way })
      const names = problems(50)
      const outage = subject.inbox.fail({ status: 503 })
      for (const name of names) {
        subject.fail(name)
        await subject.clock.advance(18_000)
      }
      outage.stop()

      await subject.clock.advance(10 * minuteMs)

      expect(unnamed(subject.inbox, names)).toEqual([])
    },
  )

  test.each(['a webhook', 'a token'] as const)(
    'with 50 problems at once, %s: every problem is named within ten minutes',
    async (way) => {
      const subject = await startSubject({ logger, way })
      const names = problems(50)
      const outage = subject.inbox.fail({ reset: true })
      for (const name of names) subject.fail(name)
      await subject.clock.advance(15 * minuteMs)
      outage.stop()

      await subject.clock.advance(10 * minuteMs)

      expect(unnamed(subject.inbox, names)).toEqual([])
    },
  )

  test.each(['a webhook', 'a token'] as const)(
    '%s: the next message says from when to when Slack was unreachable',
    async (way) => {
      const subject = await startSubject({ logger, way })
      const outage = subject.inbox.fail({ reset: true })
      const from = utcTime(subject.clock.now())
      subject.fail(problem)
      await subject.clock.advance(15 * minuteMs)
      outage.stop()
      await subject.clock.advance(minuteMs)

      const text = rootsOf(subject.inbox, problem).map(textOf).join()
      const [, shownFrom, shownTo] =
        /unreachable[^"]*?(\d\d:\d\d)[^"]*?(\d\d:\d\d)/.exec(text) ?? []
      expect(shownFrom).toBe(from)
      expect(Number(shownTo?.slice(3))).toBeGreaterThanOrEqual((Number(from.slice(3)) + 14) % 60)
    },
  )
})

describe('an outage that ends with the process', () => {
  test.concurrent.each(['natural', 'exit', 'SIGKILL'] as const)(
    '50 problems through a webhook, %s: every problem is named, now or at the next start',
    async (end) => {
      await using inbox = await startInbox()
      await using service = createService({ slack: inbox, via: 'webhook' })
      const names = problems(50)
      const outage = inbox.fail({ status: 503 })
      const first = await service.start()
      await first.log(names, { everyMs: 25 })
      outage.stop()
      await first.end(end)

      const next = await service.start()
      await until(() => unnamed(inbox, names).length === 0, 30_000)
      await next.end('natural')

      expect(unnamed(inbox, names)).toEqual([])
    },
    60_000,
  )
})

describe('a process whose time is disturbed while Slack fails', () => {
  const dayMs = 86_400_000
  const ordinaryMs = 6000

  test.concurrent.each([
    ['an hour back', -3_600_000],
    ['an hour ahead', 3_600_000],
    ['30 days ahead', 30 * dayMs],
    ['a day back', -dayMs],
  ])(
    'the clock steps %s: no alert waits longer',
    async (_name, shiftMs) => {
      await using inbox = await startInbox()
      await using service = createService({ slack: inbox })
      const outage = inbox.fail({ status: 503 })
      const app = await service.start()
      await app.log(problem)
      await until(() => outage.hits > 0)
      await app.shiftClock(shiftMs)
      await wait(500)
      outage.stop()

      await until(() => rootsOf(inbox, problem).length > 0, ordinaryMs)
      await app.log('no stock is left', { level: 'fatal' })
      await until(() => rootsOf(inbox, 'no stock is left').length > 0, ordinaryMs)

      expect(unnamed(inbox, [problem, 'no stock is left'])).toEqual([])
    },
    30_000,
  )

  test.concurrent('it is stopped for a while: one message, soon after', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    inbox.fail({ method: 'chat.postMessage', delayMs: 1000, times: 1 })
    const app = await service.start()
    await app.log(problem)
    await app.signal('SIGSTOP')
    await wait(6000)
    await app.signal('SIGCONT')

    await until(() => rootsOf(inbox, problem).length > 0, ordinaryMs)
    await wait(1500)

    expect(rootsOf(inbox, problem)).toHaveLength(1)
  }, 30_000)

  test.concurrent('its loop is blocked for a while: one message, soon after', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    inbox.fail({ method: 'chat.postMessage', delayMs: 300, times: 1 })
    const app = await service.start()
    await app.log(problem)
    await until(() => rootsOf(inbox, problem).length > 0)
    await app.block(6000)

    await wait(3000)

    expect(rootsOf(inbox, problem)).toHaveLength(1)
  }, 30_000)
})

function utcTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16)
}
