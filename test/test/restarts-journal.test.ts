import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startInbox } from '@slack-logger/slack-inbox'
import { describe, expect, test, vi } from 'vitest'
import { createService } from './support/driven-app.ts'
import { problems } from './support/problems.ts'
import {
  countIn,
  namings,
  posts,
  roots,
  rootsOf,
  textOf,
  unnamed,
  until,
} from './support/reader.ts'
import { tempFolder } from './support/temp-folder.ts'

// They mostly wait.
vi.setConfig({ maxConcurrency: 6 })

const hourMs = 3_600_000
const problem = 'the database is gone'
const other = 'a mail bounced'

describe('leftovers of more than a day', () => {
  const names = problems(5)

  test.concurrent.each(['stream', 'worker', 'winston'] as const)(
    '%s: are a number in one message',
    async (kind) => {
      await using inbox = await startInbox()
      await using service = createService({ slack: inbox, kind })
      const outage = inbox.fail({ reset: true })
      const first = await service.start(-25 * hourMs)
      await first.log(names)
      await until(() => outage.hits > 0)
      await wait(200)
      await first.signal('SIGKILL')
      outage.stop()

      const next = await service.start()
      await until(() => roots(inbox).length > 0)
      await next.end('natural')

      expect(unnamed(inbox, names)).toEqual(names)
      expect(posts(inbox).map(({ text }) => text)).toEqual([
        expect.stringMatching(/\b5\b.*(24 h|1 d)/),
      ])
    },
  )

  test.concurrent('of several processes: one message, and what is younger has its own', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    const outage = inbox.fail({ reset: true })
    for (const shiftMs of [-30 * hourMs, -25 * hourMs, -hourMs]) {
      const app = await service.start(shiftMs)
      await app.log(shiftMs < -24 * hourMs ? names : problem)
      await app.signal('SIGKILL')
    }
    outage.stop()

    const next = await service.start()
    await until(() => roots(inbox).length > 1)
    await next.end('natural')

    expect(rootsOf(inbox, problem)).toHaveLength(1)
    expect(roots(inbox)).toHaveLength(2)
    expect(unnamed(inbox, names)).toEqual(names)
  })
})

describe('an alert that was given up', () => {
  test.concurrent.each(['invalid_blocks', 'msg_too_long', 'invalid_arguments'])(
    '%s in every rendering: the next occurrence tries again and says how many were missed',
    async (error) => {
      await using inbox = await startInbox()
      await using service = createService({ slack: inbox })
      const refusal = inbox.fail({ method: 'chat.postMessage', error })
      const app = await service.start()
      await app.log(problem)
      await until(() => refusal.hits > 2, 3000)
      await wait(300)
      for (let count = 0; count < 3; count += 1) await app.log(problem)
      await wait(1500)
      refusal.stop()

      await app.log(problem)
      await until(() => rootsOf(inbox, problem).length > 0, 5000)

      expect(rootsOf(inbox, problem).map(({ text }) => countIn(text))).toEqual([5])
      expect(rootsOf(inbox, problem).map(textOf).join()).toMatch(
        /\b4\b[^"]*(missed|not shown|earlier|lost)/,
      )
    },
  )

  test.concurrent.each(['natural', 'SIGKILL'] as const)(
    '%s: the next process tries again',
    async (end) => {
      await using inbox = await startInbox()
      await using service = createService({ slack: inbox })
      const refusal = inbox.fail({ method: 'chat.postMessage', error: 'invalid_blocks' })
      const first = await service.start()
      await first.log(problem)
      await until(() => refusal.hits > 2, 3000)
      await wait(300)
      await first.end(end)
      refusal.stop()

      const next = await service.start()
      await next.log(problem)
      await until(() => rootsOf(inbox, problem).some(({ text }) => countIn(text) === 2), 8000)

      expect(rootsOf(inbox, problem).map(({ text }) => countIn(text))).toEqual([2])
    },
  )
})

describe('a journal folder', () => {
  test.concurrent('that is deleted while the process runs hides nothing', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    const first = await service.start()
    await first.log(problem)
    await until(() => rootsOf(inbox, problem).length > 0)
    rmSync(service.folder, { recursive: true })
    const outage = inbox.fail({ reset: true })
    await first.log(other)
    await first.signal('SIGKILL')
    outage.stop()

    const next = await service.start()
    await until(() => rootsOf(inbox, other).length > 0, 5000)
    await next.log(other)
    await until(() => rootsOf(inbox, other).some(({ text }) => countIn(text) === 2), 15_000)

    expect(rootsOf(inbox, other).map(({ text }) => countIn(text))).toEqual([2])
    expect(namings(inbox, problem)).toHaveLength(1)
  }, 30_000)

  test.concurrent('that becomes unusable is one line on stderr and in the next message', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    const app = await service.start()
    await app.log(problem)
    await until(() => rootsOf(inbox, problem).length > 0)
    rmSync(service.folder, { recursive: true })
    writeFileSync(service.folder, '')

    for (const name of problems(3)) {
      await app.log(name)
      await wait(100)
    }
    await until(() => unnamed(inbox, problems(3)).length === 0)

    expect(app.stderr.filter((line) => line.includes('journal'))).toHaveLength(1)
    const telling = posts(inbox).filter((post) => /\bjournal\b/.test(textOf(post)))
    expect(telling).toHaveLength(1)
  }, 30_000)

  test.concurrent('that is unusable from the start: everything is sent all the same', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    writeFileSync(service.folder, '')
    const app = await service.start()
    await app.log(problem)
    await until(() => rootsOf(inbox, problem).length > 0)

    expect(app.stderr.filter((line) => line.includes(service.folder))).toHaveLength(1)
    expect(rootsOf(inbox, problem)).toHaveLength(1)
  })

  test.concurrent('with a damaged line in a file: the rest is sent, and the loss is reported', async () => {
    await using inbox = await startInbox()
    await using service = createService({ slack: inbox })
    const outage = inbox.fail({ reset: true })
    const first = await service.start()
    await first.log([problem, other])
    await first.signal('SIGKILL')
    outage.stop()
    for (const name of readdirSync(service.folder).filter((each) => each.endsWith('.journal'))) {
      const path = join(service.folder, name)
      const text = readFileSync(path, 'utf8')
      if (text.includes(other)) writeFileSync(path, `${text}{"half a line\n`)
    }

    const next = await service.start()
    await until(() => unnamed(inbox, [problem, other]).length === 0)
    await next.end('natural')

    expect(unnamed(inbox, [problem, other])).toEqual([])
    expect([...next.stderr, ...posts(inbox).map(textOf)].join('\n')).toMatch(/unreadable|lost/)
  })
})

describe('two environments of one service with one channel', () => {
  test.concurrent.each([
    ['and one journal folder', true],
    ['without a disk', false],
  ])(
    '%s have messages of their own',
    async (_, hasFolder) => {
      await using inbox = await startInbox()
      using temp = tempFolder()
      const folder = hasFolder && temp.path
      const serviceIn = (environment: string) =>
        createService({ slack: inbox, folder, options: { environment } })
      await using production = serviceIn('production')
      await using staging = serviceIn('staging')
      const first = await production.start()
      await first.log(problem)
      await first.end('natural')

      const second = await staging.start()
      // Until it has looked for messages that others left.
      await wait(3000)
      await second.log(problem)
      await second.end('natural')
      const third = await production.start()
      await wait(3000)
      await third.log(problem)
      await third.end('natural')

      expect(rootsOf(inbox, problem).map(({ text }) => countIn(text))).toEqual([2, 1])
    },
    40_000,
  )
})
