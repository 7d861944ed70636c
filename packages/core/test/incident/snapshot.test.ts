import * as fs from 'node:fs'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVirtualClock, startInbox } from '@slack-logger/slack-inbox'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { snapshotsOfMetadata } from '../../src/incident/metadata.ts'
import { type IncidentSnapshot } from '../../src/incident/snapshot.ts'
import { createSlackSink, type SlackOptions, type SlackSink } from '../../src/index.ts'

const minute = 60_000
const hour = 60 * minute

let spoolDir = ''
beforeEach(() => {
  spoolDir = mkdtempSync(join(tmpdir(), 'slack-logger-restart-'))
})
afterEach(() => rmSync(spoolDir, { recursive: true, force: true }))

/** A host on which one service is started again and again. */
async function startHost(scopes?: readonly string[]) {
  const clock = createVirtualClock()
  const token = 'xoxb-restarted'
  const tokens = scopes === undefined ? {} : { tokens: [{ token, scopes }] }
  const inbox = await startInbox({ clock, listen: false, ...tokens })
  const alive = new Set<number>()
  let lastPid = 100
  const start = (options: SlackOptions = {}) => {
    lastPid += 1
    const pid = lastPid
    alive.add(pid)
    const identity = {
      pid,
      host: 'web-1',
      startedAt: clock.now(),
      uid: process.getuid?.(),
      isAlive: (other: number) => alive.has(other),
    }
    const sink = createSlackSink(
      {
        slackApiUrl: inbox.apiUrl,
        token,
        channel: '#alerts',
        service: 'checkout',
        spoolDir,
        ...options,
      },
      {
        clock,
        fetch: inbox.fetch,
        variables: {},
        random: () => 0.5,
        writeStderr: () => {},
        fileSystem: fs,
        process: identity,
      },
    )
    return { sink, kill: () => void alive.delete(pid) }
  }
  const stop = async (started: { sink: SlackSink; kill: () => void }) => {
    const closed = started.sink.close()
    await clock.advance(10_000)
    await closed
    started.kill()
  }
  return { clock, inbox, start, stop, [Symbol.asyncDispose]: () => inbox.close() }
}

function fail(sink: SlackSink, name: string): void {
  const stack = `Error: ${name} failed\n    at ${name} (/app/src/${name}.js:7:11)`
  const error = { type: 'Error', message: `${name} failed`, stack }
  sink.write({ level: 'error', time: 0, message: '', error, fields: {} })
}

function shown(message: unknown): string {
  return JSON.stringify(message)
}

test('after a deploy, a known problem does not alert again and is counted in the same message', async () => {
  await using host = await startHost()
  const first = host.start()
  for (let time = 0; time < 5; time += 1) fail(first.sink, 'charge')
  await host.clock.advance(minute)
  await host.stop(first)

  const next = host.start({ release: '2.0.0' })
  await host.clock.advance(minute)
  fail(next.sink, 'charge')
  await host.clock.advance(5 * minute)

  expect(host.inbox.messages()).toHaveLength(1)
  expect(shown(host.inbox.messages()[0])).toContain('×6')
})

test('a process that was killed leaves its incidents to the next one', async () => {
  await using host = await startHost()
  const first = host.start()
  fail(first.sink, 'charge')
  await host.clock.advance(minute)
  first.kill()

  const next = host.start()
  await host.clock.advance(minute)
  fail(next.sink, 'charge')
  await host.clock.advance(5 * minute)

  expect(host.inbox.messages()).toHaveLength(1)
})

test('in a rolling deploy, the new process takes over as soon as the old one has ended', async () => {
  await using host = await startHost()
  const old = host.start()
  fail(old.sink, 'charge')
  await host.clock.advance(minute)
  const fresh = host.start()
  await host.clock.advance(10_000)
  await host.stop(old)

  fail(fresh.sink, 'charge')
  await host.clock.advance(minute)

  expect(host.inbox.messages()).toHaveLength(1)
})

