import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { SinkHealth, SlackOptions } from '@slack-logger/core'
import type { Inbox } from '@slack-logger/slack-inbox'
import { defaultNode, environmentOf } from './run-app.ts'
import { tempFolder } from './temp-folder.ts'

/** Processes of one service on one host. */
export interface FleetOfProcesses extends AsyncDisposable {
  /** The journals' folder. */
  readonly folder: string
  start(options?: SlackOptions, settings?: ProcessSettings): Promise<Member>
}

/** What a process has of its own. */
export interface ProcessSettings {
  readonly env?: NodeJS.ProcessEnv
  /** Whom it belongs to, if not to the user who runs the test. */
  readonly user?: User
}

export interface User {
  readonly uid: number
  readonly gid: number
}

/** One of them. */
export interface Member {
  readonly pid: number
  readonly stderr: readonly string[]
  log(problems: string | readonly string[], options?: LogOptions): Promise<void>
  /** Blocks its event loop. */
  block(ms: number): Promise<void>
  flush(): Promise<boolean>
  health(): Promise<SinkHealth>
  /** Ends it in order. */
  close(): Promise<void>
  /** Logs, and calls `process.exit` in the same turn. Resolves to how long that took, in milliseconds. */
  exit(problems?: readonly string[], level?: string): Promise<number>
  /** Logs, and is killed in the same turn. */
  die(problems: readonly string[], level?: string): Promise<void>
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>
}

interface LogOptions {
  readonly times?: number
  readonly level?: string
  /** How many are logged in a turn of the event loop. */
  readonly perTurn?: number
}

/** The fleet of a test. Processes that are left are killed with it. */
export function createFleet(inbox: Pick<Inbox, 'apiUrl'>): FleetOfProcesses {
  const temp = tempFolder()
  const folder = `${temp.path}/kept`
  const children: ChildProcess[] = []
  return {
    folder,
    async start(options = {}, { env = {}, user } = {}) {
      const child = spawn(
        defaultNode,
        [fileURLToPath(new URL('../apps/fleet.mjs', import.meta.url))],
        {
          stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
          ...user,
          env: environmentOf({
            apiUrl: inbox.apiUrl,
            env: {
              OPTIONS: JSON.stringify({ service: 'shop', ...options }),
              SLACK_LOGGER_SPOOL_DIR: folder,
              ...env,
            },
          }),
        },
      )
      children.push(child)
      return connect(child)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map(kill))
      temp[Symbol.dispose]()
    },
  }
}

async function connect(child: ChildProcess): Promise<Member> {
  const stderr: string[] = []
  child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.push(...text.split('\n')))
  const ended = once(child, 'close')
  const waiting = new Map<string, (result: unknown) => void>()
  child.on('message', ([step, result]: [string, unknown]) => waiting.get(step)?.(result))
  const answer = (step: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.set(step, resolve)
      void ended.then(() => reject(new Error(`it ended:\n${stderr.join('\n')}`)))
    })
  const call = async <Result>(step: string, argument?: unknown): Promise<Result> => {
    const result = answer(step)
    child.send([step, argument])
    return result as Promise<Result>
  }
  await answer('started')
  return {
    pid: child.pid ?? 0,
    stderr,
    log: (problems, options = {}) => call('log', { problems: [problems].flat(), ...options }),
    block: (ms) => call('block', ms),
    flush: () => call('flush'),
    health: () => call('health'),
    async close() {
      await call('close')
      await ended
    },
    async exit(problems = [], level = 'error') {
      const startedAt = performance.now()
      child.send(['exit', { problems, level }])
      await ended
      return performance.now() - startedAt
    },
    async die(problems, level = 'error') {
      child.send(['die', { problems, level }])
      await ended
    },
    async signal(signal) {
      child.kill(signal)
      if (signal === 'SIGKILL') await ended
    },
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'close')
  child.kill('SIGKILL')
  await ended
}

/** The one that leads. */
export async function leaderOf(members: readonly Member[]): Promise<Member | undefined> {
  const health = await Promise.all(members.map((member) => member.health()))
  return members[health.findIndex(({ fleet }) => fleet?.role === 'leader')]
}

/** How many have each role. */
export async function rolesOf(
  members: readonly Member[],
): Promise<Readonly<Record<string, number>>> {
  const roles: Record<string, number> = {}
  for (const member of members) {
    const { role = 'none' } = (await member.health()).fleet ?? {}
    roles[role] = (roles[role] ?? 0) + 1
  }
  return roles
}
