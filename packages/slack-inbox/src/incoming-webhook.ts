import { textReply } from './answer.ts'
import type { Call, Reply } from './answer.ts'
import { readContent } from './content.ts'
import { isObject, parseJson } from './json.ts'
import type { JsonObject } from './json.ts'
import { post } from './posting.ts'
import { readArguments } from './read-arguments.ts'
import type { Slack } from './slack.ts'
import { app, team } from './workspace.ts'
import type { Channel } from './workspace.ts'

/** Where messages to a channel are posted without a token. */
export function webhookPath(channel: Channel): string {
  return `/services/${team.id}/${app.botId}/${channel.id}`
}

/** Answers a post to an incoming webhook. */
export async function answerWebhook(slack: Slack, call: Call): Promise<Reply> {
  const channel = slack.workspace.channelById(call.path.split('/')[4] ?? '')
  const payload = await readPayload(call)
  const error = channel === undefined ? 'no_service' : accept(slack, channel, payload)
  const status = error === undefined ? 200 : (statusOf.get(error) ?? 400)
  slack.log.add({
    at: slack.clock.now(),
    method: 'incoming-webhook',
    arguments: payload ?? {},
    headers: call.headers,
    channel: channel?.id,
    status,
    error,
    isAccepted: error === undefined,
    isFaulty: false,
  })
  return textReply(error ?? 'ok', status)
}

const statusOf: ReadonlyMap<string, number> = new Map([
  ['no_service', 404],
  ['channel_is_archived', 410],
])

function accept(
  slack: Slack,
  channel: Channel,
  payload: JsonObject | undefined,
): string | undefined {
  if (channel.isArchived) return 'channel_is_archived'
  if (payload === undefined) return 'invalid_payload'
  const content = readContent(payload)
  if (!content.ok) return content.error
  const threadTs = typeof payload['thread_ts'] === 'string' ? payload['thread_ts'] : undefined
  post(slack, { channel, content, via: 'webhook', threadTs })
  return undefined
}

/** JSON whatever the content type says, or a form whose field `payload` holds it. */
async function readPayload(call: Call): Promise<JsonObject | undefined> {
  const read = await readArguments(call)
  const field = 'error' in read ? undefined : read.arguments['payload']
  const text = typeof field === 'string' ? field : new TextDecoder().decode(call.body)
  const payload = parseJson(text)
  return isObject(payload) ? payload : undefined
}
