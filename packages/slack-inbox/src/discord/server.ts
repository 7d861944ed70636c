import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Channel, Workspace } from '../workspace/workspace.ts'
import { DiscordRateLimits } from './rate-limits.ts'
import { DiscordThreads } from './threads.ts'

/** Where to reach the Discord of an inbox. */
export interface DiscordInbox {
  /** The address of the API, for a bot. */
  readonly apiUrl: string
  /** A webhook of the text channel. */
  readonly webhookUrl: string
  /** A webhook of the forum. */
  readonly forumWebhookUrl: string
  /** The token of a bot that may do everything. */
  readonly botToken: string
  /** The id of the text channel, `discord-alerts`. */
  readonly channel: string
  /** The id of the forum, `discord-forum`. */
  readonly forum: string
  /** The ids of the forum's tags. */
  readonly tags: Readonly<Record<'active' | 'quiet' | 'resolved' | 'muted', string>>
}

/** A webhook of a channel. */
export interface DiscordWebhook {
  readonly id: string
  readonly token: string
  readonly channel: Channel
}

export const guild = '1100000000000000000'

export const tags: DiscordInbox['tags'] = {
  active: '1100000000000000011',
  quiet: '1100000000000000012',
  resolved: '1100000000000000013',
  muted: '1100000000000000014',
}

const textChannel = { id: '1100000000000000001', name: 'discord-alerts' }
const forumChannel = { id: '1100000000000000002', name: 'discord-forum' }

/** The state of the inbox's Discord beside its messages. */
export class DiscordServer {
  readonly webhooks: readonly DiscordWebhook[]
  readonly botToken: string
  readonly rateLimits: DiscordRateLimits
  readonly threads: DiscordThreads
  /** The `ts` of a bot's latest messages, by nonce. */
  readonly nonces: Map<string, { readonly ts: string; readonly at: number }> = new Map()

  /** @param secret goes into the webhooks' tokens and the bot's */
  constructor(
    workspace: Workspace,
    options: { readonly clock: Clock; readonly secret: string; readonly limits: boolean },
  ) {
    this.rateLimits = new DiscordRateLimits(options.clock, options.limits)
    this.threads = new DiscordThreads(options.clock)
    this.botToken = `discord-inbox-bot.${tokenFrom(`bot ${options.secret}`)}`
    this.webhooks = [textChannel, forumChannel].map((given, index) => ({
      id: `120000000000000000${index + 1}`,
      token: tokenFrom(`${given.id} ${options.secret}`),
      channel: workspace.channelById(given.id) ?? workspace.addChannel(given),
    }))
  }

  isForum({ id }: Channel): boolean {
    return id === forumChannel.id
  }

  /** The text channel or the forum with an id. */
  channel(id: string): Channel | undefined {
    return this.webhooks.map(({ channel }) => channel).find((channel) => channel.id === id)
  }

  addresses(origin: string): DiscordInbox {
    const urls = this.webhooks.map(({ id, token }) => `${origin}/api/webhooks/${id}/${token}`)
    const [webhookUrl = '', forumWebhookUrl = ''] = urls
    return {
      apiUrl: `${origin}/api/v10/`,
      webhookUrl,
      forumWebhookUrl,
      botToken: this.botToken,
      channel: textChannel.id,
      forum: forumChannel.id,
      tags,
    }
  }

  clear(): void {
    this.nonces.clear()
    this.threads.clear()
    this.rateLimits.clear()
  }
}

function tokenFrom(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

const epochMs = 1_420_070_400_000

/** The id that Discord would give to a message with this `ts`: its time in milliseconds, and a number. */
export function snowflake(ts: string): string {
  const [seconds = '0', micros = '0'] = ts.split('.')
  const all = BigInt(seconds) * 1_000_000n + BigInt(micros)
  const sinceEpoch = all / 1000n - BigInt(epochMs)
  return String((sinceEpoch << 22n) | (all % 1000n))
}

/** The `ts` of the message with an id. */
export function tsOf(id: string): string {
  if (!/^\d{1,20}$/.test(id)) return ''
  const value = BigInt(id)
  const micros = ((value >> 22n) + BigInt(epochMs)) * 1000n + (value & 0x3fffffn)
  return `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`
}
