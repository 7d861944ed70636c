import type { Content } from './content.ts'
import type { InboxMessage } from './message.ts'
import type { Slack } from './slack.ts'
import { app } from './workspace.ts'
import type { Channel } from './workspace.ts'

/** A message on its way into a channel. */
export interface Posting {
  readonly channel: Channel
  readonly content: Content
  readonly via: InboxMessage['via']
  readonly threadTs?: string | undefined
  readonly isBroadcast?: boolean
  readonly username?: string | undefined
  readonly iconEmoji?: string | undefined
  readonly iconUrl?: string | undefined
}

/** Puts a message into the store. */
export function post(slack: Slack, posting: Posting): InboxMessage {
  const { channel, content, threadTs } = posting
  const message: InboxMessage = {
    channel: channel.id,
    channelName: channel.name,
    ts: slack.tsCounter.next(slack.clock.now()),
    threadTs,
    text: content.text,
    blocks: content.blocks,
    attachments: content.attachments,
    files: [],
    reactions: [],
    metadata: content.metadata,
    user: app.botUserId,
    botId: app.botId,
    username: posting.username ?? app.name,
    iconEmoji: posting.iconEmoji,
    iconUrl: posting.iconUrl,
    isReply: threadTs !== undefined,
    isBroadcast: threadTs !== undefined && posting.isBroadcast === true,
    onlyFor: undefined,
    via: posting.via,
    editedTs: undefined,
    editCount: 0,
    history: [],
    notified: { broadcasts: [], users: [], groups: [] },
  }
  markRoot(slack, threadTs)
  slack.store.add(message)
  return message
}

/** A root carries its own `ts` as `thread_ts` from its first reply on. */
function markRoot(slack: Slack, threadTs: string | undefined): void {
  const root = threadTs === undefined ? undefined : slack.store.find(threadTs)
  if (root !== undefined && root.threadTs === undefined)
    slack.store.change({ ...root, threadTs: root.ts })
}
