import { setTimeout as wait } from 'node:timers/promises'
import { startInbox, type FaultOptions, type Inbox } from '@slack-logger/slack-inbox'
import { describe, expect, test, vi } from 'vitest'
import { createService, type End, type Service } from './support/driven-app.ts'
import { problems } from './support/problems.ts'
import {
  countIn,
  namedTwice,
  namings,
  pings,
  roots,
  rootsOf,
  textOf,
  unnamed,
  until,
} from './support/reader.ts'
import { isFullMatrix } from './support/run-app.ts'

// They mostly wait.
vi.setConfig({ maxConcurrency: 6 })

const problem = 'the database is gone'
const fresh = 'a mail bounced'
const atHere = { routes: [{ mention: '@here' }] }

describe('crashes while Slack is away', () => {
  const rows: readonly (readonly [kind: 'stream' | 'worker' | 'winston', crashes: number])[] =
    isFullMatrix
      ? [
          ['stream', 30],
          ['worker', 30],
          ['winston', 30],
        ]
      : [['stream', 12]]

  test.concurrent.each(rows)(
    '%s, %i crashes of one problem: one incident, and a fresh alert does not wait',
    async (kind, crashes) => {
      const slack = await startInbox()
      await using service = createService({ slack, kind, options: atHere })
      await slack.close()
      for (let crash = 0; crash < crashes; crash += 1) {
        const app = await service.start()
        await app.log(problem, { level: 'fatal' })
        if (kind === 'worker') await wait(100)
        await app.end(crash % 2 === 0 ? 'SIGKILL' : 'abort')
      }
      await using inbox = await startInbox({ port: Number(new URL(slack.apiUrl).port) })

      const freshMs = await freshAlertMs(inbox, service)
      await until(() => rootsOf(inbox, problem).some(({ text }) => countIn(text) >= crashes))
      await wait(3000)

      expect(freshMs).toBeLessThan(2000)
      expect(rootsOf(inbox, problem).map(({ text }) => countIn(text))).toEqual([crashes])
      expect(pings(inbox).length).toBeLessThanOrEqual(3)
    },
    120_000,
  )

  const leftovers = isFullMatrix ? 300 : 50

  test.concurrent(`${leftovers} different problems: a fresh alert does not wait, and every problem is named`, async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    const names = problems(leftovers)
    const outage = inbox.fail({ reset: true })
    for (let from = 0; from < leftovers; from += leftovers / 5) {
      const app = await service.start()
      await app.log(names.slice(from, from + leftovers / 5), { everyMs: 20 })
      await app.signal('SIGKILL')
    }
    outage.stop()

    const freshMs = await freshAlertMs(inbox, service)
    await until(() => unnamed(inbox, names).length === 0, isFullMatrix ? 120_000 : 30_000)

    expect(freshMs).toBeLessThan(2000)
    expect(unnamed(inbox, names)).toEqual([])
    expect(namedTwice(inbox, names)).toEqual([])
    const own = names.filter((name) => rootsOf(inbox, name).length > 0)
    expect(own.length).toBeLessThanOrEqual(10)
  }, 240_000)

  test.concurrent('fresh alerts that follow do not wait for leftovers either', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    const names = problems(9)
    const outage = inbox.fail({ reset: true })
    const first = await service.start()
    await first.log(names)
    await first.signal('SIGKILL')
    outage.stop()
    const next = await service.start()

    await wait(3000)
    const startedAt = performance.now()
    await next.log(fresh, { level: 'fatal' })
    await until(() => rootsOf(inbox, fresh).length > 0)
    const freshMs = performance.now() - startedAt
    await until(() => unnamed(inbox, names).length === 0, 20_000)

    expect(freshMs).toBeLessThan(2000)
    expect(unnamed(inbox, names)).toEqual([])
  }, 60_000)
})

describe('an alert that only the next process sends', () => {
  const died = /Happened .* before the process \(pid \d+/
  const deaths: readonly End[] = ['SIGKILL', 'abort', 'SIGTERM']
  const orderly: readonly End[] = ['exit', 'exception', 'natural', 'SIGTERM handled']

  test.concurrent.each(deaths)(
    '%s: says when it happened and that the process died',
    async (end) => {
      await using inbox = await startInbox()

      const { pid, text } = await leave(inbox, end)

      expect(text).toMatch(died)
      expect(text).toContain(`pid ${pid}`)
    },
  )

  test.concurrent.each(orderly)('%s: says of no process that it died', async (end) => {
    await using inbox = await startInbox()

    const { text } = await leave(inbox, end)

    expect(text).toContain(problem)
    expect(text).not.toMatch(/\bdied\b/)
  })

  test.concurrent('is counted on in its own message', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    const outage = inbox.fail({ reset: true })
    const first = await service.start()
    await first.log(problem)
    await first.signal('SIGKILL')
    outage.stop()

    const next = await service.start()
    await until(() => rootsOf(inbox, problem).length > 0)
    await next.log([problem, problem])
    await until(() => rootsOf(inbox, problem).some(({ text }) => countIn(text) === 3))

    expect(rootsOf(inbox, problem).map(({ text }) => countIn(text))).toEqual([3])
  })
})

