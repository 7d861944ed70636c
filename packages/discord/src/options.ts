import type { IncidentState } from '@slack-logger/core'

/** Where messages go: through a webhook, or as a bot. */
export interface DiscordOptions {
  /**
   * The address of a webhook of the channel. It posts and edits; replies are only possible in a forum.
   *
   * @default process.env.DISCORD_WEBHOOK_URL, without `botToken`
   */
  readonly webhookUrl?: string | undefined
  /**
   * The token of a bot, which opens a thread below each incident. It needs the permissions View Channel, Send Messages, Send
   * Messages in Threads, Create Public Threads, Embed Links, Attach Files, Read Message History, and for the tags of a forum Manage
   * Threads.
   *
   * @default process.env.DISCORD_BOT_TOKEN, without `webhookUrl`
   */
  readonly botToken?: string | undefined
  /**
   * The id of the channel that a bot posts to. The `channel` of the sink and of its routes may be ids, too.
   *
   * @default process.env.DISCORD_CHANNEL_ID
   */
  readonly channel?: string | undefined
  /**
   * Whether the channel is a forum or a media channel, where each incident is a post of its own with a thread; or the ids of its tags.
   *
   * @default false
   * @example
   * { tags: { active: '1145…', quiet: '1146…', resolved: '1147…' } }
   */
  readonly forum?: boolean | ForumOptions | undefined
  /**
   * The address of Discord's API for a bot; another one is for tests.
   *
   * @default 'https://discord.com/api/v10/'
   */
  readonly apiUrl?: string | undefined
}

/** What posts in a forum have. */
export interface ForumOptions {
  /** The ids of the tags by the incident's state. Only a bot changes them later. */
  readonly tags?: Readonly<Partial<Record<IncidentState, string>>> | undefined
}

/** Valid options. */
export interface DiscordTarget {
  readonly kind: 'webhook' | 'bot'
  /** The address of the webhook or of the API, without a slash at the end. */
  readonly url: string
  /** The id of the webhook or of the default channel. */
  readonly id: string
  /** For the header of each request. */
  readonly authorization: string | undefined
  readonly isForum: boolean
  readonly tags: NonNullable<ForumOptions['tags']>
  /** The address without credentials. */
  readonly address: string
  readonly secrets: readonly string[]
}

type Variables = Readonly<Record<string, string | undefined>>

const names = ['webhookUrl', 'botToken', 'channel', 'forum', 'apiUrl'] as const
const states = ['active', 'quiet', 'resolved', 'muted']

/**
 * Checks the options and completes them from environment variables.
 *
 * @returns a sentence where neither a webhook nor a bot is configured
 * @throws TypeError for a wrong option, in one sentence that repeats no secret
 */
export function resolveTarget(given: DiscordOptions, variables: Variables): DiscordTarget | string {
  checkNames(given)
  const options = withVariables(given, variables)
  const { webhookUrl, botToken } = options
  if (webhookUrl !== undefined && botToken !== undefined)
    throw new TypeError('Expected either `webhookUrl` or `botToken`, got both')
  const tags = tagsOf(given.forum)
  const forum = { isForum: given.forum !== undefined && given.forum !== false, tags }
  if (webhookUrl !== undefined) return { ...webhookOf(webhookUrl), ...forum }
  if (botToken !== undefined) return { ...botOf(botToken, options), ...forum }
  return 'neither DISCORD_WEBHOOK_URL nor DISCORD_BOT_TOKEN is set'
}

function checkNames(given: object): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name as (typeof names)[number]))
  if (unknown === undefined) return
  throw new TypeError(`Expected an option of Discord (${names.join(', ')}), got \`${unknown}\``)
}

interface Texts {
  readonly webhookUrl: string | undefined
  readonly botToken: string | undefined
  readonly channel: string | undefined
  readonly apiUrl: string
}