test('the incidents of a running process are not taken over', async () => {
  await using host = await startHost()
  const first = host.start()
  fail(first.sink, 'charge')
  await host.clock.advance(minute)

  const next = host.start()
  fail(next.sink, 'charge')
  await host.clock.advance(minute)

  expect(host.inbox.messages()).toHaveLength(2)
})

test('one of two processes that start at once takes over', async () => {
  await using host = await startHost()
  const first = host.start()
  fail(first.sink, 'charge')
  await host.clock.advance(minute)
  await host.stop(first)

  const both = [host.start(), host.start()]
  await host.clock.advance(1000)
  for (const { sink } of both) fail(sink, 'charge')
  await host.clock.advance(minute)
  for (const { sink } of both) fail(sink, 'charge')
  await host.clock.advance(minute)

  expect(host.inbox.messages()).toHaveLength(2)
})

test('an incident becomes quiet and is back after a day in the next process, as in the same one', async () => {
  await using host = await startHost()
  const first = host.start()
  fail(first.sink, 'charge')
  await host.clock.advance(minute)
  await host.stop(first)

  const next = host.start()
  await host.clock.advance(hour)
  expect(shown(host.inbox.messages()[0])).toContain('quiet')
  await host.clock.advance(24 * hour)
  fail(next.sink, 'charge')
  await host.clock.advance(minute)

  expect(host.inbox.messages()).toHaveLength(2)
  expect(shown(host.inbox.messages()[1])).toContain('back after 1 d')
})

test('nothing is taken over by another service, or for a channel that is no longer configured', async () => {
  await using host = await startHost()
  const first = host.start({ routes: [{ when: { message: '*' }, channel: '#errors' }] })
  fail(first.sink, 'charge')
  await host.clock.advance(minute)
  await host.stop(first)

  const other = host.start({ service: 'search' })
  const same = host.start()
  await host.clock.advance(1000)
  fail(other.sink, 'charge')
  fail(same.sink, 'charge')
  await host.clock.advance(minute)

  expect(host.inbox.messages()).toHaveLength(3)
})

test('the file contains no secrets, and only its owner can read it', async () => {
  await using host = await startHost()
  const first = host.start()
  const error = new Error('token xoxb-123456789012-abcdefghijkl refused')
  first.sink.write({ level: 'error', time: 0, message: '', error, fields: { password: 'hunter2' } })
  await host.clock.advance(minute)
  await host.stop(first)

  const [name = ''] = readdirSync(spoolDir)
  const text = readFileSync(join(spoolDir, name), 'utf8')

  expect(text).not.toContain('xoxb-')
  expect(text).not.toContain('hunter2')
  expect(fs.statSync(join(spoolDir, name)).mode & 0o777).toBe(0o600)
})

