import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVirtualClock } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import {
  createSlackSink,
  type Capabilities,
  type SinkHealth,
  type SlackOptions,
} from '../src/index.ts'
import type { ProcessIdentity } from '../src/environment.ts'
import { MemoryDestination, type MemoryMessage } from './contracts/memory-destination.ts'

const second = 1000
const minute = 60 * second

/** A process with a sink, on a clock that stands still until it is moved. */
class Program {
  readonly clock = createVirtualClock()
  readonly memory: MemoryDestination
  readonly errors: string[] = []
  #start: (options?: SlackOptions) => ReturnType<typeof createSlackSink>
  sink: ReturnType<typeof createSlackSink>
  #pid = 100

  constructor(options: SlackOptions = {}, can: Partial<Capabilities> = {}) {
    this.memory = new MemoryDestination(can)
    this.#start = (more) =>
      createSlackSink(
        {
          destination: this.memory,
          service: 'checkout',
          onError: ({ message }) => this.errors.push(message),
          ...options,
          ...more,
        },
        {
          clock: this.clock,
          variables: {},
          random: () => 0.5,
          writeStderr: () => undefined,
          process: this.#nextProcess(),
        },
      )
    this.sink = this.#start()
  }

  /** Of all processes, only the latest one is running. */
  #nextProcess(): ProcessIdentity {
    this.#pid += 1
    const pid = this.#pid
    return {
      pid,
      host: 'web-1',
      startedAt: this.clock.now(),
      uid: process.getuid?.(),
      isAlive: (other) => other === this.#pid,
    }
  }

  get health(): SinkHealth {
    return this.sink.health()
  }

  /** Logs an error that a function of this name threw: each is a problem of its own. */
  fail(name: string, { level = 'error', stackLines = 1 } = {}): void {
    const lines = Array.from(
      { length: stackLines },
      (_, line) => `    at ${name}${line} (/app/src/${name}-${line}.js:7:11)`,
    )
    const message = `${name} failed`
    const error = { type: 'Error', message, stack: [`Error: ${message}`, ...lines].join('\n') }
    this.sink.write({ level, time: this.clock.now(), message: '', error, fields: {} })
  }

  /** Ends the process in order, and starts the next one. */
  async restart(): Promise<void> {
    await this.close()
    this.sink = this.#start()
    await this.clock.advance(5 * second)
  }

  async close(): Promise<void> {
    const closed = this.sink.close()
    await this.clock.advance(10 * second)
    await closed
  }

  get roots(): readonly MemoryMessage[] {
    return this.memory.messages.filter(({ thread }) => thread === undefined)
  }

  repliesTo(root: MemoryMessage | undefined): readonly MemoryMessage[] {
    return this.memory.messages.filter(({ thread }) => thread === root?.ref)
  }
}

describe('a sink on a destination of the application', () => {
  test('posts to the channel of the options, and else to one of the name of the destination', async () => {
    const programs = [new Program(), new Program({ channel: 'operations' })]

    for (const program of programs) {
      program.fail('charge')
      await program.clock.advance(5 * second)
    }

    expect(programs.map(({ roots }) => roots)).toMatchObject([
      [{ channel: 'Memory', text: expect.stringContaining('charge failed') }],
      [{ channel: 'operations' }],
    ])
  })

  test('edits the root of a problem that occurs again', async () => {
    const program = new Program()
    program.fail('charge')
    await program.clock.advance(5 * second)

    program.fail('charge')
    program.fail('charge')
    await program.clock.advance(minute)

    expect(program.roots).toMatchObject([{ edits: 1, text: expect.stringContaining('×3') }])
  })

  test('puts the details of a problem into its thread, and what is too long into a file', async () => {
    const program = new Program()

    program.fail('charge')
    program.fail('parse', { stackLines: 500 })
    await program.clock.advance(minute)

    const [charge, parse] = program.roots
    expect(program.repliesTo(charge)).toMatchObject([
      { text: expect.stringContaining('/app/src/charge-0.js') },
    ])
    expect(program.memory.files).toMatchObject([
      { thread: parse?.ref, content: expect.stringContaining('/app/src/parse-499.js') },
    ])
  })

  test('shows a milestone in the thread and in the channel', async () => {
    const program = new Program()
    program.fail('charge')
    await program.clock.advance(6 * minute)

    for (let time = 0; time < 9; time += 1) program.fail('charge')
    await program.clock.advance(minute)

    expect(program.repliesTo(program.roots[0]).at(-1)).toMatchObject({
      isBroadcast: true,
      text: expect.stringContaining('×10'),
    })
  })

  test('summarizes many new problems as a storm', async () => {
    const program = new Program()

    for (const name of 'abcdefgh') program.fail(`${name}Task`)
    await program.clock.advance(minute)

    expect(program.roots).toHaveLength(2)
    expect(program.roots[1]?.text).toContain('8 new problems')
    expect(program.repliesTo(program.roots[1])).toMatchObject([
      { text: expect.stringContaining('hTask failed') },
    ])
  })

  test('routes problems to channels', async () => {
    const program = new Program({ routes: [{ when: { level: 'fatal' }, channel: 'pagers' }] })

    program.fail('boot', { level: 'fatal' })
    await program.clock.advance(second)

    expect(program.roots).toMatchObject([{ channel: 'pagers' }])
  })

  test('sends what waits with `flush`, and everything with `close`', async () => {
    const program = new Program()
    program.fail('charge')
    program.fail('search')

    const flushed = program.sink.flush()
    await program.clock.advance(second)
    expect(program.roots).toHaveLength(2)
    await program.clock.advance(10 * second)
    expect(await flushed).toBe(true)
    program.fail('charge')
    await program.close()
    program.fail('charge')

    expect(program.roots[0]?.text).toContain('×2')
    expect(program.health.events).toMatchObject({ shown: 2, lost: { 'the sink is closed': 1 } })
  })

  test('previews on stderr where it is not to send', async () => {
    const clock = createVirtualClock()
    const memory = new MemoryDestination()
    const lines: string[] = []
    const environment = {
      clock,
      variables: { NODE_ENV: 'development' },
      writeStderr: (line: string) => lines.push(line),
    }
    const sink = createSlackSink({ destination: memory }, environment)

    sink.write({ level: 'error', time: clock.now(), message: 'charge failed', fields: {} })
    await clock.advance(second)

    expect(memory.messages).toEqual([])
    expect(lines.join('\n')).toContain('charge failed')
  })
})

