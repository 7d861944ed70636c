import { optionalText, text } from '../argument.ts'
import type { Json, JsonObject } from '../json.ts'
import type { InboxMessage } from '../message.ts'
import type { Author } from '../posting.ts'
import { refuse, refuseBecause } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'
import type { Identity } from '../tokens.ts'
import type { Channel } from '../workspace.ts'
import { missingScope } from './method.ts'
import type { MethodCall } from './method.ts'

interface ChannelFound {
  readonly ok: true
  readonly channel: Channel
}

/** The channel of an id, where the caller may know of it. */
export function knownChannel({ slack, identity }: MethodCall, id: string): ChannelFound | Refusal {
  const channel = slack.workspace.channelById(id)
  if (channel === undefined) return refuse('channel_not_found')
  return channel.isPrivate && !channel.members.has(identity.userId)
    ? refuse('channel_not_found')
    : { ok: true, channel }
}

/** The channel that `argument` names, where the caller may post to it. */
export function postableChannel(call: MethodCall, argument = 'channel'): ChannelFound | Refusal {
  const { slack, identity } = call
  const target = slack.workspace.target(text(call.arguments, argument))
  if (target === undefined) return refuse('channel_not_found')
  const known = knownChannel(call, target.id)
  if (!known.ok) return known
  if (target.isArchived) return refuse('is_archived')
  const isMember = target.members.has(identity.userId)
  return isMember || identity.scopes.includes('chat:write.public')
    ? known
    : refuse('not_in_channel')
}

/** How the message signs: only with `chat:write.customize` otherwise than as the app. */
export function author(
  args: JsonObject,
  identity: Identity,
): { readonly ok: true; readonly author: Author } | Refusal {
  const signing: Author = {
    username: optionalText(args, 'username'),
    iconEmoji: optionalText(args, 'icon_emoji'),
    iconUrl: optionalText(args, 'icon_url'),
  }
  const isCustom = Object.values(signing).some((value) => value !== undefined)
  return isCustom && !identity.scopes.includes('chat:write.customize')
    ? missingScope('chat:write.customize', identity)
    : { ok: true, author: signing }
}

/** The thread a message goes to: the `ts` of a root in the same channel, never of a reply. */
export function thread(
  { slack, arguments: args }: MethodCall,
  channel: Channel,
): { readonly ok: true; readonly threadTs: string | undefined } | Refusal {
  const threadTs = optionalText(args, 'thread_ts')
  if (threadTs === undefined) return { ok: true, threadTs }
  if (!isTs(threadTs))
    return refuseBecause('invalid_arguments', [
      'must be a valid timestamp [json-pointer:/thread_ts]',
    ])
  const root = slack.store.find(threadTs)
  return root === undefined || root.channel !== channel.id || root.isReply
    ? refuse('cannot_reply_to_message')
    : { ok: true, threadTs }
}

/** The message of `ts` in `channel`; ephemeral ones cannot be found again. */
export function messageAt(
  { slack }: MethodCall,
  channel: Channel,
  ts: string,
): InboxMessage | undefined {
  const message = slack.store.find(ts)
  return message?.channel === channel.id && message.onlyFor === undefined ? message : undefined
}

/** Whether names in plain text mention. */
export function findsNames(args: JsonObject): boolean {
  const linked: Json | undefined = args['link_names']
  return (
    linked === true ||
    linked === 1 ||
    linked === 'true' ||
    linked === '1' ||
    args['parse'] === 'full'
  )
}

/** Ten digits, a dot and six digits. */
export function isTs(value: string): boolean {
  return /^\d{10}\.\d{6}$/.test(value)
}
