import type { Slack } from '../slack.ts'
import type { InboxMessage } from '../workspace/message.ts'
import { post } from '../workspace/posting.ts'
import type { User } from '../workspace/workspace.ts'
import { addReaction, removeReaction } from './reactions.ts'

/** @throws TypeError if there is no such message */
export function messageWith(slack: Slack, ts: string): InboxMessage {
  const message = slack.store.find(ts)
  if (message === undefined)
    throw new TypeError(`Expected \`ts\` to be that of a message in the inbox, got ${ts}`)
  return message
}

/** @throws TypeError if there is no such person, or not in the channel of the message */
export function memberOf(slack: Slack, message: InboxMessage, reference: string): User {
  const user = slack.workspace.findUser(reference)
  if (user === undefined)
    throw new TypeError(`Expected \`user\` to be a user's id or name, got ${reference}`)
  if (slack.workspace.channelById(message.channel)?.members.has(user.id) !== true)
    throw new TypeError(
      `Expected \`user\` to be a member of #${message.channelName}, got ${reference}`,
    )
  return user
}

/** A reaction to add or to remove. */
export interface Reaction {
  readonly ts: string
  /** The emoji's name, without colons. */
  readonly name: string
  /** A user's id or name. */
  readonly user: string
}

/** @throws TypeError if Slack would reject the reaction */
export function react(slack: Slack, { ts, name, user: reference }: Reaction): void {
  const { message, user } = reactable(slack, ts, reference)
  const error = addReaction(slack, message, { name, user: user.id })
  if (error !== undefined) throw new TypeError(`The reaction ${name} was rejected: ${error}`)
}

/** @throws TypeError if the person has not reacted so */
export function unreact(slack: Slack, { ts, name, user: reference }: Reaction): void {
  const { message, user } = reactable(slack, ts, reference)
  const error = removeReaction(slack, message, { name, user: user.id })
  if (error !== undefined) throw new TypeError(`The reaction ${name} was not removed: ${error}`)
}

/** Nobody can react to a message that only one person sees. */
function reactable(
  slack: Slack,
  ts: string,
  reference: string,
): { readonly message: InboxMessage; readonly user: User } {
  const message = messageWith(slack, ts)
  if (message.onlyFor !== undefined)
    throw new TypeError('Expected `ts` to be that of a message that everybody in the channel sees')
  return { message, user: memberOf(slack, message, reference) }
}

/** @throws TypeError if the message is in a thread itself, or the text is empty */
export function reply(
  slack: Slack,
  given: { readonly ts: string; readonly text: string; readonly user: string },
): InboxMessage {
  const root = messageWith(slack, given.ts)
  const user = memberOf(slack, root, given.user)
  if (root.isReply || root.onlyFor !== undefined)
    throw new TypeError('Expected `ts` to be that of a message that can have a thread')
  if (given.text.trim() === '') throw new TypeError('Expected `text` to have characters')
  const channel = slack.workspace.channelById(root.channel)
  if (channel === undefined || channel.isArchived)
    throw new TypeError(`Expected a channel that can be posted to, got #${root.channelName}`)
  const content = { text: escapeText(given.text), blocks: [], attachments: [], metadata: undefined }
  return post(slack, { channel, content, via: 'person', threadTs: root.ts, person: user })
}

/** Slack stores what people type with these characters escaped. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
