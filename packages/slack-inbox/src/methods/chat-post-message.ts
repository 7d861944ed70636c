import { flag, text } from '../argument.ts'
import { readContent } from '../content.ts'
import type { JsonObject } from '../json.ts'
import { maxTruncatedText, truncationWarning } from '../long-text.ts'
import { post } from '../posting.ts'
import { countCharacters } from '../validate/issue.ts'
import { wireMessage } from '../wire-message.ts'
import { author, findsNames, postableChannel, thread } from './access.ts'
import { tier } from './method.ts'
import type { Method } from './method.ts'

/** Sends a message to a channel. */
export const chatPostMessage: Method = {
  name: 'chat.postMessage',
  arguments: {
    as_user: 'flag',
    attachments: 'json',
    blocks: 'json',
    channel: 'text',
    current_draft_last_updated_ts: 'text',
    icon_emoji: 'text',
    icon_url: 'text',
    link_names: 'flag',
    markdown_text: 'text',
    metadata: 'json',
    mrkdwn: 'flag',
    parse: 'text',
    reply_broadcast: 'flag',
    text: 'text',
    thread_ts: 'text',
    unfurl_links: 'flag',
    unfurl_media: 'flag',
    username: 'text',
  },
  required: ['channel'],
  scopes: ['chat:write'],
  callsPerMinute: tier.special,
  takesJson: true,
  isWriting: true,
  run(call) {
    const { slack, identity, arguments: args } = call
    const target = postableChannel(call)
    if (!target.ok) return target
    const { channel } = target
    const retryAfter = slack.rateLimits.messageWait(channel.id)
    if (retryAfter !== undefined) return { ok: 'tooSoon', retryAfter }
    const signed = author(args, identity)
    if (!signed.ok) return signed
    const content = readContent(args)
    if (!content.ok) return content
    const inThread = thread(call, channel)
    if (!inThread.ok) return inThread
    const message = post(slack, {
      channel,
      content,
      via: 'webApi',
      threadTs: inThread.threadTs,
      isBroadcast: flag(args, 'reply_broadcast'),
      author: signed.author,
      findsNames: findsNames(args),
    })
    return {
      ok: true,
      channel: channel.id,
      ts: message.ts,
      message: wireMessage(message, slack),
      ...truncationNote(args),
    }
  },
}

/** What Slack adds when it has cut the text off. */
export function truncationNote(args: JsonObject): JsonObject {
  return countCharacters(text(args, 'text')) <= maxTruncatedText
    ? {}
    : {
        warning: 'message_truncated',
        response_metadata: { warnings: ['message_truncated'], messages: [truncationWarning] },
      }
}
