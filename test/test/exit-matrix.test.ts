import { appendFileSync, mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  allRows,
  maxCopiesOf,
  mayBeLost,
  runExitRow,
  type ExitResult,
  type ExitRow,
} from './support/exit-matrix.ts'
import { isFullMatrix } from './support/run-app.ts'

/** The longest exit of a process whose Slack responds within 100 ms, in milliseconds. */
const quickMs = 600
/** A busy machine makes a row slower, but never faster, so the best of several runs counts. */
const maxRuns = 5

/** Each exit, each logger and each Slack at least once, and their special cases. */
const sample: readonly ExitRow[] = [
  { kind: 'worker', end: 'exit', when: 'now', slack: 'fast' },
  { kind: 'worker', end: 'natural', when: 'later', slack: 'hung' },
  { kind: 'worker', end: 'SIGKILL', when: 'later', slack: 'hung' },
  { kind: 'worker', end: 'SIGTERM handled', when: 'now', slack: 'slow' },
  { kind: 'targets', end: 'exception', when: 'now', slack: 'slow' },
  { kind: 'targets', end: 'abort', when: 'later', slack: 'down' },
  { kind: 'stream', end: 'natural', when: 'now', slack: 'fast' },
  { kind: 'stream', end: 'exit', when: 'now', slack: 'slow' },
  { kind: 'stream', end: 'rejection', when: 'now', slack: 'down' },
  { kind: 'stream', end: 'SIGKILL', when: 'now', slack: 'fast' },
  { kind: 'stream', end: 'out of memory', when: 'now', slack: 'hung' },
  { kind: 'winston', end: 'exception', when: 'now', slack: 'fast' },
  { kind: 'winston', end: 'exit', when: 'later', slack: 'hung' },
  { kind: 'winston', end: 'abort', when: 'now', slack: 'slow' },
  { kind: 'winston', end: 'SIGTERM', when: 'now', slack: 'down' },
  { kind: 'thread', end: 'thread exit', when: 'now', slack: 'fast' },
  { kind: 'thread', end: 'thread exception', when: 'now', slack: 'slow' },
  { kind: 'thread', end: 'thread terminated', when: 'now', slack: 'fast' },
  { kind: 'thread', end: 'exit', when: 'now', slack: 'hung' },
  { kind: 'thread', end: 'SIGTERM', when: 'later', slack: 'down' },
  { kind: 'stream', end: 'exception', when: 'now', slack: 'fast', discord: 'webhook' },
  { kind: 'worker', end: 'exit', when: 'now', slack: 'slow', discord: 'bot' },
  { kind: 'stream', end: 'SIGKILL', when: 'later', slack: 'down', discord: 'webhook' },
  { kind: 'worker', end: 'natural', when: 'later', slack: 'hung', discord: 'bot' },
]

const rows = (isFullMatrix ? allRows : sample).map((row) => ({
  ...row,
  where: row.discord === undefined ? 'Slack' : `Discord by a ${row.discord}`,
}))
const timed = rows.filter(isTimed)
const others = rows.filter((row) => !isTimed(row))

test.each(timed)(
  '$kind, $end $when, $where $slack: sent once, now or at the next start, and exits quickly',
  { timeout: 240_000 },
  testExit,
)

test.concurrent.each(others)(
  '$kind, $end $when, $where $slack: sent once, now or at the next start',
  { timeout: 240_000 },
  testExit,
)

async function testExit(row: ExitRow): Promise<void> {
  const maxMs = isFullMatrix && isQuick(row) ? quickMsOf(row) : 8000
  const runs = [await runExitRow(row)]
  while (best(runs).exitMs >= maxMs && runs.length < maxRuns) runs.push(await runExitRow(row))
  report(row, best(runs))

  for (const { now, later } of runs) {
    expect(now + later).toBeGreaterThanOrEqual(mayBeLost(row) ? 0 : 1)
    expect(now + later).toBeLessThanOrEqual(maxCopiesOf(row))
  }
  expect(best(runs).exitMs).toBeLessThan(maxMs)
}

function best(runs: readonly ExitResult[]): ExitResult {
  return runs.reduce((fastest, run) => (run.exitMs < fastest.exitMs ? run : fastest))
}

/** A row that waits for seconds can do so beside others; the rest are run one by one, so that their times hold as well. */
function isTimed({ slack }: ExitRow): boolean {
  return isFullMatrix && (slack === 'fast' || slack === 'slow')
}

/** A bot of Discord opens the thread with a request of its own. */
function quickMsOf({ discord }: ExitRow): number {
  return discord === 'bot' ? quickMs + 100 : quickMs
}

/** Running out of memory takes longer. */
function isQuick({ slack, end }: ExitRow): boolean {
  return slack === 'fast' && end !== 'out of memory'
}

/** Writes a row for the table of `npm run matrix`. */
function report(...line: readonly unknown[]): void {
  if (!isFullMatrix) return
  mkdirSync('.reports', { recursive: true })
  appendFileSync('.reports/exit-matrix.ndjson', `${JSON.stringify(line)}\n`)
}