describe('a failure of the destination', () => {
  test('`wait` pauses the channel for this time', async () => {
    const program = new Program()
    program.memory.script.push({ status: 'wait', reason: 'too fast', afterMs: 7 * second })

    program.fail('charge')
    await program.clock.advance(6999)
    expect(program.roots).toEqual([])
    await program.clock.advance(1)

    expect(program.roots).toHaveLength(1)
  })

  test('`retry` sends again, and the message mentions it', async () => {
    const program = new Program()
    program.memory.script.push({ status: 'retry', reason: 'busy', accepted: 'no' })

    program.fail('charge')
    await program.clock.advance(5 * second)

    expect(program.roots).toMatchObject([{ text: expect.stringMatching(/1 .*fail|fail.* 1 /i) }])
    expect(program.errors).toEqual(['Memory: busy'])
  })

  test('`retry` of a post that may have been accepted looks it up first', async () => {
    const program = new Program()
    program.memory.script.push('silence')

    program.fail('charge')
    await program.clock.advance(minute)
    program.fail('charge')
    await program.clock.advance(minute)

    expect(program.roots).toMatchObject([{ edits: 1, text: expect.stringContaining('×2') }])
  })

  test('`degrade` sends simpler renderings', async () => {
    const program = new Program()
    const degrade = { status: 'degrade', reason: 'too rich' } as const
    program.memory.script.push(degrade, degrade)

    program.fail('charge')
    await program.clock.advance(5 * second)

    expect(program.roots).toMatchObject([{ text: expect.not.stringContaining('\n') }])
    expect(program.health.deliveries).toMatchObject({ degraded: 2, sent: 2 })
  })

  test('`repost` of an edit posts a new root, which is edited from then on', async () => {
    const program = new Program()
    program.fail('charge')
    await program.clock.advance(5 * second)
    program.memory.script.push({ status: 'repost', reason: 'deleted' })

    program.fail('charge')
    await program.clock.advance(minute)
    program.fail('charge')
    await program.clock.advance(minute)

    expect(program.roots).toMatchObject([{ edits: 0 }, { edits: 1 }])
    expect(program.roots[1]?.text).toContain('×3')
  })

  test('`repost` of a reply posts a new root, which is edited from then on', async () => {
    const program = new Program()
    program.fail('charge')
    await program.clock.advance(6 * minute)
    program.memory.script.push({ status: 'repost', reason: 'deleted' })

    for (let time = 0; time < 9; time += 1) program.fail('charge')
    await program.clock.advance(minute)
    program.fail('charge')
    await program.clock.advance(5 * minute)

    expect(program.roots).toMatchObject([{}, { text: expect.stringContaining('×11') }])
  })

  test('`refused` gives up one message only', async () => {
    const program = new Program()
    program.memory.script.push({ status: 'refused', reason: 'forbidden word' })

    program.fail('charge')
    program.fail('search')
    await program.clock.advance(minute)

    expect(program.roots).toMatchObject([{ text: expect.stringContaining('search failed') }])
    expect(program.health.deliveries.gaveUp).toEqual({ 'forbidden word': 1 })
  })

  test('`refused` of a file adds to the thread how to allow files', async () => {
    const program = new Program()
    const { memory } = program
    const send = memory.send.bind(memory)
    memory.send = async (request, options) =>
      request.kind === 'upload'
        ? { status: 'refused', reason: 'no file: too_large', remedy: 'disabled' }
        : send(request, options)

    program.fail('parse', { stackLines: 500 })
    await program.clock.advance(minute)

    const replies = program.repliesTo(program.roots[0])
    expect(replies.at(-1)?.text).toContain('too_large')
    expect(replies.length).toBeGreaterThan(1)
  })

  test('`stopChannel` pauses one channel, and nothing is lost', async () => {
    const program = new Program({ routes: [{ when: { level: 'fatal' }, channel: 'pagers' }] })
    program.memory.script.push({ status: 'stopChannel', reason: 'archived' })

    program.fail('charge')
    await program.clock.advance(0)
    program.fail('boot', { level: 'fatal' })
    await program.clock.advance(59 * second)
    expect(program.roots).toMatchObject([{ channel: 'pagers' }])
    expect(program.health.channels['Memory']?.refusal).toBe('archived')
    await program.clock.advance(2 * second)

    expect(program.roots[1]).toMatchObject({ channel: 'Memory' })
  })

  test('`stopDestination` stops everything until a probe succeeds', async () => {
    const program = new Program()
    program.memory.down = { status: 'stopDestination', reason: 'token revoked' }

    program.fail('charge')
    await program.clock.advance(10 * minute)
    expect(program.health.down).toBe('token revoked')
    program.memory.down = undefined
    await program.clock.advance(30 * minute)

    expect(program.roots).toHaveLength(1)
    expect(program.health.down).toBeUndefined()
  })
})

