import type { JsonObject } from './json.ts'
import type { InboxMessage } from './message.ts'
import { app, team } from './workspace.ts'

/** A message as the Web API shows it. */
export function wireMessage(message: InboxMessage): JsonObject {
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
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.isReply ? { parent_user_id: app.botUserId } : {}),
    ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
    ...(message.attachments.length === 0 ? {} : { attachments: message.attachments }),
    ...(message.editedTs === undefined
      ? {}
      : { edited: { user: message.user, ts: message.editedTs } }),
  }
}
