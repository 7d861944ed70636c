import type { JsonObject } from '../json.ts'
import type { Slack } from '../slack.ts'
import type { InboxMessage } from '../workspace/message.ts'
import { sendEvent } from './events.ts'

/** How many different reactions Slack allows on a message. */
const maxReactions = 23

interface OneReaction {
  readonly name: string
  /** The id of the user. */
  readonly user: string
}

/** Adds a reaction; returns Slack's error code if it cannot. */
export function addReaction(
  slack: Slack,
  message: InboxMessage,
  { name: given, user }: OneReaction,
): string | undefined {
  const name = bareName(given)
  if (!isEmojiName(name)) return 'invalid_name'
  if (slack.workspace.channelById(message.channel)?.isArchived === true) return 'is_archived'
  const { reactions } = message
  const same = reactions.find((reaction) => reaction.name === name)
  if (same?.users.includes(user) === true) return 'already_reacted'
  if (same === undefined && reactions.length >= maxReactions) return 'too_many_emoji'
  const changed =
    same === undefined
      ? [...reactions, { name, users: [user] }]
      : reactions.map((each) => (each === same ? { name, users: [...each.users, user] } : each))
  slack.store.change({ ...message, reactions: changed })
  void sendEvent(slack, reactionEvent(slack, 'reaction_added', { message, name, user }))
  return undefined
}

/** Removes a reaction; returns Slack's error code if it cannot. */
export function removeReaction(
  slack: Slack,
  message: InboxMessage,
  { name: given, user }: OneReaction,
): string | undefined {
  const name = bareName(given)
  if (!isEmojiName(name)) return 'invalid_name'
  const { reactions } = message
  if (reactions.every((each) => each.name !== name || !each.users.includes(user)))
    return 'no_reaction'
  const left = reactions
    .map((each) =>
      each.name === name ? { name, users: each.users.filter((id) => id !== user) } : each,
    )
    .filter(({ users }) => users.length > 0)
  slack.store.change({ ...message, reactions: left })
  void sendEvent(slack, reactionEvent(slack, 'reaction_removed', { message, name, user }))
  return undefined
}

function bareName(name: string): string {
  return name.replaceAll(/^:|:$/g, '')
}

function isEmojiName(name: string): boolean {
  return /^[a-z\d_+'-]{1,100}(::skin-tone-[2-6])?$/.test(name)
}

function reactionEvent(
  slack: Slack,
  type: 'reaction_added' | 'reaction_removed',
  { message, name, user }: OneReaction & { readonly message: InboxMessage },
): JsonObject {
  return {
    type,
    user,
    reaction: name,
    item: { type: 'message', channel: message.channel, ts: message.ts },
    item_user: message.user,
    event_ts: slack.tsCounter.next(slack.clock.now()),
  }
}
