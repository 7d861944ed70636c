import type { WebClient, WebClientOptions } from '@slack/web-api'
import { loadWebApi } from '#load-web-api'
import type { SinkEnvironment } from '../environment.ts'
import { readRetryAfter } from './errors.ts'

/** Where the Web API is, and the token. */
export interface ApiAccess {
  readonly token: string
  readonly slackApiUrl: string
}

/**
 * A client for one request, so that each has a signal of its own. The SDK's retries are off, because they duplicate messages
 * after a time-out and reorder them after a 429.
 */
export function createClient(
  access: ApiAccess,
  environment: SinkEnvironment,
  signal: AbortSignal,
): WebClient {
  const { WebClient: Client } = loadWebApi()
  return new Client(access.token, {
    slackApiUrl: access.slackApiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silentLogger,
    fetch: async (url, init) => {
      const response = await environment.fetch(url, {
        ...init,
        // Followed, a redirect would carry the message and the token somewhere else.
        redirect: 'manual',
        signal,
      })
      return response.status === 429 ? withRetrySeconds(response, environment) : response
    },
  })
}

/** The SDK reads `Retry-After` only as a whole number, and throws an anonymous error without one. It reads nothing else of a 429. */
function withRetrySeconds(response: Response, environment: SinkEnvironment): Response {
  const waitMs = readRetryAfter(response.headers.get('retry-after'), environment.clock.now())
  const seconds = waitMs === undefined ? unstated : String(Math.ceil(waitMs / 1000))
  const headers = {
    get: (name: string) => (name === 'retry-after' ? seconds : response.headers.get(name)),
  }
  return { status: response.status, headers } as unknown as Response
}

/** Stands for a 429 that does not say how long. */
const unstated = '-1'

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
