import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { MovableClock } from './clock.ts'
import { handleDiscord } from './discord/api.ts'
import type { DiscordInbox } from './discord/server.ts'
import { type HttpAnswer, type HttpRequest, textResponse } from './http/answer.ts'
import type { InboxRequest } from './http/exchange.ts'
import { type Fault, type FaultChoice, type FaultOptions, parseFault } from './http/faults.ts'
import { createInProcessFetch } from './http/in-process-fetch.ts'
import { listen } from './http/server.ts'
import { handleControl } from './inbox-api/control.ts'
import { handlePageApi } from './inbox-api/page-api.ts'
import { servePage } from './inbox-api/page-files.ts'
import { click, deliver, type Interaction } from './interactivity/interactions.ts'
import { react, reply, unreact } from './interactivity/people.ts'
import { handleResponseUrl } from './interactivity/response-urls.ts'
import type { SocketConnections, Upgrade } from './interactivity/socket-mode.ts'
import { type InboxOptions, type InboxServerOptions, resolveOptions } from './options.ts'
import { clearSlack, createSlack, type Slack } from './slack.ts'
import { handleUpload } from './web-api/files.ts'
import { handleWebhook } from './web-api/incoming-webhook.ts'
import { handleWebApi } from './web-api/web-api.ts'
import { appTokenFor, exampleToken } from './workspace/credentials.ts'
import { KeepFile } from './workspace/keep-file.ts'
import type { InboxMessage } from './workspace/message.ts'
import type { ChannelOptions } from './workspace/workspace.ts'

/** A running inbox. */
export interface Inbox {
  /** The Web API: @slack/web-api's option `slackApiUrl`. Ends in `/api/`. */
  readonly apiUrl: string
  /** The incoming webhook of the channel `alerts`, or of the first channel if there is no `alerts`. */
  readonly webhookUrl: string
  /** The page that shows the messages. */
  readonly pageUrl: string
  /** A token that is accepted; unique to this inbox if the system chose the port. */
  readonly token: string
  /** The app-level token for Socket Mode that belongs to {@link Inbox.token}. */
  readonly appToken: string
  /** The app's connections of Socket Mode. */
  readonly sockets: SocketConnections
  /** The latest uses of buttons and menus, oldest first. */
  readonly interactions: readonly Interaction[]
  /**
   * The addresses of the inbox's Discord.
   *
   * @throws TypeError without the option `discord`
   */
  readonly discord: DiscordInbox
  /** All requests so far, failed ones included, oldest first; bounded to the latest. */
  readonly requests: readonly InboxRequest[]
  /** The inbox's time: `ts`, rate limits, delays. */
  readonly clock: MovableClock
  /** `fetch` without sockets, for clients that accept a `fetch`: everything then happens on {@link Inbox.clock}. */
  readonly fetch: typeof globalThis.fetch
  /** The messages that channels show: roots and broadcast replies, oldest first. `channel` (name or id) selects one. */
  messages(filter?: { readonly channel?: string }): readonly InboxMessage[]
  /** A root and its replies, oldest first. */
  thread(ts: string): readonly InboxMessage[]
  /**
   * Waits for a message, replies included, that satisfies `predicate`. Checks the existing messages first, then every
   * change.
   *
   * @throws Error with the latest messages, after `timeoutMs` (real time, by default 5,000)
   */
  waitFor(
    predicate: (message: InboxMessage) => boolean,
    options?: { readonly timeoutMs?: number },
  ): Promise<InboxMessage>
  /**
   * Makes requests fail: those that match the fault, or those for which a function returns one.
   *
   * @throws TypeError if the fault is invalid
   */
  fail(fault: FaultOptions | FaultChoice): Fault
  /** The incoming webhook of a channel, by name or id. */
  webhookUrlOf(channel: string): string
  /** Adds a channel and returns its id. */
  addChannel(channel: ChannelOptions): string
  /**
   * Uses a button or a menu of a message as `user` (id or name), and waits until the app acknowledges or Slack gives up.
   *
   * @throws TypeError if the message has no such element or option, or the user does not see it
   */
  click(
    ts: string,
    actionId: string,
    options: {
      readonly user: string
      /** The value of the option to choose in a menu. */
      readonly value?: string
      /** Needed if several blocks have an element with the same action id. */
      readonly blockId?: string
    },
  ): Promise<Interaction>
  /** Sends the payload of an interaction again, as after a lost acknowledgement; its `delivery` is then that of this time. */
  redeliver(interaction: Interaction): Promise<void>
  /**
   * Adds a reaction of a user.
   *
   * @throws TypeError if Slack would reject it
   */
  react(ts: string, name: string, options: { readonly user: string }): void
  /**
   * Removes a reaction of a user.
   *
   * @throws TypeError if there is none
   */
  unreact(ts: string, name: string, options: { readonly user: string }): void
  /**
   * Replies in the thread of a message as a user.
   *
   * @throws TypeError if the message can have no thread
   */
  reply(ts: string, text: string, options: { readonly user: string }): InboxMessage
  /** Removes messages, files, requests, faults and scheduled messages, and resets the rate limits. */
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
  const server = resolved.listen
    ? await listen({
        ...resolved,
        handle: (request) => handleRequest(slack, request),
        upgrade: (request, upgrade) => {
          handleUpgrade(slack, request, upgrade)
        },
      })
    : undefined
  const port = server === undefined ? '' : `:${server.port}`
  origin = resolved.publicUrl ?? `http://${shownHost(resolved.host)}${port}`
  const close = async (): Promise<void> => {
    await slack.socketMode.close()
    await server?.close()
    keepFile?.close()
  }
  return new RunningInbox(slack, origin, { close, token: tokenFor(resolved) })
}

