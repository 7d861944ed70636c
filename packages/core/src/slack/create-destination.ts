import { loadUndici } from '#load-web-api'
import type { Destination } from '../delivery/destination.ts'
import { guardDestination } from '../delivery/guarded-destination.ts'
import type { SinkEnvironment } from '../environment.ts'
import { watchFetch } from '../options/hooks.ts'
import type { ResolvedOptions } from '../options/resolve.ts'
import { type ActiveTarget, isLoopbackAddress } from '../options/target.ts'
import { askProxyOnce } from './ask-proxy-once.ts'
import { prepareSocketMode } from './interactions/actions-port.ts'
import { textLimits } from './limits.ts'
import { createPreviewDestination } from './preview.ts'
import { createSlackRenderer } from './renderer.ts'
import { createWebApiDestination } from './web-api.ts'
import { createWebhookDestination } from './webhook.ts'

/**
 * The destination of the options.
 *
 * @param onBroken called with what failed and the error
 * @throws TypeError for a proxy or an app-level token without the package that it needs.
 */
export function createDestination(
  options: Pick<ResolvedOptions, 'fetch' | 'proxy' | 'hooks' | 'actions'> & {
    readonly target: ActiveTarget
  },
  given: SinkEnvironment,
  onBroken: (what: string, error: unknown) => void,
): Destination {
  const environment = { ...given, fetch: chooseFetch(options, given.fetch) }
  const { target, hooks, actions, proxy } = options
  const render = createSlackRenderer({
    profile: takesBlocks(target) ? 'blocks' : 'plain',
    origin: target.kind === 'webApi' ? new URL(target.slackApiUrl).origin : undefined,
    formatter: hooks.formatter,
    onFormatterError: (error) => onBroken('the formatter hook', error),
  })
  switch (target.kind) {
    case 'webApi':
      return createWebApiDestination(target, render, {
        ...environment,
        onBroken,
        socketMode:
          actions === false ? undefined : prepareSocketMode(actions.appToken, { ...target, proxy }),
      })
    case 'webhook':
      return createWebhookDestination(target.url, render, environment)
    case 'custom':
      target.destination.connect?.(environment)
      return guardDestination(target.destination)
    case 'preview':
      return createPreviewDestination(render, environment)
    case 'leader':
      return leadersDestination
  }
}

/** Of a process that never decides, and so never sends. */
const leadersDestination: Destination = {
  name: 'the leader',
  can: { edits: false, threads: false, files: false },
  pace: { burst: 1, everyMs: 1000 },
  limits: textLimits,
  render: () => undefined,
  send: () => Promise.resolve({ status: 'stopDestination', reason: 'only the leader sends' }),
}

type Fetch = typeof globalThis.fetch

/** The user's own `fetch`, one through a proxy, or the environment's. */
export function chooseFetch(
  { fetch, proxy }: Pick<ResolvedOptions, 'fetch' | 'proxy'>,
  given: Fetch | undefined,
): Fetch | undefined {
  if (proxy === undefined) return fetch === undefined ? given : watchFetch(fetch)
  const dispatcher = createProxyAgent(proxy)
  return (input, init) => (given ?? globalThis.fetch)(input, { ...init, dispatcher } as RequestInit)
}

/** An agent that Node's own `fetch` accepts, whatever the version of the package. */
function createProxyAgent(uri: string): unknown {
  const undici = loadUndici()
  if (undici === undefined)
    throw new TypeError(
      'Expected the package `undici` to be installed for `proxy`: npm install undici',
    )
  return new undici.ProxyAgent({ uri, proxyTunnel: true, clientFactory: askProxyOnce(undici) })
}

/** Identifies where messages go; `undefined` if they go nowhere. */
export function recipientOf(target: ActiveTarget): readonly string[] | undefined {
  if (target.kind === 'webhook') return [target.url]
  if (target.kind === 'custom') {
    const { name, address = name } = target.destination
    return [address, target.channel]
  }
  if (target.kind === 'preview') return undefined
  if (target.kind === 'leader') return ['leader', target.channel]
  return [target.slackApiUrl, target.channel, installationOf(target.token)]
}

/** Identifies what sends: an app, whose requests Slack limits together. */
export function senderOf(target: ActiveTarget): string {
  const [address, channel, installation = channel] = recipientOf(target) ?? []
  return JSON.stringify([address, installation])
}

/** A bot token starts with its workspace and bot; the secret after that may change between two starts. */
function installationOf(token: string): string {
  return /^xoxb-\d+-\d+-/.exec(token)?.[0] ?? token
}

/** Whether the target takes blocks, as Slack does, or a plain text. */
export function takesBlocks(target: ActiveTarget): boolean {
  if (target.kind !== 'webhook') return true
  const { url, format = isSlackAddress(url) || isLoopbackAddress(url) ? 'blocks' : 'plain' } =
    target
  return format === 'blocks'
}

/** What to report at the start about where messages are sent, if anything. */
export function startNotice(
  target: ActiveTarget,
  { openNow }: Pick<ResolvedOptions, 'openNow'>,
): string | undefined {
  switch (target.kind) {
    case 'preview':
      return `messages are previewed here and not sent: ${target.because}`
    case 'webhook':
      return `sending through an incoming webhook: no threads, no edits and no buttons, each alert is a new message${openNow ? '; `openNow` has no effect' : ''}`
    case 'webApi':
      return isSlackAddress(target.slackApiUrl) || isLoopbackAddress(target.slackApiUrl)
        ? undefined
        : `sending to ${target.slackApiUrl}, which is not Slack`
    case 'custom':
    case 'leader':
      return undefined
  }
}

/** Ends a line on stderr about a failure that a different set-up cures. Without the options, the command knows no destination but Slack. */
export function setUpCure({ kind }: ActiveTarget): string {
  return kind === 'custom' ? '' : '; `npx slack-logger doctor` says what to do'
}

function isSlackAddress(address: string): boolean {
  return /(^|\.)slack(-gov)?\.com$/.test(new URL(address).hostname)
}
