import type { MovableClock } from './clock.ts'
import { isLoopbackHost } from './http/guard.ts'
import type { InteractivityOptions } from './interactivity/delivery.ts'
import type { RateLimitOptions } from './http/rate-limits.ts'
import type { TokenOptions } from './workspace/credentials.ts'
import type { ChannelOptions, User, UserGroup } from './workspace/workspace.ts'

/** The options of an inbox. */
export interface InboxOptions {
  /**
   * The port to listen on.
   *
   * @default any free port
   */
  readonly port?: number | undefined
  /**
   * The address to listen on. An address that other machines can reach needs `allowRemote` and `accessToken`.
   *
   * @default '127.0.0.1'
   */
  readonly host?: string | undefined
  /**
   * Whether other machines may reach the inbox.
   *
   * @default false
   */
  readonly allowRemote?: boolean | undefined
  /**
   * The token that other machines need for the page and `/_inbox/`, and, unless `tokens` is set, the only token that the
   * Web API accepts. At least 16 characters.
   *
   * @default none: needed with `allowRemote` only
   */
  readonly accessToken?: string | undefined
  /**
   * The address at which other machines reach the inbox, without a path.
   *
   * @default made from host and port
   */
  readonly publicUrl?: string | undefined
  /**
   * Whether to open a socket. Without one only `inbox.fetch` reaches the inbox.
   *
   * @default true
   */
  readonly listen?: boolean | undefined
  /**
   * The source of the inbox's time: `ts`, rate limits, delays.
   *
   * @default real time, which `inbox.clock.advance` can advance
   */
  readonly clock?: MovableClock | undefined
  /**
   * Returns a random number from 0 up to 1, for faults with a `rate`.
   *
   * @default Math.random
   */
  readonly random?: (() => number) | undefined
  /**
   * The channels of the workspace.
   *
   * @default general, alerts, errors and random
   */
  readonly channels?: readonly ChannelOptions[] | undefined
  /**
   * Whether posting to an unknown channel name creates the channel, instead of failing with `channel_not_found` as in
   * Slack.
   *
   * @default false
   */
  readonly createChannels?: boolean | undefined
  /**
   * The tokens that the Web API accepts.
   *
   * @default every token, with every scope
   */
  readonly tokens?: readonly TokenOptions[] | undefined
  /**
   * The people in the workspace.
   *
   * @default ada and grace
   */
  readonly users?: readonly User[] | undefined
  /**
   * The user groups of the workspace.
   *
   * @default oncall
   */
  readonly userGroups?: readonly UserGroup[] | undefined
  /**
   * Where buttons and menus send their payloads, while the app has no connection of Socket Mode.
   *
   * @default nowhere: a click fails with `app_missing_action_url`
   */
  readonly interactivity?: InteractivityOptions | undefined
  /**
   * Slack's rate limits; `false` for none.
   *
   * @default true
   */
  readonly rateLimit?: boolean | RateLimitOptions | undefined
  /**
   * Whether there is a Discord beside Slack: a text channel `discord-alerts` and a forum `discord-forum`, each with a webhook, and a
   * bot.
   *
   * @default false
   */
  readonly discord?: boolean | undefined
  /**
   * How many messages to keep; the oldest are removed first. Independently of it, all messages together take at most
   * 256 MB.
   *
   * @default 100_000
   */
  readonly maxMessages?: number | undefined
  /**
   * A file that keeps the messages for the next start.
   *
   * @default none: messages are in memory only
   */
  readonly keepFile?: string | undefined
}

/** The options of the server. */
export interface InboxServerOptions {
  readonly port: number
  readonly host: string
  readonly listen: boolean
  readonly isRemote: boolean
  readonly accessToken: string | undefined
  readonly publicUrl: string | undefined
}

const minAccessToken = 16

/**
 * Fills in the defaults.
 *
 * @throws TypeError if an option is wrong or unsafe
 */
export function resolveOptions(options: InboxOptions): InboxServerOptions {
  const { host = '127.0.0.1', port = 0, listen = true, accessToken, publicUrl } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new TypeError(`Expected \`port\` to be a whole number from 0 to 65535, got ${port}`)
  const isRemote = !isLoopbackHost(host)
  if (isRemote) requireSafeguards(host, options)
  if (options.interactivity !== undefined) requireInteractivity(options.interactivity)
  return { port, host, listen, isRemote, accessToken, publicUrl: originOf(publicUrl) }
}

function originOf(publicUrl: string | undefined): string | undefined {
  if (publicUrl === undefined) return undefined
  if (URL.canParse(publicUrl) && new URL(publicUrl).pathname === '/')
    return new URL(publicUrl).origin
  throw new TypeError(`Expected \`publicUrl\` to be a URL without a path, got ${publicUrl}`)
}

function requireInteractivity({ requestUrl, signingSecret }: InteractivityOptions): void {
  if (!/^https?:/.test(requestUrl) || !URL.canParse(requestUrl))
    throw new TypeError(
      `Expected \`interactivity.requestUrl\` to be a URL of http or https, got ${requestUrl}`,
    )
  if (signingSecret === '')
    throw new TypeError('Expected `interactivity.signingSecret` to have characters')
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
