import type { SlackMessage } from '../message/slack-message.ts'
import type { Identity } from '../resolve-target.ts'
import type { EditRequest, PostRequest } from './destination.ts'

/** A call of the Web API. */
export interface ApiCall {
  readonly method: string
  readonly arguments: Readonly<Record<string, unknown>>
}

/** What may be said beside the message itself; Slack may refuse each of it. */
export interface PostExtras {
  readonly identity: Identity
  /** Whether messages carry the id by which they are found again. */
  readonly hasMetadata: boolean
}

/** The type of the metadata of all our messages. */
const eventType = 'slack_logger_message'

/** The call that posts. */
export function postCall(request: PostRequest, extras: PostExtras): ApiCall {
  const { channel, threadTs, isBroadcast, message, id } = request
  return {
    method: 'chat.postMessage',
    arguments: {
      channel,
      ...message,
      ...extras.identity,
      ...(extras.hasMetadata &&
        id !== undefined && { metadata: { event_type: eventType, event_payload: { id } } }),
      unfurl_links: false,
      unfurl_media: false,
      ...(threadTs !== undefined && {
        thread_ts: threadTs,
        reply_broadcast: isBroadcast ?? false,
      }),
    },
  }
}

/** The call that says a message anew. */
export function editCall({ channel, ts, message }: EditRequest): ApiCall {
  return { method: 'chat.update', arguments: { channel, ts, ...replacement(message) } }
}

/** An edit without blocks or attachments must take away those that were there. */
function replacement(message: SlackMessage): Readonly<Record<string, unknown>> {
  return {
    text: message.text,
    blocks: message.blocks ?? [],
    attachments: message.attachments ?? [],
  }
}

/** The call for a page of channels. */
export function listChannelsCall(cursor = ''): ApiCall {
  return {
    method: 'conversations.list',
    arguments: {
      types: 'public_channel,private_channel',
      exclude_archived: true,
      limit: 1000,
      ...(cursor !== '' && { cursor }),
    },
  }
}

/** Whether a message that Slack lists is the one that was posted under this id. */
export function hasId(listed: unknown, id: string): boolean {
  const { metadata } = (listed ?? {}) as {
    metadata?: { event_type?: unknown; event_payload?: { id?: unknown } }
  }
  return metadata?.event_type === eventType && metadata.event_payload?.id === id
}
