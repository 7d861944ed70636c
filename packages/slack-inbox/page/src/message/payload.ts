import type { JsonObject } from '../inbox/read-json.ts'
import type { InboxMessage } from '../inbox/inbox-api.ts'
import type { PageMessage } from '../inbox/inbox-state.ts'

/** A message as an app sends it. */
export function payload(message: PageMessage | InboxMessage): JsonObject {
  const { channel, threadTs, isReply, isBroadcast, text, blocks, attachments, metadata } = message
  return {
    channel,
    ...(isReply && threadTs !== undefined ? { thread_ts: threadTs } : {}),
    ...(isBroadcast ? { reply_broadcast: true } : {}),
    text,
    ...(blocks.length > 0 ? { blocks } : {}),
    ...(attachments.length > 0 ? { attachments } : {}),
    ...(metadata === undefined ? {} : { metadata }),
  }
}

/** What Slack's Block Kit Builder takes: blocks and attachments, and text as a section where there is nothing else. */
export function builderPayload(message: PageMessage | InboxMessage): JsonObject {
  const { blocks, attachments, text } = message
  const shown =
    blocks.length > 0 || attachments.length > 0
      ? blocks
      : [{ type: 'section', text: { type: 'mrkdwn', text } }]
  return { blocks: shown, ...(attachments.length > 0 ? { attachments } : {}) }
}