/**
 * A system-chosen port may have been used by another inbox before. A token of its own keeps out what a process left
 * behind for that one.
 */
function tokenFor({ accessToken, listen: listens, port }: InboxServerOptions): string {
  if (accessToken !== undefined) return accessToken
  return listens && port === 0 ? `${exampleToken}-${randomUUID()}` : exampleToken
}

function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return hostname()
  return host.includes(':') ? `[${host}]` : host
}

/** Restores messages, and the channels they are in, from a file. */
function keep(slack: Slack, path: string): KeepFile {
  const file = new KeepFile(path, slack.store)
  for (const { ts, channel, channelName } of slack.store.all()) {
    slack.tsCounter.startAfter(ts)
    if (slack.workspace.channelById(channel) === undefined)
      slack.workspace.addChannel({ id: channel, name: channelName })
  }
  return file
}

async function handleRequest(slack: Slack, request: HttpRequest): Promise<HttpAnswer> {
  const { httpMethod, path } = request
  if (slack.discord !== undefined && /^\/api\/(?:v\d+\/|webhooks\/)/.test(path))
    return handleDiscord(slack, slack.discord, request)
  if (path.startsWith('/api/')) return handleWebApi(slack, path.slice('/api/'.length), request)
  if (path.startsWith('/services/')) return handleWebhook(slack, request)
  if (path.startsWith('/actions/')) return handleResponseUrl(slack, request)
  if (path.startsWith('/upload/')) return handleUpload(slack, request)
  if (path.startsWith('/_inbox/page/')) return handlePageApi(slack, request)
  if (path.startsWith('/_inbox/')) return handleControl(slack, request)
  return httpMethod === 'GET' ? servePage(path) : textResponse('not found', 404)
}

function handleUpgrade(
  { socketMode }: Slack,
  { path, query }: HttpRequest,
  upgrade: Upgrade,
): void {
  if (path === '/link/') socketMode.accept(query, upgrade)
  else
    upgrade.socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
}

class RunningInbox implements Inbox {
  readonly apiUrl: string
  readonly webhookUrl: string
  readonly pageUrl: string
  readonly token: string
  readonly appToken: string
  readonly sockets: SocketConnections
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
    this.appToken = appTokenFor(more.token)
    this.sockets = slack.socketMode
    this.clock = slack.clock
    this.close = more.close
    this.fetch = createInProcessFetch({
      origin: () => origin,
      handle: (request) => handleRequest(slack, request),
    })
    const alerts = slack.workspace.channelByName('alerts') ?? slack.workspace.channels[0]
    this.webhookUrl = alerts === undefined ? '' : this.webhookUrlOf(alerts.id)
  }

  get interactions(): readonly Interaction[] {
    return this.#slack.interactions.latest
  }

  get discord(): DiscordInbox {
    const { discord } = this.#slack
    if (discord === undefined) throw new TypeError('Expected the option `discord` to be true')
    return discord.addresses(this.#origin)
  }

  get requests(): readonly InboxRequest[] {
    return this.#slack.log.latest
  }

  messages(filter: { readonly channel?: string } = {}): readonly InboxMessage[] {
    return this.#slack.store.shown(filter.channel)
  }

  thread(ts: string): readonly InboxMessage[] {
    return this.#slack.store.thread(ts)
  }

  waitFor(
    predicate: (message: InboxMessage) => boolean,
    { timeoutMs = 5000 }: { readonly timeoutMs?: number } = {},
  ): Promise<InboxMessage> {
    return this.#slack.store.waitFor(predicate, timeoutMs)
  }

  fail(fault: FaultOptions | FaultChoice): Fault {
    if (typeof fault === 'function') return this.#slack.faults.add(fault)
    const parsed = parseFault({ ...fault })
    if (typeof parsed === 'string') throw new TypeError(parsed)
    return this.#slack.faults.add(parsed)
  }

  webhookUrlOf(reference: string): string {
    const { workspace, webhooks } = this.#slack
    const channel = workspace.findChannel(reference)
    if (channel === undefined)
      throw new TypeError(`Expected \`channel\` to be a channel of the inbox, got ${reference}`)
    return `${this.#origin}${webhooks.pathOf(channel)}`
  }

  addChannel(channel: ChannelOptions): string {
    return this.#slack.workspace.addChannel(channel).id
  }

  click(
    ts: string,
    actionId: string,
    options: { readonly user: string; readonly value?: string; readonly blockId?: string },
  ): Promise<Interaction> {
    return click(this.#slack, { ts, actionId, ...options })
  }

  redeliver(interaction: Interaction): Promise<void> {
    return deliver(this.#slack, interaction)
  }

  react(ts: string, name: string, { user }: { readonly user: string }): void {
    react(this.#slack, { ts, name, user })
  }

  unreact(ts: string, name: string, { user }: { readonly user: string }): void {
    unreact(this.#slack, { ts, name, user })
  }

  reply(ts: string, text: string, { user }: { readonly user: string }): InboxMessage {
    return reply(this.#slack, { ts, text, user })
  }

  clear(): void {
    clearSlack(this.#slack)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
