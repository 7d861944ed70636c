import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { KillPlan, ProcessPlan } from './kill-plan.ts'

/** What a process wrote about itself, and how it ended. */
export interface ProcessLog {
  readonly startedAt: number
  readonly progress: readonly ProgressLine[]
  /** When its end was caused, and when it was over: in milliseconds since 1970. */
  readonly endingAt: number
  readonly endedAt: number
  /** Its exit code or signal. */
  readonly endedBy: number | string
  readonly stderr: string
}

/** A line that a process wrote: what it did, and to which problem. */
export interface ProgressLine {
  readonly what: 'ready' | 'logged' | 'promised' | 'end'
  readonly at: number
  readonly name: string
}

export interface ProcessOptions {
  readonly logger: KillPlan['logger']
  readonly plan: ProcessPlan
  readonly apiUrl: string
  readonly spoolDir: string
  /** The file that it writes about itself to. */
  readonly progressFile: string
  /** Resolves when a process without a planned end has nothing more to do. */
  readonly untilDone?: (signal: AbortSignal) => Promise<void>
}

const app = fileURLToPath(new URL('../apps/kill.mjs', import.meta.url))
const maxLifeMs = 150_000

/** Runs a process until it ends as planned. */
export async function runProcess(options: ProcessOptions): Promise<ProcessLog> {
  const { plan, progressFile, untilDone } = options
  const startedAt = Date.now()
  const child = start(options)
  const ended = new AbortController()
  const end = untilEnd(child).finally(() => ended.abort())
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  let endingAt: number | undefined
  child.stdout?.once('data', () => {
    const { how, atMs } = plan.end ?? {}
    if (how !== 'SIGKILL' && how !== 'SIGTERM') return
    // From outside, so that it hits the process anywhere, also in the middle of a call.
    setTimeout(() => {
      endingAt = Date.now()
      child.kill(how)
    }, atMs)
  })
  if (untilDone !== undefined) {
    await untilDone(ended.signal)
    endingAt = Date.now()
    child.stdin?.end()
  }
  const endedBy = await end
  const endedAt = Date.now()
  const progress = readProgress(progressFile)
  endingAt ??= progress.find(({ what }) => what === 'end')?.at ?? endedAt
  return { startedAt, progress, endingAt, endedAt, endedBy, stderr }
}

function start({ logger, plan, apiUrl, spoolDir, progressFile }: ProcessOptions): ChildProcess {
  const { NODE_ENV: _, VITEST: __, ...inherited } = process.env
  return spawn(process.execPath, [app], {
    timeout: maxLifeMs,
    killSignal: 'SIGKILL',
    env: {
      ...inherited,
      SLACK_API_URL: apiUrl,
      SLACK_BOT_TOKEN: 'xoxb-test',
      SLACK_CHANNEL: '#alerts',
      SLACK_LOGGER_SPOOL_DIR: spoolDir,
      KIND: logger,
      PLAN: JSON.stringify(plan),
      PROGRESS: progressFile,
    },
  })
}

function untilEnd(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      resolve(signal ?? code ?? 0)
    })
  })
}

function readProgress(file: string): readonly ProgressLine[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.slice(0, -1).map((line) => {
    const [what, at, name = ''] = line.split(' ')
    return { what: what as ProgressLine['what'], at: Number(at), name }
  })
}
