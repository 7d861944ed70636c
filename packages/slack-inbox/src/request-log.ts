import type { JsonObject } from './json.ts'

/** A request that reached the inbox, accepted or not. */
export interface InboxRequest {
  /** When it came, in milliseconds since 1970 on the inbox's clock. */
  readonly at: number
  /** The Web API method, `incoming-webhook` or `upload`. */
  readonly method: string
  /** What was passed, without the token. */
  readonly arguments: JsonObject
  readonly headers: Readonly<Record<string, string>>
  /** The channel it asked for, as an id where there is such a channel. */
  readonly channel: string | undefined
  /** The HTTP status answered; undefined while it waits, and for connections that were broken. */
  status: number | undefined
  /** The error answered. */
  error: string | undefined
  /** Whether it was accepted, whatever the client came to hear of it. */
  isAccepted: boolean
  /** Whether a fault asked for by a test changed its fate. */
  isFaulty: boolean
  /** How large its body was. */
  readonly bytes: number
}

/**
 * The latest requests: enough for tests, bounded for long runs.
 *
 * Invariant: `#bytes` is the sum of `bytes` over `#requests`.
 */
export class RequestLog {
  readonly #requests: InboxRequest[] = []
  readonly #maxRequests: number
  readonly #maxBytes: number
  #bytes = 0

  constructor(limits: { readonly maxRequests: number; readonly maxBytes: number }) {
    this.#maxRequests = limits.maxRequests
    this.#maxBytes = limits.maxBytes
  }

  get latest(): readonly InboxRequest[] {
    return this.#requests
  }

  add(request: InboxRequest): void {
    this.#requests.push(request)
    this.#bytes += request.bytes
    // An eighth at once, because removing the first element moves all the others.
    if (this.#requests.length > this.#maxRequests || this.#bytes > this.#maxBytes)
      for (const old of this.#requests.splice(0, Math.ceil(this.#requests.length / 8)))
        this.#bytes -= old.bytes
  }

  clear(): void {
    this.#requests.length = 0
    this.#bytes = 0
  }
}
