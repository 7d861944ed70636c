import type { JsonObject } from '../inbox/read-json.ts'
import type { InboxMessage } from '../inbox/inbox-api.ts'
import type { PageMessage } from '../inbox/inbox-state.ts'

/** The arguments of a call that posts the message. */
export function payload(message: PageMessage | InboxMessage): JsonObject {
  if (message.discord !== undefined) return { ...message.discord }
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

/** The message for Slack's Block Kit Builder, which accepts blocks and attachments only. */
export function builderPayload(message: PageMessage | InboxMessage): JsonObject {
  const { blocks, attachments, text } = message
  const shown =
    blocks.length > 0 || attachments.length > 0
      ? blocks
      : [{ type: 'section', text: { type: 'mrkdwn', text } }]
  return { blocks: shown, ...(attachments.length > 0 ? { attachments } : {}) }
}

/** Copies `text` to the clipboard and returns a notice for the reader. */
export async function copy(text: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text)
    return 'Copied.'
  } catch (error) {
    return `Not copied: ${error instanceof Error ? error.message : String(error)}`
  }
}
