/// <reference types="node" />
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import {
  createSlackSink,
  type LogRecord,
  type SlackOptions,
  type SlackSink,
} from '../../src/index.ts'
import { FakeSlack } from './fake-slack.ts'
import { VirtualClock } from './virtual-clock.ts'

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute

const isUpdate = process.env['UPDATE_GOLDEN'] === '1'
/** A line of a golden file holds as much as fits. */
const lineWidth = 120

/** A program that logs. */
export interface Program {
  readonly sink: SlackSink
  /** Logs at error level unless said otherwise. */
  log(given: Partial<LogRecord>): void
  /** Logs an error that a function of this name threw: each is a problem of its own. */
  fail(name: string, given?: Partial<LogRecord>): void
  /** The same at fatal level. */
  failFatally(name: string): void
  /** Dies at once, with everything that waits. */
  kill(): void
  close(): Promise<void>
}

/** A host with a clock of its own and a Slack, on which programs are started. */
export class World {
  readonly clock = new VirtualClock(Date.UTC(2026, 4, 4, 9, 30))
  readonly slack = new FakeSlack(this.clock)
  readonly stderr: string[] = []
  /** Whether the scenario is about stderr, and not about requests. */
  isAboutStderr = false
  variables: Readonly<Record<string, string>> = {}
  readonly #programs: Program[] = []
  readonly #alive = new Set<number>()
  #folder: string | undefined
  #started = 0

  get now(): number {
    return this.clock.now
  }

  /** Damages what programs left in the folder. */
  damageFolder(): void {
    const names = fs.readdirSync(this.folder).filter((name) => name.endsWith('.journal'))
    for (const name of names) fs.appendFileSync(join(this.folder, name), '{"id":\n')
  }

  /** A folder that outlives the programs. */
  get folder(): string {
    this.#folder ??= fs.mkdtempSync(join(tmpdir(), 'slack-logger-golden-'))
    return this.#folder
  }

  advance(ms: number): Promise<void> {
    return this.clock.advance(ms)
  }

  /** Starts a program with a token, unless the options have another destination. */
  start(
    options: SlackOptions = {},
    access = options.webhookUrl === undefined ? botAccess : {},
  ): Program {
    this.#started += 1
    const pid = 4000 + this.#started
    this.#alive.add(pid)
    const owner = {}
    const sink = createSlackSink(
      // Reactions are read at times of their own, which most scenarios are not about.
      { service: 'checkout', actions: false, ...access, ...options },
      {
        variables: this.variables,
        clock: this.clock.of(owner),
        random: () => 0.5,
        fetch: this.#fetchOf(pid),
        writeStderr: (line) => this.stderr.push(line),
        fileSystem: fs,
        process: {
          pid,
          host: 'web-1',
          startedAt: this.now,
          uid: process.getuid?.(),
          isAlive: (other) => this.#alive.has(other),
        },
      },
    )
    const program = this.#programOf(sink, () => {
      this.#alive.delete(pid)
      this.clock.stop(owner)
    })
    this.#programs.push(program)
    return program
  }

  async end(): Promise<void> {
    this.slack.state = 'up'
    for (const program of this.#programs) await program.close()
    if (this.#folder !== undefined) fs.rmSync(this.#folder, { recursive: true, force: true })
  }

  #programOf(sink: SlackSink, kill: () => void): Program {
    let isAlive = true
    const log: Program['log'] = ({ fields, ...given }) =>
      sink.write({
        level: 'error',
        time: this.now,
        message: '',
        ...given,
        fields: { hostname: 'web-1', ...fields },
      })
    return {
      sink,
      log,
      fail: (name, given) => log({ error: errorIn(name), ...given }),
      failFatally: (name) => log({ error: errorIn(name), level: 'fatal' }),
      kill: () => {
        isAlive = false
        kill()
      },
      close: async () => {
        if (!isAlive) return
        const closed = sink.close()
        await this.advance(10 * second)
        await closed
        isAlive = false
        kill()
      },
    }
  }

  /** Requests of a program that died meanwhile get no answer. */
  #fetchOf(pid: number): typeof globalThis.fetch {
    return async (input, init) => {
      const response = await this.slack.fetch(input, init)
      return this.#alive.has(pid) ? response : new Promise(() => undefined)
    }
  }
}

