import { randomBytes } from 'node:crypto'
import { createRealClock } from './clock.ts'
import { Faults } from './faults.ts'
import { FileStore } from './file-store.ts'
import { MessageStore } from './message-store.ts'
import type { InboxOptions } from './options.ts'
import { RateLimits } from './rate-limits.ts'
import { RequestLog } from './request-log.ts'
import { Schedule } from './schedule.ts'
import type { Slack } from './slack.ts'
import { Tokens } from './tokens.ts'
import type { TokenOptions } from './tokens.ts'
import { TsCounter } from './ts-counter.ts'
import { Webhooks } from './webhooks.ts'
import { defaultChannels, defaultUserGroups, defaultUsers, Workspace } from './workspace.ts'

const megabyte = 1024 * 1024
const maxStoreBytes = 256 * megabyte
const maxLogBytes = 64 * megabyte
const maxFileBytes = 64 * megabyte

const defaults = {
  channels: defaultChannels,
  users: defaultUsers,
  userGroups: defaultUserGroups,
  createChannels: false,
  maxMessages: 100_000,
  rateLimit: true,
  random: Math.random,
} as const

/** Puts together everything that requests may read or change. */
export function createSlack(options: InboxOptions, origin: () => string): Slack {
  const { clock = createRealClock(), ...settings } = { ...defaults, ...options }
  const { channels, users, userGroups, createChannels: createsChannels, maxMessages } = settings
  const workspace = new Workspace({ channels, users, userGroups, createsChannels })
  return {
    clock,
    workspace,
    store: new MessageStore({ maxMessages, maxBytes: maxStoreBytes }),
    files: new FileStore(maxFileBytes),
    schedule: new Schedule(clock),
    tokens: new Tokens(acceptedTokens(options)),
    webhooks: new Webhooks(workspace, webhookSecret(options)),
    rateLimits: new RateLimits(clock, settings.rateLimit),
    faults: new Faults(settings.random),
    log: new RequestLog({ maxRequests: 10_000, maxBytes: maxLogBytes }),
    tsCounter: new TsCounter(),
    origin,
  }
}

function acceptedTokens({
  tokens,
  accessToken,
}: InboxOptions): readonly TokenOptions[] | undefined {
  return tokens ?? (accessToken === undefined ? undefined : [{ token: accessToken }])
}

/** On this machine a guessable address is a convenience; on a network it would let everybody post. */
function webhookSecret({ accessToken }: InboxOptions): string {
  return accessToken === undefined ? '' : randomBytes(12).toString('hex')
}
