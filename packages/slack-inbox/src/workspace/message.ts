import type { JsonObject } from '../json.ts'

/** Who would have been notified by a message. */
export interface Notified {
  /** `here`, `channel` and `everyone`, each once. */
  readonly broadcasts: readonly string[]
  /** The ids of users who were mentioned individually. */
  readonly users: readonly string[]
  /** The ids of user groups that were mentioned. */
  readonly groups: readonly string[]
  /** Everybody who would have received a notification, as user ids: mentions, groups and broadcasts resolved. */
  readonly people: readonly string[]
}

/** What a message of Discord consists of. */
export interface DiscordContent {
  /** The id of the message, and of the thread that starts with it. */
  readonly id: string
  readonly content: string
  readonly embeds: readonly JsonObject[]
  /** As in `4096` for one that notifies nobody. */
  readonly flags: number
  /** The name of the thread that starts with it. */
  readonly threadName?: string
  /** Whether it starts a post of a forum. */
  readonly isPost?: boolean
  /** The ids of the post's tags. */
  readonly tags?: readonly string[]
  /** The `ts` of the message that it answers. */
  readonly replyTo?: string
}

/** The content of a message before an edit. */
export interface MessageVersion {
  readonly text: string
  readonly blocks: readonly JsonObject[]
  readonly attachments: readonly JsonObject[]
  /** Only for a message of Discord. */
  readonly discord?: DiscordContent
  /** When this version was replaced, in milliseconds since 1970. */
  readonly replacedAt: number
}

/** A file attached to a message. */
export interface InboxFile {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly bytes: number
  /** The content, if it is text. */
  readonly content: string | undefined
}

/** A message in the inbox, as Slack or Discord would show it now. */
export interface InboxMessage {
  /** The channel's id. */
  readonly channel: string
  /** The channel's name, without `#`. */
  readonly channelName: string
  /** The id of the message, unique in the whole inbox. */
  readonly ts: string
  /** The `ts` of the root, for replies and for roots that have replies. */
  readonly threadTs: string | undefined
  /** Of a message of Discord, the content and the texts of its embeds. */
  readonly text: string
  readonly blocks: readonly JsonObject[]
  readonly attachments: readonly JsonObject[]
  /** Only for a message of Discord. */
  readonly discord?: DiscordContent
  readonly files: readonly InboxFile[]
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[]
  readonly metadata: JsonObject | undefined
  /** The user who posted it: the app's bot user, or a person. */
  readonly user: string
  /** Undefined for a message of a person. */
  readonly botId: string | undefined
  /** The display name. */
  readonly username: string
  readonly iconEmoji: string | undefined
  readonly iconUrl: string | undefined
  readonly isReply: boolean
  /** Whether it is a reply that the channel shows too. */
  readonly isBroadcast: boolean
  /** The only user who sees it, for ephemeral messages. */
  readonly onlyFor: string | undefined
  readonly via:
    | 'webApi'
    | 'webhook'
    | 'scheduled'
    | 'upload'
    | 'responseUrl'
    | 'person'
    | 'discordWebhook'
    | 'discordBot'
  /** When it was last edited, as a `ts`. */
  readonly editedTs: string | undefined
  readonly editCount: number
  /** The versions before edits, oldest first: the first one and the latest ones. */
  readonly history: readonly MessageVersion[]
  readonly notified: Notified
}
