import { text } from '../argument.ts'
import { readContent } from '../content.ts'
import { maxTruncatedText } from '../long-text.ts'
import { post } from '../posting.ts'
import { refuse } from '../refusal.ts'
import { countCharacters } from '../validate/issue.ts'
import { author, findsNames, postableChannel, thread } from './access.ts'
import { tier } from './method.ts'
import type { Method } from './method.ts'

/** Shows a message to one user of a channel. */
export const chatPostEphemeral: Method = {
  name: 'chat.postEphemeral',
  arguments: {
    as_user: 'flag',
    attachments: 'json',
    blocks: 'json',
    channel: 'text',
    icon_emoji: 'text',
    icon_url: 'text',
    link_names: 'flag',
    markdown_text: 'text',
    metadata: 'json',
    parse: 'text',
    text: 'text',
    thread_ts: 'text',
    user: 'text',
    username: 'text',
  },
  required: ['channel', 'user'],
  scopes: ['chat:write'],
  callsPerMinute: tier.four,
  takesJson: true,
  isWriting: true,
  run(call) {
    const { slack, identity, arguments: args } = call
    const target = postableChannel(call)
    if (!target.ok) return target
    const user = text(args, 'user')
    if (!target.channel.members.has(user)) return refuse('user_not_in_channel')
    const signed = author(args, identity)
    if (!signed.ok) return signed
    if (countCharacters(text(args, 'text')) > maxTruncatedText) return refuse('msg_too_long')
    const content = readContent(args)
    if (!content.ok) return content
    const inThread = thread(call, target.channel)
    if (!inThread.ok) return inThread
    const message = post(slack, {
      channel: target.channel,
      content,
      via: 'webApi',
      threadTs: inThread.threadTs,
      author: signed.author,
      onlyFor: user,
      findsNames: findsNames(args),
    })
    return { ok: true, message_ts: message.ts }
  },
}
