import type { InboxMessage, MessageVersion } from './message.ts'

/** What happened to a message. */
export interface StoreEvent {
  readonly kind: 'posted' | 'edited' | 'deleted' | 'cleared'
  readonly message: InboxMessage | undefined
}

interface StoreLimits {
  readonly maxMessages: number
  readonly maxBytes: number
}

/** An incident's root may be edited thousands of times; the first version and the latest tell enough. */
const maxHistory = 20

/**
 * All messages, oldest first, bounded in number and size: the oldest go first.
 *
 * Invariants: `#messages` is in order of `ts`, which is unique in the whole inbox; `#replies` holds, for each root,
 * the `ts` of its replies in order; `#bytes` is the sum of `#sizes`.
 */
export class MessageStore {
  readonly #messages = new Map<string, InboxMessage>()
  readonly #sizes = new Map<string, number>()
  readonly #replies = new Map<string, string[]>()
  readonly #listeners = new Set<(event: StoreEvent) => void>()
  readonly #limits: StoreLimits
  #bytes = 0
  #forgotten = 0

  constructor(limits: StoreLimits) {
    this.#limits = limits
  }

  /** How many messages were given up because there were too many. */
  get forgotten(): number {
    return this.#forgotten
  }

  get size(): number {
    return this.#messages.size
  }

  all(): IterableIterator<InboxMessage> {
    return this.#messages.values()
  }

  find(ts: string): InboxMessage | undefined {
    return this.#messages.get(ts)
  }

  /** The root, where it is still there, and its replies. */
  thread(ts: string): readonly InboxMessage[] {
    return [ts, ...(this.#replies.get(ts) ?? [])]
      .map((each) => this.#messages.get(each))
      .filter((message) => message !== undefined)
  }

  /** The `ts` of the replies to a root. */
  replies(ts: string): readonly string[] {
    return this.#replies.get(ts) ?? []
  }

  add(message: InboxMessage): void {
    this.#put(message)
    if (message.isReply && message.threadTs !== undefined) {
      const replies = this.#replies.get(message.threadTs)
      if (replies === undefined) this.#replies.set(message.threadTs, [message.ts])
      else replies.push(message.ts)
    }
    this.#forgetOldest()
    this.#tell({ kind: 'posted', message })
  }

  /** Replaces what a message says and keeps what it said before. */
  edit(message: InboxMessage, changes: Partial<InboxMessage>, now: number): InboxMessage {
    const version: MessageVersion = {
      text: message.text,
      blocks: message.blocks,
      attachments: message.attachments,
      replacedAt: now,
    }
    const history = [...message.history, version]
    if (history.length > maxHistory) history.splice(1, 1)
    return this.change({ ...message, ...changes, history, editCount: message.editCount + 1 })
  }

  /** Replaces a message by one with the same `ts`. */
  change(message: InboxMessage): InboxMessage {
    this.#put(message)
    this.#forgetOldest()
    this.#tell({ kind: 'edited', message })
    return message
  }

  delete(message: InboxMessage): void {
    this.#forget(message)
    this.#tell({ kind: 'deleted', message })
  }

  clear(): void {
    this.#messages.clear()
    this.#sizes.clear()
    this.#replies.clear()
    this.#bytes = 0
    this.#forgotten = 0
    this.#tell({ kind: 'cleared', message: undefined })
  }

  /** Calls `listener` at every change until the function it returns is called. */
  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #put(message: InboxMessage): void {
    const bytes = approximateBytes(message)
    this.#bytes += bytes - (this.#sizes.get(message.ts) ?? 0)
    this.#sizes.set(message.ts, bytes)
    this.#messages.set(message.ts, message)
  }

  #forget(message: InboxMessage): void {
    this.#messages.delete(message.ts)
    this.#bytes -= this.#sizes.get(message.ts) ?? 0
    this.#sizes.delete(message.ts)
    const replies = message.isReply ? this.#replies.get(message.threadTs ?? '') : undefined
    if (replies === undefined) return
    replies.splice(replies.indexOf(message.ts), 1)
    if (replies.length === 0) this.#replies.delete(message.threadTs ?? '')
  }

  #forgetOldest(): void {
    for (const oldest of this.#messages.values()) {
      const isWithin =
        this.#messages.size <= this.#limits.maxMessages && this.#bytes <= this.#limits.maxBytes
      if (isWithin || this.#messages.size === 1) return
      this.#forget(oldest)
      this.#forgotten += 1
    }
  }

  #tell(event: StoreEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

/** What a message costs, near enough to bound memory: its JSON at two bytes a character, and the object around it. */
function approximateBytes(message: InboxMessage): number {
  const { text, blocks, attachments, metadata, history, files } = message
  return 500 + 2 * JSON.stringify([text, blocks, attachments, metadata, history, files]).length
}
