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
}

/** The latest requests: enough for tests, bounded for long runs. */
export class RequestLog {
  readonly #requests: InboxRequest[] = []
  readonly #maxRequests: number

  constructor(maxRequests: number) {
    this.#maxRequests = maxRequests
  }

  get latest(): readonly InboxRequest[] {
    return this.#requests
  }

  add(request: InboxRequest): void {
    this.#requests.push(request)
    // In pieces, because removing the first element moves all the others.
    if (this.#requests.length > this.#maxRequests * 1.1)
      this.#requests.splice(0, this.#requests.length - this.#maxRequests)
  }

  clear(): void {
    this.#requests.length = 0
  }
}
