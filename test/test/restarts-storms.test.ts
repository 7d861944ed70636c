import { setTimeout as wait } from 'node:timers/promises'
import { startInbox, type Inbox } from '@slack-logger/slack-inbox'
import { describe, expect, test, vi } from 'vitest'
import { createService, type App, type Service } from './support/driven-app.ts'
import { problems } from './support/problems.ts'
import { storms, namedTwice, namings, roots, rootsOf, unnamed, until } from './support/reader.ts'
import { isFullMatrix } from './support/run-app.ts'

type Kind = 'worker' | 'stream' | 'winston'

// They mostly wait.
vi.setConfig({ maxConcurrency: 6 })

/** A line has reached a worker after this time. */
const promisedMs = 100
/** Slower than the problems come, so that the storm's root is rendered when there are more than it shows. */
const slackMs = 400

describe('20 problems in 0.3 s, and SIGKILL', () => {
  const rows: readonly (readonly [kind: Kind, moment: 'accepted' | 'answered'])[] = [
    ['stream', 'accepted'],
    ['worker', 'accepted'],
    ['winston', 'answered'],
    ...(isFullMatrix
      ? ([
          ['stream', 'answered'],
          ['worker', 'answered'],
          ['winston', 'accepted'],
        ] as const)
      : []),
  ]

  test.concurrent.each(rows)(
    "%s, as the storm's root was %s: the next start names the rest, and nothing twice",
    async (kind, moment) => {
      await using inbox = await startInbox()
      await using service = createService({ slack: inbox, kind })
      const names = problems(20)
      await killInStorm({ inbox, service, names, moment })

      const next = await service.start()
      await until(() => unnamed(inbox, names).length === 0, 30_000)
      await next.end('natural')

      expect(unnamed(inbox, names)).toEqual([])
      // The first one alerted on its own, before anybody could know of a storm.
      expect(namedTwice(inbox, names.slice(1))).toEqual([])
      expect(storms(inbox)).toHaveLength(1)
    },
    60_000,
  )

  test.concurrent('the next process continues the storm', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    const names = problems(20)
    await killInStorm({ inbox, service, names, moment: 'answered' })
    const next = await service.start()
    await until(() => unnamed(inbox, names).length === 0, 30_000)
    const rootsBefore = roots(inbox).length

    for (let count = 0; count < 3; count += 1) await next.log(names.slice(-2))
    const isCounted = (): boolean => storms(inbox).some(({ text }) => text.includes('26 errors'))
    await until(isCounted, 15_000)

    expect(roots(inbox)).toHaveLength(rootsBefore)
    expect(storms(inbox).map(({ text }) => text)).toEqual([
      expect.stringContaining('20 new problems, 26 errors'),
    ])
  }, 60_000)

  test.concurrent('two heirs in a row die, too: one storm, and everything is named once', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    const names = problems(20)
    await killInStorm({ inbox, service, names, moment: 'accepted' })

    const isSlow = inbox.fail({ method: 'chat.postMessage', delayMs: 700 })
    for (let deaths = 0; deaths < 2; deaths += 1) await killAtNextPost(inbox, await service.start())
    isSlow.stop()
    const last = await service.start()
    await until(() => unnamed(inbox, names).length === 0, 30_000)
    await last.end('natural')

    expect(unnamed(inbox, names)).toEqual([])
    expect(namedTwice(inbox, names.slice(1))).toEqual([])
    expect(storms(inbox)).toHaveLength(1)
  }, 60_000)
})

describe('25 problems, and an orderly end while Slack takes 400 ms', () => {
  const ends = ['exit', 'natural', 'exception', 'SIGTERM handled'] as const
  const kinds: readonly Kind[] = ['worker', 'stream', 'winston']
  const rows = isFullMatrix
    ? kinds.flatMap((kind) =>
        ends.flatMap((end) => [0, 2, 4, 6].map((fatals) => [kind, end, fatals] as const)),
      )
    : ([
        ['stream', 'exit', 4],
        ['worker', 'exception', 6],
        ['winston', 'natural', 0],
      ] as const)

  test.concurrent.each(rows)(
    '%s, %s after %i fatal ones: every problem is named, now or at the next start',
    async (kind, end, fatals) => {
      await using inbox = await startInbox()
      await using service = createService({ slack: inbox, kind })
      const names = problems(25)
      const isSlow = inbox.fail({ delayMs: 400 })
      const first = await service.start()
      await first.log(names.slice(0, fatals), { level: 'fatal' })
      await first.log(names.slice(fatals))
      await first.end(end)
      isSlow.stop()

      const next = await service.start()
      await until(() => unnamed(inbox, names).length === 0, 15_000)
      await next.end('natural')

      expect(unnamed(inbox, names)).toEqual([])
      // The first problem of a storm is alone at first.
      const others = names.filter((_, index) => index !== fatals)
      expect(namedTwice(inbox, others)).toEqual([])
    },
    60_000,
  )
})

