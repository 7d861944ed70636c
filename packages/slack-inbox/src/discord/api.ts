import {
  discordLimitResponse,
  type HttpAnswer,
  type HttpRequest,
  jsonBody,
  jsonResponse,
} from '../http/answer.ts'
import { exchange, type ExchangeResult } from '../http/exchange.ts'
import { isObject, type JsonObject, parseJson } from '../json.ts'
import type { Slack } from '../slack.ts'
import { readMultipart } from '../web-api/arguments.ts'
import type { InboxFile } from '../workspace/message.ts'
import { readRoute, type DiscordRoute } from './routes.ts'
import type { DiscordServer } from './server.ts'
import { type DiscordError, invalidForm } from './validate.ts'

/** What an endpoint answers: an object, nothing, or an error. */
export type DiscordResult =
  | { readonly ok: true; readonly body: JsonObject | undefined }
  | ({ readonly ok: false } & DiscordError)

/** A request with all that an endpoint reads. */
export interface DiscordCall {
  readonly slack: Slack
  readonly server: DiscordServer
  readonly query: URLSearchParams
  readonly body: JsonObject
  readonly files: readonly InboxFile[]
}

/** Handles a request below `/api/webhooks/` or `/api/v10/`. */
export async function handleDiscord(
  slack: Slack,
  server: DiscordServer,
  http: HttpRequest,
): Promise<HttpAnswer> {
  const route = readRoute(http)
  const read = await readBody(http)
  const input = {
    method: route?.method ?? 'discord',
    arguments: { ...Object.fromEntries(http.query), ...read?.body },
    http,
    channel: route?.channelOf(server),
  }
  const answer = await exchange(slack, input, () => {
    if (route === undefined) return toExchange({ ok: false, ...notFound })
    const permit = server.rateLimits.count(route.name, route.resource)
    if (permit.waitMs !== undefined)
      return {
        response: discordLimitResponse(permit.waitMs, permit.isGlobal, permit.headers),
        error: 'rate_limited',
      }
    return toExchange(run({ slack, server, query: http.query, route, http, read }), permit.headers)
  })
  return /^\/api\/v\d+\//.test(http.path) ? answer : inVersion6(answer)
}

/**
 * What is asked without a version is answered as by version 6, whose waits are in milliseconds.
 *
 * @see https://docs.discord.com/developers/reference#api-versioning
 */
function inVersion6(answer: HttpAnswer): HttpAnswer {
  if (answer.kind !== 'response' || answer.status !== 429) return answer
  const body = parseJson(String(answer.body))
  const header = answer.headers['retry-after']
  const seconds = isObject(body) ? body['retry_after'] : undefined
  if (!isObject(body) || typeof seconds !== 'number' || header === undefined) return answer
  const headers = { ...answer.headers, 'retry-after': String(Number(header) * 1000) }
  return jsonResponse({ ...body, retry_after: Math.round(seconds * 1000) }, 429, headers)
}

const notFound: DiscordError = { status: 404, code: 0, message: '404: Not Found' }

interface Prepared extends Pick<DiscordCall, 'slack' | 'server' | 'query'> {
  readonly route: DiscordRoute
  readonly http: HttpRequest
  readonly read: ReadBody | undefined
}

function run({ route, http, read, ...rest }: Prepared): DiscordResult {
  const refusal = route.authorize(rest.server, http)
  if (refusal !== undefined) return { ok: false, ...refusal }
  if (read === undefined)
    return {
      ok: false,
      status: 400,
      code: 50109,
      message: 'The request body contains invalid JSON.',
    }
  return 'problem' in read
    ? { ok: false, ...read.problem }
    : route.handle({ ...rest, body: read.body, files: read.files })
}

type ReadBody =
  | { readonly body: JsonObject; readonly files: readonly InboxFile[] }
  | { readonly body: JsonObject; readonly problem: DiscordError }

/** The JSON of a request, or `payload_json` and the files of a form; `undefined` if it is neither. */
async function readBody(http: HttpRequest): Promise<ReadBody | undefined> {
  if (http.body.length === 0) return { body: {}, files: [] }
  const type = http.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data')) {
    const body = type.startsWith('application/json') ? jsonBody(http) : undefined
    return body && { body, files: [] }
  }
  const form = await readMultipart(http)
  const field = form?.get('payload_json') ?? '{}'
  const payload = typeof field === 'string' ? parseJson(field) : undefined
  if (form === undefined || !isObject(payload)) return undefined
  return readFiles(form, payload)
}

const maxFileBytes = 10 * 1024 * 1024
const tooLarge: DiscordError = {
  status: 413,
  code: 40005,
  message: 'Request entity too large. Try sending something smaller in size',
}

async function readFiles(form: FormData, body: JsonObject): Promise<ReadBody> {
  const files: InboxFile[] = []
  for (const [name, value] of form) {
    if (name === 'payload_json') continue
    const id = /^files\[(\d)\]$/.exec(name)?.[1]
    if (id === undefined || typeof value === 'string')
      return { body, problem: invalidForm(`${name}: BASE_TYPE_BAD_TYPE is no file`) }
    if (value.size > maxFileBytes) return { body, problem: tooLarge }
    const content = await value.text()
    files.push({
      id: `${id}-${value.name}`,
      name: value.name,
      title: value.name,
      bytes: value.size,
      content,
    })
  }
  return { body, files }
}

function toExchange(
  result: DiscordResult,
  headers: Readonly<Record<string, string>> = {},
): ExchangeResult {
  if (!result.ok) {
    const { status, code, message, errors } = result
    const body = { message, code, ...(errors !== undefined && { errors }) }
    return {
      response: jsonResponse(body, status, { ...headers }),
      error: String(code),
    }
  }
  const response =
    result.body === undefined
      ? { kind: 'response' as const, status: 204, headers, body: '' }
      : jsonResponse(result.body, 200, { ...headers })
  return { response, error: undefined }
}
