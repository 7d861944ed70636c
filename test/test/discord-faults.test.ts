import type { FaultOptions } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import {
  discordWays,
  loggers,
  startSubject,
  type Subject,
  type SubjectName,
} from './support/fault-matrix.ts'
import { isFullMatrix } from './support/run-app.ts'

const problems = ['the card was refused', 'no stock is left', 'a mail bounced']

interface FaultRow {
  readonly fault: string
  readonly options: FaultOptions
  /** When the fault ends, in milliseconds; without it, the fault ends by itself. */
  readonly untilMs?: number
  /** When everything must have arrived, in milliseconds. */
  readonly doneMs: number
  /** The duplicates that it may cause where a post has no nonce. */
  readonly duplicates?: number
}

const rows: readonly FaultRow[] = [
  { fault: '429 with decimals', options: { retryAfter: 2.4, times: 1 }, doneMs: 5000 },
  { fault: '429 to everything', options: { retryAfter: 1 }, untilMs: 60_000, doneMs: 65_000 },
  { fault: "Cloudflare's 429", options: { status: 429, html: true, times: 1 }, doneMs: 70_000 },
  { fault: 'HTTP 500 three times', options: { status: 500, times: 3 }, doneMs: 20_000 },
  { fault: 'HTTP 500', options: { status: 500 }, untilMs: 600_000, doneMs: 700_000 },
  { fault: 'a 503 of HTML', options: { html: true, times: 1 }, doneMs: 5000 },
  { fault: 'HTML instead of JSON', options: { html: true, status: 200, times: 1 }, doneMs: 5000 },
  { fault: 'a reset', options: { reset: true, times: 1 }, doneMs: 5000 },
  {
    fault: 'a reset in the middle of the response',
    options: { reset: 'midBody', times: 1 },
    doneMs: 5000,
    duplicates: 1,
  },
  { fault: 'no response', options: { hang: true, times: 1 }, doneMs: 15_000 },
  { fault: 'no response to anything', options: { hang: true }, untilMs: 60_000, doneMs: 130_000 },
  {
    fault: 'a response after 20 s',
    options: { delayMs: 20_000, times: 1 },
    doneMs: 15_000,
    duplicates: 1,
  },
  {
    fault: 'three lost responses',
    options: { loseAnswer: true, times: 3 },
    doneMs: 30_000,
    duplicates: 1,
  },
  { fault: 'invalid JSON', options: { garbage: true, times: 1 }, doneMs: 5000 },
  { fault: 'a redirect', options: { status: 302, times: 1 }, doneMs: 70_000 },
  {
    fault: 'a missing permission',
    options: { error: '50013' },
    untilMs: 300_000,
    doneMs: 600_000,
  },
  {
    fault: 'too many active threads',
    options: { error: '160006' },
    untilMs: 300_000,
    doneMs: 600_000,
  },
  {
    fault: 'a write limit that names no time',
    options: { error: '20028', status: 429, times: 1 },
    doneMs: 70_000,
  },
  { fault: 'an overload', options: { error: '130000', status: 503, times: 1 }, doneMs: 10_000 },
  { fault: 'an invalid form', options: { error: '50035', times: 1 }, doneMs: 5000 },
  { fault: 'a blocked text', options: { error: '200000', times: 1 }, doneMs: 5000 },
  { fault: 'a file that is too large', options: { error: '40005', times: 1 }, doneMs: 5000 },
]

const shownRows = isFullMatrix ? rows : rows.filter((_row, index) => index % 3 === 0)
const subjects: readonly SubjectName[] = (isFullMatrix ? loggers : loggers.slice(0, 1)).flatMap(
  (logger) => discordWays.map((way) => ({ logger, way })),
)

describe.each(subjects)('$logger with $way', (name) => {
  test.each(shownRows)('$fault: everything arrives in order', async (row) => {
    const subject = await startSubject(name)
    const fault = subject.inbox.fail(row.options)
    for (const problem of problems) subject.fail(problem)

    await subject.clock.advance(row.untilMs ?? 0)
    if (row.untilMs !== undefined) fault.stop()
    await subject.clock.advance(row.doneMs - (row.untilMs ?? 0))

    const { copies, ...outcome } = outcomeOf(subject)
    const isIdempotent = name.way === 'a Discord bot'
    expect(outcome).toEqual({ order: problems, lost: {}, gaveUp: {} })
    expect(copies).toBeLessThanOrEqual(problems.length + (isIdempotent ? 0 : (row.duplicates ?? 0)))
  })

  test.each(['10015', '0'])('after %s, nothing is requested any more', async (error) => {
    const subject = await startSubject(name)
    subject.inbox.fail({ error, status: error === '0' ? 401 : 404 })
    for (const problem of problems) subject.fail(problem)

    await subject.clock.advance(3_600_000)

    expect(subject.inbox.requests).toHaveLength(1)
    expect(subject.health().events.lost).toEqual({})
  })
})

/** The problems in Discord, and the losses in the health report. */
function outcomeOf(subject: Subject) {
  const sent = subject.inbox
    .messages()
    .map(({ text }) => problems.find((problem) => text.includes(problem)))
  const { events, deliveries } = subject.health()
  const order = [...new Set(sent)]
  return { order, copies: sent.length, lost: events.lost, gaveUp: deliveries.gaveUp }
}