describe("nine problems, and a storm's root that does not arrive", () => {
  const names = problems(9)
  const oneEach = names.map((name) => ({ name, messages: 1, threads: 1 }))

  test.concurrent('nothing arrived: each has a message of its own at the next start', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    const outage = inbox.fail({ reset: true })
    const first = await service.start()
    await first.log(names, { everyMs: 20 })
    await until(() => outage.hits > 0)
    await first.signal('SIGKILL')
    outage.stop()

    expect(await messagesAtNextStart(inbox, service)).toEqual(oneEach)
  }, 60_000)

  test.concurrent('only the first arrived: so has each of the others', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    const first = await service.start()
    await first.log(names.slice(0, 1))
    await until(() => roots(inbox).length > 0)
    const outage = inbox.fail({ method: 'chat.postMessage', reset: true })
    await first.log(names.slice(1), { everyMs: 20 })
    await until(() => outage.hits > 1)
    await first.signal('SIGKILL')
    outage.stop()

    expect(await messagesAtNextStart(inbox, service)).toEqual(oneEach)
  }, 60_000)

  test.concurrent('an orderly exit: everything is named, and nothing twice', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    const outage = inbox.fail({ method: 'chat.postMessage', reset: true })
    const first = await service.start()
    await first.log(names, { everyMs: 20 })
    await first.end('exit')
    outage.stop()

    const next = await service.start()
    await until(() => unnamed(inbox, names).length === 0, 20_000)
    await next.end('natural')

    expect(unnamed(inbox, names)).toEqual([])
    expect(namedTwice(inbox, names)).toEqual([])
  }, 60_000)

  test.concurrent('its answer was lost: the next start finds it, and names the rest', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    const first = await service.start()
    await first.log(names.slice(0, 1))
    await until(() => roots(inbox).length > 0)
    inbox.fail({ method: 'chat.postMessage', loseAnswer: true, times: 1 })
    await first.log(names.slice(1))
    await until(() => storms(inbox).length > 0)
    await first.signal('SIGKILL')

    const next = await service.start()
    await until(() => unnamed(inbox, names).length === 0, 20_000)
    await next.end('natural')

    expect(storms(inbox)).toHaveLength(1)
    expect(unnamed(inbox, names)).toEqual([])
    expect(namedTwice(inbox, names.slice(1))).toEqual([])
  }, 60_000)
})

interface Killing {
  readonly inbox: Inbox
  readonly service: Service
  readonly names: readonly string[]
  readonly moment: 'accepted' | 'answered'
}

/** Starts a process which dies once Slack has the root of its storm, or once it knows. */
async function killInStorm({ inbox, service, names, moment }: Killing): Promise<void> {
  const first = await service.start()
  const isSlow = inbox.fail({ method: 'chat.postMessage', delayMs: slackMs })
  await first.log(names, { everyMs: 300 / names.length })
  await until(() => storms(inbox).length > 0)
  isSlow.stop()
  const isTooLate = inbox.fail({ method: 'chat.postMessage', hang: true })
  if (moment === 'answered') await wait(slackMs)
  await wait(promisedMs)
  await first.signal('SIGKILL')
  isTooLate.stop()
}

/** Kills a process between a post and its answer, or after a while if it posts nothing. */
async function killAtNextPost(inbox: Inbox, app: App): Promise<void> {
  const postsSoFar = (): number =>
    inbox.requests.filter(({ method }) => method === 'chat.postMessage').length
  const before = postsSoFar()
  await until(() => postsSoFar() > before, 2500)
  await app.signal('SIGKILL')
}

/** Of each problem, how many messages it has of its own, and in how many threads it is named. */
async function messagesAtNextStart(inbox: Inbox, service: Service): Promise<unknown> {
  const names = problems(9)
  const next = await service.start()
  await until(() => names.every((name) => rootsOf(inbox, name).length > 0), 20_000)
  await next.end('natural')
  return names.map((name) => ({
    name,
    messages: rootsOf(inbox, name).length,
    threads: namings(inbox, name).length,
  }))
}