function withVariables(given: DiscordOptions, variables: Variables): Texts {
  const webhookUrl = textOf(given, 'webhookUrl')
  const botToken = textOf(given, 'botToken')
  const isGiven = webhookUrl !== undefined || botToken !== undefined
  const read = (name: string): string | undefined => variables[name]?.trim() || undefined
  const hookFromVariable = isGiven ? undefined : read('DISCORD_WEBHOOK_URL')
  const needsBot = !isGiven && hookFromVariable === undefined
  return {
    webhookUrl: webhookUrl ?? hookFromVariable,
    botToken: botToken ?? (needsBot ? read('DISCORD_BOT_TOKEN') : undefined),
    channel: textOf(given, 'channel') ?? read('DISCORD_CHANNEL_ID'),
    apiUrl: textOf(given, 'apiUrl') ?? 'https://discord.com/api/v10/',
  }
}

/** `undefined` and an empty text are not given. */
function textOf(
  given: DiscordOptions,
  name: Exclude<keyof DiscordOptions, 'forum'>,
): string | undefined {
  const value: unknown = given[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  throw new TypeError(`Expected \`${name}\` to be a string, got a ${typeof value}`)
}

function tagsOf(forum: DiscordOptions['forum']): DiscordTarget['tags'] {
  if (forum === undefined || forum === null || typeof forum === 'boolean') return {}
  if (typeof forum !== 'object')
    throw new TypeError(`Expected \`forum\` to be true, false or an object, got ${String(forum)}`)
  const tags = Object.entries(forum.tags ?? {}).filter(([, id]) => id !== undefined)
  for (const [state, id] of tags) {
    if (!states.includes(state))
      throw new TypeError(`Expected \`forum.tags\` to have ${states.join(', ')}, got \`${state}\``)
    if (!isId(id))
      throw new TypeError(`Expected \`forum.tags.${state}\` to be the id of a tag, got '${id}'`)
  }
  return Object.fromEntries(tags)
}

/** Whether a text is one of Discord's ids. */
export function isId(text: string): boolean {
  return /^\d{15,20}$/.test(text)
}

type Address = Omit<DiscordTarget, 'isForum' | 'tags'>

function webhookOf(given: string): Address {
  const url = addressOf('webhookUrl', given)
  if (url.searchParams.has('thread_id'))
    throw new TypeError(
      'Expected `webhookUrl` (or DISCORD_WEBHOOK_URL) to be the address of a webhook, got one with a `thread_id`',
    )
  const [, before, id, token] =
    /^(.*?)(?:\/v\d+)?\/webhooks\/(\d{15,20})\/([\w-]+)$/.exec(
      url.origin + url.pathname.replace(/\/$/, ''),
    ) ?? []
  if (before === undefined || id === undefined || token === undefined)
    throw new TypeError(
      'Expected `webhookUrl` (or DISCORD_WEBHOOK_URL) to be the address of a webhook, https://discord.com/api/webhooks/<id>/<token>, got another one',
    )
  return {
    kind: 'webhook',
    // Without a version, as Discord gives it to people, it is of version 6, whose times are in other units.
    url: `${before}/v10/webhooks/${id}/${token}`,
    id,
    authorization: undefined,
    address: `${before}/webhooks/${id}`,
    secrets: [given, token],
  }
}

function botOf(botToken: string, { channel, apiUrl }: Texts): Address {
  const token = botToken.replace(/^Bot /, '')
  if (!/^\S+$/.test(token)) throw new TypeError('Expected `botToken` to be a token without spaces')
  if (channel === undefined || !isId(channel))
    throw new TypeError(
      `Expected \`channel\` (or DISCORD_CHANNEL_ID) to be the id of a channel beside \`botToken\`, got ${channel === undefined ? 'nothing' : `'${channel}'`}`,
    )
  const url = addressOf('apiUrl', apiUrl).href.replace(/\/$/, '')
  const authorization = `Bot ${token}`
  const address = `${url}/channels/${channel}`
  return { kind: 'bot', url, id: channel, authorization, address, secrets: [token] }
}

/** `fetch` takes no address with a user name and password, and no message may travel in the open. */
function addressOf(name: string, given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '')
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) {
    if (url.username === '' && url.password === '') return url
  }
  throw new TypeError(`Expected \`${name}\` to be an https: address, or one of loopback`)
}
