import * as fs from 'node:fs'
import { join } from 'node:path'
import type { FaultOptions, Inbox } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { documentedErrors } from './support/documented-errors.ts'
import {
  loggers,
  startSubject,
  subjects,
  type Subject,
  type SubjectName,
  type ways,
} from './support/fault-matrix.ts'
import { isFullMatrix } from './support/run-app.ts'
import { tempFolder } from './support/temp-folder.ts'

const problems = ['the card was refused', 'no stock is left', 'a mail bounced']

/** The duplicates that a row may cause: none if the logger can read what Slack has accepted. */
type Duplicates = Readonly<Record<(typeof ways)[number], number>>

interface FaultRow {
  readonly fault: string
  readonly options: FaultOptions
  /** When the fault ends, in milliseconds; without it, the fault ends by itself. */
  readonly untilMs?: number
  /** When everything must have arrived, in milliseconds. */
  readonly doneMs: number
  readonly duplicates?: Partial<Duplicates>
}

const unknown: Partial<Duplicates> = { 'a token without history': 1, 'a webhook': 1 }

const rows: readonly FaultRow[] = [
  { fault: '429 with Retry-After', options: { retryAfter: 3, times: 1 }, doneMs: 5000 },
  { fault: '429 to everything', options: { retryAfter: 1 }, untilMs: 60_000, doneMs: 65_000 },
  { fault: 'HTTP 500 three times', options: { status: 500, times: 3 }, doneMs: 20_000 },
  { fault: 'HTTP 500', options: { status: 500 }, untilMs: 600_000, doneMs: 700_000 },
  { fault: 'a 503 of HTML', options: { html: true, times: 1 }, doneMs: 5000 },
  {
    fault: 'HTML instead of a response',
    options: { html: true, status: 200, times: 1 },
    doneMs: 5000,
  },
  { fault: 'a reset', options: { reset: true, times: 1 }, doneMs: 5000 },
  {
    fault: 'a reset in the middle of the response',
    options: { reset: 'midBody', times: 1 },
    doneMs: 5000,
    // The status of a webhook's response is enough, and it was received.
    duplicates: { 'a token without history': 1 },
  },
  { fault: 'no response', options: { hang: true, times: 1 }, doneMs: 15_000 },
  { fault: 'no response to anything', options: { hang: true }, untilMs: 60_000, doneMs: 130_000 },
  {
    fault: 'a response after 20 s',
    options: { delayMs: 20_000, times: 1 },
    doneMs: 15_000,
    duplicates: unknown,
  },
  {
    fault: 'a response after 20 s to everything',
    options: { delayMs: 20_000 },
    untilMs: 60_000,
    doneMs: 150_000,
    duplicates: unknown,
  },
  {
    fault: 'a lost response',
    options: { loseAnswer: true, times: 1 },
    doneMs: 5000,
    duplicates: unknown,
  },
  {
    fault: 'three lost responses',
    options: { loseAnswer: true, times: 3 },
    doneMs: 30_000,
    duplicates: unknown,
  },
  { fault: 'invalid JSON', options: { garbage: true, times: 1 }, doneMs: 5000 },
  { fault: 'a redirect', options: { status: 302, times: 1 }, doneMs: 70_000 },
  {
    fault: 'an archived channel',
    options: { error: 'is_archived' },
    untilMs: 300_000,
    doneMs: 600_000,
  },
  {
    fault: 'a revoked token',
    options: { error: 'token_revoked' },
    untilMs: 300_000,
    doneMs: 600_000,
  },
]

/** Slack accepts the message, and the logger learns nothing of it. */
const lostAnswers: readonly { readonly answer: string; readonly options: FaultOptions }[] = [
  ...[500, 502, 503, 504].map((status) => ({
    answer: `HTTP ${status}`,
    options: { status, isAccepted: true },
  })),
  { answer: 'HTTP 503 of HTML', options: { html: true, isAccepted: true } },
  { answer: 'internal_error', options: { error: 'internal_error', isAccepted: true } },
  { answer: 'a reset', options: { loseAnswer: true } },
  { answer: 'half a response', options: { reset: 'midBody' } },
  { answer: 'no response in time', options: { delayMs: 20_000 } },
]

