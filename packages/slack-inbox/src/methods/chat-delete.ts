import { text } from '../argument.ts'
import { refuse } from '../refusal.ts'
import { knownChannel, messageAt } from './access.ts'
import { tier } from './method.ts'
import type { Method } from './method.ts'

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
    const { slack, identity, arguments: args } = call
    const known = knownChannel(call, text(args, 'channel'))
    if (!known.ok) return known
    const message = messageAt(call, known.channel, text(args, 'ts'))
    if (message === undefined) return refuse('message_not_found')
    if (known.channel.isArchived || message.user !== identity.userId || message.via === 'webhook')
      return refuse('cant_delete_message')
    slack.store.delete(message)
    return { ok: true, channel: message.channel, ts: message.ts }
  },
}
