import type { Replies } from '../message/replies.ts'
import type { Detail, SlackMessage } from '../message/slack-message.ts'
import type { StormMember } from '../message/storm-message.ts'
import type { Delivery, Outcome, Priority } from './delivery.ts'
import type { LiveRoot } from './edit-schedule.ts'

/** What a conversation is about; everything is rendered when its turn comes. */
export interface Topic {
  readonly channel: string
  /** Grows with everything that the root should show. */
  readonly revision: number
  /** Since when it goes on, in milliseconds since 1970. */
  readonly since: number
  /** Whether it is over, so that no later edit would put the root right. */
  readonly isFinal: boolean
  /** @param notices what the reader must know of the delivery itself */
  root(detail: Detail, notices: readonly string[]): SlackMessage | undefined
  /** What the thread begins with. */
  replies(): Replies
  /** What to say in the thread when Slack refused its file, if anything. */
  fileRefusal(reason: string): SlackMessage | undefined
  /** The fingerprints that the root tells of. */
  fingerprints(): readonly string[]
  /** All of it on one line, for where there is no time for more. */
  summary(): StormMember
}

/** What a conversation works with. */
export interface ConversationParts {
  /** Whether there are threads and edits. */
  readonly hasThreads: boolean
  push(delivery: Delivery): void
  /** In milliseconds since 1970. */
  now(): number
  /** Told when Slack asked for patience with an edit. */
  onEditLimited(): void
  /** Told whenever the root is as it was rendered, or could not be. */
  onShown(conversation: Conversation): void
}

/** A line in the thread. */
export interface Reply {
  readonly priority: Priority
  /** Whether the channel sees it too. */
  readonly isBroadcast: boolean
  message(detail: Detail): SlackMessage | undefined
}

/** A message that is there. */
interface Posted {
  readonly ts: string
  readonly channel: string
}

/** An edit or a reply that is refused leads to a new root, but not for ever where a channel refuses all of them. */
const maxReposts = 2

/** One topic in one channel: a root that is kept up to date, and its thread. */
export class Conversation implements LiveRoot {
  readonly topic: Topic
  readonly #parts: ConversationParts
  #root: Posted | undefined
  #posting: 'queued' | 'underWay' | undefined
  #isEditing = false
  #shownRevision = 0
  #shownAt = 0
  #reposts = 0
  /** To be heard, but too late for the root that is under way. */
  #nextReply: Reply | undefined

  constructor(topic: Topic, parts: ConversationParts) {
    this.topic = topic
    this.#parts = parts
  }

  get since(): number {
    return this.topic.since
  }

  get isFinal(): boolean {
    return this.topic.isFinal
  }

  /** When the root was last posted or edited, in milliseconds since 1970. */
  get shownAt(): number {
    return this.#shownAt
  }

  /** How much happened that the root does not show and could. */
  get unshown(): number {
    return this.#root === undefined || this.#isEditing
      ? 0
      : this.topic.revision - this.#shownRevision
  }

  /** Makes itself heard: by a root if there is none, else by a reply that the channel sees. */
  alert(reply: Reply): void {
    if (this.#root !== undefined) this.reply(reply)
    // What happens until the root is rendered, it will show.
    else if (this.#posting === 'underWay') this.#nextReply = reply
    else this.#post(reply.priority)
  }

  /** Brings the root up to date. */
  edit(): void {
    if (this.unshown === 0) return
    this.#isEditing = true
    this.#parts.push({
      // The lane is that of the configured channel, whatever id Slack answered with.
      channel: this.topic.channel,
      priority: 'edit',
      limited: () => this.#parts.onEditLimited(),
      render: (detail, notices) => {
        const root = this.#root
        const message = root && this.#render(detail, notices())
        return root && message && { kind: 'edit', ...root, message }
      },
      settle: (outcome) => this.#edited(outcome),
    })
  }

  /** Adds to the thread, if there is one. */
  reply(reply: Reply): void {
    const { isBroadcast, priority } = reply
    this.#push(priority, (detail, { channel, ts }) => {
      const message = reply.message(detail)
      return message && { kind: 'post', channel, threadTs: ts, isBroadcast, message }
    })
  }

  #post(priority: Priority): void {
    if (this.#posting !== undefined) return
    this.#posting = 'queued'
    const { channel } = this.topic
    this.#parts.push({
      channel,
      priority,
      tells: () => this.topic.fingerprints(),
      summarize: () => this.topic.summary(),
      render: (detail, notices) => {
        this.#posting = 'underWay'
        const message = this.#render(detail, notices())
        return message && { kind: 'post', channel, message }
      },
      settle: (outcome) => this.#posted(outcome),
    })
  }

  #render(detail: Detail, notices: readonly string[]): SlackMessage | undefined {
    this.#shownRevision = this.topic.revision
    return this.topic.root(detail, notices)
  }

  #posted(outcome: Outcome): void {
    this.#posting = undefined
    const reply = this.#nextReply
    this.#nextReply = undefined
    this.#shownAt = this.#parts.now()
    if (outcome.status === 'sent' && this.#parts.hasThreads) {
      this.#root = { ts: outcome.ts, channel: outcome.channel }
      this.#fillThread()
    }
    // Without threads what came too late for this root is a root of its own.
    if (reply !== undefined) this.alert(reply)
    this.#parts.onShown(this)
  }

  #edited(outcome: Outcome): void {
    this.#isEditing = false
    this.#shownAt = this.#parts.now()
    if (outcome.status === 'repost') this.#repost()
    this.#parts.onShown(this)
  }

  #fillThread(): void {
    const { messages, file } = this.topic.replies()
    for (const message of messages) {
      this.#push('thread', (_detail, { channel, ts }) => ({
        kind: 'post',
        channel,
        threadTs: ts,
        message,
      }))
    }
    if (file === undefined) return
    this.#push(
      'thread',
      (_detail, { channel, ts }) => ({ kind: 'upload', channel, threadTs: ts, file }),
      (reason) => this.#replaceFile(reason),
    )
  }

  /** The pieces that go with the file are in the thread already. */
  #replaceFile(reason: string): void {
    const message = this.topic.fileRefusal(reason)
    if (message !== undefined) {
      this.reply({ priority: 'thread', isBroadcast: false, message: () => message })
    }
  }

  #push(
    priority: Priority,
    render: (detail: Detail, root: Posted) => ReturnType<Delivery['render']>,
    onGivenUp?: (reason: string) => void,
  ): void {
    const root = this.#root
    if (root === undefined) return
    this.#parts.push({
      channel: this.topic.channel,
      priority,
      render: (detail) => render(detail, root),
      settle: (outcome) => {
        // Of several replies to a root that is gone, the first one leads to a new root.
        if (outcome.status === 'repost' && root === this.#root) this.#repost()
        if (outcome.status === 'gaveUp') onGivenUp?.(outcome.reason)
      },
    })
  }

  #repost(): void {
    this.#root = undefined
    this.#reposts += 1
    if (this.#reposts <= maxReposts) this.#post('new')
  }
}