describe('without a file', () => {
  const nowhere: SlackOptions = { spoolDir: false }
  const scopes = ['chat:write', 'chat:write.public', 'channels:read', 'channels:history']

  test('a process finds the messages of the one before, if it may read the channel', async () => {
    await using host = await startHost(scopes)
    const first = host.start(nowhere)
    for (let time = 0; time < 5; time += 1) fail(first.sink, 'charge')
    await host.clock.advance(minute)
    first.kill()

    const next = host.start(nowhere)
    await host.clock.advance(5000)
    fail(next.sink, 'charge')
    await host.clock.advance(5 * minute)

    expect(host.inbox.messages()).toHaveLength(1)
    expect(shown(host.inbox.messages()[0])).toContain('×6')
  })

  test('it continues a storm, which is posted once however often the process starts', async () => {
    await using host = await startHost(scopes)
    for (let start = 0; start < 5; start += 1) {
      const started = host.start({ ...nowhere, routes: [{ mention: '@here' }] })
      for (let index = 0; index < 8; index += 1) fail(started.sink, `task${'abcdefgh'[index]}`)
      await host.clock.advance(2000)
      await host.stop(started)
      await host.clock.advance(5 * minute)
    }

    const [first, storm, ...others] = host.inbox.messages()
    expect(others).toEqual([])
    expect(shown(first)).toContain('taska failed')
    expect(shown(storm)).toContain('8 new problems, 36 errors')
  })

  test('problems that it finds there are in no storm of new problems', async () => {
    await using host = await startHost(scopes)
    const first = host.start(nowhere)
    const names = Array.from({ length: 8 }, (_, index) => `task${'abcdefgh'[index]}`)
    for (const name of names) {
      fail(first.sink, name)
      await host.clock.advance(2 * minute)
    }
    await host.stop(first)
    await host.clock.advance(5 * minute)

    const next = host.start(nowhere)
    for (const name of names) fail(next.sink, name)
    await host.clock.advance(minute)

    expect(host.inbox.messages()).toHaveLength(8)
    for (const message of host.inbox.messages()) expect(shown(message)).toContain('×2')
  })

  test('it continues with the milestones', async () => {
    await using host = await startHost(scopes)
    const first = host.start(nowhere)
    for (let time = 0; time < 99; time += 1) fail(first.sink, 'charge')
    await host.clock.advance(10 * minute)
    await host.stop(first)

    const next = host.start(nowhere)
    await host.clock.advance(5000)
    fail(next.sink, 'charge')
    await host.clock.advance(minute)

    expect(host.inbox.messages()).toHaveLength(2)
    expect(shown(host.inbox.messages()[1])).toContain('×100')
  })

  test('it ignores the messages of another service', async () => {
    await using host = await startHost(scopes)
    const first = host.start(nowhere)
    fail(first.sink, 'charge')
    await host.clock.advance(minute)
    await host.stop(first)

    const next = host.start({ ...nowhere, service: 'search' })
    await host.clock.advance(5000)
    fail(next.sink, 'charge')
    await host.clock.advance(minute)

    expect(host.inbox.messages()).toHaveLength(2)
  })

  test('it starts without them where it may not read the channel, which is no error', async () => {
    await using host = await startHost(['chat:write', 'chat:write.public'])
    const first = host.start(nowhere)
    fail(first.sink, 'charge')
    await host.clock.advance(minute)
    await host.stop(first)

    const next = host.start(nowhere)
    await host.clock.advance(5000)
    fail(next.sink, 'charge')
    await host.clock.advance(minute)

    expect(host.inbox.messages()).toHaveLength(2)
    expect(next.sink.health()).toMatchObject({ lastError: undefined, deliveries: { failed: 0 } })
  })
})

describe('metadata', () => {
  const now = 1_000_000_000
  const metadata = {
    service: 'checkout',
    owner: '',
    touched_at: now - 1000,
    fingerprint: 'g1:test',
    state: 'active',
    count: 7,
    first_seen: now - 9000,
    last_seen: now - 2000,
    active_since: now - 9000,
    alert_reason: 'new',
    alert_at: now - 9000,
    alert_count: 1,
    reminders: 0,
  }
  const read = (change: object): IncidentSnapshot | undefined =>
    snapshotsOfMetadata(
      { ...metadata, ...change },
      { service: 'checkout', channel: '#alerts', ref: 'C1/1.0', now, hasEnded: () => false },
    )[0]

  test.each([
    { count: 1e308 },
    { count: -5 },
    { count: 0.5 },
    { alert_count: 1e300 },
    { reminders: -1 },
    { last_seen: 1e308 },
    { first_seen: -1e300 },
  ])('with an impossible number is ignored: %o', (change) => {
    expect(read(change)).toBe(undefined)
  })

  test('has no time that is still to come', () => {
    const later = now + 3_600_000

    const snapshot = read({ last_seen: later, alert_at: later, active_since: later })

    expect(snapshot).toMatchObject({
      lastSeen: now,
      activeSince: now,
      alerts: { last: { at: now } },
    })
  })
})
