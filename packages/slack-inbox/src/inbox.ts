import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Call } from './answer.ts'
import type { MovableClock } from './clock.ts'
import { createSlack } from './create-slack.ts'
import { faultFrom } from './fault-from.ts'
import type { Fault, FaultOptions } from './faults.ts'
import { createInProcessFetch } from './in-process-fetch.ts'
import { KeepFile } from './keep-file.ts'
import type { InboxMessage } from './message.ts'
import { resolveOptions } from './options.ts'
import type { InboxOptions, ResolvedOptions } from './options.ts'
import type { InboxRequest } from './request-log.ts'
import { answerCall } from './router.ts'
import { listen } from './server.ts'
import type { RunningServer } from './server.ts'
import { clear, inChannel } from './slack.ts'
import type { Slack } from './slack.ts'
import { exampleToken } from './tokens.ts'
import { waitForMessage } from './wait-for.ts'
import type { ChannelOptions } from './workspace.ts'

/** A Slack that is running here. */
export interface Inbox {
  /** The Web API: what @slack/web-api calls `slackApiUrl`. Ends in `/api/`. */
  readonly apiUrl: string
  /** An incoming webhook into the channel `alerts`, or into the first channel where there is none. */
  readonly webhookUrl: string
  /** The page that shows the messages. */
  readonly pageUrl: string
  /** A token that is accepted; one of its own where the system picked the port. */
  readonly token: string
  /** Every request so far, refused and faulty ones included, oldest first; bounded to the latest. */
  readonly requests: readonly InboxRequest[]
  /** The inbox's time: `ts`, rate limits, delays. */
  readonly clock: MovableClock
  /** `fetch` without sockets, for clients that take a `fetch`: everything then happens on {@link Inbox.clock}. */
  readonly fetch: typeof globalThis.fetch
  /** What is shown in channels: roots and broadcast replies, oldest first. With `channel` (name or id), in one. */
  messages(filter?: { readonly channel?: string }): readonly InboxMessage[]
  /** A root and its replies, oldest first. */
  thread(ts: string): readonly InboxMessage[]
  /**
   * Waits until `predicate` holds for a message, replies included, and returns it. It is asked about every message
   * there is, and again at every change.
   *
   * @throws after `timeoutMs` (real time, by default 5,000), with what the inbox has instead
   */
  waitFor(
    predicate: (message: InboxMessage) => boolean,
    options?: { readonly timeoutMs?: number },
  ): Promise<InboxMessage>
  /**
   * Makes requests fail.
   *
   * @throws TypeError if it is no fault
   */
  fail(fault: FaultOptions): Fault
  /** The incoming webhook into a channel, by name or id. */
  webhookUrlOf(channel: string): string
  /** Adds a channel, and returns its id. */
  addChannel(channel: ChannelOptions): string
  /** Forgets messages, files, requests, faults, schedules and what counted towards rate limits. */
  clear(): void
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a Slack on this machine.
 *
 * @throws TypeError if an option is wrong
 * @example
 * ```ts
 * await using inbox = await startInbox()
 * const client = new WebClient(inbox.token, { slackApiUrl: inbox.apiUrl })
 * await client.chat.postMessage({ channel: '#alerts', text: 'payment failed' })
 * inbox.messages({ channel: 'alerts' }) // [{ text: 'payment failed', … }]
 * ```
 */
export async function startInbox(options: InboxOptions = {}): Promise<Inbox> {
  const resolved = resolveOptions(options)
  let origin = ''
  const slack = createSlack(options, () => origin)
  const keepFile = options.keepFile === undefined ? undefined : keep(slack, options.keepFile)
  const server = resolved.listen ? await open(slack, resolved) : undefined
  origin = resolved.publicUrl ?? `http://${shownHost(resolved.host)}${portSuffix(server)}`
  const close = async (): Promise<void> => {
    await server?.close()
    keepFile?.close()
  }
  return new RunningInbox(slack, origin, { close, token: tokenFor(resolved) })
}

/**
 * An inbox on a port that the system picks hands out a token of its own, since the port may have been another inbox's, and what
 * a process left for that one must not come to this.
 */
function tokenFor({ accessToken, listen: listens, port }: ResolvedOptions): string {
  if (accessToken !== undefined) return accessToken
  return listens && port === 0 ? `${exampleToken}-${randomUUID()}` : exampleToken
}

function open(slack: Slack, options: ResolvedOptions): Promise<RunningServer> {
  const { port, host, isRemote, accessToken } = options
  return listen({ port, host, isRemote, accessToken, answer: (call) => answerCall(slack, call) })
}

function portSuffix(server: RunningServer | undefined): string {
  return server === undefined ? '' : `:${server.port}`
}

function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return hostname()
  return host.includes(':') ? `[${host}]` : host
}

function keep(slack: Slack, path: string): KeepFile {
  const file = new KeepFile(path, slack.store)
  for (const { ts, channel, channelName } of slack.store.all()) {
    slack.tsCounter.startAfter(ts)
    if (slack.workspace.channelById(channel) === undefined)
      slack.workspace.addChannel({ id: channel, name: channelName })
  }
  return file
}

class RunningInbox implements Inbox {
  readonly apiUrl: string
  readonly webhookUrl: string
  readonly pageUrl: string
  readonly token: string
  readonly clock: MovableClock
  readonly fetch: typeof globalThis.fetch
  readonly close: () => Promise<void>
  readonly #slack: Slack
  readonly #origin: string

  constructor(
    slack: Slack,
    origin: string,
    more: { readonly close: () => Promise<void>; readonly token: string },
  ) {
    this.#slack = slack
    this.#origin = origin
    this.apiUrl = `${origin}/api/`
    this.pageUrl = `${origin}/`
    this.token = more.token
    this.clock = slack.clock
    this.close = more.close
    const answer = (call: Call): ReturnType<typeof answerCall> => answerCall(slack, call)
    this.fetch = createInProcessFetch({ origin: () => origin, answer })
    const alerts = slack.workspace.channelByName('alerts') ?? slack.workspace.channels[0]
    this.webhookUrl = alerts === undefined ? '' : this.webhookUrlOf(alerts.id)
  }

  get requests(): readonly InboxRequest[] {
    return this.#slack.log.latest
  }

  messages(filter: { readonly channel?: string } = {}): readonly InboxMessage[] {
    return inChannel(this.#slack, filter.channel)
  }

  thread(ts: string): readonly InboxMessage[] {
    return this.#slack.store.thread(ts)
  }

  waitFor(
    predicate: (message: InboxMessage) => boolean,
    { timeoutMs = 5000 }: { readonly timeoutMs?: number } = {},
  ): Promise<InboxMessage> {
    return waitForMessage(this.#slack.store, predicate, timeoutMs)
  }

  fail(fault: FaultOptions): Fault {
    const checked = faultFrom({ ...fault })
    if (typeof checked === 'string') throw new TypeError(checked)
    return this.#slack.faults.add(checked)
  }

  webhookUrlOf(reference: string): string {
    const { workspace, webhooks } = this.#slack
    const channel = workspace.channelById(reference) ?? workspace.channelByName(reference)
    if (channel === undefined)
      throw new TypeError(`Expected \`channel\` to be a channel of the inbox, got ${reference}`)
    return `${this.#origin}${webhooks.pathOf(channel)}`
  }

  addChannel(channel: ChannelOptions): string {
    return this.#slack.workspace.addChannel(channel).id
  }

  clear(): void {
    clear(this.#slack)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
