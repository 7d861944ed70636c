import { text } from '../argument.ts'
import { readContent } from '../content.ts'
import { wireMessage } from '../wire-message.ts'
import { refuse } from './method.ts'
import type { Method } from './method.ts'

export const chatUpdate: Method = {
  name: 'chat.update',
  run({ slack, arguments: args }) {
    const channel = slack.workspace.channelById(text(args, 'channel'))
    if (channel === undefined) return refuse('channel_not_found')
    if (channel.isArchived) return refuse('is_inactive')
    const message = slack.store.find(text(args, 'ts'))
    if (message?.channel !== channel.id) return refuse('message_not_found')
    const content = readContent(args)
    if (!content.ok) return content
    const now = slack.clock.now()
    const changes = {
      text: content.text,
      blocks: content.blocks,
      attachments: content.attachments,
      editedTs: slack.tsCounter.next(now),
    }
    const edited = slack.store.edit(message, changes, now)
    return {
      ok: true,
      channel: channel.id,
      ts: edited.ts,
      text: edited.text,
      message: wireMessage(edited),
    }
  },
}
