import * as fs from 'node:fs'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createVirtualClock,
  startInbox,
  type Inbox,
  type VirtualClock,
} from '@slack-logger/slack-inbox'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FileSystem } from '../../src/environment.ts'
import { createSlackSink, type SlackOptions, type SlackSink } from '../../src/index.ts'

let root: string
let clock: VirtualClock
let inbox: Inbox
let pid = 0
/** The processes that are running. */
const alive = new Set<number>()

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'slack-logger-absorb-'))
  clock = createVirtualClock()
  inbox = await startInbox({ clock, listen: false })
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A sink in a process of its own; all others have ended. */
function start(options: SlackOptions = {}, fetch = inbox.fetch): SlackSink {
  alive.clear()
  return startBeside(options, fetch)
}

/** A sink in a process of its own, while the others are running. */
function startBeside(options: SlackOptions = {}, fetch = inbox.fetch): SlackSink {
  pid += 1
  const own = pid
  alive.add(own)
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
      fetch: async (...call) => (alive.has(own) ? fetch(...call) : new Promise(() => {})),
      fileSystem: fileSystemOf(own),
      variables: {},
      random: () => 0.5,
      writeStderr: () => undefined,
      process: {
        pid: own,
        host: 'web-1',
        startedAt: clock.now(),
        uid: process.getuid?.(),
        isAlive: (other) => alive.has(other),
      },
    },
  )
}

/** The disk, which a process that has ended does not change any more. */
function fileSystemOf(own: number): FileSystem {
  const guarded = Object.entries(fs).flatMap(([name, use]: [string, unknown]) => {
    if (!name.endsWith('Sync') || typeof use !== 'function') return []
    const call = (...given: unknown[]): unknown => {
      if (!alive.has(own)) throw new Error('the process has ended')
      return Reflect.apply(use, fs, given)
    }
    return [[name, call]]
  })
  return Object.fromEntries(guarded) as FileSystem
}

/** Carries out requests, and answers only those that post nothing. */
async function answerNoPosts(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await inbox.fetch(input, init)
  return response.ok ? new Promise(() => {}) : response
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

/** A process whose requests reached Slack, and that died before the answers. */
async function dieUnanswered(messages: readonly string[]): Promise<void> {
  let isAnswering = true
  const sink = start({}, async (input, init) => {
    const response = await inbox.fetch(input, init)
    return isAnswering ? response : new Promise(() => {})
  })
  // Before the first post, it looks for messages of earlier processes.
  await clock.advance(5000)
  isAnswering = false
  for (const message of messages) log(sink, message)
  await clock.advance(20_000)
}

function problemsNamed(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const letters = [Math.floor(index / 26), index % 26].map((each) =>
      String.fromCodePoint(97 + each),
    )
    return `task${letters.join('')} broke`
  })
}

/** How often a text is in the messages and threads of the channel, as the title of one or in a list. */
function timesShown(text: string): number {
  return inbox.messages().filter((message) => {
    const replies = inbox.thread(message.ts).filter(({ ts }) => ts !== message.ts)
    return JSON.stringify([message, replies]).includes(text)
  }).length
}

