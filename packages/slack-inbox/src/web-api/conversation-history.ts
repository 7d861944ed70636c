import type { JsonObject } from '../json.ts'
import type { InboxMessage } from '../workspace/message.ts'
import type { Channel } from '../workspace/workspace.ts'
import { knownChannel } from './access.ts'
import { flag, pageOf, text } from './arguments.ts'
import { scopeFor } from './conversations.ts'
import {
  type Method,
  type MethodCall,
  missingScope,
  errorResponse,
  type OrError,
  tier,
} from './method.ts'
import { wireMessage } from './wire-message.ts'

/** Returns the messages that a channel shows, newest first. */
export const conversationsHistory: Method = {
  name: 'conversations.history',
  arguments: {
    channel: 'text',
    cursor: 'text',
    include_all_metadata: 'flag',
    inclusive: 'flag',
    latest: 'text',
    limit: 'number',
    oldest: 'text',
  },
  required: ['channel'],
  scopes: [],
  callsPerMinute: tier.three,
  takesJson: true,
  isWriting: false,
  run(call) {
    const { slack, arguments: args } = call
    const readable = readableChannel(call)
    if (!readable.ok) return readable
    const { id } = readable.channel
    const shown = slack.store.shown().filter(({ channel }) => channel === id)
    const within = inTime(shown.toReversed(), args)
    if (!within.ok) return within
    const page = pageOf(within.messages, args, {
      key: ({ ts }) => ts,
      defaultLimit: 100,
      maxLimit: 999,
    })
    if (!page.ok) return page
    return {
      ok: true,
      messages: page.items.map((message) => wire(message, call)),
      has_more: page.hasMore,
      pin_count: 0,
      channel_actions_ts: null,
      channel_actions_count: 0,
      response_metadata: { next_cursor: page.nextCursor },
    }
  },
}

/** Returns the messages of a thread, oldest first. */
export const conversationsReplies: Method = {
  name: 'conversations.replies',
  arguments: {
    channel: 'text',
    cursor: 'text',
    include_all_metadata: 'flag',
    inclusive: 'flag',
    latest: 'text',
    limit: 'number',
    oldest: 'text',
    ts: 'text',
  },
  required: ['channel', 'ts'],
  scopes: [],
  callsPerMinute: tier.three,
  takesJson: false,
  isWriting: false,
  run(call) {
    const { slack, arguments: args } = call
    const readable = readableChannel(call)
    if (!readable.ok) return readable
    const message = slack.store.find(text(args, 'ts'))
    if (message?.channel !== readable.channel.id) return errorResponse('thread_not_found')
    const within = inTime(slack.store.thread(message.threadTs ?? message.ts), args)
    if (!within.ok) return within
    const page = pageOf(within.messages, args, {
      key: ({ ts }) => ts,
      defaultLimit: 1000,
      maxLimit: 1000,
    })
    if (!page.ok) return page
    return {
      ok: true,
      messages: page.items.map((each) => wire(each, call)),
      has_more: page.hasMore,
      response_metadata: { next_cursor: page.nextCursor },
    }
  },
}

function readableChannel(call: MethodCall): OrError<{ readonly channel: Channel }> {
  const { caller } = call
  const known = knownChannel(call, text(call.arguments, 'channel'))
  if (!known.ok) return known
  const scope = scopeFor(known.channel, 'history')
  if (!caller.scopes.includes(scope)) return missingScope(scope, caller)
  return known.channel.members.has(caller.userId) ? known : errorResponse('not_in_channel')
}

/** The messages between `oldest` and `latest`, without ephemeral ones. */
function inTime(
  messages: readonly InboxMessage[],
  args: JsonObject,
): OrError<{ readonly messages: readonly InboxMessage[] }> {
  const oldest = time(args, 'oldest')
  if (Number.isNaN(oldest)) return errorResponse('invalid_ts_oldest')
  const latest = time(args, 'latest')
  if (Number.isNaN(latest)) return errorResponse('invalid_ts_latest')
  const isInclusive = flag(args, 'inclusive')
  const isWithin = ({ ts, onlyFor }: InboxMessage): boolean => {
    const at = Number(ts)
    const isBetween = at > (oldest ?? 0) && at < (latest ?? Infinity)
    return onlyFor === undefined && (isBetween || (isInclusive && (at === oldest || at === latest)))
  }
  return { ok: true, messages: messages.filter(isWithin) }
}

/** A time in seconds; undefined if it is missing, NaN if it is invalid. */
function time(args: JsonObject, name: string): number | undefined {
  const value = text(args, name)
  if (value === '' || value === 'now') return undefined
  return /^\d{1,11}(\.\d{1,6})?$/.test(value) ? Number(value) : Number.NaN
}

function wire(message: InboxMessage, { slack, arguments: args }: MethodCall): JsonObject {
  const metadata = flag(args, 'include_all_metadata') ? message.metadata : undefined
  return { ...wireMessage(message, slack), ...(metadata === undefined ? {} : { metadata }) }
}
