import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Inbox } from '@slack-logger/slack-inbox'
import type { SlackOptions } from '@slack-logger/core'
import { defaultNode, environmentOf } from './run-app.ts'
import { tempFolder } from './temp-folder.ts'

export type End =
  | 'natural'
  | 'exit'
  | 'exception'
  | 'SIGTERM'
  | 'SIGTERM handled'
  | 'SIGKILL'
  | 'abort'

export interface ServiceOptions {
  /** Where its messages go. */
  readonly slack: Pick<Inbox, 'apiUrl' | 'webhookUrl'>
  /**
   * The journal's folder; `false` for a service without a disk.
   *
   * @default a folder of its own, which the next start of the service finds
   */
  readonly folder?: string | false
  /** @default 'stream' */
  readonly kind?: 'worker' | 'targets' | 'stream' | 'winston'
  /** @default 'token' */
  readonly via?: 'token' | 'webhook'
  /** Options of the logger's transport. */
  readonly options?: SlackOptions
}

/** A service that can be started again and again, and finds what its earlier processes left. */
export interface Service extends AsyncDisposable {
  /** The journal's folder. */
  readonly folder: string
  /**
   * Starts a process, and waits until it is ready to log.
   *
   * @param clockShiftMs what its wall clock is ahead of the real time
   */
  start(clockShiftMs?: number): Promise<App>
}

/** A process of a service. */
export interface App {
  readonly pid: number
  /** The lines it wrote to stderr. */
  readonly stderr: readonly string[]
  /** Logs problems, one every `everyMs`. */
  log(messages: string | readonly string[], options?: LogOptions): Promise<void>
  /** Blocks its event loop. */
  block(ms: number): Promise<void>
  /** Moves its wall clock. */
  shiftClock(ms: number): Promise<void>
  /** Ends it in the given way, and waits until it has ended. */
  end(end: End, options?: EndOptions): Promise<void>
  /** Sends a signal from outside, as an operating system does, and waits for the end that `SIGKILL` brings. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>
}

export interface LogOptions {
  /** @default 'error' */
  readonly level?: 'error' | 'fatal'
  /** @default 0 */
  readonly everyMs?: number
}

export interface EndOptions {
  /** @default 0 */
  readonly afterMs?: number
  /** What it logs in the same turn of its event loop, before it ends. */
  readonly messages?: readonly string[]
}

/** The service of a test. Processes that are left are killed with it. */
export function createService(options: ServiceOptions): Service {
  const temp = tempFolder()
  const children: ChildProcess[] = []
  const folder = options.folder === undefined ? `${temp.path}/kept` : options.folder || temp.path
  return {
    folder,
    start: async (clockShiftMs) => {
      const child = spawnApp(options, folder, clockShiftMs)
      children.push(child)
      return connect(child)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map(kill))
      temp[Symbol.dispose]()
    },
  }
}

const fileOf = (name: string): string => fileURLToPath(new URL(`../apps/${name}`, import.meta.url))

function spawnApp(options: ServiceOptions, folder: string, clockShiftMs = 0): ChildProcess {
  const { kind = 'stream', via = 'token', slack } = options
  const spoolDir = options.folder === false ? { spoolDir: false } : {}
  return spawn(defaultNode, [fileOf('driven.mjs')], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: environmentOf({
      ...(via === 'token' ? { apiUrl: slack.apiUrl } : { webhookUrl: slack.webhookUrl }),
      env: {
        KIND: kind,
        OPTIONS: JSON.stringify({ service: 'shop', ...spoolDir, ...options.options }),
        SLACK_LOGGER_SPOOL_DIR: folder,
        // Not as an argument, which pino keeps from its workers.
        NODE_OPTIONS: `--import ${pathToFileURL(fileOf('support/shifted-clock.mjs')).href}`,
        CLOCK_SHIFT_MS: String(clockShiftMs),
      },
    }),
  })
}

async function connect(child: ChildProcess): Promise<App> {
  const stderr: string[] = []
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr.push(...text.split('\n').filter((line) => line !== ''))
  })
  const ended = once(child, 'close')
  const call = async (step: string, argument: unknown): Promise<void> => {
    const done = once(child, 'message')
    child.send([step, argument])
    await done
  }
  await Promise.race([once(child, 'message'), ended.then(() => failedStart(stderr))])
  return {
    pid: child.pid ?? 0,
    stderr,
    log: (messages, { level = 'error', everyMs = 0 } = {}) =>
      call('log', { messages: [messages].flat(), level, everyMs }),
    block: (ms) => call('block', ms),
    shiftClock: (ms) => call('shiftClock', ms),
    async end(end, { afterMs = 0, messages = [] } = {}) {
      child.send(['end', { end, afterMs, messages }])
      await ended
    },
    async signal(signal) {
      child.kill(signal)
      if (signal === 'SIGKILL') await ended
    },
  }
}

function failedStart(stderr: readonly string[]): never {
  throw new Error(`the service did not start:\n${stderr.join('\n')}`)
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'close')
  child.kill('SIGKILL')
  await ended
}