describe('an alert that a process died with', () => {
  test('is sent at the next start, with the time when it happened and its thread', async () => {
    dieWith(['the card was refused'])
    await clock.advance(600_000)

    start()
    await clock.advance(5000)

    const [message] = inbox.messages()
    expect(inbox.messages()).toHaveLength(1)
    expect(message?.text).toContain('the card was refused')
    expect(JSON.stringify(message)).toContain(
      `Happened at 2026-01-01 00:00 UTC, before the process (pid ${pid - 1}, up 0 s, 1.8.2) died.`,
    )
    expect(JSON.stringify(inbox.thread(message?.ts ?? ''))).toContain('/app/shop.js')
    expect(texts()).not.toContain('hunter2')
  })

  test('is sent once: the start after that sends nothing', async () => {
    dieWith(['the card was refused'])
    await clock.advance(0)
    start()
    await clock.advance(5000)
    inbox.clear()

    start()
    await clock.advance(5000)

    expect(inbox.messages()).toEqual([])
  })

  test('is sent by the third process where the second one died before it could', async () => {
    dieWith(['the card was refused'])
    await clock.advance(60_000)
    start({}, () => new Promise(() => {}))
    await clock.advance(0)

    start()
    await clock.advance(5000)

    expect(inbox.messages()).toHaveLength(1)
    expect(texts()).toContain(`before the process (pid ${pid - 2}`)
  })

  test('is not posted again where only its answer was lost', async () => {
    await dieUnanswered(['the card was refused'])
    expect(inbox.messages()).toHaveLength(1)

    start()
    await clock.advance(10_000)

    expect(inbox.messages()).toHaveLength(1)
  })

  test('goes on in the same message once that is found', async () => {
    await dieUnanswered(['the card was refused'])
    const sink = start()
    await clock.advance(10_000)

    log(sink, 'the card was refused')
    await clock.advance(60_000)

    expect(inbox.messages()).toHaveLength(1)
    expect(texts()).toContain('×2')
  })

  test('waits for what happens in this process', async () => {
    dieWith(['the card was refused'])
    await clock.advance(60_000)
    const sink = start()
    log(sink, 'no stock is left')

    await clock.advance(10_000)

    expect(inbox.messages().map(({ text }) => text)).toEqual([
      expect.stringContaining('no stock is left'),
      expect.stringContaining('the card was refused'),
    ])
  })

  test('is one alert with what happens to the same problem in this process', async () => {
    dieWith(['the card was refused'])
    await clock.advance(60_000)
    const sink = start()
    log(sink, 'the card was refused')

    await clock.advance(60_000)

    expect(inbox.messages()).toHaveLength(1)
    expect(texts()).toContain('×2')
  })

  test('is sent by one of two processes that start at once', async () => {
    dieWith(['the card was refused', 'no stock is left'])
    await clock.advance(0)

    start()
    startBeside()
    await clock.advance(10_000)

    expect(inbox.messages()).toHaveLength(2)
  })

  test('is sent before a process ends that has no time for more', async () => {
    dieWith(['the card was refused'])
    await clock.advance(0)

    const closed = start().close()
    await clock.advance(5000)
    await closed

    expect(texts()).toContain('the card was refused')
  })

  test('goes to the channel of the options where its own is not configured any more', async () => {
    dieWith(['the card was refused'], { routes: [{ when: { message: '*' }, channel: '#old' }] })
    await clock.advance(0)

    start()
    await clock.advance(5000)

    expect(inbox.messages().map(({ channelName }) => channelName)).toEqual(['alerts'])
  })

  test('is only counted when it is older than a day, in one message', async () => {
    dieWith(['the card was refused', 'no stock is left'])
    await clock.advance(90_000_000)

    start()
    await clock.advance(5000)

    expect(inbox.messages()).toHaveLength(1)
    expect(texts()).toContain('2 alerts older than 1 d not shown.')
    expect(texts()).not.toContain('the card was refused')
    start()
    await clock.advance(5000)
    expect(inbox.messages()).toHaveLength(1)
  })

  test('is not sent by another service', async () => {
    dieWith(['the card was refused'])
    await clock.advance(0)

    start({ service: 'billing' })
    await clock.advance(5000)

    expect(inbox.messages()).toEqual([])
  })
})

describe('of very many alerts that a process died with', () => {
  test.each([11, 12, 30, 80])('%i are all shown, ten of them in a message each', async (count) => {
    const names = problemsNamed(count)
    // A policy without storms, which would summarize them.
    dieWith(names, { repeat: { policy: 'window' } })
    await clock.advance(0)

    start()
    await clock.advance(300_000)

    expect(inbox.messages().length).toBeLessThanOrEqual(11)
    for (const name of names) expect([name, timesShown(name)]).toEqual([name, 1])
  })

  test('none is repeated where a process dies while it shows them', async () => {
    const names = problemsNamed(30)
    dieWith(names)
    await clock.advance(0)

    for (let process = 0; process < 6; process += 1) {
      start()
      await clock.advance(2500)
    }
    start()
    await clock.advance(300_000)

    for (const name of names) expect([name, timesShown(name)]).toEqual([name, 1])
  })

  test('those are shown whose number grew before a message showed them', async () => {
    const names = problemsNamed(30)
    const sink = start({}, () => new Promise(() => {}))
    // The hundredth occurrence would alert on its own, were it not for the storm.
    for (let minute = 0; minute < 12; minute += 1) {
      for (const name of names) for (let time = 0; time < 10; time += 1) log(sink, name)
      await clock.advance(60_000)
    }

    start()
    await clock.advance(300_000)

    for (const name of names) expect([name, timesShown(name)]).toEqual([name, 1])
  })

  test('a storm goes on in the same message', async () => {
    const names = problemsNamed(30)
    const sink = start()
    for (const name of names) log(sink, name)
    await clock.advance(60_000)
    const before = inbox.messages().length

    const second = start()
    await clock.advance(10_000)
    for (const name of names) log(second, name)
    await clock.advance(60_000)

    expect(inbox.messages()).toHaveLength(before)
    expect(texts()).toContain('30 new problems, 60 errors')
  })
})