describe('without', () => {
  test('edits and threads, each alert is a message with everything in it', async () => {
    const program = new Program({}, { edits: false, threads: false, files: false })
    program.fail('charge')
    await program.clock.advance(6 * minute)

    for (let time = 0; time < 9; time += 1) program.fail('charge')
    await program.clock.advance(minute)

    expect(program.memory.messages).toMatchObject([
      { edits: 0, thread: undefined, text: expect.stringContaining('Stack') },
      { edits: 0, thread: undefined, text: expect.stringContaining('×10') },
    ])
  })

  test('notifies with messages that link to the root, where there are edits and no threads', async () => {
    const program = new Program({}, { threads: false, files: false, links: true })
    program.fail('charge')
    await program.clock.advance(6 * minute)

    for (let count = 0; count < 9; count += 1) program.fail('charge')
    await program.clock.advance(minute)

    expect(program.roots).toMatchObject([{ edits: 1, text: expect.stringContaining('×10') }])
    expect(program.repliesTo(program.roots[0])).toMatchObject([
      { isBroadcast: true, text: expect.stringContaining('×10') },
    ])
  })

  test('threads, a message counts and the next alert is a message that goes on', async () => {
    const program = new Program({}, { threads: false, files: false })
    program.fail('charge')
    await program.clock.advance(6 * minute)
    program.fail('charge')
    await program.clock.advance(minute)

    for (let time = 0; time < 8; time += 1) program.fail('charge')
    await program.clock.advance(minute)
    program.fail('charge')
    await program.clock.advance(10 * minute)

    expect(program.memory.messages).toMatchObject([
      { edits: 1, thread: undefined, text: expect.stringContaining('×2') },
      { edits: 1, thread: undefined, text: expect.stringContaining('×11') },
    ])
  })

  test('edits, the thread has the alerts', async () => {
    const program = new Program({}, { edits: false })
    program.fail('charge')
    await program.clock.advance(6 * minute)

    for (let time = 0; time < 9; time += 1) program.fail('charge')
    await program.clock.advance(10 * minute)

    expect(program.roots).toMatchObject([{ edits: 0 }])
    expect(program.repliesTo(program.roots[0]).at(-1)?.text).toContain('×10')
  })
})

describe('the next process', () => {
  test('continues in the same message, found by its metadata', async () => {
    const program = new Program()
    for (let time = 0; time < 5; time += 1) program.fail('charge')
    await program.clock.advance(minute)

    await program.restart()
    program.fail('charge')
    await program.clock.advance(5 * minute)

    expect(program.roots).toMatchObject([{ text: expect.stringContaining('×6') }])
  })

  test('continues in the same message, known from a file', async () => {
    const spoolDir = mkdtempSync(join(tmpdir(), 'slack-logger-destination-'))
    const program = new Program({ spoolDir })
    program.memory.recall = async () => []
    for (let time = 0; time < 5; time += 1) program.fail('charge')
    await program.clock.advance(minute)

    await program.restart()
    program.fail('charge')
    await program.clock.advance(5 * minute)
    await program.close()
    rmSync(spoolDir, { recursive: true })

    expect(program.roots).toMatchObject([{ text: expect.stringContaining('×6') }])
  })
})
