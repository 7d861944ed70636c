import { optionalText } from './argument.ts'
import { rateLimitedReply, textReply } from './answer.ts'
import type { Answer, Call } from './answer.ts'
import { readContent } from './content.ts'
import { exchange } from './exchange.ts'
import type { Outcome } from './exchange.ts'
import { isObject, parseJson } from './json.ts'
import type { JsonObject } from './json.ts'
import { findsNames } from './methods/access.ts'
import { post } from './posting.ts'
import { readArguments } from './read-arguments.ts'
import type { Slack } from './slack.ts'
import { webhookStatus } from './webhook-status.ts'
import type { Channel } from './workspace.ts'

/** Answers a post to an incoming webhook. */
export async function answerWebhook(slack: Slack, call: Call): Promise<Answer> {
  if (call.httpMethod !== 'POST') return textReply('use POST', 405, { allow: 'POST' })
  const channel = slack.webhooks.channelOf(call.path)
  const payload = await readPayload(call)
  const asked = {
    method: 'incoming-webhook',
    arguments: payload ?? {},
    call,
    channel: channel?.id,
  }
  return exchange(slack, asked, () => accept(slack, channel, payload))
}

function accept(
  slack: Slack,
  channel: Channel | undefined,
  payload: JsonObject | undefined,
): Outcome {
  const retryAfter = channel === undefined ? undefined : slack.rateLimits.messageWait(channel.id)
  if (retryAfter !== undefined)
    return { reply: rateLimitedReply(retryAfter, true), error: 'rate_limited' }
  const error = postError(slack, channel, payload)
  return error === undefined
    ? { reply: textReply('ok'), error }
    : { reply: textReply(error, webhookStatus(error)), error }
}

function postError(
  slack: Slack,
  channel: Channel | undefined,
  payload: JsonObject | undefined,
): string | undefined {
  if (channel === undefined) return 'no_service'
  if (channel.isArchived) return 'channel_is_archived'
  if (payload === undefined) return 'invalid_payload'
  const content = readContent(payload)
  if (!content.ok) return webhookError(content.error)
  const threadTs = optionalText(payload, 'thread_ts')
  const root = threadTs === undefined ? undefined : slack.store.find(threadTs)
  if (threadTs !== undefined && (root?.channel !== channel.id || root.isReply))
    return 'invalid_payload'
  post(slack, {
    channel,
    content,
    via: 'webhook',
    threadTs,
    findsNames: findsNames(payload),
  })
  return undefined
}

/** A webhook has fewer words than the Web API, and no details. */
function webhookError(error: string): string {
  return webhookErrors.has(error) ? error : 'invalid_payload'
}

const webhookErrors = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'no_text',
  'too_many_attachments',
  'msg_blocks_too_long',
  'invalid_attachments',
])

/** JSON whatever the content type says, or a form whose field `payload` holds it. */
async function readPayload(call: Call): Promise<JsonObject | undefined> {
  const isForm = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(
    call.headers['content-type'] ?? '',
  )
  const read = isForm ? await readArguments(call) : undefined
  const field = read === undefined || 'error' in read ? undefined : read.arguments['payload']
  const payload = parseJson(typeof field === 'string' ? field : new TextDecoder().decode(call.body))
  return isObject(payload) ? payload : undefined
}
