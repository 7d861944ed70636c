import type { MovableClock } from './clock.ts'
import { createRealClock } from './clock.ts'
import { webhookPath } from './incoming-webhook.ts'
import { createInProcessFetch } from './in-process-fetch.ts'
import type { InboxMessage } from './message.ts'
import { MessageStore } from './message-store.ts'
import type { InboxOptions } from './options.ts'
import { RequestLog } from './request-log.ts'
import type { InboxRequest } from './request-log.ts'
import { answerCall } from './router.ts'
import { listen } from './server.ts'
import type { Slack } from './slack.ts'
import { exampleToken, Tokens } from './tokens.ts'
import { TsCounter } from './ts-counter.ts'
import { waitForMessage } from './wait-for.ts'
import { defaultChannels, defaultUserGroups, defaultUsers, Workspace } from './workspace.ts'

/** A Slack that is running here. */
export interface Inbox {
  /** The Web API: what @slack/web-api calls `slackApiUrl`. Ends in `/api/`. */
  readonly apiUrl: string
  /** An incoming webhook into the channel `alerts`, or into the first channel where there is none. */
  readonly webhookUrl: string
  /** The page that shows the messages. */
  readonly pageUrl: string
  /** A token that is accepted. */
  readonly token: string
  /** Every request so far, oldest first, bounded. */
  readonly requests: readonly InboxRequest[]
  /** The inbox's time. */
  readonly clock: MovableClock
  /** `fetch` without sockets, for clients that take a `fetch`: everything then happens on {@link Inbox.clock}. */
  readonly fetch: typeof globalThis.fetch
  /** What is shown in channels: roots and broadcast replies, oldest first. With `channel` (name or id), only there. */
  messages(filter?: { readonly channel?: string }): readonly InboxMessage[]
  /** A root and its replies. */
  thread(ts: string): readonly InboxMessage[]
  /**
   * Waits until `predicate` holds for a message, replies included, and returns it.
   *
   * @throws after `timeoutMs` (real time, by default 5,000), with what the inbox has instead
   */
  waitFor(
    predicate: (message: InboxMessage) => boolean,
    options?: { readonly timeoutMs?: number },
  ): Promise<InboxMessage>
  /** The incoming webhook into a channel, by name or id. */
  webhookUrlOf(channel: string): string
  /** Forgets messages and requests. */
  clear(): void
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a Slack on this machine. */
export async function startInbox(options: InboxOptions = {}): Promise<Inbox> {
  const host = options.host ?? '127.0.0.1'
  let origin = `http://${host}`
  const slack = createSlack(options, () => origin)
  const answer = (call: Parameters<typeof answerCall>[1]): ReturnType<typeof answerCall> =>
    answerCall(slack, call)
  const server =
    options.listen === false
      ? undefined
      : await listen({ port: options.port ?? 0, host, maxBodyBytes: 32 * 1024 * 1024, answer })
  if (server !== undefined)
    origin = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`
  const fetch = createInProcessFetch({ origin: () => origin, answer })
  const close = async (): Promise<void> => server?.close()
  return { ...view(slack, origin), fetch, close, [Symbol.asyncDispose]: close }
}

function createSlack(options: InboxOptions, origin: () => string): Slack {
  return {
    clock: options.clock ?? createRealClock(),
    workspace: new Workspace({
      channels: options.channels ?? defaultChannels,
      users: options.users ?? defaultUsers,
      userGroups: options.userGroups ?? defaultUserGroups,
      createsChannels: options.createChannels ?? false,
    }),
    store: new MessageStore({ maxMessages: 100_000, maxBytes: 256 * 1024 * 1024 }),
    tokens: new Tokens(options.tokens),
    log: new RequestLog(10_000),
    tsCounter: new TsCounter(),
    origin,
  }
}

function view(
  slack: Slack,
  origin: string,
): Omit<Inbox, 'fetch' | 'close' | typeof Symbol.asyncDispose> {
  const webhookUrlOf = (reference: string): string => {
    const channel =
      slack.workspace.channelById(reference) ?? slack.workspace.channelByName(reference)
    if (channel === undefined)
      throw new TypeError(`Expected \`channel\` to be a channel of the inbox, got ${reference}`)
    return `${origin}${webhookPath(channel)}`
  }
  const alerts = slack.workspace.channelByName('alerts') ?? slack.workspace.channels[0]
  return {
    apiUrl: `${origin}/api/`,
    webhookUrl: alerts === undefined ? '' : `${origin}${webhookPath(alerts)}`,
    pageUrl: `${origin}/`,
    token: exampleToken,
    get requests(): readonly InboxRequest[] {
      return slack.log.latest
    },
    clock: slack.clock,
    messages: (filter = {}) => shown(slack, filter.channel),
    thread: (ts) => slack.store.thread(ts),
    waitFor: (predicate, { timeoutMs = 5000 } = {}) =>
      waitForMessage(slack.store, predicate, timeoutMs),
    webhookUrlOf,
    clear() {
      slack.store.clear()
      slack.log.clear()
    },
  }
}

function shown(slack: Slack, reference: string | undefined): readonly InboxMessage[] {
  const name = reference?.replace(/^#/, '')
  return [...slack.store.all()].filter(
    (message) =>
      (!message.isReply || message.isBroadcast) &&
      (name === undefined || message.channel === name || message.channelName === name),
  )
}
