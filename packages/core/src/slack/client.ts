import type { FetchFunction, WebClient, WebClientOptions } from '@slack/web-api'
import { loadWebApi } from '#load-web-api'
import { type Failure, isFailure } from '../delivery/destination.ts'
import type { Clock } from '../environment.ts'
import type { HttpAnswer, HttpOptions, HttpPost } from '../http.ts'
import { type ApiFailure, classifyHttp, classifySdkError } from './errors.ts'

/** Where the Web API is, and the token. */
export interface ApiAccess {
  readonly token: string
  readonly slackApiUrl: string
}

/** A client and the one call that it serves: its `fetch` has no other way to know the signal of that call. */
interface Lease {
  readonly client: WebClient
  options: HttpOptions
  /** Why a request failed: the SDK has no error for a `Retry-After` that is a date or missing. */
  failure: Failure | undefined
}

export interface SdkClientsDeps extends ApiAccess {
  readonly clock: Clock
  readonly post: HttpPost
  /** Called once, when the SDK cannot be loaded. */
  readonly onMissing: (error: unknown) => void
}

/** The SDK's clients of one destination: one, and another only while calls overlap. */
export class SdkClients {
  readonly #deps: SdkClientsDeps
  readonly #idle: Lease[] = []
  #sdk: ReturnType<typeof loadWebApi> | undefined
  #isMissingReported = false

  constructor(deps: SdkClientsDeps) {
    this.#deps = deps
  }

  /**
   * Loads the SDK, which the first call would otherwise wait for.
   *
   * @returns whether it can be loaded: not from an image that was pruned too far, or while too many files are open
   */
  load(): boolean {
    if (this.#sdk !== undefined) return true
    try {
      this.#idle.push(this.#create({ signal: new AbortController().signal }))
      return true
    } catch (error) {
      if (!this.#isMissingReported) this.#deps.onMissing(error)
      this.#isMissingReported = true
      return false
    }
  }

  /** Makes a call whose requests all have the given options. Never rejects. */
  async call<Answer>(
    options: HttpOptions,
    make: (client: WebClient) => Promise<Answer>,
  ): Promise<Answer | ApiFailure> {
    let lease: Lease | undefined
    try {
      lease = this.#idle.pop() ?? this.#create(options)
      lease.options = options
      lease.failure = undefined
      return await make(lease.client)
    } catch (error) {
      return lease?.failure ?? classifySdkError(error)
    } finally {
      if (lease !== undefined) this.#idle.push(lease)
    }
  }

  #create(options: HttpOptions): Lease {
    const { token, slackApiUrl } = this.#deps
    this.#sdk ??= loadWebApi()
    const client = new this.#sdk.WebClient(token, {
      slackApiUrl,
      // The SDK's own retries duplicate messages after a time-out and reorder them after a 429.
      retryConfig: { retries: 0 },
      logger: silentLogger,
      fetch: (...request) => this.#fetch(request, lease),
    })
    const lease: Lease = { client, options, failure: undefined }
    return lease
  }

  /** The `fetch` of the SDK, which sees only complete answers with status 200: any other is classified here. */
  async #fetch(
    [url, { headers = {}, body = '' } = {}]: Parameters<FetchFunction>,
    lease: Lease,
  ): ReturnType<FetchFunction> {
    const { post, clock } = this.#deps
    const result = await post({ url: String(url), headers, body }, lease.options)
    const answer = classifyHttp(result, clock.now())
    if (!isFailure(answer)) return sdkResponse(String(url), answer)
    const isUnseen = answer.status === 'retry' && this.#isBeforeShare(String(url))
    lease.failure = isUnseen ? { ...answer, accepted: 'no' } : answer
    throw new Error(answer.reason)
  }

  /** Whether it is one of the requests of an upload before the last one, which makes the file visible. */
  #isBeforeShare(url: string): boolean {
    return url.endsWith('/files.getUploadURLExternal') || !url.startsWith(this.#deps.slackApiUrl)
  }
}

/** The part of a `Response` that the SDK reads: that class itself would load all of Node's `fetch`. */
function sdkResponse(
  url: string,
  { status, headers, body }: HttpAnswer,
): Awaited<ReturnType<FetchFunction>> {
  return {
    ok: true,
    status,
    statusText: '',
    url,
    headers: {
      get: (name) => headers[name.toLowerCase()] ?? null,
      entries: () => Object.entries(headers),
    },
    text: async () => body,
    json: async () => JSON.parse(body) as unknown,
    arrayBuffer: async () => new TextEncoder().encode(body).buffer,
  }
}

function ignore(): void {
  // The SDK logs to stdout at its default; its errors carry the same.
}

const silentLogger: NonNullable<WebClientOptions['logger']> = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  setName: ignore,
  getLevel: () => 'error' as never,
}
