/** A channel of the workspace. */
export interface Channel {
  readonly id: string
  /** Without `#`. */
  readonly name: string
  readonly isPrivate: boolean
  readonly isArchived: boolean
  /** Who is in it; a bot posts elsewhere only in public channels, and only with `chat:write.public`. */
  readonly members: Set<string>
  /** The one user of a direct message. */
  readonly directUser: string | undefined
}

/** How a test describes a channel. */
export interface ChannelOptions {
  /** With or without `#`. */
  readonly name: string
  /** @default made from the name */
  readonly id?: string
  /** @default false */
  readonly isPrivate?: boolean
  /** @default false */
  readonly isArchived?: boolean
  /**
   * Whether the app is in it.
   *
   * @default true
   */
  readonly isMember?: boolean
}

/** A person of the workspace. */
export interface User {
  readonly id: string
  readonly name: string
  readonly realName: string
}

/** A group of people that can be mentioned at once. */
export interface UserGroup {
  readonly id: string
  readonly handle: string
  readonly users: readonly string[]
}

/** Names of the app itself. */
export const app = {
  id: 'A0INBOX01',
  name: 'slack-inbox',
  botId: 'B0INBOX01',
  botUserId: 'U0INBOXBOT',
} as const

/** Names of the workspace. */
export const team = { id: 'T0INBOX01', name: 'Slack inbox' } as const

/** The people of a workspace that nobody described. */
export const defaultUsers: readonly User[] = [
  { id: 'U0ADA00001', name: 'ada', realName: 'Ada Lovelace' },
  { id: 'U0GRACE001', name: 'grace', realName: 'Grace Hopper' },
]

/** The user groups of a workspace that nobody described. */
export const defaultUserGroups: readonly UserGroup[] = [
  { id: 'S0ONCALL01', handle: 'oncall', users: ['U0GRACE001'] },
]

/** The channels of a workspace that nobody described. */
export const defaultChannels: readonly ChannelOptions[] = [
  { name: 'general' },
  { name: 'alerts' },
  { name: 'errors' },
  { name: 'random' },
]

/** Channels, people and groups: what messages refer to. */
export class Workspace {
  readonly users: ReadonlyMap<string, User>
  readonly userGroups: ReadonlyMap<string, UserGroup>
  readonly #channels = new Map<string, Channel>()
  readonly #createsChannels: boolean

  constructor(options: {
    readonly channels: readonly ChannelOptions[]
    readonly users: readonly User[]
    readonly userGroups: readonly UserGroup[]
    readonly createsChannels: boolean
  }) {
    const bot = { id: app.botUserId, name: app.name, realName: app.name }
    this.users = new Map([...options.users, bot].map((user) => [user.id, user]))
    this.userGroups = new Map(options.userGroups.map((group) => [group.id, group]))
    this.#createsChannels = options.createsChannels
    for (const channel of options.channels) this.addChannel(channel)
  }

  get channels(): readonly Channel[] {
    return [...this.#channels.values()]
  }

  addChannel(options: ChannelOptions): Channel {
    const name = options.name.replace(/^#/, '')
    const members = new Set([...this.users.keys()].filter((id) => id !== app.botUserId))
    if (options.isMember ?? true) members.add(app.botUserId)
    const channel: Channel = {
      id: options.id ?? channelId(name, this.#channels),
      name,
      isPrivate: options.isPrivate ?? false,
      isArchived: options.isArchived ?? false,
      members,
      directUser: undefined,
    }
    this.#channels.set(channel.id, channel)
    return channel
  }

  channelById(id: string): Channel | undefined {
    return this.#channels.get(id)
  }

  /** The channel of a name, with or without `#`, whether the app may see it or not. */
  channelByName(name: string): Channel | undefined {
    const bare = name.replace(/^#/, '')
    return this.channels.find((channel) => channel.name === bare)
  }

  /**
   * Where a message to `reference` goes: an id, the name of a public channel, or a user's id, which means the app's
   * direct messages with that user.
   */
  target(reference: string): Channel | undefined {
    const byId = this.#channels.get(reference)
    if (byId !== undefined) return byId
    const user = this.users.get(reference)
    if (user !== undefined) return this.#directMessages(user)
    const byName = this.channelByName(reference)
    if (byName !== undefined) return byName.isPrivate ? undefined : byName
    return this.#createsChannels && isChannelName(reference)
      ? this.addChannel({ name: reference })
      : undefined
  }

  #directMessages(user: User): Channel {
    const id = `D${user.id.slice(1)}`
    const existing = this.#channels.get(id)
    if (existing !== undefined) return existing
    const channel: Channel = {
      id,
      name: user.name,
      isPrivate: true,
      isArchived: false,
      members: new Set([user.id, app.botUserId]),
      directUser: user.id,
    }
    this.#channels.set(id, channel)
    return channel
  }
}

/** Slack's rule: lower case letters, digits, `-` and `_`, at most 80. */
function isChannelName(reference: string): boolean {
  return /^#?[\p{Ll}\p{Lo}\d_-]{1,80}$/u.test(reference)
}

/** A readable id in Slack's alphabet, unique by a counter where two names come out alike. */
function channelId(name: string, taken: ReadonlyMap<string, Channel>): string {
  const readable = name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
  const base = `C0${readable.slice(0, 7).padEnd(7, '0')}`
  for (let count = 1; ; count += 1) {
    const id = `${base}${String(count).padStart(2, '0')}`
    if (!taken.has(id)) return id
  }
}
