import type { JsonObject } from '../json.ts'
import { countCharacters } from '../validate/limits.ts'
import { maxTruncatedText, post, type Posting } from '../workspace/posting.ts'
import { app } from '../workspace/workspace.ts'
import { author, linksNames, postableChannel, thread } from './access.ts'
import { flag, number, text } from './arguments.ts'
import { contentArguments, readContent } from './content.ts'
import { errorResponse, type Method, type MethodCall, tier } from './method.ts'
import { wireMessage } from './wire-message.ts'

/** Posts a message to a channel. */
export const chatPostMessage: Method = {
  name: 'chat.postMessage',
  arguments: {
    ...contentArguments,
    as_user: 'flag',
    channel: 'text',
    current_draft_last_updated_ts: 'text',
    icon_emoji: 'text',
    icon_url: 'text',
    mrkdwn: 'flag',
    reply_broadcast: 'flag',
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
    const { slack, arguments: args } = call
    const target = postableChannel(call)
    if (!target.ok) return target
    const { channel } = target
    const retryAfter = slack.rateLimits.messageWait(channel.id)
    if (retryAfter !== undefined) return { ok: 'rateLimited', retryAfter }
    const signed = author(call)
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
      linksNames: linksNames(args),
    })
    return {
      ok: true,
      channel: channel.id,
      ts: message.ts,
      message: wireMessage(message, slack),
      ...truncationWarning(args),
    }
  },
}

/** Slack's warning if it truncates the text. */
function truncationWarning(args: JsonObject): JsonObject {
  if (countCharacters(text(args, 'text')) <= maxTruncatedText) return {}
  const message =
    '[WARN] Your message was truncated but still posted. The `text` field accepts up to 40,000 characters.'
  return {
    warning: 'message_truncated',
    response_metadata: { warnings: ['message_truncated'], messages: [message] },
  }
}

/** Shows a message to one user of a channel. */
export const chatPostEphemeral: Method = {
  name: 'chat.postEphemeral',
  arguments: {
    ...contentArguments,
    as_user: 'flag',
    channel: 'text',
    icon_emoji: 'text',
    icon_url: 'text',
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
    const { slack, arguments: args } = call
    const target = postableChannel(call)
    if (!target.ok) return target
    const user = text(args, 'user')
    if (!target.channel.members.has(user)) return errorResponse('user_not_in_channel')
    const signed = author(call)
    if (!signed.ok) return signed
    if (countCharacters(text(args, 'text')) > maxTruncatedText) return errorResponse('msg_too_long')
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
      linksNames: linksNames(args),
    })
    return { ok: true, message_ts: message.ts }
  },
}

const maxAheadSeconds = 120 * 24 * 60 * 60

/** Posts a message at a later time. */
export const chatScheduleMessage: Method = {
  name: 'chat.scheduleMessage',
  arguments: {
    ...contentArguments,
    as_user: 'flag',
    channel: 'text',
    post_at: 'number',
    reply_broadcast: 'flag',
    thread_ts: 'text',
    unfurl_links: 'flag',
    unfurl_media: 'flag',
  },
  required: ['channel', 'post_at'],
  scopes: ['chat:write'],
  callsPerMinute: tier.three,
  takesJson: true,
  isWriting: true,
  run(call) {
    const { slack, arguments: args } = call
    const target = postableChannel(call)
    if (!target.ok) return target
    const { channel } = target
    const postAt = number(args, 'post_at') ?? 0
    const timeError = scheduleError(call, channel.id, postAt)
    if (timeError !== undefined) return errorResponse(timeError)
    const content = readContent(args)
    if (!content.ok) return content
    const inThread = thread(call, channel)
    if (!inThread.ok) return inThread
    const posting: Posting = {
      channel,
      content,
      via: 'scheduled',
      threadTs: inThread.threadTs,
      isBroadcast: flag(args, 'reply_broadcast'),
      linksNames: linksNames(args),
    }
    const id = slack.schedule.add(channel.id, postAt, () => {
      post(slack, posting)
    })
    return {
      ok: true,
      channel: channel.id,
      scheduled_message_id: id,
      post_at: postAt,
      message: {
        type: 'delayed_message',
        text: content.text,
        bot_id: app.botId,
        blocks: content.blocks,
      },
      ...truncationWarning(args),
    }
  },
}

function scheduleError({ slack }: MethodCall, channel: string, postAt: number): string | undefined {
  if (!Number.isInteger(postAt)) return 'invalid_time'
  const aheadSeconds = postAt - slack.clock.now() / 1000
  if (aheadSeconds <= 0) return 'time_in_past'
  if (aheadSeconds > maxAheadSeconds) return 'time_too_far'
  return slack.schedule.isFull(channel, postAt) ? 'restricted_too_many' : undefined
}
