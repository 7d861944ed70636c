import { startInbox, type Fault, type Inbox } from '@slack-logger/slack-inbox'
import { isFull } from './is-full.ts'
import { runApp, type AppRun } from './run-app.ts'
import { tempFolder } from './temp-folder.ts'

export const kinds = ['worker', 'targets', 'stream', 'winston'] as const
export const ends = [
  'natural',
  'exit',
  'exception',
  'rejection',
  'SIGTERM',
  'SIGTERM handled',
  'SIGKILL',
  'abort',
  'out of memory',
] as const
export const moments = ['now', 'later'] as const
export const slacks = ['fast', 'slow', 'hung', 'down'] as const

/** One way for a service to end while it has something to tell. */
export interface ExitRow {
  readonly kind: (typeof kinds)[number]
  readonly end: (typeof ends)[number]
  /** In the turn in which it was logged, or a second later. */
  readonly when: (typeof moments)[number]
  readonly slack: (typeof slacks)[number]
}

/** What became of it. */
export interface ExitResult {
  /** Copies that were there when the process had ended. */
  readonly now: number
  /** Copies that the next start brought. */
  readonly later: number
  /** From the beginning of the end, in milliseconds. */
  readonly exitMs: number
}

/** Every row there is. */
export const allRows: readonly ExitRow[] = kinds.flatMap((kind) =>
  ends.flatMap((end) =>
    moments.flatMap((when) => slacks.map((slack) => ({ kind, end, when, slack }))),
  ),
)

/** Nothing tells the worker of an end that asks nobody, and a line takes a moment to get there. */
export function mayBeLost({ kind, end, when }: ExitRow): boolean {
  const isWorker = kind === 'worker' || kind === 'targets'
  const asksNobody = ['SIGTERM', 'SIGKILL', 'abort', 'out of memory'].includes(end)
  return isWorker && asksNobody && when === 'now'
}

/** On a machine that is busy with other tests, a line may take more than a second to get to a worker. */
const laterMs = isFull ? 1000 : 2500

/** Lets a service end, then starts it again with a Slack that works. */
export async function runExitRow(row: ExitRow): Promise<ExitResult> {
  using folder = tempFolder()
  const options = {
    env: { KIND: row.kind, END: row.end, SLACK_LOGGER_SPOOL_DIR: `${folder.path}/spool` },
    // So that memory runs out soon; where it shall not, little of it takes time.
    nodeOptions: row.end === 'out of memory' ? ['--max-old-space-size=64'] : [],
  }
  const first = await startInbox()
  const fault = await hurt(first, row.slack)
  const { apiUrl } = first

  const run = await runApp('exit.mjs', {
    ...options,
    apiUrl,
    env: { ...options.env, WHEN: row.when, LATER_MS: String(laterMs) },
  })
  const now = copiesIn(first)
  fault?.stop()
  await using second = row.slack === 'down' ? await startInbox({ port: portOf(apiUrl) }) : first
  await runApp('exit.mjs', {
    ...options,
    apiUrl,
    env: { ...options.env, END: 'natural', WHEN: 'never' },
  })

  return { now, later: copiesIn(second) - now, exitMs: exitMsOf(run) }
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}

async function hurt(inbox: Inbox, slack: ExitRow['slack']): Promise<Fault | undefined> {
  switch (slack) {
    case 'fast':
      return inbox.fail({ delayMs: 100 })
    case 'slow':
      return inbox.fail({ delayMs: 300 })
    case 'hung':
      return inbox.fail({ hang: true })
    case 'down':
      // Its address remains, and nobody listens there.
      await inbox.close()
      return undefined
  }
}

function copiesIn(inbox: Inbox): number {
  return inbox.messages().filter(({ text }) => text.includes('the card was refused')).length
}

/** The last thing that the program says is when it began to end. */
function exitMsOf({ stdout, endedAt }: AppRun): number {
  return endedAt - Number(stdout.trim().split('\n').at(-1))
}