describe('a post whose answer is lost', () => {
  const poorToken = [{ token: 'xoxb-test', scopes: ['chat:write', 'chat:write.public'] }]

  test.concurrent.each([
    ['in the turn of the log call', 0],
    ['after a broken connection', 1],
  ])(
    'a process dies %s, and two heirs between post and answer: one message',
    async (_when, tries) => {
      await using inbox = await startInbox()
      await using service = createService({ slack: inbox })
      const outage = inbox.fail({ reset: true })
      const first = await service.start()
      if (tries > 0) await first.log(problem)
      await until(() => outage.hits >= tries)
      await first.end('SIGKILL', { messages: tries > 0 ? [] : [problem] })
      outage.stop()
      const isSlow = inbox.fail({ method: 'chat.postMessage', delayMs: 2000 })
      for (let death = 0; death < 2; death += 1) {
        const heir = await service.start()
        await until(() => roots(inbox).length > death, 1500)
        await heir.signal('SIGKILL')
      }
      isSlow.stop()

      const last = await service.start()
      await wait(2000)
      await last.end('natural')

      expect(rootsOf(inbox, problem)).toHaveLength(1)
      expect(namings(inbox, problem)).toHaveLength(1)
    },
    30_000,
  )

  const losses: readonly FaultOptions[] = [
    ...[500, 502, 503, 504].map((status) => ({ status, isAccepted: true })),
    { loseAnswer: true },
    { reset: 'midBody' },
    { delayMs: 4000 },
  ]
  const sample = isFullMatrix ? losses : losses.filter(({ status = 503 }) => status === 503)

  test.concurrent.each(sample)(
    '%o, and exit: one message, as history is readable',
    async (loss) => {
      await using inbox = await startInbox()
      await loseAndExit(inbox, loss)

      expect(rootsOf(inbox, problem)).toHaveLength(1)
    },
    30_000,
  )

  test.concurrent.each(sample)(
    '%o, and exit: two messages at most without history',
    async (loss) => {
      await using inbox = await startInbox({ tokens: poorToken })
      await loseAndExit(inbox, loss)

      const { length } = rootsOf(inbox, problem)
      expect(length).toBeGreaterThan(0)
      expect(length).toBeLessThanOrEqual(2)
    },
    30_000,
  )

  test.concurrent.each(sample)(
    '%o twice in a live process: one message',
    async (loss) => {
      await using inbox = await startInbox()
      await using service = createService({ slack: inbox })
      inbox.fail({ method: 'chat.postMessage', ...loss, times: 2 })
      const app = await service.start()
      await app.log(problem)
      await wait(6000)

      expect(rootsOf(inbox, problem)).toHaveLength(1)
    },
    30_000,
  )
})

async function freshAlertMs(inbox: Inbox, service: Service): Promise<number> {
  const live = await service.start()
  const startedAt = performance.now()
  await live.log(fresh)
  await until(() => rootsOf(inbox, fresh).length > 0, 40_000)
  return performance.now() - startedAt
}

async function leave(inbox: Inbox, end: End): Promise<{ pid: number; text: string }> {
  await using service = createService({ slack: inbox })
  const outage = inbox.fail({ reset: true })
  const first = await service.start()
  await first.log(problem)
  await first.end(end)
  outage.stop()
  const next = await service.start()
  await until(() => rootsOf(inbox, problem).length > 0)
  await next.end('natural')
  return { pid: first.pid, text: rootsOf(inbox, problem).map(textOf).join() }
}

/** Slack accepts the post and the answer is lost, in the process and in the next one. */
async function loseAndExit(inbox: Inbox, loss: FaultOptions): Promise<void> {
  await using service = createService({ slack: inbox })
  const fault = inbox.fail({ method: 'chat.postMessage', ...loss })
  const first = await service.start()
  await first.log(problem)
  await first.end('exit')
  fault.stop()
  const next = await service.start()
  await wait(2500)
  await next.end('natural')
}
