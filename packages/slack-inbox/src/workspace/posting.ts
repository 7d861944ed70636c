import type { Clock } from '../clock.ts'
import type { Slack } from '../slack.ts'
import { countCharacters } from '../validate/limits.ts'
import type { Content } from '../web-api/content.ts'
import { notifiedBy } from './mentions.ts'
import type { InboxFile, InboxMessage } from './message.ts'
import { app, type Channel, type User } from './workspace.ts'

/** A message to post. */
export interface Posting {
  readonly channel: Channel
  readonly content: Content
  readonly via: InboxMessage['via']
  readonly threadTs?: string | undefined
  readonly isBroadcast?: boolean
  readonly author?: Author
  /** The person who writes it; the app if there is none. */
  readonly person?: User
  readonly files?: readonly InboxFile[]
  readonly onlyFor?: string
  /** Whether names in plain text are mentions, as with `link_names` and `parse: 'full'`. */
  readonly linksNames?: boolean
}

/** The name and icon that a message shows. */
export interface Author {
  readonly username: string | undefined
  readonly iconEmoji: string | undefined
  readonly iconUrl: string | undefined
}

/** Adds a message to the store, or several if Slack would split the text. Returns the first. */
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
  if (posting.person === undefined) slack.rateLimits.countMessage(posting.channel.id)
  return message
}

function postOne(slack: Slack, posting: Posting, content: Content): InboxMessage {
  const { channel, threadTs, author, person, linksNames = false } = posting
  const isReply = threadTs !== undefined
  const { text, blocks, attachments, metadata } = content
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
    user: person?.id ?? app.botUserId,
    botId: person === undefined ? app.botId : undefined,
    username: person?.name ?? author?.username ?? app.name,
    iconEmoji: author?.iconEmoji,
    iconUrl: author?.iconUrl,
    isReply,
    isBroadcast: isReply && posting.isBroadcast === true,
    onlyFor: posting.onlyFor,
    via: posting.via,
    editedTs: undefined,
    editCount: 0,
    history: [],
    notified: notifiedBy({ text, blocks, attachments, linksNames }, slack.workspace, channel),
  }
  markRoot(slack, threadTs)
  slack.store.add(message)
  return message
}

/** Gives a root its own `ts` as `thread_ts` when it gets its first reply. */
export function markRoot(slack: Slack, threadTs: string | undefined): void {
  const root = threadTs === undefined ? undefined : slack.store.find(threadTs)
  if (root !== undefined && root.threadTs === undefined)
    slack.store.change({ ...root, threadTs: root.ts })
}

/**
 * Slack splits a longer text without blocks into several messages.
 *
 * @see https://github.com/slackapi/java-slack-sdk/issues/704
 */
export const maxMessageText = 4000

/**
 * Slack truncates a longer text.
 *
 * @see https://docs.slack.dev/changelog/2018-04-truncating-really-long-messages
 */
export const maxTruncatedText = 40_000

function truncate(text: string, max: number): string {
  return countCharacters(text) <= max ? text : text.slice(0, indexAfter(text, 0, max))
}

/** The pieces into which Slack splits a text: at most 4,000 characters each, if possible ending with a line. */
function splitText(text: string): readonly string[] {
  const pieces: string[] = []
  let start = 0
  while (start < text.length) {
    const end = pieceEnd(text, start)
    pieces.push(text.slice(start, end))
    start = end
  }
  return pieces.length === 0 ? [''] : pieces
}

function pieceEnd(text: string, start: number): number {
  const end = indexAfter(text, start, maxMessageText)
  if (end === text.length) return end
  const lineEnd = text.lastIndexOf('\n', end - 1) + 1
  return lineEnd - start > maxMessageText / 2 ? lineEnd : end
}

/** The index after `count` characters from `start`: never inside a surrogate pair. */
function indexAfter(text: string, start: number, count: number): number {
  let index = start
  for (let left = count; left > 0 && index < text.length; left -= 1)
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1
  return index
}

/** How many messages may be scheduled for one channel within five minutes. */
const maxScheduled = 30
const windowSeconds = 300

interface Scheduled {
  readonly id: string
  readonly channel: string
  readonly postAt: number
}

/** The scheduled messages. */
export class Schedule {
  readonly #clock: Clock
  readonly #waiting = new Map<string, Scheduled>()
  #lastId = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether `channel` already has the maximum of messages around `postAt`, in seconds since 1970. */
  isFull(channel: string, postAt: number): boolean {
    const near = [...this.#waiting.values()].filter(
      (each) => each.channel === channel && Math.abs(each.postAt - postAt) < windowSeconds,
    )
    return near.length >= maxScheduled
  }

  /** Calls `send` at `postAt`, in seconds since 1970; returns the id of the scheduled message. */
  add(channel: string, postAt: number, send: () => void): string {
    this.#lastId += 1
    const id = `Q${String(this.#lastId).padStart(10, '0')}`
    this.#waiting.set(id, { id, channel, postAt })
    this.#wait(id, postAt * 1000, send)
    return id
  }

  clear(): void {
    this.#waiting.clear()
  }

  #wait(id: string, dueAt: number, send: () => void): void {
    // setTimeout is limited to 24.8 days; Slack schedules up to 120 days ahead.
    const delayMs = Math.min(dueAt - this.#clock.now(), 2_000_000_000)
    this.#clock.setTimer(() => {
      if (!this.#waiting.has(id)) return
      if (this.#clock.now() < dueAt) {
        this.#wait(id, dueAt, send)
        return
      }
      this.#waiting.delete(id)
      send()
    }, delayMs)
  }
}
