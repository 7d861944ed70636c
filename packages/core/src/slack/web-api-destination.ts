import type { WebAPICallResult, WebClient, WebClientOptions } from '@slack/web-api'
import type { SinkEnvironment } from '../environment.ts'
import type { SlackMessage } from '../message/slack-message.ts'
import type { Identity } from '../resolve-target.ts'
import { classifyCode, classifyStatus, readRetryAfter } from './classify-response.ts'
import { describeFailure } from './describe-failure.ts'
import type { Destination, SendRequest } from './destination.ts'
import type { SendResult } from './send-result.ts'
import { withTimeout } from './with-timeout.ts'

/** Where the Web API is and who calls it. */
export interface WebApiAccess {
  readonly token: string
  readonly slackApiUrl: string
  readonly identity: Identity
}

/** Slack's Web API with a bot token: threads, edits, files. */
export function createWebApiDestination(
  access: WebApiAccess,
  environment: SinkEnvironment,
): Destination {
  return {
    hasThreads: true,
    async send(request, options) {
      try {
        return await withTimeout(environment.clock, options, async (signal) => {
          const client = await createClient(access, environment, signal)
          return call(client, request, access.identity)
        })
      } catch (error) {
        return classifyFailure(error)
      }
    },
  }
}

/**
 * One client a request, so that each has a signal of its own; the SDK's retries are off, because they duplicate messages after
 * a time-out and reorder them after a 429.
 */
async function createClient(
  access: WebApiAccess,
  environment: SinkEnvironment,
  signal: AbortSignal,
): Promise<WebClient> {
  // Loaded at the first message: it takes tens of milliseconds that no program should pay at its start.
  const webApi = await import('@slack/web-api')
  const options: WebClientOptions = {
    slackApiUrl: access.slackApiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silentLogger,
    fetch: async (url, init) => {
      const response = await environment.fetch(url, { ...init, signal })
      return response.status === 429 ? withRetrySeconds(response, environment) : response
    },
  }
  return new webApi.WebClient(access.token, options)
}

/** The SDK reads `Retry-After` only as a number, and throws an anonymous error without one. */
function withRetrySeconds(response: Response, environment: SinkEnvironment): Response {
  const waitMs = readRetryAfter(response.headers.get('retry-after'), environment.clock.now())
  const headers = new Headers(response.headers)
  headers.set('retry-after', String(Math.ceil((waitMs ?? unknownWaitMs) / 1000)))
  return new Response(response.body, { status: response.status, headers })
}

const unknownWaitMs = 30_000

async function call(
  client: WebClient,
  request: SendRequest,
  identity: Identity,
): Promise<SendResult> {
  switch (request.kind) {
    case 'post': {
      const { channel, threadTs, isBroadcast, message } = request
      const answer = (await client.apiCall('chat.postMessage', {
        channel,
        ...message,
        ...identity,
        unfurl_links: false,
        unfurl_media: false,
        ...(threadTs !== undefined && {
          thread_ts: threadTs,
          reply_broadcast: isBroadcast ?? false,
        }),
      })) as PostAnswer
      return { status: 'sent', ts: answer.ts, channel: answer.channel }
    }
    case 'edit': {
      const { channel, ts, message } = request
      await client.apiCall('chat.update', { channel, ts, ...replacement(message) })
      return { status: 'sent', ts, channel }
    }
    case 'upload': {
      const { channel, threadTs, file } = request
      await client.filesUploadV2({ channel_id: channel, thread_ts: threadTs, ...file })
      return { status: 'sent', ts: '', channel }
    }
  }
}

/** Both are required outputs of `chat.postMessage`. */
interface PostAnswer extends WebAPICallResult {
  readonly ts: string
  readonly channel: string
}

/** An edit without blocks or attachments must take away those that were there. */
function replacement(message: SlackMessage): Record<string, unknown> {
  return {
    text: message.text,
    blocks: message.blocks ?? [],
    attachments: message.attachments ?? [],
  }
}

/** The SDK's errors carry a code each; an instance check would need the SDK loaded here. */
function classifyFailure(error: unknown): SendResult {
  const failure = error as Partial<SdkFailure>
  switch (failure.code) {
    case 'slack_webapi_platform_error':
      return classifyCode(failure.data?.error ?? 'unknown_error')
    case 'slack_webapi_rate_limited_error':
      return classifyCode('ratelimited', (failure.retryAfter ?? 0) * 1000)
    case 'slack_webapi_http_error':
      return classifyStatus(failure.statusCode ?? 0)
    default:
      return { status: 'retry', reason: describeFailure(error), isAmbiguous: true }
  }
}

interface SdkFailure {
  readonly code: string
  readonly data: { readonly error?: string }
  readonly retryAfter: number
  readonly statusCode: number
}

function ignore(): void {
  // The SDK logs to stdout at its default; what it has to say comes back as an error anyway.
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
