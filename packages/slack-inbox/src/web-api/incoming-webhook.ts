import {
  type HttpAnswer,
  type HttpRequest,
  jsonBody,
  rateLimitedResponse,
  textResponse,
  webhookErrorResponse,
} from '../http/answer.ts'
import { exchange, type ExchangeResult } from '../http/exchange.ts'
import { isObject, type JsonObject, parseJson } from '../json.ts'
import type { Slack } from '../slack.ts'
import { post } from '../workspace/posting.ts'
import type { Channel } from '../workspace/workspace.ts'
import { linksNames } from './access.ts'
import { optionalText, readArguments } from './arguments.ts'
import { readContent } from './content.ts'

/** Handles a post to an incoming webhook. */
export async function handleWebhook(slack: Slack, http: HttpRequest): Promise<HttpAnswer> {
  if (http.httpMethod !== 'POST') return textResponse('use POST', 405, { allow: 'POST' })
  const channel = slack.webhooks.channelOf(http.path)
  const payload = await readPayload(http)
  const input = {
    method: 'incoming-webhook',
    arguments: payload ?? {},
    http,
    channel: channel?.id,
  }
  return exchange(slack, input, () => accept(slack, channel, payload))
}

function accept(
  slack: Slack,
  channel: Channel | undefined,
  payload: JsonObject | undefined,
): ExchangeResult {
  const retryAfter = channel === undefined ? undefined : slack.rateLimits.messageWait(channel.id)
  if (retryAfter !== undefined)
    return { response: rateLimitedResponse(retryAfter, 'webhook'), error: 'rate_limited' }
  const error = postPayload(slack, channel, payload)
  return { response: error === undefined ? textResponse('ok') : webhookErrorResponse(error), error }
}

/** Posts the message, or returns an error code. */
function postPayload(
  slack: Slack,
  channel: Channel | undefined,
  payload: JsonObject | undefined,
): string | undefined {
  if (channel === undefined) return 'no_service'
  if (channel.isArchived) return 'channel_is_archived'
  if (payload === undefined) return 'invalid_payload'
  const content = readContent(payload)
  if (!content.ok) return webhookErrors.has(content.error) ? content.error : 'invalid_payload'
  const threadTs = optionalText(payload, 'thread_ts')
  const root = threadTs === undefined ? undefined : slack.store.find(threadTs)
  if (threadTs !== undefined && (root?.channel !== channel.id || root.isReply))
    return 'invalid_payload'
  post(slack, { channel, content, via: 'webhook', threadTs, linksNames: linksNames(payload) })
  return undefined
}

/** The errors of the Web API that webhooks have too. */
const webhookErrors = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'no_text',
  'too_many_attachments',
  'msg_blocks_too_long',
  'invalid_attachments',
])

/** The payload is JSON, whatever the content type, or the field `payload` of a form. */
async function readPayload(http: HttpRequest): Promise<JsonObject | undefined> {
  const isForm = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(
    http.headers['content-type'] ?? '',
  )
  const read = isForm ? await readArguments(http) : undefined
  const field = read === undefined || 'error' in read ? undefined : read.arguments['payload']
  if (typeof field !== 'string') return jsonBody(http)
  const payload = parseJson(field)
  return isObject(payload) ? payload : undefined
}
