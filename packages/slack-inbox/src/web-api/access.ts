import type { JsonObject } from '../json.ts'
import type { InboxMessage } from '../workspace/message.ts'
import type { Author } from '../workspace/posting.ts'
import type { Channel } from '../workspace/workspace.ts'
import { optionalText, text } from './arguments.ts'
import {
  errorResponse,
  explainedError,
  type MethodCall,
  missingScope,
  type OrError,
} from './method.ts'

/** The channel with an id, if the caller may know that it exists. */
export function knownChannel(
  { slack, caller }: MethodCall,
  id: string,
): OrError<{ readonly channel: Channel }> {
  const channel = slack.workspace.channelById(id)
  const isKnown =
    channel !== undefined && (!channel.isPrivate || channel.members.has(caller.userId))
  return isKnown ? { ok: true, channel } : errorResponse('channel_not_found')
}

/** The channel in the argument `channel`, if the caller may post to it. */
export function postableChannel(call: MethodCall): OrError<{ readonly channel: Channel }> {
  const { slack, caller } = call
  const target = slack.workspace.target(text(call.arguments, 'channel'))
  if (target === undefined) return errorResponse('channel_not_found')
  const known = knownChannel(call, target.id)
  if (!known.ok) return known
  if (target.isArchived) return errorResponse('is_archived')
  const isMember = target.members.has(caller.userId)
  return isMember || caller.scopes.includes('chat:write.public')
    ? known
    : errorResponse('not_in_channel')
}

/** The name and icon of a message; others than the app's need `chat:write.customize`. */
export function author({
  caller,
  arguments: args,
}: MethodCall): OrError<{ readonly author: Author }> {
  const custom: Author = {
    username: optionalText(args, 'username'),
    iconEmoji: optionalText(args, 'icon_emoji'),
    iconUrl: optionalText(args, 'icon_url'),
  }
  const isCustom = Object.values(custom).some((value) => value !== undefined)
  return isCustom && !caller.scopes.includes('chat:write.customize')
    ? missingScope('chat:write.customize', caller)
    : { ok: true, author: custom }
}

/** The thread for a new message: the `ts` of a root in the same channel, not of a reply. */
export function thread(
  { slack, arguments: args }: MethodCall,
  channel: Channel,
): OrError<{ readonly threadTs: string | undefined }> {
  const threadTs = optionalText(args, 'thread_ts')
  if (threadTs === undefined) return { ok: true, threadTs }
  if (!isTs(threadTs))
    return explainedError('invalid_arguments', [
      'must be a valid timestamp [json-pointer:/thread_ts]',
    ])
  const root = slack.store.find(threadTs)
  return root === undefined || root.channel !== channel.id || root.isReply
    ? errorResponse('cannot_reply_to_message')
    : { ok: true, threadTs }
}

/** The message with `ts` in `channel`. Ephemeral messages cannot be found. */
export function messageAt(
  { slack }: MethodCall,
  channel: Channel,
  ts: string,
): InboxMessage | undefined {
  const message = slack.store.find(ts)
  return message?.channel === channel.id && message.onlyFor === undefined ? message : undefined
}

/** Whether names in plain text are mentions. */
export function linksNames(args: JsonObject): boolean {
  const linked = args['link_names']
  return (
    linked === true ||
    linked === 1 ||
    linked === 'true' ||
    linked === '1' ||
    args['parse'] === 'full'
  )
}

/** Whether `value` has ten digits, a dot and six digits. */
export function isTs(value: string): boolean {
  return /^\d{10}\.\d{6}$/.test(value)
}
