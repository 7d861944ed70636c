import type { MovableClock } from './clock.ts'
import { isLoopbackHost } from './guard.ts'
import type { RateLimitOptions } from './rate-limits.ts'
import type { TokenOptions } from './tokens.ts'
import type { ChannelOptions, User, UserGroup } from './workspace.ts'

/** How an inbox is started. */
export interface InboxOptions {
  /**
   * @default any free port
   */
  readonly port?: number
  /**
   * The address to listen on. Anything but this machine's own needs `allowRemote` and `accessToken`.
   *
   * @default '127.0.0.1'
   */
  readonly host?: string
  /**
   * Whether other machines may reach the inbox.
   *
   * @default false
   */
  readonly allowRemote?: boolean
  /**
   * What the page and `/_inbox/` ask of other machines, and, unless `tokens` is set, the one token the Web API takes.
   * At least 16 characters.
   *
   * @default none: needed with `allowRemote` only
   */
  readonly accessToken?: string
  /**
   * The address that other machines know the inbox by, without a path.
   *
   * @default made from host and port
   */
  readonly publicUrl?: string
  /**
   * Whether to open a socket. Without one only `inbox.fetch` reaches the inbox.
   *
   * @default true
   */
  readonly listen?: boolean
  /**
   * Where all its time comes from: `ts`, rate limits, delays.
   *
   * @default real time, which `inbox.clock.advance` puts forward
   */
  readonly clock?: MovableClock
  /**
   * A random number from 0 up to 1: for faults with a `rate`.
   *
   * @default Math.random
   */
  readonly random?: () => number
  /**
   * The channels there are.
   *
   * @default general, alerts, errors and random
   */
  readonly channels?: readonly ChannelOptions[]
  /**
   * Whether posting to the name of no channel creates it, instead of `channel_not_found` as in Slack.
   *
   * @default false
   */
  readonly createChannels?: boolean
  /**
   * The tokens that are accepted.
   *
   * @default every token, with every scope
   */
  readonly tokens?: readonly TokenOptions[]
  /**
   * The people there are.
   *
   * @default ada and grace
   */
  readonly users?: readonly User[]
  /**
   * The user groups there are.
   *
   * @default oncall
   */
  readonly userGroups?: readonly UserGroup[]
  /**
   * Slack's rate limits; `false` for none.
   *
   * @default true
   */
  readonly rateLimit?: boolean | RateLimitOptions
  /**
   * How many messages are kept; the oldest go first. All together they take 256 MB at most, whatever this says.
   *
   * @default 100_000
   */
  readonly maxMessages?: number
  /**
   * A file that keeps the messages for the next start.
   *
   * @default none: messages are in memory only
   */
  readonly keepFile?: string
}

/** What the socket needs to know. */
export interface ResolvedOptions {
  readonly port: number
  readonly host: string
  readonly listen: boolean
  readonly isRemote: boolean
  readonly accessToken: string | undefined
  readonly publicUrl: string | undefined
}

const minAccessToken = 16

/** Fills in defaults and refuses what would be unsafe. */
export function resolveOptions(options: InboxOptions): ResolvedOptions {
  const { host = '127.0.0.1', port = 0, listen = true, accessToken, publicUrl } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new TypeError(`Expected \`port\` to be a whole number from 0 to 65535, got ${port}`)
  const isRemote = !isLoopbackHost(host)
  if (isRemote) requireSafeguards(host, options)
  return { port, host, listen, isRemote, accessToken, publicUrl: originOf(publicUrl) }
}

function originOf(publicUrl: string | undefined): string | undefined {
  if (publicUrl === undefined) return undefined
  if (URL.canParse(publicUrl) && new URL(publicUrl).pathname === '/')
    return new URL(publicUrl).origin
  throw new TypeError(`Expected \`publicUrl\` to be a URL without a path, got ${publicUrl}`)
}

function requireSafeguards(host: string, options: InboxOptions): void {
  if (options.allowRemote !== true)
    throw new TypeError(
      `Expected \`allowRemote\` to be true for the host ${host}, which other machines can reach`,
    )
  if ((options.accessToken ?? '').length < minAccessToken)
    throw new TypeError(
      `Expected \`accessToken\` to have at least ${minAccessToken} characters with \`allowRemote\``,
    )
}
