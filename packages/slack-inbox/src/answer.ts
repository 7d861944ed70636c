import type { Json } from './json.ts'

/** A request, whichever way it came: through a socket or in process. */
export interface Call {
  readonly httpMethod: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** A complete HTTP answer. */
export interface Reply {
  readonly kind: 'reply'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** What a call leads to. */
export type Answer =
  | Reply
  /** The connection breaks, after the first half of `partial` where there is one. */
  | { readonly kind: 'reset'; readonly partial: Reply | undefined }
  /** Nothing ever comes. */
  | { readonly kind: 'hang' }
  /** Server-sent events, until `open`'s result is called. */
  | { readonly kind: 'events'; readonly open: (send: (event: string) => void) => () => void }

/** A JSON answer. */
export function jsonReply(body: Json, status = 200, headers: Record<string, string> = {}): Reply {
  return {
    kind: 'reply',
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  }
}

/** A plain-text answer. */
export function textReply(body: string, status = 200, headers: Record<string, string> = {}): Reply {
  return {
    kind: 'reply',
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
    body,
  }
}

/** The answer to a request that came too soon. */
export function rateLimitedReply(seconds: number, isWebhook: boolean): Reply {
  const headers = { 'retry-after': String(seconds) }
  return isWebhook
    ? textReply('rate_limited', 429, headers)
    : jsonReply({ ok: false, error: 'ratelimited' }, 429, headers)
}
