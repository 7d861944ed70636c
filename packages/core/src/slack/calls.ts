import type { EditRequest, PostRequest } from '../delivery/destination.ts'
import type { Facts } from '../incident/snapshot.ts'
import type { Identity } from '../options/target.ts'
import type { SlackMessage } from './message.ts'

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
  const { channel, threadTs, isBroadcast, message, id, facts } = request
  return {
    method: 'chat.postMessage',
    arguments: {
      channel,
      ...message,
      ...extras.identity,
      ...metadataOf({ ...(id !== undefined && { id }), ...facts }, extras),
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
export function editCall(request: EditRequest, extras: PostExtras): ApiCall {
  const { channel, ts, message, facts } = request
  return {
    method: 'chat.update',
    arguments: { channel, ts, ...replacement(message), ...metadataOf(facts ?? {}, extras) },
  }
}

/** Slack shows it to nobody, but every app of the workspace can read it. */
function metadataOf(
  payload: Facts,
  { hasMetadata }: PostExtras,
): Readonly<Record<string, unknown>> {
  if (!hasMetadata || Object.keys(payload).length === 0) return {}
  return { metadata: { event_type: eventType, event_payload: payload } }
}

/** An edit without blocks or attachments must take away those that were there. */
function replacement(message: SlackMessage): Readonly<Record<string, unknown>> {
  return {
    text: message.text,
    blocks: message.blocks ?? [],
    attachments: message.attachments ?? [],
  }
}

/** Which channels are looked through. Private ones take a scope of their own. */
export type ChannelKinds = 'public_channel,private_channel' | 'public_channel'

/** The call for a page of channels. */
export function listChannelsCall(
  cursor = '',
  types: ChannelKinds = 'public_channel,private_channel',
): ApiCall {
  return {
    method: 'conversations.list',
    arguments: {
      types,
      exclude_archived: true,
      limit: 1000,
      ...(cursor !== '' && { cursor }),
    },
  }
}

/** What a message that Slack lists carries; `undefined` if it is none of ours or carries nothing. */
export function factsOf(listed: unknown): Facts | undefined {
  const { metadata } = (listed ?? {}) as {
    metadata?: { event_type?: unknown; event_payload?: unknown }
  }
  const payload = metadata?.event_type === eventType ? metadata.event_payload : undefined
  return typeof payload === 'object' && payload !== null ? (payload as Facts) : undefined
}

/** Whether a message that Slack lists is the one that was posted under this id. */
export function hasId(listed: unknown, id: string): boolean {
  const { metadata } = (listed ?? {}) as {
    metadata?: { event_type?: unknown; event_payload?: { id?: unknown } }
  }
  return metadata?.event_type === eventType && metadata.event_payload?.id === id
}
