import { createHmac } from 'node:crypto'
import type { Clock, Timer } from '../clock.ts'
import type { JsonObject } from '../json.ts'

/** An app must acknowledge within this time. */
export const ackWithinMs = 3000

/** What became of a payload that was sent to the app. */
export interface Delivery {
  readonly via: 'requestUrl' | 'socket' | undefined
  /**
   * Slack's code: `app_missing_action_url` (no request URL and no connection), `operation_timeout` (not acknowledged
   * within 3 seconds), `http_status_code` (another status than 2xx), `dispatch_failed` (not reached). Undefined if the app
   * acknowledged.
   */
  readonly error: string | undefined
  /** The status of the request URL's response. */
  readonly status?: number
}

/** Where an app receives interactions over HTTP. */
export interface InteractivityOptions {
  /** The address that receives them, as in Slack's settings of an app. */
  readonly requestUrl: string
  /** The secret that signs them. */
  readonly signingSecret: string
  /**
   * Sends the requests. A test can call a handler without a socket.
   *
   * @default the global fetch
   */
  readonly fetch?: (request: Request) => Promise<Response>
}

/** The headers by which an app recognizes that a request is from Slack. */
export function signatureHeaders(
  signingSecret: string,
  body: string,
  nowMs: number,
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000))
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` }
}

/** Posts a signed payload to the request URL, once: Slack does not retry interactions. */
export async function postPayload(
  { requestUrl, signingSecret, fetch: send = fetch }: InteractivityOptions,
  payload: JsonObject,
  clock: Clock,
): Promise<Delivery> {
  const via = 'requestUrl'
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
  const abort = new AbortController()
  const request = new Request(requestUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      ...signatureHeaders(signingSecret, body, clock.now()),
    },
    body,
    redirect: 'manual',
    signal: abort.signal,
  })
  let timer: Timer | undefined
  const timeout = new Promise<undefined>((resolve) => {
    timer = clock.setTimer(() => {
      resolve(undefined)
    }, ackWithinMs)
  })
  try {
    const response = await Promise.race([send(request), timeout])
    // Also releases the connection: nobody reads the body.
    abort.abort()
    if (response === undefined) return { via, error: 'operation_timeout' }
    const { ok, status } = response
    return { via, error: ok ? undefined : 'http_status_code', status }
  } catch {
    return { via, error: 'dispatch_failed' }
  } finally {
    timer?.cancel()
  }
}
