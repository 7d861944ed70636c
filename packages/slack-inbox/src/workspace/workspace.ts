/** A channel of the workspace. */
export interface Channel {
  readonly id: string
  /** Without `#`. */
  readonly name: string
  readonly isPrivate: boolean
  readonly isArchived: boolean
  /** Where a bot is no member it posts only to public channels, and only with `chat:write.public`. */
  readonly members: Set<string>
  /** The other user, if this is a direct message. */
  readonly directUser: string | undefined
}

/** A channel to create. */
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
   * Whether the app is a member.
   *
   * @default true
   */
  readonly isMember?: boolean
}

/** A person in the workspace. */
export interface User {
  readonly id: string
  readonly name: string
  readonly realName: string
  /**
   * The id of the user's own workspace, for somebody from another one in a shared channel.
   *
   * @default the inbox's workspace
   */
  readonly teamId?: string
  /** @default false */
  readonly isGuest?: boolean
}

/** A group of people who can be mentioned together. */
export interface UserGroup {
  readonly id: string
  readonly handle: string
  readonly users: readonly string[]
}

/** The app that posts. */
export const app = {
  id: 'A0INBOX01',
  name: 'slack-inbox',
  botId: 'B0INBOX01',
  botUserId: 'U0INBOXBOT',
} as const

export const team = { id: 'T0INBOX01', name: 'Slack inbox' } as const

/** The deprecated token in every payload; apps verify the signature instead. */
export const verificationToken = 'slack-inbox-verification-token'

export const defaultUsers: readonly User[] = [
  { id: 'U0ADA00001', name: 'ada', realName: 'Ada Lovelace' },
  { id: 'U0GRACE001', name: 'grace', realName: 'Grace Hopper' },
]

export const defaultUserGroups: readonly UserGroup[] = [
  { id: 'S0ONCALL01', handle: 'oncall', users: ['U0GRACE001'] },
]

export const defaultChannels: readonly ChannelOptions[] = [
  { name: 'general' },
  { name: 'alerts' },
  { name: 'errors' },
  { name: 'random' },
]

/** The channels, people and groups of the inbox. */
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
    return this.#put({
      id: options.id ?? channelId(name, this.#channels),
      name,
      isPrivate: options.isPrivate ?? false,
      isArchived: options.isArchived ?? false,
      members,
      directUser: undefined,
    })
  }

  channelById(id: string): Channel | undefined {
    return this.#channels.get(id)
  }

  /** The channel with a name, with or without `#`, whether the app may see it or not. */
  channelByName(name: string): Channel | undefined {
    const bare = name.replace(/^#/, '')
    return this.channels.find((channel) => channel.name === bare)
  }

  /** The person with an id or a name, with or without `@`; the app is none. */
  findUser(reference: string): User | undefined {
    const bare = reference.replace(/^@/, '')
    return [...this.users.values()].find(
      ({ id, name }) => id !== app.botUserId && (id === bare || name === bare),
    )
  }

  /** The channel with an id or a name. */
  findChannel(reference: string): Channel | undefined {
    return this.channelById(reference) ?? this.channelByName(reference)
  }

  /**
   * The channel that a message to `reference` goes to. `reference` is an id, the name of a public channel, or a user's id,
   * which means the app's direct messages with that user. May create a channel, if the inbox is configured to.
   */
  target(reference: string): Channel | undefined {
    const byId = this.channelById(reference)
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
    return (
      this.channelById(id) ??
      this.#put({
        id,
        name: user.name,
        isPrivate: true,
        isArchived: false,
        members: new Set([user.id, app.botUserId]),
        directUser: user.id,
      })
    )
  }

  #put(channel: Channel): Channel {
    this.#channels.set(channel.id, channel)
    return channel
  }
}

/** Slack's rule: lower case letters, digits, `-` and `_`, at most 80. */
function isChannelName(reference: string): boolean {
  return /^#?[\p{Ll}\p{Lo}\d_-]{1,80}$/u.test(reference)
}

/** A readable id in Slack's alphabet; a counter makes it unique. */
function channelId(name: string, taken: ReadonlyMap<string, Channel>): string {
  const readable = name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
  const base = `C0${readable.slice(0, 7).padEnd(7, '0')}`
  for (let count = 1; ; count += 1) {
    const id = `${base}${String(count).padStart(2, '0')}`
    if (!taken.has(id)) return id
  }
}
