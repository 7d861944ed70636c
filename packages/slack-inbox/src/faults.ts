import type { InboxRequest } from './request-log.ts'

/** What goes wrong, and for which requests. Everything is plain data, so that it can be asked for over HTTP too. */
export interface FaultOptions {
  /**
   * Only calls of this Web API method; `incoming-webhook` and `upload` are the names of the rest.
   *
   * @default all
   */
  readonly method?: string
  /**
   * Only requests to this channel, by name or id.
   *
   * @default all
   */
  readonly channel?: string
  /**
   * How many requests it hits before it is over.
   *
   * @default all of them, until `stop` or `clear`
   */
  readonly times?: number
  /**
   * How likely it hits, from 0 to 1.
   *
   * @default 1
   */
  readonly rate?: number
  /** The HTTP status to answer. A 429 comes with `Retry-After`. */
  readonly status?: number
  /** The error code to answer: `ok: false` from the Web API, the plain text from a webhook. */
  readonly error?: string
  /** Seconds for `Retry-After`; alone it means status 429. */
  readonly retryAfter?: number
  /** Milliseconds to wait with the answer, whatever it is. */
  readonly delayMs?: number
  /** Never answer; the connection stays open. */
  readonly hang?: boolean
  /** Break the connection: before any answer, or in the middle of its body. */
  readonly reset?: boolean | 'midBody'
  /** Take the request, then break the connection instead of saying so. */
  readonly loseAnswer?: boolean
  /** Answer with a page of HTML, as a proxy does. */
  readonly html?: boolean
  /** Answer with something that claims to be JSON and is none. */
  readonly garbage?: boolean
  /**
   * Whether the request takes effect all the same.
   *
   * @default true for `delayMs` alone, `loseAnswer` and `reset: 'midBody'`, else false
   */
  readonly isAccepted?: boolean
}

/** A fault that is switched on. */
export interface Fault {
  readonly id: number
  readonly options: FaultOptions
  /** How many requests it has hit. */
  readonly hits: number
  /** Switches it off. */
  stop(): void
}

interface ActiveFault extends Fault {
  hits: number
}

/** The faults that are switched on, in the order they were asked for: the first that fits hits. */
export class Faults {
  readonly #active = new Map<number, ActiveFault>()
  readonly #random: () => number
  #lastId = 0

  constructor(random: () => number) {
    this.#random = random
  }

  get active(): readonly Fault[] {
    return [...this.#active.values()]
  }

  add(options: FaultOptions): Fault {
    this.#lastId += 1
    const id = this.#lastId
    const fault: ActiveFault = { id, options, hits: 0, stop: () => this.#active.delete(id) }
    this.#active.set(id, fault)
    return fault
  }

  stop(id: number): boolean {
    return this.#active.delete(id)
  }

  clear(): void {
    this.#active.clear()
  }

  /** The fault that hits `request`, counted. */
  pick(request: InboxRequest, channelName: string | undefined): FaultOptions | undefined {
    for (const fault of this.#active.values()) {
      if (!this.#hits(fault.options, request, channelName)) continue
      fault.hits += 1
      if (fault.hits >= (fault.options.times ?? Infinity)) fault.stop()
      return fault.options
    }
    return undefined
  }

  #hits(options: FaultOptions, request: InboxRequest, channelName: string | undefined): boolean {
    const { method, channel, rate = 1 } = options
    if (method !== undefined && method !== request.method) return false
    const bare = channel?.replace(/^#/, '')
    if (bare !== undefined && bare !== request.channel && bare !== channelName) return false
    return rate >= 1 || this.#random() < rate
  }
}
