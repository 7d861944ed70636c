import { startInbox, type Fault, type Inbox } from '@slack-logger/slack-inbox'
import { isFullMatrix, runApp, type AppRun } from './run-app.ts'
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
/** The ends of a service that logs in a worker thread: of that thread, or of the whole process. */
export const threadEnds = [
  'thread exit',
  'thread exception',
  'thread terminated',
  'natural',
  'exit',
  'exception',
  'SIGTERM',
  'SIGKILL',
] as const
export const moments = ['now', 'later'] as const
export const slacks = ['fast', 'slow', 'hung', 'down'] as const
export const discords = ['webhook', 'bot'] as const

/** One way for a service to exit while a message is unsent. */
export interface ExitRow {
  /** `thread` is a pino stream in a worker thread of the service's own. */
  readonly kind: (typeof kinds)[number] | 'thread'
  readonly end: (typeof ends)[number] | (typeof threadEnds)[number]
  /** In the same turn as the log call, or a second later. */
  readonly when: (typeof moments)[number]
  /** How Slack responds, or Discord. */
  readonly slack: (typeof slacks)[number]
  /** Through what messages go to Discord; without it they go to Slack. */
  readonly discord?: (typeof discords)[number]
}

export interface ExitResult {
  /** Copies of the message when the process had exited. */
  readonly now: number
  /** Copies that the next start added. */
  readonly later: number
  /** Milliseconds from the start of the exit to its end. */
  readonly exitMs: number
}

const slackRows: readonly ExitRow[] = [
  ...kinds.flatMap((kind) => ends.map((end) => ({ kind, end }))),
  ...threadEnds.map((end) => ({ kind: 'thread', end }) as const),
].flatMap((row) => moments.flatMap((when) => slacks.map((slack) => ({ ...row, when, slack }))))

/** What differs from Slack is the destination, not the loggers: one in the process and one in a worker are enough. */
export const allRows: readonly ExitRow[] = [
  ...slackRows,
  ...slackRows
    .filter(({ kind }) => kind === 'worker' || kind === 'stream')
    .flatMap((row) => discords.map((discord) => ({ ...row, discord }))),
]

/** The copies that an exit may leave: what goes through a webhook cannot be looked up, and is repeated once. */
export function maxCopiesOf({ discord }: ExitRow): number {
  return discord === 'webhook' ? 2 : 1
}

/** An exit that no handler sees does not notify the worker, and a line needs time to reach it. */
export function mayBeLost({ kind, end, when }: ExitRow): boolean {
  const isWorker = kind === 'worker' || kind === 'targets'
  const isAbrupt = ['SIGTERM', 'SIGKILL', 'abort', 'out of memory'].includes(end)
  return isWorker && isAbrupt && when === 'now'
}

/** On a machine that is busy with other tests, a line may need more than a second to reach a worker. */
const laterMs = isFullMatrix ? 1000 : 2500

/** Lets a service exit, then starts it again with a working Slack. */
export async function runExitRow(row: ExitRow): Promise<ExitResult> {
  using folder = tempFolder()
  const env: Record<string, string> = {
    KIND: row.kind,
    END: row.end,
    LATER_MS: String(laterMs),
    SLACK_LOGGER_SPOOL_DIR: `${folder.path}/spool`,
  }
  const options = {
    env,
    // Memory runs out soon with little of it, but other rows would be slower.
    nodeOptions: row.end === 'out of memory' ? ['--max-old-space-size=64'] : [],
  }
  const first = await startInbox({ discord: row.discord !== undefined })
  const fault = await impair(first, row.slack)
  const { apiUrl } = first
  if (row.discord !== undefined) env['DISCORD'] = discordOptions(first, row.discord)

  const program = row.kind === 'thread' ? 'exit-in-thread.mjs' : 'exit.mjs'
  const run = await runApp(program, {
    ...options,
    apiUrl,
    env: { ...options.env, WHEN: row.when },
  })
  const now = copiesIn(first)
  fault?.stop()
  await using second =
    row.slack === 'down'
      ? await startInbox({ port: portOf(apiUrl), discord: row.discord !== undefined })
      : first
  await runApp(program, {
    ...options,
    apiUrl,
    env: { ...options.env, END: 'natural', WHEN: 'never' },
  })

  return { now, later: copiesIn(second) - now, exitMs: exitMsOf(run) }
}

function discordOptions({ discord }: Inbox, way: (typeof discords)[number]): string {
  const { webhookUrl, botToken, channel, apiUrl } = discord
  return JSON.stringify(way === 'webhook' ? { webhookUrl } : { botToken, channel, apiUrl })
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}

async function impair(inbox: Inbox, slack: ExitRow['slack']): Promise<Fault | undefined> {
  switch (slack) {
    case 'fast':
      return inbox.fail({ delayMs: 100 })
    case 'slow':
      return inbox.fail({ delayMs: 300 })
    case 'hung':
      return inbox.fail({ hang: true })
    case 'down':
      // The address stays the same, but nothing listens there.
      await inbox.close()
      return undefined
  }
}

function copiesIn(inbox: Inbox): number {
  return inbox.messages().filter(({ text }) => text.includes('the card was refused')).length
}

/** The last line of the program's output is the time at which its exit started. */
function exitMsOf({ stdout, endedAt }: AppRun): number {
  return endedAt - Number(stdout.trim().split('\n').at(-1))
}
