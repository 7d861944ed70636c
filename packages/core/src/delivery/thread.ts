import type { Facts } from '../incident/snapshot.ts'
import type { StormMember } from '../slack/blocks/storm.ts'
import type { Replies } from '../slack/blocks/thread.ts'
import type { Detail, SlackMessage } from '../slack/message.ts'
import type { Delivery, Outcome, Priority } from './delivery.ts'
import type { LiveRoot } from './edit-schedule.ts'

/** What a conversation is about; everything is rendered when its turn comes. */
export interface Topic {
  readonly channel: string
  /** Whether its root is kept up to date. */
  readonly isLive: boolean
  /** Grows with everything that the root should show. */
  readonly revision: number
  /** Since when it goes on, in milliseconds since 1970. */
  readonly since: number
  /** Whether it is over, so that no later edit would put the root right. */
  readonly isFinal: boolean
  /** @param context what the root depends on beside the topic */
  root(detail: Detail, context: RootContext): SlackMessage | undefined
  /** What the thread begins with, or goes on with. */
  replies(): Replies
  /** What to say in the thread whose file Slack refused, if anything. */
  fileRefusal(reason: string): SlackMessage | undefined
  /** What the root carries for a process that knows nothing, if anything. */
  facts(): Facts | undefined
  /** The fingerprints that the root tells of. */
  fingerprints(): readonly string[]
  /** All of it on one line, for where there is no time for more. */
  summary(): StormMember
}

/** What a root depends on beside its topic. */
export interface RootContext {
  /** Whether it is a new message, which people hear, and no edit. */
  readonly isNew: boolean
  /** What the reader must know of the delivery itself. */
  readonly notices: readonly string[]
}

/** What a conversation works with. */
export interface ConversationParts {
  /** Whether there are threads and edits. */
  readonly hasThreads: boolean
  /** Has a root edited when its turn comes. */
  readonly schedule: (root: LiveRoot) => void
  /** Told when Slack asked for patience with an edit. */
  readonly onEditLimited: () => void
  /** In milliseconds since 1970. */
  readonly now: () => number
  readonly push: (delivery: Delivery) => void
  /** Told that a root is where it was not before. */
  readonly onPosted: () => void
}

/** A line in the thread. */
export interface Reply {
  readonly priority: Priority
  /** Whether the channel sees it too. */
  readonly isBroadcast: boolean
  message(detail: Detail): SlackMessage | undefined
}

/** A message that is there. */
export interface Posted {
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
  #editing: 'waiting' | 'underWay' | undefined
  #shownRevision = 0
  #shownAt = 0
  #reposts = 0
  /** To be heard, but too late for the root that is under way. */
  #nextReply: Reply | undefined

  constructor(topic: Topic, parts: ConversationParts) {
    this.topic = topic
    this.#parts = parts
  }

  /** Where the root is. */
  get root(): Posted | undefined {
    return this.#root
  }

  /** Goes on with a root that an earlier process posted. */
  resume(root: Posted, unshown: number): void {
    this.#root = root
    this.#shownRevision = this.topic.revision - unshown
    this.update()
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
    return this.#root === undefined || this.#editing === 'underWay'
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

  /** Adds to the thread, if there is one. */
  reply(reply: Reply): void {
    const { isBroadcast, priority } = reply
    this.#push(priority, (detail, { channel, ts }) => {
      const message = reply.message(detail)
      return message && { kind: 'post', channel, threadTs: ts, isBroadcast, message }
    })
  }

  /** Adds to the thread what the topic has for it. */
  extend(): void {
    const { messages, file } = this.topic.replies()
    for (const message of messages) {
      this.reply({ priority: 'thread', isBroadcast: false, message: () => message })
    }
    if (file === undefined) return
    this.#push(
      'thread',
      (_detail, { channel, ts }) => ({ kind: 'upload', channel, threadTs: ts, file }),
      (reason) => this.#replaceFile(reason),
    )
  }

  /** One more of something that the root counts; costs next to nothing while an edit waits already. */
  count(): void {
    if (this.#editing !== 'waiting') this.update()
  }

  /** Has the root brought up to date when its turn comes. */
  update(): void {
    if (!this.topic.isLive || this.unshown === 0) return
    this.#editing = 'waiting'
    this.#parts.schedule(this)
  }

  /** Brings the root up to date now. */
  edit(): void {
    if (this.unshown === 0) return
    this.#editing = 'underWay'
    this.#parts.push({
      // The lane is that of the configured channel, whatever id Slack answered with.
      channel: this.topic.channel,
      priority: 'edit',
      limited: () => this.#parts.onEditLimited(),
      render: (detail, notices) => {
        const root = this.#root
        const message = root && this.#render(detail, { isNew: false, notices: notices() })
        return root && message && { kind: 'edit', ...root, message, ...this.#facts() }
      },
      settle: (outcome) => this.#edited(outcome),
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
        const message = this.#render(detail, { isNew: true, notices: notices() })
        return message && { kind: 'post', channel, message, ...this.#facts() }
      },
      settle: (outcome) => this.#posted(outcome),
    })
  }

  #render(detail: Detail, context: RootContext): SlackMessage | undefined {
    this.#shownRevision = this.topic.revision
    return this.topic.root(detail, context)
  }

  #facts(): { readonly facts?: Facts } {
    const facts = this.topic.facts()
    return facts === undefined ? {} : { facts }
  }

  #posted(outcome: Outcome): void {
    this.#posting = undefined
    const reply = this.#nextReply
    this.#nextReply = undefined
    this.#shownAt = this.#parts.now()
    if (outcome.status === 'sent' && this.#parts.hasThreads) {
      this.#root = { ts: outcome.ts, channel: outcome.channel }
      this.#parts.onPosted()
      this.extend()
    }
    // Without threads what came too late for this root is a root of its own.
    if (reply !== undefined) this.alert(reply)
    this.update()
  }

  #edited(outcome: Outcome): void {
    this.#editing = undefined
    this.#shownAt = this.#parts.now()
    if (outcome.status === 'repost') this.#repost()
    this.update()
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

  /** The pieces that go with the file are in the thread already. */
  #replaceFile(reason: string): void {
    const message = this.topic.fileRefusal(reason)
    if (message === undefined) return
    this.reply({ priority: 'thread', isBroadcast: false, message: () => message })
  }

  #repost(): void {
    this.#root = undefined
    this.#reposts += 1
    if (this.#reposts <= maxReposts) this.#post('new')
  }
}
