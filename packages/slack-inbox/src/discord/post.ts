import { type Json, isObject, type JsonObject } from '../json.ts'
import type { Slack } from '../slack.ts'
import type { DiscordContent, InboxFile, InboxMessage, Notified } from '../workspace/message.ts'
import { text } from '../web-api/arguments.ts'
import { markRoot } from '../workspace/posting.ts'
import { app, type Channel } from '../workspace/workspace.ts'
import { snowflake } from './server.ts'
import { listOf } from './validate.ts'

/** A message to add. */
export interface DiscordPosting {
  readonly channel: Channel
  readonly body: JsonObject
  readonly files: readonly InboxFile[]
  readonly via: 'discordWebhook' | 'discordBot'
  /** The `ts` of the message that its thread starts with. */
  readonly threadTs?: string | undefined
  /** The name and the tags of a forum's post that it starts. */
  readonly post?: { readonly name: string; readonly tags: readonly string[] }
  /** The `ts` of the message that it answers in the channel. */
  readonly replyTo?: string | undefined
}

/** Adds a message to the store. */
export function postToDiscord(slack: Slack, posting: DiscordPosting): InboxMessage {
  const { channel, body, files, threadTs, post, replyTo } = posting
  const content = contentOf(body)
  const ts = slack.tsCounter.next(slack.clock.now())
  const discord: DiscordContent = {
    id: snowflake(ts),
    ...content,
    ...(post !== undefined && { threadName: post.name, tags: post.tags, isPost: true }),
    ...(replyTo !== undefined && { replyTo }),
  }
  const message: InboxMessage = {
    channel: channel.id,
    channelName: channel.name,
    ts,
    threadTs,
    text: textOf(content),
    blocks: [],
    attachments: [],
    discord,
    files,
    reactions: [],
    metadata: undefined,
    user: app.botUserId,
    botId: app.botId,
    username: nameOf(body),
    iconEmoji: undefined,
    iconUrl: undefined,
    isReply: threadTs !== undefined,
    isBroadcast: false,
    onlyFor: undefined,
    via: posting.via,
    editedTs: undefined,
    editCount: 0,
    history: [],
    notified: notifiedBy(body),
  }
  markRoot(slack, threadTs)
  slack.store.add(message)
  return message
}

/** Edits a message. What the body does not name stays as it is, but for mentions, which are read anew. */
export function editInDiscord(
  slack: Slack,
  message: InboxMessage,
  { body, files }: { readonly body: JsonObject; readonly files: readonly InboxFile[] },
): InboxMessage {
  const before = message.discord
  const content = contentOf({ content: before?.content, embeds: before?.embeds, ...body })
  const changes: Partial<InboxMessage> = {
    text: textOf(content),
    // `SUPPRESS_EMBEDS` is the only flag that an edit changes.
    discord: {
      id: snowflake(message.ts),
      ...before,
      ...content,
      flags: flagsAfter(before?.flags ?? 0, body['flags']),
    },
    files: [...keptFiles(message, body['attachments']), ...files],
    editedTs: slack.tsCounter.next(slack.clock.now()),
    notified: notifiedBy({ content: before?.content, ...body }),
  }
  return slack.store.edit(message, changes, slack.clock.now())
}

const suppressEmbeds = 1 << 2

function flagsAfter(before: number, given: Json | undefined): number {
  return typeof given === 'number' ? (before & ~suppressEmbeds) | (given & suppressEmbeds) : before
}

/** The files that an edit keeps: all, or those that its `attachments` name. */
function keptFiles({ files }: InboxMessage, attachments: Json | undefined): readonly InboxFile[] {
  if (attachments === undefined) return files
  const kept = new Set(listOf(attachments).map(({ id }) => id))
  return files.filter(({ id }) => kept.has(id))
}

function contentOf(body: JsonObject): Pick<DiscordContent, 'content' | 'embeds' | 'flags'> {
  const { content, flags } = body
  return {
    content: typeof content === 'string' ? content : '',
    embeds: listOf(body['embeds']),
    flags: typeof flags === 'number' ? flags : 0,
  }
}

/** All that a reader reads, for searching. */
function textOf({ content, embeds }: Pick<DiscordContent, 'content' | 'embeds'>): string {
  const inEmbeds = embeds.flatMap(({ title, description }) => [title, description])
  return [content, ...inEmbeds].flatMap((each) => (isText(each) ? [each] : [])).join('\n')
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== ''
}

function nameOf({ username }: JsonObject): string {
  return typeof username === 'string' ? username : 'discord-inbox'
}

/** Who is notified: of what the content names, what `allowed_mentions` allows, which without it is everything. */
function notifiedBy(body: JsonObject): Notified {
  const content = text(body, 'content')
  const given = body['allowed_mentions']
  const allowed = isObject(given) ? given : { parse: ['users', 'roles', 'everyone'] }
  const parse = textsOf(allowed['parse'])
  const named = (pattern: RegExp): readonly string[] => [
    ...new Set([...content.matchAll(pattern)].map(([, id = '']) => id)),
  ]
  const allows = (kind: 'users' | 'roles') => (id: string) =>
    parse.includes(kind) || textsOf(allowed[kind]).includes(id)
  const isQuiet = (Number(body['flags'] ?? 0) & (1 << 12)) !== 0
  const users = named(/<@!?(\d+)>/g).filter(allows('users'))
  return {
    broadcasts: parse.includes('everyone') ? named(/@(everyone|here)/g) : [],
    users,
    groups: named(/<@&(\d+)>/g).filter(allows('roles')),
    people: isQuiet ? [] : users,
  }
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** The id of the channel or the thread that a message is in. A post of a forum is in the thread that it starts. */
export function channelIdOf({ ts, threadTs, isReply, channel, discord }: InboxMessage): string {
  if (isReply && threadTs !== undefined) return snowflake(threadTs)
  return discord?.isPost === true ? snowflake(ts) : channel
}

/** A message as the API returns it. */
export function wireDiscordMessage(message: InboxMessage, nonce?: Json): JsonObject {
  const id = snowflake(message.ts)
  const { discord, files, username, notified } = message
  return {
    id,
    type: 0,
    content: discord?.content ?? message.text,
    channel_id: channelIdOf(message),
    author: { id: '1300000000000000001', username, bot: true },
    embeds: discord?.embeds ?? [],
    attachments: files.map(({ id: file, name, title, bytes }) => ({
      id: file,
      filename: name,
      description: title,
      size: bytes,
    })),
    mention_everyone: notified.broadcasts.length > 0,
    flags: discord?.flags ?? 0,
    timestamp: new Date(Number(message.ts) * 1000).toISOString(),
    ...(message.via === 'discordWebhook' && { webhook_id: '1200000000000000001' }),
    ...(nonce !== undefined && { nonce }),
  }
}
