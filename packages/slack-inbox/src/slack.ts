import { randomBytes } from 'node:crypto'
import { createRealClock, type MovableClock } from './clock.ts'
import { RequestLog } from './http/exchange.ts'
import { Faults } from './http/faults.ts'
import { RateLimits } from './http/rate-limits.ts'
import type { InteractivityOptions } from './interactivity/delivery.ts'
import { Interactions } from './interactivity/interactions.ts'
import { ResponseUrls } from './interactivity/response-urls.ts'
import { SocketMode } from './interactivity/socket-mode.ts'
import type { InboxOptions } from './options.ts'
import { DiscordServer } from './discord/server.ts'
import { appTokenFor, type TokenOptions, Tokens, Webhooks } from './workspace/credentials.ts'
import { FileStore } from './workspace/file-store.ts'
import { MessageStore, TsCounter } from './workspace/message-store.ts'
import { Schedule } from './workspace/posting.ts'
import {
  defaultChannels,
  defaultUserGroups,
  defaultUsers,
  Workspace,
} from './workspace/workspace.ts'

/** The state of the inbox: everything a request may read or change. */
export interface Slack {
  readonly clock: MovableClock
  readonly workspace: Workspace
  readonly store: MessageStore
  readonly files: FileStore
  readonly schedule: Schedule
  readonly tokens: Tokens
  readonly webhooks: Webhooks
  readonly rateLimits: RateLimits
  readonly faults: Faults
  readonly log: RequestLog
  readonly tsCounter: TsCounter
  readonly interactivity: InteractivityOptions | undefined
  readonly interactions: Interactions
  readonly responseUrls: ResponseUrls
  readonly socketMode: SocketMode
  /** `undefined` unless the options ask for it. */
  readonly discord: DiscordServer | undefined
  /** The address of the inbox, without a trailing slash. */
  readonly origin: () => string
}

const megabyte = 1024 * 1024
const maxStoreBytes = 256 * megabyte
const maxLogBytes = 64 * megabyte
const maxFileBytes = 64 * megabyte

export function createSlack(options: InboxOptions, origin: () => string): Slack {
  const {
    clock = createRealClock(),
    channels = defaultChannels,
    users = defaultUsers,
    userGroups = defaultUserGroups,
    createChannels: createsChannels = false,
    maxMessages = 100_000,
    rateLimit = true,
    random = Math.random,
  } = options
  const workspace = new Workspace({ channels, users, userGroups, createsChannels })
  return {
    clock,
    workspace,
    store: new MessageStore({ maxMessages, maxBytes: maxStoreBytes }),
    files: new FileStore(maxFileBytes),
    schedule: new Schedule(clock),
    tokens: new Tokens(acceptedTokens(options)),
    webhooks: new Webhooks(workspace, webhookSecret(options)),
    rateLimits: new RateLimits(clock, rateLimit),
    faults: new Faults(random),
    log: new RequestLog({ maxRequests: 10_000, maxBytes: maxLogBytes }),
    tsCounter: new TsCounter(),
    interactivity: options.interactivity,
    interactions: new Interactions(),
    responseUrls: new ResponseUrls(clock, origin),
    socketMode: new SocketMode({ clock, random, origin }),
    discord:
      options.discord === true
        ? new DiscordServer(workspace, {
            clock,
            secret: webhookSecret(options),
            limits: rateLimit !== false,
          })
        : undefined,
    origin,
  }
}

function acceptedTokens({
  tokens,
  accessToken,
}: InboxOptions): readonly TokenOptions[] | undefined {
  if (tokens !== undefined || accessToken === undefined) return tokens
  return [{ token: accessToken }, { token: appTokenFor(accessToken) }]
}

/** Locally a predictable address is convenient; on a network anyone could post to it. */
function webhookSecret({ accessToken }: InboxOptions): string {
  return accessToken === undefined ? '' : randomBytes(12).toString('hex')
}

/** Resets everything but the channels and the connections. */
export function clearSlack(slack: Slack): void {
  slack.store.clear()
  slack.log.clear()
  slack.faults.clear()
  slack.rateLimits.clear()
  slack.files.clear()
  slack.schedule.clear()
  slack.interactions.clear()
  slack.responseUrls.clear()
  slack.discord?.clear()
}
