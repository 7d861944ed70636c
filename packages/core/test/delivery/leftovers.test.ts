import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createVirtualClock,
  startInbox,
  type Inbox,
  type VirtualClock,
} from '@slack-logger/slack-inbox'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSlackSink, type SlackOptions, type SlackSink } from '../../src/index.ts'

let root: string
let clock: VirtualClock
let inbox: Inbox
let pid = 0

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'slack-logger-leftovers-'))
  clock = createVirtualClock()
  inbox = await startInbox({ clock, listen: false })
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A sink in a process of its own. For each process, all others have ended. */
function start(options: SlackOptions = {}, fetch = inbox.fetch): SlackSink {
  pid += 1
  return createSlackSink(
    {
      token: inbox.token,
      channel: '#alerts',
      slackApiUrl: inbox.apiUrl,
      service: 'checkout',
      release: '1.8.2',
      spoolDir: join(root, 'spool'),
      ...options,
    },
    {
      clock,
      fetch,
      variables: {},
      random: () => 0.5,
      writeStderr: () => undefined,
      process: {
        pid,
        host: 'web-1',
        startedAt: clock.now(),
        uid: process.getuid?.(),
        isAlive: () => false,
      },
    },
  )
}

function log(sink: SlackSink, message: string, level = 'error'): void {
  const stack = `Error: ${message}\n    at ${message.replaceAll(' ', '')} (/app/shop.js:1:1)`
  const error = { type: 'Error', message, stack }
  sink.write({ level, time: clock.now(), message: '', error, fields: { password: 'hunter2' } })
}

function texts(): string {
  return JSON.stringify(inbox.messages())
}

/** A process that dies in the turn in which it logged. */
function dieWith(messages: readonly string[], options: SlackOptions = {}): void {
  const sink = start(options, () => new Promise(() => {}))
  for (const message of messages) log(sink, message)
}

test('an alert that a process died with is sent at the next start, with a notice and its thread', async () => {
  dieWith(['the card was refused'])
  await clock.advance(3_600_000)

  start()
  await clock.advance(5000)

  const [message] = inbox.messages()
  expect(inbox.messages()).toHaveLength(1)
  expect(message?.text).toContain('the card was refused')
  expect(JSON.stringify(message)).toContain('The previous process')
  expect(JSON.stringify(message)).toContain('died')
  expect(JSON.stringify(message)).toContain('2026-01-01 00:00 UTC')
  expect(JSON.stringify(inbox.thread(message?.ts ?? ''))).toContain('/app/shop.js')
  expect(texts()).not.toContain('hunter2')
})

test('a recovered alert is sent once: the start after that sends nothing', async () => {
  dieWith(['the card was refused'])
  await clock.advance(0)
  start()
  await clock.advance(5000)
  inbox.clear()

  start()
  await clock.advance(5000)

  expect(inbox.messages()).toEqual([])
})

test('a post whose process died before the answer is not posted again', async () => {
  const accepting: typeof fetch = async (input, init) => {
    await inbox.fetch(input, init)
    return new Promise(() => {})
  }
  const sink = start({}, accepting)
  log(sink, 'the card was refused')
  await clock.advance(0)
  expect(inbox.messages()).toHaveLength(1)

  start()
  await clock.advance(5000)

  expect(inbox.messages()).toHaveLength(1)
})

test('a process that closes while Slack does not answer leaves everything, threads and edits too', async () => {
  const sink = start()
  log(sink, 'the card was refused')
  await clock.advance(0)
  inbox.fail({ hang: true })
  log(sink, 'no stock is left')
  const closed = sink.close()
  await clock.advance(10_000)
  await closed
  expect(sink.health().deliveries.spooled).toBeGreaterThanOrEqual(1)
  inbox.clear()

  start()
  await clock.advance(10_000)

  expect(texts()).toContain('no stock is left')
  expect(texts()).not.toContain('died')
})

test('alerts older than a day are only counted, in one message', async () => {
  dieWith(['the card was refused', 'no stock is left'])
  await clock.advance(90_000_000)

  start()
  await clock.advance(5000)

  expect(inbox.messages()).toHaveLength(1)
  expect(texts()).toContain('2 alerts older than')
  expect(texts()).not.toContain('the card was refused')
})

test('of very many alerts, ten get a message each and the rest a line', async () => {
  const names = Array.from(
    { length: 30 },
    (_, index) => `task${String.fromCodePoint(97 + index)} broke`,
  )
  // A policy without storms, which would summarize them.
  dieWith(names, { repeat: { policy: 'window' } })
  await clock.advance(0)

  start()
  await clock.advance(60_000)

  expect(inbox.messages().length).toBeLessThanOrEqual(11)
  for (const name of names) expect(texts()).toContain(name)
})

test('another service sends none of them', async () => {
  dieWith(['the card was refused'])
  await clock.advance(0)

  start({ service: 'billing' })
  await clock.advance(5000)

  expect(inbox.messages()).toEqual([])
})

test('with spoolDir false nothing is on disk', async () => {
  dieWith(['the card was refused'], { spoolDir: false })
  await clock.advance(0)

  expect(readdirSync(root)).toEqual([])
})

test('neither the token nor a logged secret is on disk', () => {
  const sink = start()
  log(sink, 'the card was refused')

  const folder = join(root, 'spool')
  const kept = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('')
  expect(kept).toContain('the card was refused')
  expect(kept).not.toContain('hunter2')
  expect(kept).not.toContain(inbox.token)
})
