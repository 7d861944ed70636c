import { text } from '../argument.ts'
import { refuse } from '../refusal.ts'
import { permalink } from '../wire-message.ts'
import { knownChannel, messageAt } from './access.ts'
import { tier } from './method.ts'
import type { Method } from './method.ts'

/** Tells where a message can be opened. */
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
    if (message === undefined) return refuse('message_not_found')
    return {
      ok: true,
      channel: message.channel,
      permalink: permalink(message, call.slack.origin()),
    }
  },
}
