import type { JsonObject } from './json.ts'
import type { InboxFile, InboxMessage } from './message.ts'
import type { Slack } from './slack.ts'
import { app, team } from './workspace.ts'

/** A message as the Web API shows it. */
export function wireMessage(message: InboxMessage, slack: Slack): JsonObject {
  const replies = slack.store.replies(message.ts)
  return {
    type: 'message',
    ...(message.via === 'webhook' ? { subtype: 'bot_message' } : {}),
    user: message.user,
    bot_id: message.botId,
    app_id: app.id,
    team: team.id,
    username: message.username,
    text: message.text,
    ts: message.ts,
    ...present('thread_ts', message.threadTs),
    ...(message.isReply ? { parent_user_id: app.botUserId } : {}),
    ...listed('blocks', message.blocks),
    ...listed('attachments', message.attachments.map(numbered)),
    ...listed('files', message.files.map(wireFile)),
    ...listed('reactions', message.reactions.map(wireReaction)),
    ...present(
      'edited',
      message.editedTs === undefined ? undefined : { user: message.user, ts: message.editedTs },
    ),
    ...(replies.length === 0
      ? {}
      : { reply_count: replies.length, latest_reply: replies.at(-1) ?? '' }),
  }
}

/** A file as the Web API shows it. */
export function wireFile(file: InboxFile): JsonObject {
  return { id: file.id, name: file.name, title: file.title, size: file.bytes }
}

/** Where a message can be opened: on the page of the inbox. */
export function permalink(message: InboxMessage, origin: string): string {
  const address = `${origin}/archives/${message.channel}/p${message.ts.replace('.', '')}`
  return message.isReply
    ? `${address}?thread_ts=${message.threadTs ?? ''}&cid=${message.channel}`
    : address
}

function wireReaction(reaction: InboxMessage['reactions'][number]): JsonObject {
  return { name: reaction.name, users: reaction.users, count: reaction.users.length }
}

function numbered(attachment: JsonObject, index: number): JsonObject {
  return { id: index + 1, ...attachment }
}

function present(name: string, value: JsonObject[string]): JsonObject {
  return value === undefined ? {} : { [name]: value }
}

function listed(name: string, items: readonly JsonObject[]): JsonObject {
  return items.length === 0 ? {} : { [name]: items }
}
