import { discordDestination } from '@slack-logger/discord'
import { createSlackStream } from '@slack-logger/pino-slack'
import type { SinkEnvironment, SinkHealth, SlackOptions } from '@slack-logger/core'
import {
  createVirtualClock,
  startInbox,
  type Inbox,
  type VirtualClock,
} from '@slack-logger/slack-inbox'
import { SlackTransport } from '@slack-logger/winston-slack'
import pino from 'pino'
import winston from 'winston'

/** A logger and its Slack on one virtual clock. */
export interface Subject {
  readonly clock: VirtualClock
  readonly inbox: Inbox
  /** The lines written to stderr. */
  readonly lines: readonly string[]
  fail(message: string): void
  fatal(message: string): void
  health(): SinkHealth
  close(): Promise<void>
}

/** How a logger connects to Slack. */
export const ways = ['a token', 'a token without history', 'a webhook'] as const
export const loggers = ['pino stream', 'winston'] as const

export const discordWays = [
  'a Discord webhook',
  "a Discord forum's webhook",
  'a Discord bot',
] as const

export interface SubjectName {
  readonly logger: (typeof loggers)[number]
  readonly way: (typeof ways)[number] | (typeof discordWays)[number]
}

/** Each row of the matrix runs for all of them. */
export const subjects = loggers.flatMap((logger) => ways.map((way) => ({ logger, way })))

/** Starts a logger. Options and environment override the defaults of all rows. */
export async function startSubject(
  { logger, way }: SubjectName,
  given: {
    options?: SlackOptions
    environment?: (real: typeof globalThis.fetch) => Partial<SinkEnvironment>
  } = {},
): Promise<Subject> {
  const clock = createVirtualClock()
  const inbox = await startInbox({
    clock,
    listen: false,
    discord: true,
    ...(way === 'a token without history' && {
      tokens: [{ token: poorToken, scopes: ['chat:write', 'chat:write.public'] }],
    }),
  })
  const lines: string[] = []
  const options: SlackOptions = { ...targetOf(way, inbox), spoolDir: false, ...given.options }
  const environment: Partial<SinkEnvironment> = {
    clock,
    fetch: inbox.fetch,
    variables: {},
    random: () => 0.5,
    writeStderr: (line) => lines.push(line),
    ...given.environment?.(inbox.fetch),
  }
  return { clock, inbox, lines, ...create[logger](options, environment) }
}

const poorToken = 'xoxb-no-history'

function targetOf(way: SubjectName['way'], inbox: Inbox): SlackOptions {
  if (way === 'a webhook') return { webhookUrl: inbox.webhookUrl }
  const { webhookUrl, forumWebhookUrl, botToken, channel, apiUrl } = inbox.discord
  if (way === 'a Discord webhook') return { destination: discordDestination({ webhookUrl }) }
  if (way === 'a Discord bot')
    return { destination: discordDestination({ botToken, channel, apiUrl }) }
  if (way === "a Discord forum's webhook")
    return { destination: discordDestination({ webhookUrl: forumWebhookUrl, forum: true }) }
  const token = way === 'a token' ? inbox.token : poorToken
  return { token, channel: '#alerts', slackApiUrl: inbox.apiUrl }
}

type Logger = Pick<Subject, 'fail' | 'fatal' | 'health' | 'close'>

const create: Record<
  SubjectName['logger'],
  (options: SlackOptions, environment: Partial<SinkEnvironment>) => Logger
> = {
  'pino stream': (options, environment) => {
    const stream = createSlackStream(options, environment)
    const logger = pino({}, stream)
    return {
      fail: (message) => logger.error(message),
      fatal: (message) => logger.fatal(message),
      health: () => stream.health(),
      close: () => stream.close(),
    }
  },
  winston: (options, environment) => {
    const { level: _, contextLevel: __, ...rest } = options
    const transport = new SlackTransport(rest, environment)
    const logger = winston.createLogger({
      levels: { fatal: 0, error: 1 },
      level: 'error',
      transports: [transport],
    })
    return {
      fail: (message) => logger.log('error', message),
      fatal: (message) => logger.log('fatal', message),
      health: () => transport.health(),
      close: () => new Promise((resolve) => void logger.end(resolve)),
    }
  },
}
