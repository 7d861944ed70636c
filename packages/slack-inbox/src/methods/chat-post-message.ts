import { flag, text } from '../argument.ts'
import { readContent } from '../content.ts'
import { post } from '../posting.ts'
import { wireMessage } from '../wire-message.ts'
import { refuse } from './method.ts'
import type { Method } from './method.ts'

export const chatPostMessage: Method = {
  name: 'chat.postMessage',
  run({ slack, arguments: args }) {
    const channel = slack.workspace.target(text(args, 'channel'))
    if (channel === undefined) return refuse('channel_not_found')
    if (channel.isArchived) return refuse('is_archived')
    const content = readContent(args)
    if (!content.ok) return content
    const message = post(slack, {
      channel,
      content,
      via: 'webApi',
      threadTs: text(args, 'thread_ts') || undefined,
      isBroadcast: flag(args, 'reply_broadcast'),
    })
    return { ok: true, channel: channel.id, ts: message.ts, message: wireMessage(message) }
  },
}
