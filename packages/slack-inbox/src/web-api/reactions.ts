import type { InboxMessage } from '../workspace/message.ts'
import { isTs, knownChannel, messageAt } from './access.ts'
import { text } from './arguments.ts'
import {
  type Method,
  type MethodCall,
  type MethodResult,
  type OrError,
  errorResponse,
  tier,
} from './method.ts'
import { permalink, wireMessage } from './wire-message.ts'

/** How many different reactions Slack allows on a message. */
const maxReactions = 23

/** Adds an emoji to a message. */
export const reactionsAdd: Method = {
  name: 'reactions.add',
  arguments: { channel: 'text', name: 'text', timestamp: 'text' },
  required: ['name'],
  scopes: ['reactions:write'],
  callsPerMinute: tier.three,
  takesJson: true,
  isWriting: true,
  run(call) {
    const found = reactedMessage(call)
    if (!found.ok) return found
    const name = text(call.arguments, 'name').replaceAll(/^:|:$/g, '')
    if (!/^[a-z\d_+'-]{1,100}(::skin-tone-[2-6])?$/.test(name)) return errorResponse('invalid_name')
    const channel = call.slack.workspace.channelById(found.message.channel)
    if (channel?.isArchived === true) return errorResponse('is_archived')
    return react(call, found.message, name)
  },
}

function react({ slack, caller }: MethodCall, message: InboxMessage, name: string): MethodResult {
  const reactions = message.reactions
  const same = reactions.find((reaction) => reaction.name === name)
  if (same?.users.includes(caller.userId) === true) return errorResponse('already_reacted')
  if (same === undefined && reactions.length >= maxReactions) return errorResponse('too_many_emoji')
  const mine = { name, users: [...(same?.users ?? []), caller.userId] }
  const others = reactions.filter((reaction) => reaction !== same)
  slack.store.change({ ...message, reactions: [...others, mine] })
  return { ok: true }
}

/** Returns the reactions to a message. */
export const reactionsGet: Method = {
  name: 'reactions.get',
  arguments: {
    channel: 'text',
    file: 'text',
    file_comment: 'text',
    full: 'flag',
    timestamp: 'text',
  },
  required: [],
  scopes: ['reactions:read'],
  callsPerMinute: tier.three,
  takesJson: false,
  isWriting: false,
  run(call) {
    if (text(call.arguments, 'file') !== '') return errorResponse('file_not_found')
    if (text(call.arguments, 'file_comment') !== '') return errorResponse('file_comment_not_found')
    const found = reactedMessage(call)
    if (!found.ok) return found
    const { slack } = call
    return {
      ok: true,
      type: 'message',
      channel: found.message.channel,
      message: {
        ...wireMessage(found.message, slack),
        permalink: permalink(found.message, slack.origin()),
      },
    }
  },
}

function reactedMessage(call: MethodCall): OrError<{ readonly message: InboxMessage }> {
  const channelId = text(call.arguments, 'channel')
  const timestamp = text(call.arguments, 'timestamp')
  if (channelId === '' || timestamp === '') return errorResponse('no_item_specified')
  if (!isTs(timestamp)) return errorResponse('bad_timestamp')
  const known = knownChannel(call, channelId)
  if (!known.ok) return known
  const message = messageAt(call, known.channel, timestamp)
  return message === undefined ? errorResponse('message_not_found') : { ok: true, message }
}
