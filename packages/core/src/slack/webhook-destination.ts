import type { SinkEnvironment } from '../environment.ts'
import { classifyCode, classifyStatus, readRetryAfter } from './classify-response.ts'
import { describeFailure } from './describe-failure.ts'
import type { Destination, SendRequest } from './destination.ts'
import type { SendResult } from './send-result.ts'
import { withTimeout } from './with-timeout.ts'

/**
 * An incoming webhook: posts only. Through `fetch` and not `@slack/webhook`, which retries no 429 and keeps `Retry-After` to
 * itself.
 */
export function createWebhookDestination(url: string, environment: SinkEnvironment): Destination {
  return {
    hasThreads: false,
    async send(request, options) {
      if (request.kind !== 'post') return { status: 'repost', reason: 'a webhook only posts' }
      try {
        return await withTimeout(environment.clock, options, (signal) =>
          post(url, request, { environment, signal }),
        )
      } catch (error) {
        return { status: 'retry', reason: describeFailure(error), isAmbiguous: true }
      }
    },
  }
}

async function post(
  url: string,
  request: SendRequest & { kind: 'post' },
  context: { readonly environment: SinkEnvironment; readonly signal: AbortSignal },
): Promise<SendResult> {
  const response = await context.environment.fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...request.message, unfurl_links: false, unfurl_media: false }),
    redirect: 'error',
    signal: context.signal,
  })
  // An unread body would keep the socket out of the connection pool.
  const body = (await response.text()).trim()
  if (response.ok) return { status: 'sent', ts: '', channel: request.channel }
  const waitMs = readRetryAfter(
    response.headers.get('retry-after'),
    context.environment.clock.now(),
  )
  // Slack answers a refusal with its code as plain text; a proxy or a broken server with anything.
  const isCode = /^[a-z_]{3,60}$/.test(body)
  if (response.status !== 429 && isCode) return classifyCode(body, waitMs)
  return classifyStatus(response.status, waitMs)
}
