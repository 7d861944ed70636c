import type { Destination } from '../delivery/destination.ts'
import type { SlackOptions } from './options.ts'
import type { ResolvedActions, ResolvedFleet } from './resolve.ts'

/** Where and how messages are sent. */
export type Target =
  | {
      readonly kind: 'webApi'
      readonly token: string
      readonly channel: string
      readonly slackApiUrl: string
      readonly identity: Identity
    }
  | {
      readonly kind: 'webhook'
      readonly url: string
      /** What the webhook accepts, if the options say so. */
      readonly format: 'blocks' | 'plain' | undefined
    }
  | { readonly kind: 'custom'; readonly destination: Destination; readonly channel: string }
  /** The leader sends. The channel is empty for the leader's own. */
  | { readonly kind: 'leader'; readonly channel: string }
  /** No channel for a webhook. */
  | { readonly kind: 'preview'; readonly because: string; readonly channel?: string }
  | {
      readonly kind: 'off'
      readonly because: string
      /** Whether the options say so, so that no notice is needed. */
      readonly isChosen: boolean
    }

/** A target for which something is made of the records. */
export type ActiveTarget = Exclude<Target, { kind: 'off' }>

/** The name and icon that a bot posts under. */
export interface Identity {
  readonly username?: string
  readonly icon_emoji?: string
  readonly icon_url?: string
}

/**
 * Where messages are sent with these options, each of which is valid.
 *
 * @throws TypeError for a token without a channel.
 */
export function resolveTarget(options: SlackOptions, { nodeEnv, network }: Surroundings): Target {
  const target = configuredTarget(options)
  if (options.enabled === false)
    return { kind: 'off', because: '`enabled` is false', isChosen: true }
  if (target === undefined) return { kind: 'off', because: noDestination, isChosen: false }
  if (target.kind === 'custom' && target.destination.unset !== undefined)
    return { kind: 'off', because: target.destination.unset, isChosen: false }
  if (options.enabled === true || isLoopback(target)) return target
  const because = `NODE_ENV is ${nodeEnv}; set \`enabled: true\` to send from here`
  if (nodeEnv === 'development') {
    return { kind: 'preview', because, ...('channel' in target && { channel: target.channel }) }
  }
  // With a destination or a network of its own, a test wants to see the messages.
  const isOwn = target.kind === 'custom' && target.destination.address === undefined
  if (nodeEnv !== 'test' || isOwn || network !== undefined) return target
  return { kind: 'off', because, isChosen: false }
}

interface Surroundings {
  readonly nodeEnv: string | undefined
  /** What stands in for the network. */
  readonly network: typeof globalThis.fetch | undefined
}

type ConfiguredTarget = Exclude<ActiveTarget, { kind: 'preview' }>

const noDestination = 'neither SLACK_BOT_TOKEN nor SLACK_WEBHOOK_URL is set'

function configuredTarget(options: SlackOptions): ConfiguredTarget | undefined {
  const { token, channel, webhookUrl, destination, fleet } = options
  if (destination !== undefined)
    return { kind: 'custom', destination, channel: channel ?? destination.name }
  if (token === undefined && webhookUrl !== undefined)
    return { kind: 'webhook', url: new URL(webhookUrl).href, format: options.webhookFormat }
  if (token === undefined) {
    const { role, redis, link } = typeof fleet === 'object' ? fleet : {}
    const hasLeader = role === 'follower' && (redis ?? link) !== undefined
    return hasLeader ? { kind: 'leader', channel: channel ?? '' } : undefined
  }
  if (channel === undefined) {
    throw new TypeError(
      "Expected `channel` (or SLACK_CHANNEL; '#alerts' needs its quotes in a .env file) to be set beside `token`, got nothing",
    )
  }
  const { href } = new URL(options.slackApiUrl ?? 'https://slack.com/api/')
  return {
    kind: 'webApi',
    token,
    channel,
    slackApiUrl: href.endsWith('/') ? href : `${href}/`,
    identity: identityOf(options),
  }
}

function identityOf({ username, iconEmoji, iconUrl }: SlackOptions): Identity {
  return {
    ...(username !== undefined && { username }),
    ...(iconEmoji !== undefined && { icon_emoji: iconEmoji }),
    ...(iconUrl !== undefined && { icon_url: iconUrl }),
  }
}

function isLoopback(target: ConfiguredTarget): boolean {
  const address = addressOf(target)
  return address !== undefined && isLoopbackAddress(address)
}

function addressOf(target: ConfiguredTarget): string | undefined {
  if (target.kind === 'leader') return undefined
  if (target.kind === 'custom') return target.destination.address
  return target.kind === 'webApi' ? target.slackApiUrl : target.url
}

/** Whether an address is on this machine. */
export function isLoopbackAddress(address: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(address).hostname)
}

const noSecrets = { appToken: undefined, signingSecret: undefined }

/** The credentials in the options, which no output may contain. */
export function secretsOf(options: {
  readonly target: Target
  readonly proxy: string | undefined
  readonly fleet: ResolvedFleet | false
  readonly heartbeat: { readonly url: string } | undefined
  readonly actions: Pick<ResolvedActions, 'appToken' | 'signingSecret'> | false
}): readonly string[] {
  const { target, proxy, fleet, heartbeat, actions } = options
  const redis = fleet === false ? undefined : fleet.redis?.redis
  const addresses = [proxy, redis].filter((address) => typeof address === 'string')
  const passwords = addresses.map((address) => new URL(address).password)
  const { appToken, signingSecret } = actions === false ? noSecrets : actions
  const given = [...passwords, heartbeat?.url, appToken, signingSecret]
  const secrets = given.filter((secret) => secret !== undefined).filter(Boolean)
  if (target.kind === 'webApi') return [target.token, ...secrets]
  if (target.kind === 'custom') return [...(target.destination.secrets ?? []), ...secrets]
  return target.kind === 'webhook' ? [target.url, ...secrets] : secrets
}