/** All problems arrive in the order in which they were logged, and nothing is lost. */
const complete = { order: problems, lost: {}, gaveUp: {} }

describe.each(subjects)('$logger with $way', (name) => {
  test.each(rows)('$fault: everything arrives in order', async (row) => {
    const subject = await startSubject(name)
    const fault = subject.inbox.fail(row.options)
    for (const problem of problems) subject.fail(problem)

    await subject.clock.advance(row.untilMs ?? 0)
    if (row.untilMs !== undefined) fault.stop()
    await subject.clock.advance(row.doneMs - (row.untilMs ?? 0))

    const { copies, ...outcome } = outcomeOf(subject)
    expect(outcome).toEqual(complete)
    expect(copies).toBeLessThanOrEqual(problems.length + (row.duplicates?.[name.way] ?? 0))
  })

  describe.each(['requests', 'posts'])('after eight %s in a row that were accepted', (affected) => {
    test.each(lostAnswers)(
      'and answered with $answer, each is there once, or twice where none can be looked up',
      async (row) => {
        const subject = await startSubject(name)
        const method = affected === 'posts' ? { method: postMethod(name) } : {}
        subject.inbox.fail({ ...row.options, ...method, times: 8 })
        for (const problem of problems) subject.fail(problem)

        await subject.clock.advance(600_000)

        const copies = problems.map((problem) => copiesOf(problem, subject.inbox))
        expect(Math.min(...copies)).toBe(1)
        expect(Math.max(...copies)).toBeLessThanOrEqual(name.way === 'a token' ? 1 : 2)
        expect(subject.health().deliveries.gaveUp).toEqual({})
      },
    )
  })

  test('posts alone that fail for ten minutes: everything arrives once', async () => {
    const subject = await startSubject(name)
    const fault = subject.inbox.fail({ status: 500, method: postMethod(name) })
    for (const problem of problems) subject.fail(problem)

    await subject.clock.advance(600_000)
    fault.stop()
    await subject.clock.advance(100_000)

    expect(problems.map((problem) => copiesOf(problem, subject.inbox))).toEqual([1, 1, 1])
    expect(subject.health().deliveries.gaveUp).toEqual({})
  })

  test('an unreachable Slack for a minute: everything arrives in order', async () => {
    let isDown = true
    const subject = await startSubject(name, {
      environment: (fetch) => ({
        fetch: (input, init) => (isDown ? Promise.reject(connectionRefused()) : fetch(input, init)),
      }),
    })
    for (const problem of problems) subject.fail(problem)

    await subject.clock.advance(60_000)
    isDown = false
    await subject.clock.advance(65_000)

    expect(outcomeOf(subject)).toEqual({ ...complete, copies: problems.length })
  })

  // Errors are handled the same way for all loggers, so one logger is enough in a sample.
  const errors = isFullMatrix || name.logger === 'pino stream' ? documentedErrors : []

  test.each(errors)('the error %s: everything arrives', async (error) => {
    const subject = await startSubject(name)
    subject.inbox.fail({ error, times: 1 })
    for (const problem of problems) subject.fail(problem)

    await subject.clock.advance(400_000)

    expect(outcomeOf(subject)).toEqual({ ...complete, copies: problems.length })
  })

  test('after a rate limit of the channel, a fatal alert is sent first', async () => {
    const subject = await startSubject(name)
    const fault = subject.inbox.fail({ retryAfter: 30 })
    subject.fail(problems[0] ?? '')
    await subject.clock.advance(0)
    subject.fail(problems[1] ?? '')
    subject.fatal('the database is gone')

    await subject.clock.advance(29_000)
    fault.stop()
    await subject.clock.advance(5000)

    expect(texts(subject.inbox)[0]).toContain('the database is gone')
  })

  test.each([
    ['a full disk', { writeSync: failing('ENOSPC') }, 'ENOSPC'],
    ['an unwritable folder', { mkdirSync: failing('EACCES') }, 'EACCES'],
  ])(
    '%s for the journal: everything arrives, and one line on stderr reports it',
    async (...row) => {
      const [, broken, code] = row
      using folder = tempFolder()
      const subject = await startSubject(name, {
        options: { spoolDir: join(folder.path, 'spool') },
        environment: () => ({ fileSystem: { ...fs, ...broken } }),
      })
      for (const problem of problems) subject.fail(problem)

      await subject.clock.advance(5000)

      expect(outcomeOf(subject)).toEqual({ ...complete, copies: problems.length })
      expect(subject.lines.filter((line) => line.includes(code))).toHaveLength(1)
    },
  )

  test('the next message reports failed deliveries, without any credential', async () => {
    const subject = await startSubject(name)
    // The time to look for messages of earlier processes before the first alert.
    await subject.clock.advance(5000)
    subject.inbox.fail({ status: 500, times: 3 })
    subject.fail(problems[0] ?? '')

    await subject.clock.advance(20_000)

    expect(JSON.stringify(subject.inbox.messages())).toMatch(/3 deliveries failed/)
    const output = JSON.stringify([subject.inbox.messages(), subject.lines, subject.health()])
    expect(output).not.toContain(subject.inbox.token)
    expect(output).not.toContain('/services/')
  })
})

