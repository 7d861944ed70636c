import { appendFileSync, mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { allRows, mayBeLost, runExitRow, type ExitRow } from './support/exit-matrix.ts'

/** With `MATRIX=full` every row, and the times hold as well; else a sample, on machines that may be busy. */
const isFull = process.env['MATRIX'] === 'full'

/** Each way to end, each logger and each Slack at least once, and what is peculiar to one of them. */
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
]

test.each(isFull ? allRows : sample)(
  '$kind, $end $when, Slack $slack: told once, now or at the next start',
  async (row) => {
    const result = await runExitRow(row)
    report(row, result)

    const copies = result.now + result.later
    expect(copies).toBeGreaterThanOrEqual(mayBeLost(row) ? 0 : 1)
    expect(copies).toBeLessThanOrEqual(1)
    expect(result.exitMs).toBeLessThan(isFull && isQuick(row) ? 600 : 8000)
  },
  60_000,
)

/** Memory takes its time to run out. */
function isQuick({ slack, end }: ExitRow): boolean {
  return slack === 'fast' && end !== 'out of memory'
}

/** For the table of `npm run matrix`. */
function report(...line: readonly unknown[]): void {
  if (!isFull) return
  mkdirSync('.reports', { recursive: true })
  appendFileSync('.reports/exit-matrix.ndjson', `${JSON.stringify(line)}\n`)
}
