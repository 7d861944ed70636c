import { createSlackStream, type SlackStream } from '@slack-logger/pino-slack'
import { startInbox } from '@slack-logger/slack-inbox'
import { SlackTransport } from '@slack-logger/winston-slack'
import { describe, expect, test } from 'vitest'
import winston from 'winston'
import type { Service } from '../conformance/service.ts'

/** What reached Slack. */
export interface Alerts {
  /** Each problem has one message. */
  readonly problems: number
  readonly occurrences: number
  readonly duplicates: number
  readonly texts: readonly string[]
}

/** Where a service logs to. */
export interface Sinks {
  /** For pino, in the process. */
  readonly stream: SlackStream
  /** A logger of winston that writes to Slack. */
  readonly winstonLogger: winston.Logger
}

/** Starts a service. */
export type Start = (sinks: Sinks) => Service | Promise<Service>

/** Tests that a failing request of each service is one occurrence, alone and among others. */
export function testOnce(services: Readonly<Record<string, Start>>): void {
  describe.each(Object.entries(services))(
    'a failing request is one occurrence: %s',
    (_name, start) => {
      test('alone', async () => {
        expect(await alertsOf(start)).toMatchObject({ problems: 1, occurrences: 1 })
      })

      test('twenty at once', async () => {
        expect(await alertsOf(start, sendTwenty)).toMatchObject({ problems: 1, occurrences: 20 })
      })
    },
  )
}

/** Twenty requests at once, to addresses of their own. */
function sendTwenty(service: Service): Promise<unknown> {
  return Promise.all(Array.from({ length: 20 }, (_, id) => request(service, `/orders/${id}`)))
}

/** Runs a service, sends requests one after the other, or all at once, and returns what reached Slack. */
export async function alertsOf(
  start: Start,
  send: (service: Service) => Promise<unknown> = (service) => request(service, '/orders/17'),
): Promise<Alerts> {
  const inbox = await startInbox()
  const { token, apiUrl: slackApiUrl } = inbox
  const options = { token, slackApiUrl, channel: '#alerts', spoolDir: false } as const
  const stream = createSlackStream(options)
  const transport = new SlackTransport(options)
  const winstonLogger = winston.createLogger({ transports: [transport] })
  const service = await start({ stream, winstonLogger })
  await send(service)
  await service.close()
  await stream.close()
  winstonLogger.close()
  await transport.flush()
  const events = [stream.health().events, transport.health().events]
  const sum = (count: 'shown' | 'counted' | 'duplicates'): number =>
    events.reduce((total, each) => total + each[count], 0)
  const roots = inbox.messages()
  const texts = roots.map(({ ts }) => JSON.stringify(inbox.thread(ts)))
  await inbox.close()
  return {
    problems: roots.length,
    occurrences: sum('shown') + sum('counted'),
    duplicates: sum('duplicates'),
    texts,
  }
}

export async function request(
  { url }: Service,
  path: string,
  headers: Record<string, string> = {},
): Promise<number> {
  const response = await fetch(new URL(path, url), { method: 'POST', headers })
  await response.arrayBuffer()
  return response.status
}

/** The failure of a service. */
export function charge(): never {
  throw new TypeError('no card')
}

/** Calls a function of the service, and logs what it throws before throwing it on. */
export function logAndThrow(log: (error: unknown) => void, run: () => void = charge): void {
  try {
    run()
  } catch (error) {
    log(error)
    throw error
  }
}

/** As pino-http's documentation shows it; by default its line is at the level info. */
export function customLogLevel(
  _request: unknown,
  response: { readonly statusCode: number },
  error?: Error,
): 'error' | 'info' {
  return response.statusCode >= 500 || error !== undefined ? 'error' : 'info'
}
