import { createSlackStream } from '@slack-logger/pino-slack'
import { startInbox, type Inbox } from '@slack-logger/slack-inbox'
import pino from 'pino'
import { pinoMixin } from '../../src/index.ts'
import type { Framework, HandlerOptions } from './service.ts'

/** A service whose one logger has a file and a Slack transport. */
export interface Running extends AsyncDisposable {
  readonly url: string
  readonly inbox: Inbox
  /** What is in the log file. */
  readonly lines: readonly LogLine[]
  /** How many requests wait at `GET /wait`. */
  readonly waiting: () => number
  /** Lets them all through. */
  readonly open: () => void
  /** Sends what waits for Slack. */
  readonly flush: () => Promise<void>
}

/** A line of the log file. */
export interface LogLine {
  readonly level: number
  readonly msg: string
  readonly err?: { readonly type: string; readonly message: string; readonly stack?: string }
  readonly request?: Readonly<Record<string, unknown>>
  readonly [key: string]: unknown
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: (() => void) | undefined
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve: () => resolve?.() }
}

/** Starts a service of a framework, its logger and its Slack. */
export async function runService(
  framework: Framework,
  { isHttp2 = false, ...options }: Partial<HandlerOptions> & { readonly isHttp2?: boolean } = {},
): Promise<Running> {
  const inbox = await startInbox()
  const slack = createSlackStream({
    token: inbox.token,
    channel: '#alerts',
    slackApiUrl: inbox.apiUrl,
    service: 'shop',
  })
  const lines: LogLine[] = []
  const file = { write: (line: string) => void lines.push(JSON.parse(line) as LogLine) }
  const logger = pino(
    { mixin: pinoMixin() },
    pino.multistream([
      { level: 'info', stream: file },
      { level: 'error', stream: slack },
    ]),
  )
  const { promise: opened, resolve: open } = withResolvers()
  let waiting = 0
  const gate = (): Promise<void> => {
    waiting += 1
    return opened
  }
  const service = await framework.start({ options: { logger, ...options }, logger, gate, isHttp2 })
  return {
    url: service.url,
    inbox,
    lines,
    waiting: () => waiting,
    open,
    flush: async () => void (await slack.flush()),
    [Symbol.asyncDispose]: async () => {
      open()
      await service.close()
      await slack.close()
      await inbox.close()
    },
  }
}
