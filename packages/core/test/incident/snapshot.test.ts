import * as fs from 'node:fs'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVirtualClock, startInbox } from '@slack-logger/slack-inbox'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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

test.each([
  ['is cut off', (text: string) => text.slice(0, text.length / 2)],
  ['is of another version', (text: string) => text.replace('"version":1', '"version":2')],
  ['contains nonsense', (text: string) => text.replaceAll(/"count":\d+/g, '"count":"many"')],
])('a file that %s is ignored', async (_, spoil) => {
  await using host = await startHost()
  const first = host.start()
  fail(first.sink, 'charge')
  await host.clock.advance(minute)
  await host.stop(first)
  const name = readdirSync(spoolDir).find((each) => each.endsWith('.state.json')) ?? ''
  const path = join(spoolDir, name)
  writeFileSync(path, spoil(readFileSync(path, 'utf8')))

  const next = host.start()
  fail(next.sink, 'charge')
  await host.clock.advance(minute)

  expect(host.inbox.messages()).toHaveLength(2)
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