describe('where posts cannot be looked up', () => {
  const webhook = { slackApiUrl: undefined, token: undefined, channel: undefined } as const

  test('no process posts an alert again that two unanswered posts may have shown', async () => {
    const names = problemsNamed(13)
    const options = { ...webhook, webhookUrl: inbox.webhookUrl }
    dieWith(names, options)
    await clock.advance(0)

    for (let process = 0; process < 20; process += 1) {
      start(options, answerNoPosts)
      await clock.advance(3000)
    }
    start(options)
    await clock.advance(300_000)

    for (const name of names)
      expect([name, timesShown(name)]).toEqual([name, expect.toBeOneOf([1, 2])])
  })
})

describe('a process that closes before it could send all', () => {
  test('names each problem once, in a message of its own or in the list', async () => {
    const names = problemsNamed(40)
    const sink = start()
    for (const name of names) log(sink, name)
    for (const name of names.slice(20, 30)) log(sink, name, 'fatal')
    const closed = sink.close()
    await clock.advance(20_000)
    await closed
    for (const name of names) expect([name, timesShown(name)]).toEqual([name, 1])
  })
})

describe('a process that closes while Slack does not answer', () => {
  test('leaves its alerts to the next one, which knows of no death', async () => {
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
    expect(texts()).toContain('before the last restart.')
    expect(texts()).not.toContain('died')
  })
})

describe('a damaged journal', () => {
  test('is mentioned in one message, with what is lost', async () => {
    dieWith(['the card was refused'])
    const [file = ''] = readdirSync(join(root, 'spool'))
    appendFileSync(join(root, 'spool', file), '{"kind":"occ\n{"kind":"inci')
    await clock.advance(0)

    start()
    await clock.advance(10_000)

    expect(inbox.messages()).toHaveLength(2)
    expect(texts()).toContain(
      '2 lines of its journal could not be read; what was in there is lost.',
    )
    start()
    await clock.advance(10_000)
    expect(inbox.messages()).toHaveLength(2)
  })
})

function kept(folder = join(root, 'spool')): string {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.journal'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('')
}

describe('on disk', () => {
  test('nothing is kept with spoolDir false', async () => {
    dieWith(['the card was refused'], { spoolDir: false })
    await clock.advance(0)

    expect(readdirSync(root)).toEqual([])
  })

  test('neither the token nor a logged secret is kept', () => {
    const sink = start()
    log(sink, 'the card was refused')

    expect(kept()).toContain('the card was refused')
    expect(kept()).not.toContain('hunter2')
    expect(kept()).not.toContain(inbox.token)
  })

  test('a fingerprint is kept without the logged text in it', () => {
    const sink = start({ fingerprint: () => ['card 4242', 'of lovelace'] })
    log(sink, 'the card was refused')

    expect(kept()).toContain('the card was refused')
    expect(kept()).not.toContain('4242')
    expect(kept()).not.toContain('lovelace')
  })

  test('the journal is where the session keeps the state of programs, unless the options name a folder', async () => {
    const sink = createSlackSink(
      { token: inbox.token, channel: '#alerts', slackApiUrl: inbox.apiUrl, service: 'checkout' },
      {
        fetch: () => new Promise(() => {}),
        variables: { XDG_STATE_HOME: root },
        writeStderr: () => undefined,
      },
    )
    log(sink, 'the card was refused')

    expect(kept(join(root, 'slack-logger'))).toContain('the card was refused')
  })
})
