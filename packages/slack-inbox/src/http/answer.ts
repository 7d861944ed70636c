import { isObject, type JsonObject, parseJson } from '../json.ts'

/** A request to the inbox, through a socket or in process. */
export interface HttpRequest {
  readonly httpMethod: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

/** A complete HTTP response. */
export interface HttpResponse {
  readonly kind: 'response'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** What the server does with a request. */
export type HttpAnswer =
  | HttpResponse
  /** Breaks the connection, after the first half of `partial` if there is one. */
  | { readonly kind: 'reset'; readonly partial: HttpResponse | undefined }
  /** Never responds. */
  | { readonly kind: 'hang' }
  /** Sends server-sent events until the function that `open` returns is called. */
  | { readonly kind: 'events'; readonly open: (send: (event: string) => void) => () => void }

/** The ways to post, which report errors differently. */
export type Api = 'webApi' | 'webhook' | 'discord'

export function jsonResponse(
  body: object,
  status = 200,
  headers: Record<string, string> = {},
): HttpResponse {
  return {
    kind: 'response',
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  }
}

export function textResponse(
  body: string,
  status = 200,
  headers: Record<string, string> = {},
): HttpResponse {
  return {
    kind: 'response',
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
    body,
  }
}

export function rateLimitedResponse(retryAfterSeconds: number, api: Api): HttpResponse {
  if (api === 'discord') return discordLimitResponse(retryAfterSeconds * 1000, false)
  const headers = { 'retry-after': String(retryAfterSeconds) }
  return api === 'webhook'
    ? textResponse('rate_limited', 429, headers)
    : jsonResponse({ ok: false, error: 'ratelimited' }, 429, headers)
}

/** Discord's answer beyond a limit: the body has seconds with decimals, the header whole ones. */
export function discordLimitResponse(
  waitMs: number,
  isGlobal: boolean,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const body = {
    message: 'You are being rate limited.',
    retry_after: Math.round(waitMs) / 1000,
    global: isGlobal,
  }
  return jsonResponse(body, 429, { ...headers, 'retry-after': String(Math.ceil(waitMs / 1000)) })
}

/** Discord's answer to what it refuses, with its own code. */
export function discordErrorResponse(
  code: string,
  status: number = discordStatuses.get(code) ?? 400,
  message = 'refused',
): HttpResponse {
  return jsonResponse({ message, code: Number(code) }, status)
}

const discordStatuses: ReadonlyMap<string, number> = new Map([
  ['0', 401],
  ['10003', 404],
  ['10008', 404],
  ['10015', 404],
  ['50001', 403],
  ['50013', 403],
  ['50027', 401],
  ['40005', 413],
])

/**
 * The response to a failed webhook post: the error code as plain text.
 *
 * @see https://docs.slack.dev/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
 */
export function webhookErrorResponse(
  error: string,
  status: number = webhookStatuses.get(error) ?? 400,
): HttpResponse {
  return textResponse(error, status)
}

const webhookStatuses: ReadonlyMap<string, number> = new Map([
  ['action_prohibited', 403],
  ['posting_to_general_channel_denied', 403],
  ['invalid_token', 403],
  ['channel_not_found', 404],
  ['no_service', 404],
  ['no_service_id', 404],
  ['no_team', 404],
  ['no_active_hooks', 404],
  ['channel_is_archived', 410],
  ['team_disabled', 410],
  ['rollup_error', 500],
])

/** The JSON object in a request's body, if there is one. */
export function jsonBody({ body }: HttpRequest): JsonObject | undefined {
  const value = parseJson(new TextDecoder().decode(body))
  return isObject(value) ? value : undefined
}

export function bearerToken({ headers }: HttpRequest): string | undefined {
  return /^bearer\s+(\S+)$/i.exec(headers['authorization'] ?? '')?.[1]
}
