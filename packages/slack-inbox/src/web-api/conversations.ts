import type { JsonObject } from '../json.ts'
import { type Channel, team } from '../workspace/workspace.ts'
import { knownChannel } from './access.ts'
import { flag, pageOf, text } from './arguments.ts'
import { type Method, missingScope, errorResponse, tier } from './method.ts'

/** Slack's types of conversations. */
type Kind = 'public_channel' | 'private_channel' | 'im' | 'mpim'

/** The first part of the scopes that allow an app to see and read it. */
const scopePrefix: Readonly<Record<Kind, string>> = {
  public_channel: 'channels',
  private_channel: 'groups',
  im: 'im',
  mpim: 'mpim',
}

function kindOf(channel: Channel): Kind {
  if (channel.directUser !== undefined) return 'im'
  return channel.isPrivate ? 'private_channel' : 'public_channel'
}

/** The scope for reading a channel's properties, or its messages. */
export function scopeFor(channel: Channel, what: 'read' | 'history'): string {
  return `${scopePrefix[kindOf(channel)]}:${what}`
}

/** Lists the channels. */
export const conversationsList: Method = {
  name: 'conversations.list',
  arguments: {
    cursor: 'text',
    exclude_archived: 'flag',
    limit: 'number',
    team_id: 'text',
    types: 'text',
  },
  required: [],
  scopes: [],
  callsPerMinute: tier.two,
  takesJson: false,
  isWriting: false,
  run({ slack, caller, arguments: args }) {
    const types = (text(args, 'types') || 'public_channel').split(',').map((each) => each.trim())
    const kinds = types.filter((each): each is Kind => Object.hasOwn(scopePrefix, each))
    if (kinds.length < types.length) return errorResponse('invalid_types')
    const needed = kinds.map((kind) => `${scopePrefix[kind]}:read`)
    const lacking = needed.filter((scope) => !caller.scopes.includes(scope))
    if (lacking.length > 0) return missingScope(lacking.join(','), caller)
    const channels = slack.workspace.channels.filter(
      (channel) =>
        kinds.includes(kindOf(channel)) &&
        (!channel.isPrivate || channel.members.has(caller.userId)) &&
        !(channel.isArchived && flag(args, 'exclude_archived')),
    )
    const page = pageOf(channels, args, { key: ({ id }) => id, defaultLimit: 100, maxLimit: 1000 })
    if (!page.ok) return page
    return {
      ok: true,
      channels: page.items.map((channel) => wireChannel(channel, caller.userId)),
      response_metadata: { next_cursor: page.nextCursor },
    }
  },
}

/** Returns one channel. */
export const conversationsInfo: Method = {
  name: 'conversations.info',
  arguments: { channel: 'text', include_locale: 'flag', include_num_members: 'flag' },
  required: ['channel'],
  scopes: [],
  callsPerMinute: tier.three,
  takesJson: false,
  isWriting: false,
  run(call) {
    const { caller, arguments: args } = call
    const known = knownChannel(call, text(args, 'channel'))
    if (!known.ok) return known
    const scope = scopeFor(known.channel, 'read')
    if (!caller.scopes.includes(scope)) return missingScope(scope, caller)
    const members = flag(args, 'include_num_members')
      ? { num_members: known.channel.members.size }
      : {}
    return { ok: true, channel: { ...wireChannel(known.channel, caller.userId), ...members } }
  },
}

/** Makes the app a member of a public channel. */
export const conversationsJoin: Method = {
  name: 'conversations.join',
  arguments: { channel: 'text' },
  required: ['channel'],
  scopes: ['channels:join'],
  callsPerMinute: tier.three,
  takesJson: true,
  isWriting: true,
  run(call) {
    const { caller, arguments: args } = call
    const known = knownChannel(call, text(args, 'channel'))
    if (!known.ok) return known
    const { channel } = known
    if (channel.isPrivate) return errorResponse('method_not_supported_for_channel_type')
    if (channel.isArchived) return errorResponse('is_archived')
    const wasMember = channel.members.has(caller.userId)
    channel.members.add(caller.userId)
    return {
      ok: true,
      channel: wireChannel(channel, caller.userId),
      ...(wasMember
        ? {
            warning: 'already_in_channel',
            response_metadata: { warnings: ['already_in_channel'] },
          }
        : {}),
    }
  },
}

function wireChannel(channel: Channel, userId: string): JsonObject {
  const common = { id: channel.id, created: 0, is_archived: channel.isArchived, is_mpim: false }
  if (channel.directUser !== undefined)
    return { ...common, is_im: true, is_channel: false, user: channel.directUser, is_open: true }
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !channel.isPrivate,
    is_group: channel.isPrivate,
    is_im: false,
    is_private: channel.isPrivate,
    is_general: channel.name === 'general',
    is_member: channel.members.has(userId),
    is_shared: false,
    context_team_id: team.id,
    creator: '',
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    previous_names: [],
  }
}
