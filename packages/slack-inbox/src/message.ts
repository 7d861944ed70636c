import type { JsonObject } from './json.ts'

/** Whom a message would have notified. */
export interface Notified {
  /** `here`, `channel` and `everyone`, each once. */
  readonly broadcasts: readonly string[]
  /** The ids of users who were mentioned one by one. */
  readonly users: readonly string[]
  /** The ids of user groups that were mentioned. */
  readonly groups: readonly string[]
  /** Everybody whose phone would have rung, as user ids: mentions, groups and broadcasts resolved. */
  readonly people: readonly string[]
}

/** What a message said before an edit. */
export interface MessageVersion {
  readonly text: string
  readonly blocks: readonly JsonObject[]
  readonly attachments: readonly JsonObject[]
  /** When this version was replaced, in milliseconds since 1970. */
  readonly replacedAt: number
}

/** A file that hangs on a message. */
export interface InboxFile {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly bytes: number
  /** The content, where it is text. */
  readonly content: string | undefined
}

/** A message in the inbox, as Slack would show it now. */
export interface InboxMessage {
  /** The channel's id. */
  readonly channel: string
  /** The channel's name, without `#`. */
  readonly channelName: string
  /** The id of the message, unique in the whole inbox. */
  readonly ts: string
  /** The `ts` of the root, for replies and for roots that have replies. */
  readonly threadTs: string | undefined
  readonly text: string
  readonly blocks: readonly JsonObject[]
  readonly attachments: readonly JsonObject[]
  readonly files: readonly InboxFile[]
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[]
  readonly metadata: JsonObject | undefined
  /** The user who wrote it: the app's bot user. */
  readonly user: string
  readonly botId: string
  /** The name that is shown. */
  readonly username: string
  readonly iconEmoji: string | undefined
  readonly iconUrl: string | undefined
  readonly isReply: boolean
  /** A reply that is shown in the channel too. */
  readonly isBroadcast: boolean
  /** The only user who sees it, for ephemeral messages. */
  readonly onlyFor: string | undefined
  readonly via: 'webApi' | 'webhook' | 'scheduled' | 'upload'
  /** When it was last edited, as a `ts`. */
  readonly editedTs: string | undefined
  readonly editCount: number
  /** What it said before, oldest first: the first version and the latest ones. */
  readonly history: readonly MessageVersion[]
  readonly notified: Notified
}