test.each(subjects)(
  '$logger with $way: after an outage, the next message says how long it was and what was missed',
  async (name) => {
    const subject = await startSubject(name)
    const fault = subject.inbox.fail({ status: 503 })
    subject.fail(problems[0] ?? '')

    await subject.clock.advance(900_000)
    fault.stop()
    await subject.clock.advance(65_000)

    const [message, ...others] = subject.inbox.messages().map((each) => JSON.stringify(each))
    expect(message).toMatch(
      /Slack was unreachable from \d\d:00 to \d\d:1[56] UTC; [34] deliveries failed/,
    )
    expect(others.join()).not.toContain('unreachable')
  },
)

test.each(loggers)('%s: a deleted root is posted again with its next change', async (logger) => {
  const subject = await startSubject({ logger, way: 'a token' })
  subject.fail('the card was refused')
  await subject.clock.advance(1000)
  const [root] = subject.inbox.messages()
  await subject.inbox.fetch(`${subject.inbox.apiUrl}chat.delete`, {
    method: 'POST',
    headers: { authorization: `Bearer ${subject.inbox.token}` },
    body: new URLSearchParams({ channel: root?.channel ?? '', ts: root?.ts ?? '' }),
  })
  expect(subject.inbox.messages()).toEqual([])

  for (let count = 0; count < 20; count += 1) subject.fail('the card was refused')
  await subject.clock.advance(600_000)

  expect(texts(subject.inbox).join()).toContain('the card was refused')
  expect(subject.health().deliveries.gaveUp).toEqual({})
})

/** The problems in Slack, and the losses in the health report. */
function outcomeOf(subject: Subject) {
  const sent = texts(subject.inbox).map((text) =>
    problems.find((problem) => text.includes(problem)),
  )
  const { events, deliveries } = subject.health()
  const order = [...new Set(sent)]
  return { order, copies: sent.length, lost: events.lost, gaveUp: deliveries.gaveUp }
}

function postMethod({ way }: SubjectName): string {
  return way === 'a webhook' ? 'incoming-webhook' : 'chat.postMessage'
}

function copiesOf(problem: string, inbox: Inbox): number {
  return texts(inbox).filter((text) => text.includes(problem)).length
}

function texts(inbox: Inbox): readonly string[] {
  return inbox.messages().map(({ text }) => text)
}

function failing(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code })
  }
}

function connectionRefused(): TypeError {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  return new TypeError('fetch failed', { cause })
}
