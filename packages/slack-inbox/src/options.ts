import type { MovableClock } from './clock.ts'
import type { TokenOptions } from './tokens.ts'
import type { ChannelOptions, User, UserGroup } from './workspace.ts'

/** How an inbox is started. */
export interface InboxOptions {
  /**
   * @default any free port
   */
  readonly port?: number
  /**
   * @default '127.0.0.1'
   */
  readonly host?: string
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
   * Rate limits as Slack has them; `false` for none.
   *
   * @default true
   */
  readonly rateLimit?: boolean
}
