import type { JsonObject } from '../json.ts'
import { countCharacters } from '../validate/limits.ts'
import type { InboxMessage } from '../workspace/message.ts'
import { maxMessageText } from '../workspace/posting.ts'
import { knownChannel, messageAt } from './access.ts'
import { flag, text } from './arguments.ts'
import { type Content, contentArguments, readContent } from './content.ts'
import { errorResponse, type Method, tier } from './method.ts'
import { permalink, wireMessage } from './wire-message.ts'

/** Edits a message of the app. */
export const chatUpdate: Method = {
  name: 'chat.update',
  arguments: {
    ...contentArguments,
    as_user: 'flag',
    channel: 'text',
    file_ids: 'json',
    reply_broadcast: 'flag',
    ts: 'text',
    unfurled_attachments: 'json',
  },
  required: ['channel', 'ts'],
  scopes: ['chat:write'],
  callsPerMinute: tier.three,
  takesJson: true,
  isWriting: true,
  run(call) {
    const { slack, caller, arguments: args } = call
    const known = knownChannel(call, text(args, 'channel'))
    if (!known.ok) return known
    if (known.channel.isArchived) return errorResponse('is_inactive')
    const message = messageAt(call, known.channel, text(args, 'ts'))
    if (message === undefined) return errorResponse('message_not_found')
    if (message.user !== caller.userId || message.via === 'webhook')
      return errorResponse('cant_update_message')
    if (countCharacters(text(args, 'text')) > maxMessageText) return errorResponse('msg_too_long')
    const content = readContent(args)
    if (!content.ok) return content
    const now = slack.clock.now()
    const changes = { ...changed(message, content, args), editedTs: slack.tsCounter.next(now) }
    const edited = slack.store.edit(message, changes, now)
    return {
      ok: true,
      channel: edited.channel,
      ts: edited.ts,
      text: edited.text,
      message: wireMessage(edited, slack),
    }
  },
}

/** Without `metadata` the message keeps its metadata; an empty object removes it. */
function changed(message: InboxMessage, content: Content, args: JsonObject): Partial<InboxMessage> {
  const { text: newText, blocks, attachments, metadata = message.metadata } = content
  const isBroadcast = message.isBroadcast || (message.isReply && flag(args, 'reply_broadcast'))
  const isEmpty = metadata !== undefined && Object.keys(metadata).length === 0
  return {
    text: newText,
    blocks,
    attachments,
    metadata: isEmpty ? undefined : metadata,
    isBroadcast,
  }
}

/** Deletes a message of the app. */
export const chatDelete: Method = {
  name: 'chat.delete',
  arguments: { as_user: 'flag', channel: 'text', ts: 'text' },
  required: ['channel', 'ts'],
  scopes: ['chat:write'],
  callsPerMinute: tier.three,
  takesJson: true,
  isWriting: true,
  run(call) {
    const { slack, caller, arguments: args } = call
    const known = knownChannel(call, text(args, 'channel'))
    if (!known.ok) return known
    const message = messageAt(call, known.channel, text(args, 'ts'))
    if (message === undefined) return errorResponse('message_not_found')
    if (known.channel.isArchived || message.user !== caller.userId || message.via === 'webhook')
      return errorResponse('cant_delete_message')
    slack.store.delete(message)
    return { ok: true, channel: message.channel, ts: message.ts }
  },
}

/** Returns the address of a message. */
export const chatGetPermalink: Method = {
  name: 'chat.getPermalink',
  arguments: { channel: 'text', message_ts: 'text' },
  required: ['channel', 'message_ts'],
  scopes: [],
  callsPerMinute: tier.special,
  takesJson: false,
  isWriting: false,
  run(call) {
    const known = knownChannel(call, text(call.arguments, 'channel'))
    if (!known.ok) return known
    const message = messageAt(call, known.channel, text(call.arguments, 'message_ts'))
    if (message === undefined) return errorResponse('message_not_found')
    return {
      ok: true,
      channel: message.channel,
      permalink: permalink(message, call.slack.origin()),
    }
  },
}
