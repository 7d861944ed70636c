import { flag, number } from '../argument.ts'
import { readContent } from '../content.ts'
import type { Json } from '../json.ts'
import { post } from '../posting.ts'
import { refuse } from '../refusal.ts'
import { app } from '../workspace.ts'
import { findsNames, postableChannel, thread } from './access.ts'
import { truncationNote } from './chat-post-message.ts'
import { tier } from './method.ts'
import type { Method, MethodCall } from './method.ts'

const maxAheadSeconds = 120 * 24 * 60 * 60

/** Sends a message later. */
export const chatScheduleMessage: Method = {
  name: 'chat.scheduleMessage',
  arguments: {
    as_user: 'flag',
    attachments: 'json',
    blocks: 'json',
    channel: 'text',
    link_names: 'flag',
    markdown_text: 'text',
    metadata: 'json',
    parse: 'text',
    post_at: 'number',
    reply_broadcast: 'flag',
    text: 'text',
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
    const timeError = wrongTime(call, channel.id, postAt)
    if (timeError !== undefined) return refuse(timeError)
    const content = readContent(args)
    if (!content.ok) return content
    const inThread = thread(call, channel)
    if (!inThread.ok) return inThread
    const isBroadcast = flag(args, 'reply_broadcast')
    const posting = {
      channel,
      content,
      via: 'scheduled',
      threadTs: inThread.threadTs,
      isBroadcast,
      findsNames: findsNames(args),
    } as const
    const id = slack.schedule.add(channel.id, postAt, () => {
      post(slack, posting)
    })
    const { text, blocks } = content
    const message: Json = { type: 'delayed_message', text, bot_id: app.botId, blocks }
    return {
      ok: true,
      channel: channel.id,
      scheduled_message_id: id,
      post_at: postAt,
      message,
      ...truncationNote(args),
    }
  },
}

function wrongTime({ slack }: MethodCall, channel: string, postAt: number): string | undefined {
  if (!Number.isInteger(postAt)) return 'invalid_time'
  const aheadSeconds = postAt - slack.clock.now() / 1000
  if (aheadSeconds <= 0) return 'time_in_past'
  if (aheadSeconds > maxAheadSeconds) return 'time_too_far'
  return slack.schedule.isFull(channel, postAt) ? 'restricted_too_many' : undefined
}
