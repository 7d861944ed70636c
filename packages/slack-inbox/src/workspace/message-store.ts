import type { InboxMessage, MessageVersion } from './message.ts'

/** Creates each message's `ts`: the time in microseconds, and always greater than the one before. */
export class TsCounter {
  #lastMicros = 0

  next(nowMs: number): string {
    this.#lastMicros = Math.max(this.#lastMicros + 1, Math.floor(nowMs) * 1000)
    const seconds = Math.floor(this.#lastMicros / 1_000_000)
    return `${seconds}.${String(this.#lastMicros % 1_000_000).padStart(6, '0')}`
  }

  /** Makes every later `ts` greater than `ts`, which is from an earlier run. */
  startAfter(ts: string): void {
    const [seconds = '0', micros = '0'] = ts.split('.')
    this.#lastMicros = Math.max(this.#lastMicros, Number(seconds) * 1_000_000 + Number(micros))
  }
}

/** A change in the store. */
export interface StoreEvent {
  readonly kind: 'posted' | 'edited' | 'deleted' | 'cleared'
  readonly message: InboxMessage | undefined
}

interface StoreLimits {
  readonly maxMessages: number
  readonly maxBytes: number
}

/** An incident's root may be edited thousands of times; the first version and the latest ones are enough. */
const maxHistory = 20

/**
 * All messages, oldest first, bounded in number and size: the oldest are removed first.
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
  #dropped = 0

  constructor(limits: StoreLimits) {
    this.#limits = limits
  }

  /** How many messages were removed because of the limits. */
  get dropped(): number {
    return this.#dropped
  }

  get size(): number {
    return this.#messages.size
  }

  all(): IterableIterator<InboxMessage> {
    return this.#messages.values()
  }

  /** What channels show: roots and broadcast replies, oldest first. With `channel`, an id or a name, what that one shows. */
  shown(channel?: string | null): readonly InboxMessage[] {
    const bare = channel?.replace(/^#/, '')
    return [...this.all()].filter(
      (message) =>
        (!message.isReply || message.isBroadcast) &&
        (bare === undefined || message.channel === bare || message.channelName === bare),
    )
  }

  find(ts: string): InboxMessage | undefined {
    return this.#messages.get(ts)
  }

  /** The root, if it is still there, and its replies. */
  thread(ts: string): readonly InboxMessage[] {
    return [ts, ...this.replies(ts)]
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
    this.#dropOldest()
    this.#emit({ kind: 'posted', message })
  }

  /** Replaces the content of a message and keeps the previous version. */
  edit(message: InboxMessage, changes: Partial<InboxMessage>, now: number): InboxMessage {
    const version: MessageVersion = {
      text: message.text,
      blocks: message.blocks,
      attachments: message.attachments,
      ...(message.discord !== undefined && { discord: message.discord }),
      replacedAt: now,
    }
    const history = [...message.history, version]
    if (history.length > maxHistory) history.splice(1, 1)
    return this.change({ ...message, ...changes, history, editCount: message.editCount + 1 })
  }

  /** Replaces a message by one with the same `ts`. */
  change(message: InboxMessage): InboxMessage {
    this.#put(message)
    this.#dropOldest()
    this.#emit({ kind: 'edited', message })
    return message
  }

  delete(message: InboxMessage): void {
    this.#remove(message)
    this.#emit({ kind: 'deleted', message })
  }

  clear(): void {
    this.#messages.clear()
    this.#sizes.clear()
    this.#replies.clear()
    this.#bytes = 0
    this.#dropped = 0
    this.#emit({ kind: 'cleared', message: undefined })
  }

  /** Calls `listener` on every change until the returned function is called. */
  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Waits for a message that satisfies `predicate`. The timeout is in real time, because it guards a test and is not
   * part of Slack.
   */
  async waitFor(
    predicate: (message: InboxMessage) => boolean,
    timeoutMs: number,
  ): Promise<InboxMessage> {
    for (const message of this.all()) if (predicate(message)) return message
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer)
        unsubscribe()
      }
      const timer = setTimeout(() => {
        finish()
        reject(new Error(`Expected a message within ${timeoutMs} ms, got ${this.#summary()}`))
      }, timeoutMs)
      const unsubscribe = this.subscribe(({ kind, message }) => {
        // An error of the predicate belongs to the caller of waitFor, not to the request that changed the store.
        try {
          if (kind === 'deleted' || message === undefined || !predicate(message)) return
          finish()
          resolve(message)
        } catch (error) {
          finish()
          reject(error instanceof Error ? error : new Error(String(error)))
        }
      })
    })
  }

  #summary(): string {
    const texts = [...this.all()].slice(-10).map((message) => message.text.slice(0, 100))
    return texts.length === 0 ? 'none' : `${this.size}, the latest: ${JSON.stringify(texts)}`
  }

  #put(message: InboxMessage): void {
    const bytes = approximateBytes(message)
    this.#bytes += bytes - (this.#sizes.get(message.ts) ?? 0)
    this.#sizes.set(message.ts, bytes)
    this.#messages.set(message.ts, message)
  }

  #remove(message: InboxMessage): void {
    this.#messages.delete(message.ts)
    this.#bytes -= this.#sizes.get(message.ts) ?? 0
    this.#sizes.delete(message.ts)
    const replies = message.isReply ? this.#replies.get(message.threadTs ?? '') : undefined
    if (replies === undefined) return
    replies.splice(replies.indexOf(message.ts), 1)
    if (replies.length === 0) this.#replies.delete(message.threadTs ?? '')
  }

  #dropOldest(): void {
    for (const oldest of this.#messages.values()) {
      const isWithin =
        this.#messages.size <= this.#limits.maxMessages && this.#bytes <= this.#limits.maxBytes
      if (isWithin || this.#messages.size === 1) return
      this.#remove(oldest)
      this.#dropped += 1
    }
  }

  #emit(event: StoreEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

/** Close enough to bound memory: the JSON at two bytes a character, and the object around it. */
function approximateBytes(message: InboxMessage): number {
  const { text, blocks, attachments, discord, metadata, history, files } = message
  const all = [text, blocks, attachments, discord, metadata, history, files]
  return 500 + 2 * JSON.stringify(all).length
}
