import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createSlackSink, type SlackSink } from '@slack-logger/core'
import { startInbox } from '@slack-logger/slack-inbox'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { runRedis } from './support/run-redis.ts'

const server = await runRedis('reports over Redis are')
afterAll(() => server?.[Symbol.asyncDispose]())

/** Wall clocks that reach 09:15 a few seconds after the start. */
function startClocks(): { now(): number; monotonic(): number } {
  const aheadMs = Date.UTC(2026, 4, 4, 9, 14, 56) - Date.now()
  return { now: () => Date.now() + aheadMs, monotonic: () => performance.now() }
}

describe.skipIf(server === undefined)('hosts that share a fleet over Redis', () => {
  test(
    'send one report with the numbers of all, also if the leader ends in its minute',
    { timeout: 90_000 },
    async () => {
      await using inbox = await startInbox()
      const clock = {
        ...startClocks(),
        setTimer(callback: () => void, delayMs: number) {
          const timeout = setTimeout(callback, delayMs).unref()
          return { cancel: () => clearTimeout(timeout), ref: () => timeout.ref() }
        },
      }
      const start = (host: string): SlackSink => {
        const spoolDir = mkdtempSync(join(tmpdir(), 'slack-logger-hosts-'))
        onTestFinished(() => rmSync(spoolDir, { recursive: true, force: true }))
        return createSlackSink(
          {
            slackApiUrl: inbox.apiUrl,
            token: inbox.token,
            channel: '#alerts',
            service: 'checkout',
            spoolDir,
            report: { at: 'daily 09:15', timeZone: 'UTC' },
            fleet: { redis: `redis://127.0.0.1:${server?.port}` },
          },
          {
            clock,
            process: {
              pid: 1,
              host,
              startedAt: clock.now(),
              uid: process.getuid?.(),
              isAlive: () => true,
            },
          },
        )
      }
      const fail = (sink: SlackSink): void =>
        sink.write({ level: 'error', time: clock.now(), message: 'charge failed', fields: {} })
      const reports = (): readonly string[] =>
        inbox.messages().flatMap(({ text }) => (text.startsWith('📊') ? [text] : []))
      const a = start('host-a')
      fail(a)
      await expect.poll(() => a.health().fleet?.role, { timeout: 5000 }).toBe('leader')
      const b = start('host-b')
      fail(b)
      await expect.poll(() => b.health().fleet?.role, { timeout: 5000 }).toBe('follower')

      await expect.poll(reports, { timeout: 40_000 }).toEqual(['📊 2 errors, 1 problem · checkout'])
      await a.close()
      await expect.poll(() => b.health().fleet?.role, { timeout: 10_000 }).toBe('leader')
      const c = start('host-c')
      fail(c)
      await c.flush()
      // As long as a process waits for its turn after the time of a report.
      await expect
        .poll(() => clock.now() > Date.UTC(2026, 4, 4, 9, 15, 22), { timeout: 30_000 })
        .toBe(true)
      await b.close()
      await c.close()

      expect(reports()).toHaveLength(1)
    },
  )
})
