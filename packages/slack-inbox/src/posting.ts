import type { Content } from './content.ts'
import { maxTruncatedText, splitText, truncate } from './long-text.ts'
import { notifiedBy } from './mentions.ts'
import type { InboxFile, InboxMessage } from './message.ts'
import type { Slack } from './slack.ts'
import { app } from './workspace.ts'
import type { Channel } from './workspace.ts'

/** A message on its way into a channel. */
export interface Posting {
  readonly channel: Channel
  readonly content: Content
  readonly via: InboxMessage['via']
  readonly threadTs?: string | undefined
  readonly isBroadcast?: boolean
  readonly author?: Author
  readonly files?: readonly InboxFile[]
  readonly onlyFor?: string
  /** Whether names in plain text mention, as with `link_names` and `parse: 'full'`. */
  readonly findsNames?: boolean
}

/** How a message signs. */
export interface Author {
  readonly username: string | undefined
  readonly iconEmoji: string | undefined
  readonly iconUrl: string | undefined
}

/** Puts a message into the store: several of them where Slack would split the text. Returns the first. */
export function post(slack: Slack, posting: Posting): InboxMessage {
  const { content } = posting
  const text = truncate(content.text, maxTruncatedText)
  const [firstText = '', ...moreTexts] = content.blocks.length > 0 ? [text] : splitText(text)
  const { attachments } = content
  const isSplit = moreTexts.length > 0
  const first = { ...content, text: firstText, attachments: isSplit ? [] : attachments }
  const message = postOne(slack, posting, first)
  for (const [index, more] of moreTexts.entries())
    postOne(slack, posting, {
      ...content,
      text: more,
      attachments: index === moreTexts.length - 1 ? attachments : [],
      metadata: undefined,
    })
  slack.rateLimits.countMessage(posting.channel.id)
  return message
}

function postOne(slack: Slack, posting: Posting, content: Content): InboxMessage {
  const { channel, threadTs, author } = posting
  const isReply = threadTs !== undefined
  const { text, blocks, attachments, metadata } = content
  const mentioning = { text, blocks, attachments, findsNames: posting.findsNames === true }
  const message: InboxMessage = {
    channel: channel.id,
    channelName: channel.name,
    ts: slack.tsCounter.next(slack.clock.now()),
    threadTs,
    text,
    blocks,
    attachments,
    files: posting.files ?? [],
    reactions: [],
    metadata,
    user: app.botUserId,
    botId: app.botId,
    username: author?.username ?? app.name,
    iconEmoji: author?.iconEmoji,
    iconUrl: author?.iconUrl,
    isReply,
    isBroadcast: isReply && posting.isBroadcast === true,
    onlyFor: posting.onlyFor,
    via: posting.via,
    editedTs: undefined,
    editCount: 0,
    history: [],
    notified: notifiedBy(mentioning, slack.workspace, channel),
  }
  markRoot(slack, threadTs)
  slack.store.add(message)
  return message
}

/** A root carries its own `ts` as `thread_ts` from its first reply on. */
function markRoot(slack: Slack, threadTs: string | undefined): void {
  const root = threadTs === undefined ? undefined : slack.store.find(threadTs)
  if (root !== undefined && root.threadTs === undefined)
    slack.store.change({ ...root, threadTs: root.ts })
}
