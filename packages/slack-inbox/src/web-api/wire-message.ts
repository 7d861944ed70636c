import type { JsonObject } from '../json.ts'
import type { Slack } from '../slack.ts'
import type { InboxMessage } from '../workspace/message.ts'
import { app, team } from '../workspace/workspace.ts'

/**
 * How many users of a reaction are listed. Slack documents that the list may be incomplete, but no number; `count` is
 * always right.
 */
const maxReactionUsers = 3
/** The same for those who replied in a thread. */
const maxReplyUsers = 5

/** A message as the Web API returns it. `isFull` lists all the users of its reactions. */
export function wireMessage(
  message: InboxMessage,
  slack: Slack,
  { isFull = false }: { readonly isFull?: boolean } = {},
): JsonObject {
  const { user, text, ts, editedTs, files, reactions } = message
  const replies = slack.store.replies(ts)
  const repliers = [...new Set(replies.map((reply) => slack.store.find(reply)?.user ?? ''))]
  return {
    type: 'message',
    subtype: message.via === 'webhook' ? 'bot_message' : undefined,
    user,
    bot_id: message.botId,
    app_id: message.botId === undefined ? undefined : app.id,
    team: team.id,
    username: message.botId === undefined ? undefined : message.username,
    text,
    ts,
    thread_ts: message.threadTs,
    parent_user_id: message.isReply
      ? (slack.store.find(message.threadTs ?? '')?.user ?? app.botUserId)
      : undefined,
    blocks: unlessEmpty(message.blocks),
    attachments: unlessEmpty(
      message.attachments.map((attachment, index) => ({ id: index + 1, ...attachment })),
    ),
    files: unlessEmpty(
      files.map(({ id, name, title, bytes }) => ({ id, name, title, size: bytes })),
    ),
    reactions: unlessEmpty(
      reactions.map(({ name, users }) => ({
        name,
        users: isFull ? users : users.slice(0, maxReactionUsers),
        count: users.length,
      })),
    ),
    edited: editedTs === undefined ? undefined : { user, ts: editedTs },
    reply_count: replies.length === 0 ? undefined : replies.length,
    reply_users_count: replies.length === 0 ? undefined : repliers.length,
    reply_users: replies.length === 0 ? undefined : repliers.slice(0, maxReplyUsers),
    latest_reply: replies.at(-1),
  }
}

/** The address of a message on the page of the inbox. */
export function permalink(message: InboxMessage, origin: string): string {
  const address = `${origin}/archives/${message.channel}/p${message.ts.replace('.', '')}`
  return message.isReply
    ? `${address}?thread_ts=${message.threadTs ?? ''}&cid=${message.channel}`
    : address
}

function unlessEmpty(items: readonly JsonObject[]): readonly JsonObject[] | undefined {
  return items.length === 0 ? undefined : items
}
