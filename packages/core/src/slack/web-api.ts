import { loadWebApi } from '#load-web-api'
import type { FetchFunction, WebClient, WebClientOptions } from '@slack/web-api'
import {
  type Destination,
  type Edit,
  type Failure,
  isFailure,
  type Post,
  type SendOptions,
  type SendResult,
  type SyncCall,
  type Upload,
} from '../delivery/destination.ts'
import type { SinkEnvironment, Clock } from '../environment.ts'
import {
  createHttpPost,
  type HttpRequest,
  type HttpResult,
  warmUpHttp,
  type HttpAnswer,
  type HttpOptions,
  type HttpPost,
} from '../http.ts'
import type { Identity } from '../options/target.ts'
import {
  type ApiAnswer,
  type ApiCall,
  type ApiCalls,
  type PostExtras,
  type Search,
  callWith,
  findChannel,
  findPost,
  hasOtherMetadata,
  messageCall,
  messageUrl,
  parseRef,
  readRef,
  recallPosts,
  refOf,
} from './calls.ts'
import {
  type ApiFailure,
  classifyFor,
  classifyHttp,
  classifyRefusal,
  readRetryAfter,
  classifySdkError,
} from './errors.ts'
import { createActionsPort } from './interactions/actions-port.ts'
import type { SocketModeData } from './interactions/socket-mode-worker.ts'
import { textLimits } from './limits.ts'
import type { SlackMessage } from './message.ts'
import type { SlackRenderer } from './renderer.ts'

const sdkMissing: Failure = { status: 'refused', reason: 'the package @slack/web-api is missing' }

export interface WebApiDeps extends SinkEnvironment {
  /** Called with what failed and the error. */
  readonly onBroken: (what: string, error: unknown) => void
  readonly socketMode: SocketModeData | undefined
}

/** Slack's Web API with a bot token: threads, edits, files. */
export function createWebApiDestination(
  access: ApiAccess & { readonly identity: Identity },
  render: SlackRenderer,
  { clock, fetch, variables, onBroken, socketMode }: WebApiDeps,
): Destination<SlackMessage> {
  const makePost = createHttpPost(fetch)
  const clients = new SdkClients({
    ...access,
    clock,
    post: makePost,
    onMissing: (error) => onBroken('@slack/web-api, without which no files are sent', error),
  })
  // Jest lets nothing be loaded after a test file has ended, and fails the run if something tries to.
  if (variables['JEST_WORKER_ID'] !== undefined) clients.load()
  const channelIds = new Map<string, string>()
  const search: Search = { channelIds, maxMessages: 100, maxPages: 5 }
  // While the process exits, there is only time for the first page.
  const exitSearch: Search = { channelIds, maxMessages: 20, maxPages: 1 }
  const sendMessage = createMessageSender(access.identity, channelIds)

  async function ask(call: ApiCall, options: SendOptions): Promise<ApiAnswer | ApiFailure> {
    if (clients.load()) return clients.call(options, (client) => callWith(client, call))
    // All but files is one request each, as in the exit flush.
    return readAnswer(await makePost(httpRequest(access, call), options), clock.now())
  }

  async function run<Result>(calls: ApiCalls<Result>, options: SendOptions): Promise<Result> {
    let step = calls.next()
    while (step.done !== true) step = calls.next(await ask(step.value, options))
    return step.value
  }

  /** The exit flush cannot await promises of the SDK. */
  function runSync<Result>(calls: ApiCalls<Result>, call: SyncCall): Result {
    let step = calls.next()
    while (step.done !== true)
      step = calls.next(readAnswer(call(httpRequest(access, step.value)), clock.now()))
    return step.value
  }

  async function upload(request: Upload, options: SendOptions): Promise<SendResult> {
    const { channel, ts } = parseRef(request.thread)
    const file = { channel_id: channel, thread_ts: ts, ...request.file }
    const answer = clients.load()
      ? await clients.call(options, (client) => client.filesUploadV2(file))
      : sdkMissing
    return isFailure(answer)
      ? classifyFor(request, answer)
      : { status: 'sent', ref: refOf(channel, '') }
  }

  return {
    name: 'Slack',
    can: { edits: true, threads: true, files: true },
    // About one message a second per channel, with short bursts: https://docs.slack.dev/apis/web-api/rate-limits
    pace: { burst: 3, everyMs: 1000 },
    limits: textLimits,
    render,
    send: (request, options) =>
      request.kind === 'upload' ? upload(request, options) : run(sendMessage(request), options),
    find: (post, options) => run(findPost(post, search), options),
    recall: (channel, options) =>
      run(recallPosts({ channel, since: options.since }, search), options),
    actions: createActionsPort({ run, post: makePost, clock, socketMode }),
    urlOf: (ref) => messageUrl(new URL(access.slackApiUrl).origin, ref),
    async probe(options) {
      const answer = await ask({ method: 'auth.test', args: {} }, options)
      return isFailure(answer) ? answer : { status: 'answers' }
    },
    warmUp() {
      // Turns of their own block the thread for less time each.
      clock.setTimer(() => {
        void clients.load()
        if (fetch === undefined) clock.setTimer(() => warmUpHttp(access.slackApiUrl), 0)
      }, 0)
    },
    // A `fetch` of the user's own cannot be passed to a worker.
    ...(fetch === undefined && {
      exit: {
        prepare: (channel, call) => void runSync(findChannel(channel, exitSearch), call),
        send: (request, call) =>
          request.kind === 'upload' ? undefined : runSync(sendMessage(request), call),
        find: (post, call) => runSync(findPost(post, exitSearch), call),
        recall: (channel, since, call) =>
          runSync(recallPosts({ channel, since }, exitSearch), call),
      },
    }),
  }
}

