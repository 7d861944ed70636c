import type { WebAPICallResult, WebClient } from '@slack/web-api'
import { loadWebApi } from '#load-web-api'
import type {
  Destination,
  Failure,
  ProbeResult,
  Recalled,
  RecallOptions,
  SendOptions,
  SendRequest,
  SendResult,
} from '../delivery/destination.ts'
import { hasNodeFetch, type SinkEnvironment } from '../environment.ts'
import type { Identity } from '../options/target.ts'
import { editCall, postCall, type PostExtras } from './calls.ts'
import { type ApiAccess, createClient } from './client.ts'
import { classifyFor, classifySdkError, missingScope } from './errors.ts'
import { createWebApiLastWords } from './exit-sender.ts'
import { type ChannelIds, findPost, recallPosts } from './find.ts'
import { warmUpInTurns, withTimeout } from './with-timeout.ts'

/** Where the Web API is and who calls it. */
export interface WebApiAccess extends ApiAccess {
  readonly identity: Identity
}

/** Slack's Web API with a bot token: threads, edits, files. */
export function createWebApiDestination(
  access: WebApiAccess,
  environment: SinkEnvironment,
): Destination {
  return new WebApiDestination(access, environment)
}

class WebApiDestination implements Destination {
  readonly hasThreads = true
  readonly lastWords: Destination['lastWords']
  readonly #access: WebApiAccess
  readonly #environment: SinkEnvironment
  readonly #channelIds: ChannelIds = new Map()
  #extras: PostExtras

  constructor(access: WebApiAccess, environment: SinkEnvironment) {
    this.#access = access
    this.#environment = environment
    this.#extras = { identity: access.identity, hasMetadata: true }
    this.lastWords = hasNodeFetch(environment)
      ? createWebApiLastWords({
          access,
          environment,
          extras: () => this.#extras,
          channelIds: this.#channelIds,
        })
      : undefined
  }

  async send(request: SendRequest, options: SendOptions): Promise<SendResult> {
    try {
      const result = await this.#call(options, (client) => this.#deliver(client, request))
      if (result.channel !== '') this.#channelIds.set(request.channel, result.channel)
      return result
    } catch (error) {
      return this.#withoutExtra(error) ?? classifyFor(request, classifySdkError(error))
    }
  }

  find(...[request, options]: Parameters<Destination['find']>): ReturnType<Destination['find']> {
    return this.#call(options, (client) => findPost(client, request, this.#channelIds)).catch(
      classifySdkError,
    )
  }

  async recall(channel: string, options: RecallOptions): Promise<readonly Recalled[]> {
    const request = { channel, since: options.since }
    try {
      return await this.#call(options, (client) => recallPosts(client, request, this.#channelIds))
    } catch {
      // Without the scope, or when Slack is away, a process starts as if it were the first; nothing is lost by that.
      return []
    }
  }

  probe(options: SendOptions): Promise<ProbeResult> {
    return this.#call(options, async (client): Promise<ProbeResult> => {
      await client.apiCall('auth.test')
      return { status: 'answers' }
    }).catch(classifySdkError)
  }

  warmUp(): void {
    const { slackApiUrl: url } = this.#access
    warmUpInTurns({ url, load: loadWebApi, environment: this.#environment })
  }

  #call<Answer>(
    options: SendOptions,
    use: (client: WebClient) => Promise<Answer>,
  ): Promise<Answer> {
    return withTimeout(this.#environment.clock, options, (signal) =>
      use(createClient(this.#access, this.#environment, signal)),
    )
  }

  async #deliver(client: WebClient, request: SendRequest): Promise<Sent> {
    switch (request.kind) {
      case 'post': {
        const { method, arguments: given } = postCall(request, this.#extras)
        const { ts, channel } = (await client.apiCall(method, given)) as PostAnswer
        return { status: 'sent', ts, channel }
      }
      case 'edit': {
        const { method, arguments: given } = editCall(request, this.#extras)
        await client.apiCall(method, given)
        return { status: 'sent', ts: request.ts, channel: request.channel }
      }
      case 'upload': {
        const { channel, threadTs, file } = request
        await client.filesUploadV2({ channel_id: channel, thread_ts: threadTs, ...file })
        return { status: 'sent', ts: '', channel }
      }
    }
  }

  /** What Slack refuses beside the message is left out from now on, and the message goes again. */
  #withoutExtra(error: unknown): Failure | undefined {
    const { reason } = classifySdkError(error)
    if (missingScope(error) === 'chat:write.customize' && hasIdentity(this.#extras)) {
      this.#extras = { ...this.#extras, identity: {} }
      return again('missing_scope: chat:write.customize, for `username` and icons')
    }
    if (reason.includes('metadata') && this.#extras.hasMetadata) {
      this.#extras = { ...this.#extras, hasMetadata: false }
      return again(reason)
    }
    return undefined
  }
}

type Sent = SendResult & { readonly status: 'sent' }

/** Both are required outputs of `chat.postMessage`. */
interface PostAnswer extends WebAPICallResult {
  readonly ts: string
  readonly channel: string
}

function again(reason: string): Failure {
  return { status: 'wait', reason, afterMs: 0 }
}

function hasIdentity({ identity }: PostExtras): boolean {
  return Object.keys(identity).length > 0
}
