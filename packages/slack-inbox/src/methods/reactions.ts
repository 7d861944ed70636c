import { text } from '../argument.ts'
import type { InboxMessage } from '../message.ts'
import { refuse } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'
import { permalink, wireMessage } from '../wire-message.ts'
import { isTs, knownChannel, messageAt } from './access.ts'
import { tier } from './method.ts'
import type { Method, MethodCall } from './method.ts'

/** As many different reactions as a message of Slack carries. */
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
    if (!/^[a-z\d_+'-]{1,100}(::skin-tone-[2-6])?$/.test(name)) return refuse('invalid_name')
    const channel = call.slack.workspace.channelById(found.message.channel)
    if (channel?.isArchived === true) return refuse('is_archived')
    return react(call, found.message, name)
  },
}

function react(
  { slack, identity }: MethodCall,
  message: InboxMessage,
  name: string,
): { readonly ok: true } | Refusal {
  const reactions = message.reactions
  const same = reactions.find((reaction) => reaction.name === name)
  if (same?.users.includes(identity.userId) === true) return refuse('already_reacted')
  if (same === undefined && reactions.length >= maxReactions) return refuse('too_many_emoji')
  const mine = { name, users: [...(same?.users ?? []), identity.userId] }
  const others = reactions.filter((reaction) => reaction !== same)
  slack.store.change({ ...message, reactions: [...others, mine] })
  return { ok: true }
}

/** Tells the emoji on a message. */
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
    if (text(call.arguments, 'file') !== '') return refuse('file_not_found')
    if (text(call.arguments, 'file_comment') !== '') return refuse('file_comment_not_found')
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

function reactedMessage(
  call: MethodCall,
): { readonly ok: true; readonly message: InboxMessage } | Refusal {
  const channelId = text(call.arguments, 'channel')
  const timestamp = text(call.arguments, 'timestamp')
  if (channelId === '' || timestamp === '') return refuse('no_item_specified')
  if (!isTs(timestamp)) return refuse('bad_timestamp')
  const known = knownChannel(call, channelId)
  if (!known.ok) return known
  const message = messageAt(call, known.channel, timestamp)
  return message === undefined ? refuse('message_not_found') : { ok: true, message }
}
