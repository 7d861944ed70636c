import { flag, text } from '../argument.ts'
import type { JsonObject } from '../json.ts'
import type { InboxMessage } from '../message.ts'
import { refuse } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'
import type { Channel } from '../workspace.ts'
import { wireMessage } from '../wire-message.ts'
import { knownChannel } from './access.ts'
import { scopeFor } from './conversations.ts'
import { missingScope, tier } from './method.ts'
import type { Method, MethodCall } from './method.ts'
import { pageOf } from './paging.ts'

/** Tells what a channel shows, youngest first. */
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
    const shown = [...slack.store.all()].filter(
      (message) =>
        message.channel === readable.channel.id && (!message.isReply || message.isBroadcast),
    )
    const within = inTime(shown.toReversed(), args)
    if (!within.ok) return within
    const page = pageOf(within.messages, args, { key: tsOf, defaultLimit: 100, maxLimit: 999 })
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

/** Tells what a thread holds, oldest first. */
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
    if (message?.channel !== readable.channel.id) return refuse('thread_not_found')
    const within = inTime(slack.store.thread(message.threadTs ?? message.ts), args)
    if (!within.ok) return within
    const page = pageOf(within.messages, args, { key: tsOf, defaultLimit: 1000, maxLimit: 1000 })
    if (!page.ok) return page
    return {
      ok: true,
      messages: page.items.map((each) => wire(each, call)),
      has_more: page.hasMore,
      response_metadata: { next_cursor: page.nextCursor },
    }
  },
}

function readableChannel(
  call: MethodCall,
): { readonly ok: true; readonly channel: Channel } | Refusal {
  const { identity } = call
  const known = knownChannel(call, text(call.arguments, 'channel'))
  if (!known.ok) return known
  const scope = scopeFor(known.channel, 'history')
  if (!identity.scopes.includes(scope)) return missingScope(scope, identity)
  return known.channel.members.has(identity.userId) ? known : refuse('not_in_channel')
}

/** What lies between `oldest` and `latest`; ephemeral messages are in no history. */
function inTime(
  messages: readonly InboxMessage[],
  args: JsonObject,
): { readonly ok: true; readonly messages: readonly InboxMessage[] } | Refusal {
  const oldest = time(args, 'oldest')
  if (Number.isNaN(oldest)) return refuse('invalid_ts_oldest')
  const latest = time(args, 'latest')
  if (Number.isNaN(latest)) return refuse('invalid_ts_latest')
  const isInclusive = flag(args, 'inclusive')
  const isWithin = ({ ts, onlyFor }: InboxMessage): boolean => {
    const at = Number(ts)
    const isBetween = at > (oldest ?? 0) && at < (latest ?? Infinity)
    return onlyFor === undefined && (isBetween || (isInclusive && (at === oldest || at === latest)))
  }
  return { ok: true, messages: messages.filter((message) => isWithin(message)) }
}

/** A time in seconds; undefined where it is not given, NaN where it is none. */
function time(args: JsonObject, name: string): number | undefined {
  const value = text(args, name)
  if (value === '' || value === 'now') return undefined
  return /^\d{1,11}(\.\d{1,6})?$/.test(value) ? Number(value) : Number.NaN
}

function wire(message: InboxMessage, { slack, arguments: args }: MethodCall): JsonObject {
  const metadata = flag(args, 'include_all_metadata') ? message.metadata : undefined
  return { ...wireMessage(message, slack), ...(metadata === undefined ? {} : { metadata }) }
}

function tsOf(message: InboxMessage): string {
  return message.ts
}