type SendMessage = (request: Post<SlackMessage> | Edit<SlackMessage>) => ApiCalls<SendResult>

function createMessageSender(identity: Identity, channelIds: Search['channelIds']): SendMessage {
  let extras: PostExtras = { identity, hasMetadata: true }

  /** An extra that Slack refuses is left out from now on, and the message is sent again. */
  function leaveOut({ reason, needed }: ApiFailure): Failure | undefined {
    let left = reason
    if (needed === 'chat:write.customize' && Object.keys(extras.identity).length > 0) {
      extras = { ...extras, identity: {} }
      left = 'missing_scope: chat:write.customize, for `username` and icons'
    } else if (reason.includes('metadata') && extras.hasMetadata) {
      extras = { ...extras, hasMetadata: false }
    } else return undefined
    return { status: 'wait', reason: left, afterMs: 0 }
  }

  return function* sendMessage(request) {
    if (request.kind === 'edit' && (yield* hasOtherMetadata(request)))
      return {
        status: 'repost',
        reason: 'another process continues this message',
        isContinued: true,
      }
    const answer = yield messageCall(request, extras)
    if (isFailure(answer)) return leaveOut(answer) ?? classifyFor(request, answer)
    const ref = readRef(request, answer)
    channelIds.set(request.channel, parseRef(ref).channel)
    return { status: 'sent', ref }
  }
}

function httpRequest({ slackApiUrl, token }: ApiAccess, { method, args }: ApiCall): HttpRequest {
  // Methods that read take forms only.
  const isRead = /^(?:conversations|users|usergroups)\./.test(method)
  const type = isRead ? 'application/x-www-form-urlencoded' : 'application/json; charset=utf-8'
  return {
    url: slackApiUrl + method,
    headers: { 'content-type': type, authorization: `Bearer ${token}` },
    body: isRead
      ? new URLSearchParams(args as Record<string, string>).toString()
      : JSON.stringify(args),
  }
}

function readAnswer(result: HttpResult, now: number): ApiAnswer | ApiFailure {
  const answer = classifyHttp(result, now)
  if (isFailure(answer)) return answer
  const { ok, ...rest } = parse(answer.body)
  return ok === true ? rest : classifyRefusal(rest, readRetryAfter(answer, now))
}

function parse(body: string): ApiAnswer {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? (parsed as ApiAnswer) : {}
  } catch {
    return {}
  }
}

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
