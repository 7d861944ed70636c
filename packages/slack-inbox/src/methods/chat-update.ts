import { flag, text } from '../argument.ts'
import { readContent } from '../content.ts'
import type { Content } from '../content.ts'
import type { JsonObject } from '../json.ts'
import { maxMessageText } from '../long-text.ts'
import type { InboxMessage } from '../message.ts'
import { refuse } from '../refusal.ts'
import { countCharacters } from '../validate/issue.ts'
import { wireMessage } from '../wire-message.ts'
import { knownChannel, messageAt } from './access.ts'
import { tier } from './method.ts'
import type { Method } from './method.ts'

/** Changes a message of the app in place. */
export const chatUpdate: Method = {
  name: 'chat.update',
  arguments: {
    as_user: 'flag',
    attachments: 'json',
    blocks: 'json',
    channel: 'text',
    file_ids: 'json',
    link_names: 'flag',
    markdown_text: 'text',
    metadata: 'json',
    parse: 'text',
    reply_broadcast: 'flag',
    text: 'text',
    ts: 'text',
    unfurled_attachments: 'json',
  },
  required: ['channel', 'ts'],
  scopes: ['chat:write'],
  callsPerMinute: tier.three,
  takesJson: true,
  isWriting: true,
  run(call) {
    const { slack, identity, arguments: args } = call
    const known = knownChannel(call, text(args, 'channel'))
    if (!known.ok) return known
    if (known.channel.isArchived) return refuse('is_inactive')
    const message = messageAt(call, known.channel, text(args, 'ts'))
    if (message === undefined) return refuse('message_not_found')
    if (message.user !== identity.userId || message.via === 'webhook')
      return refuse('cant_update_message')
    if (countCharacters(text(args, 'text')) > maxMessageText) return refuse('msg_too_long')
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

/** Metadata stays unless it is given; an empty object removes it. */
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
