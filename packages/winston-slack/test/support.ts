import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Inbox, startInbox } from '@slack-logger/slack-inbox'
import type { LogEvent } from '@slack-logger/core'
import winston from 'winston'
import { SlackTransport, type SlackTransportOptions } from '../src/index.ts'

export interface Slack extends AsyncDisposable {
  readonly transport: SlackTransport
  readonly inbox: Inbox
  /** Everything that is in Slack, once all of it is there. */
  sent(): Promise<string>
}

/** A transport that posts to a Slack on this machine. */
export async function startSlack(options: SlackTransportOptions = {}): Promise<Slack> {
  const inbox = await startInbox()
  const transport = new SlackTransport({
    token: inbox.token,
    slackApiUrl: inbox.apiUrl,
    channel: '#alerts',
    spoolDir: false,
    ...options,
  })
  return {
    transport,
    inbox,
    async sent() {
      await transport.flush()
      return JSON.stringify(inbox.messages())
    },
    async [Symbol.asyncDispose]() {
      transport.destroy()
      await transport.flush()
      await new Promise((resolve) => setImmediate(resolve))
      await inbox[Symbol.asyncDispose]()
    },
  }
}

/** What the sink makes of the records of a real logger. */
export async function eventsOf(
  log: (logger: winston.Logger) => unknown,
  options: winston.LoggerOptions = {},
): Promise<readonly LogEvent[]> {
  const events: LogEvent[] = []
  const beforeSend = (event: LogEvent): null => {
    events.push(event)
    return null
  }
  await using slack = await startSlack({ level: 'warn', beforeSend })
  await log(winston.createLogger({ ...options, transports: [slack.transport] }))
  return events
}

/** The same of a logger that logs once. */
export async function eventOf(
  log: (logger: winston.Logger) => unknown,
  options?: winston.LoggerOptions,
): Promise<LogEvent> {
  const [event, ...others] = await eventsOf(log, options)
  if (event === undefined || others.length > 0) throw new Error('Expected one record')
  return event
}

/** A folder that is removed at the end of the test. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'winston-slack-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
