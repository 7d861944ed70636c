import { subscribe } from 'node:diagnostics_channel'
import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type * as socketMode from '@slack/socket-mode'
import type * as undici from 'undici'
import type { IncidentAction } from '../../incident/actions/action.ts'
import { askProxyOnce } from '../ask-proxy-once.ts'
import { parseInteraction } from './parse-interaction.ts'

/** What the worker of Socket Mode is given. */
export interface SocketModeData {
  /** The path of the package `@slack/socket-mode`. */
  readonly client: string
  readonly appToken: string
  readonly slackApiUrl: string
  /** A proxy's address; `true` for the one that the environment names. */
  readonly proxy: string | boolean
}

/** What the worker of Socket Mode reports. */
export type SocketModeReport =
  /** Slack takes this connection. */
  | { readonly kind: 'hello' }
  /** Something arrived; reported once in a while. */
  | { readonly kind: 'frame' }
  | { readonly kind: 'action'; readonly action: IncidentAction }
  /** Somebody has added a reaction somewhere, or taken it away. */
  | { readonly kind: 'reaction' }
  /** The connection is over. `code` is Slack's, if it said why. */
  | { readonly kind: 'ended'; readonly code: string | undefined; readonly reason: string }

/** A frame is reported only so often, in milliseconds. */
const frameEveryMs = 5000

const { client: path, appToken, slackApiUrl, proxy } = workerData as SocketModeData
const load = createRequire(path)
let reportedFrameAt = 0

/** Says why this connection ends; only the first reason counts. */
let report = (message: SocketModeReport): void => {
  parentPort?.postMessage(message)
  if (message.kind === 'ended') report = () => undefined
}

function sawFrame(): void {
  const now = Date.now()
  if (now - reportedFrameAt < frameEveryMs) return
  reportedFrameAt = now
  report({ kind: 'frame' })
}

function run(): void {
  const { SocketModeClient: Client } = load(path) as typeof socketMode
  const client = new Client({
    appToken,
    // The client's own way to connect again rejects a promise that nobody handles.
    autoReconnectEnabled: false,
    // The SDK logs to stdout at its default.
    logger: silent,
    clientOptions: { slackApiUrl, retryConfig: { retries: 0 } },
    ...dispatcherOf(),
  })
  client.on('ws_message', onMessage)
  client.on('slack_event', onEnvelope)
  client.on('disconnected', () => report(ended('the connection was closed')))
  client.on('error', (error: Error) => report(ended(error.message)))
  for (const frame of ['ping', 'pong']) subscribe(`undici:websocket:${frame}`, sawFrame)
  client.start().catch((error: unknown) => {
    const { data, message } = (error ?? {}) as { data?: { error?: string }; message?: string }
    report(ended(data?.error ?? message ?? 'the connection was closed', data?.error))
  })
}

function dispatcherOf(): { readonly dispatcher?: SocketDispatcher } {
  if (proxy === false) return {}
  const loaded = load('undici') as typeof undici
  const clientFactory = askProxyOnce(loaded)
  const dispatcher =
    proxy === true
      ? new loaded.EnvHttpProxyAgent({ clientFactory })
      : new loaded.ProxyAgent({ uri: proxy, proxyTunnel: true, clientFactory })
  return { dispatcher }
}

type SocketDispatcher = NonNullable<
  NonNullable<ConstructorParameters<typeof socketMode.SocketModeClient>[0]>['dispatcher']
>

/** The client does not pass on why Slack ends a connection. */
function onMessage(data: unknown): void {
  sawFrame()
  const { type, reason } = parse(data)
  if (type === 'hello') report({ kind: 'hello' })
  if (type !== 'disconnect') return
  const code = typeof reason === 'string' ? reason : undefined
  report(ended(code ?? 'Slack ended the connection', code))
}

interface Envelope {
  readonly ack: () => Promise<void>
  readonly type: string
  readonly body: { readonly event?: { readonly type?: unknown } }
}

/** Acknowledges only what is for this package: another connection of the app may be able to do something with the rest. */
function onEnvelope({ ack, type, body }: Envelope): void {
  const action = type === 'interactive' ? parseInteraction(body) : undefined
  const isReaction = /^reaction_(?:added|removed)$/.test(String(body.event?.type))
  if (action === undefined && !isReaction) return
  // First of all, as Slack waits for three seconds only.
  ack().catch((error: unknown) => report(ended(String(error))))
  if (action === undefined) report({ kind: 'reaction' })
  else report({ kind: 'action', action })
}

function ended(reason: string, code?: string): SocketModeReport {
  return { kind: 'ended', code, reason }
}

function parse(data: unknown): { readonly type?: unknown; readonly reason?: unknown } {
  try {
    const message: unknown = JSON.parse(String(data))
    return typeof message === 'object' && message !== null ? message : {}
  } catch {
    // The client ignores it as well.
    return {}
  }
}

function ignore(): void {
  // What matters is reported.
}

const silent = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  setName: ignore,
  getLevel: () => 'error' as socketMode.LogLevel,
}

run()