const botAccess: SlackOptions = { token: 'xoxb-1-2-golden', channel: '#alerts' }

/** What an error has beside its place. */
interface ErrorParts {
  readonly message?: string
  readonly code?: string
  readonly cause?: unknown
}

/** An error that a function of this name threw. */
export function errorIn(
  name: string,
  { message = `${name} failed`, cause, ...own }: ErrorParts = {},
): Error {
  const error = cause === undefined ? new Error(message) : new Error(message, { cause })
  return Object.assign(thrownIn(name, error), own)
}

/** Gives an error a stack that is the same on each machine. */
export function thrownIn<Thrown extends Error>(name: string, error: Thrown, line = 42): Thrown {
  error.stack = [
    `${error.name}: ${error.message}`,
    `    at ${name} (/srv/app/src/${name}.ts:${line}:11)`,
    '    at handle (/srv/app/node_modules/express/lib/router/layer.js:95:5)',
    '    at next (/srv/app/node_modules/express/lib/router/route.js:144:13)',
    '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
  ].join('\n')
  return error
}

/** What a scenario is meant for, as a part of its requests' JSON. */
type Shows = string | readonly string[]

/** Runs programs, and compares the requests that they make with a golden file. */
export type Scenario = (name: string, shows: Shows, run: (world: World) => Promise<void>) => void

/**
 * Scenarios whose requests are kept in a folder of golden files, one file each.
 *
 * With `UPDATE_GOLDEN=1` the files are written anew, and those without a scenario are removed.
 */
export function goldenFolder(folder: string): Scenario {
  const path = join(import.meta.dirname, 'files', folder)
  const names = new Set<string>()
  afterAll(() => expectNoOthers(path, names))
  return (name, shows, run) => {
    names.add(`${name}.json`)
    test(`${folder}/${name}`, async () => {
      const requests = await play(run)
      expectGolden(join(path, `${name}.json`), requests)
      const text = JSON.stringify(requests)
      expect([shows].flat().filter((fragment) => !text.includes(fragment))).toEqual([])
    })
  }
}

async function play(run: (world: World) => Promise<void>): Promise<readonly unknown[]> {
  const world = new World()
  try {
    await run(world)
    return world.isAboutStderr ? [...world.stderr] : world.slack.recorded
  } finally {
    await world.end()
  }
}

function expectGolden(path: string, requests: unknown): void {
  if (isUpdate) {
    fs.mkdirSync(join(path, '..'), { recursive: true })
    fs.writeFileSync(path, `${print(requests, '')}\n`)
  }
  expect(fs.existsSync(path), `${path} is missing; UPDATE_GOLDEN=1 writes it`).toBe(true)
  expect(requests).toEqual(JSON.parse(fs.readFileSync(path, 'utf8')))
}

function expectNoOthers(path: string, names: ReadonlySet<string>): void {
  const others = fs.readdirSync(path).filter((name) => !names.has(name))
  if (isUpdate) for (const name of others) fs.rmSync(join(path, name))
  else expect(others, `golden files without a scenario in ${path}`).toEqual([])
}

/** JSON in which what fits on a line stands on one. */
function print(value: unknown, indent: string): string {
  const flat = JSON.stringify(value)
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= lineWidth)
    return flat
  const inner = `${indent}  `
  const parts = Array.isArray(value)
    ? value.map((each) => inner + print(each, inner))
    : Object.entries(value).map(
        ([key, each]) => `${inner}${JSON.stringify(key)}: ${print(each, inner)}`,
      )
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`
}
