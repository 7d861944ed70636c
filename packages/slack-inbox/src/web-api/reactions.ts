import { addReaction, removeReaction } from '../interactivity/reactions.ts'
import type { JsonObject } from '../json.ts'
import type { InboxMessage } from '../workspace/message.ts'
import { isTs, knownChannel, messageAt } from './access.ts'
import { flag, pageOf, text } from './arguments.ts'
import {
  type ErrorResponse,
  type Method,
  type MethodCall,
  type MethodResult,
  type OrError,
  errorResponse,
  tier,
} from './method.ts'
import { permalink, wireMessage } from './wire-message.ts'

/** Adds an emoji to a message. */
export const reactionsAdd: Method = {
  name: 'reactions.add',
  arguments: { channel: 'text', name: 'text', timestamp: 'text' },
  required: ['name'],
  scopes: ['reactions:write'],
  callsPerMinute: tier.three,
  takesJson: true,
  isWriting: true,
  run: (call) => changeReaction(call, addReaction),
}

/** Removes an emoji that the app added. */
export const reactionsRemove: Method = {
  name: 'reactions.remove',
  arguments: {
    channel: 'text',
    file: 'text',
    file_comment: 'text',
    name: 'text',
    timestamp: 'text',
  },
  required: ['name'],
  scopes: ['reactions:write'],
  callsPerMinute: tier.two,
  takesJson: true,
  isWriting: true,
  run: (call) => fileError(call) ?? changeReaction(call, removeReaction),
}

function changeReaction(call: MethodCall, change: typeof addReaction): MethodResult {
  const found = reactedMessage(call)
  if (!found.ok) return found
  const { slack, caller, arguments: args } = call
  const error = change(slack, found.message, { name: text(args, 'name'), user: caller.userId })
  return error === undefined ? { ok: true } : errorResponse(error)
}

/** The inbox has no reactions to files. */
function fileError({ arguments: args }: MethodCall): ErrorResponse | undefined {
  if (text(args, 'file') !== '') return errorResponse('file_not_found')
  return text(args, 'file_comment') === '' ? undefined : errorResponse('file_comment_not_found')
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
    const ofFile = fileError(call)
    if (ofFile !== undefined) return ofFile
    const found = reactedMessage(call)
    return found.ok ? { ok: true, ...wireItem(call, found.message) } : found
  },
}

/** Lists the messages that a user reacted to, newest first. */
export const reactionsList: Method = {
  name: 'reactions.list',
  arguments: {
    count: 'number',
    cursor: 'text',
    full: 'flag',
    limit: 'number',
    page: 'number',
    team_id: 'text',
    user: 'text',
  },
  required: [],
  scopes: ['reactions:read'],
  callsPerMinute: tier.two,
  takesJson: false,
  isWriting: false,
  run(call) {
    const { slack, caller, arguments: args } = call
    const user = text(args, 'user') || caller.userId
    if (!slack.workspace.users.has(user)) return errorResponse('user_not_found')
    const reacted = [...slack.store.all()]
      .filter(({ reactions }) => reactions.some(({ users }) => users.includes(user)))
      .filter(({ channel }) => knownChannel(call, channel).ok)
      .toReversed()
    const page = pageOf(reacted, args, { key: ({ ts }) => ts, defaultLimit: 100, maxLimit: 1000 })
    if (!page.ok) return page
    return {
      ok: true,
      items: page.items.map((message) => wireItem(call, message)),
      response_metadata: { next_cursor: page.nextCursor },
    }
  },
}

function wireItem({ slack, arguments: args }: MethodCall, message: InboxMessage): JsonObject {
  return {
    type: 'message',
    channel: message.channel,
    message: {
      ...wireMessage(message, slack, { isFull: flag(args, 'full') }),
      permalink: permalink(message, slack.origin()),
    },
  }
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
