import type { WebClient } from '@slack/web-api'
import { idOfChannel, isChannelId, listOf, type ChannelIds } from './channel-ids.ts'
import { classifySdkError, missingScope, type SdkError } from './classify-sdk-error.ts'
import type { FindResult, PostRequest } from './destination.ts'
import { hasId, listChannelsCall, type ChannelKinds } from './web-api-calls.ts'

/** The post is among the latest messages, or is not there: it is looked for within seconds or after a pause of all. */
const pageSize = 100
/** Channels are looked through by name for so many pages. */
const maxPages = 5

/**
 * Looks for a post among a channel's latest messages, which takes a scope that few bots have.
 *
 * @throws what the SDK throws if Slack did not answer
 */
export async function findPost(
  client: WebClient,
  request: PostRequest,
  channelIds: ChannelIds,
): Promise<FindResult> {
  const { threadTs, id } = request
  try {
    const channel = await channelIdOf(client, request.channel, channelIds)
    if (id === undefined || channel === undefined) return await probed(client)
    const options = { channel, include_all_metadata: true, limit: pageSize }
    const answer =
      threadTs === undefined
        ? await client.apiCall('conversations.history', options)
        : await client.apiCall('conversations.replies', { ...options, ts: threadTs })
    const found = listOf(answer, 'messages').find((message) => hasId(message, id))
    if (found === undefined) return { status: 'absent' }
    return { status: 'found', ts: String((found as { ts?: unknown }).ts), channel }
  } catch (error) {
    // A refusal says that Slack answers, and no more.
    return isRefusal(error) ? { status: 'unknown' } : classifySdkError(error)
  }
}

/** Where nothing can be looked up, whether Slack answers is worth knowing still. */
async function probed(client: WebClient): Promise<FindResult> {
  await client.apiCall('auth.test')
  return { status: 'unknown' }
}

/** By name, channels are looked through. */
export async function channelIdOf(
  client: WebClient,
  reference: string,
  known: ChannelIds,
): Promise<string | undefined> {
  if (isChannelId(reference)) return reference
  const id = known.get(reference) ?? (await findChannel(client, reference))
  if (id !== undefined) known.set(reference, id)
  return id
}

async function findChannel(client: WebClient, reference: string): Promise<string | undefined> {
  try {
    return await findChannelAmong(client, reference, 'public_channel,private_channel')
  } catch (error) {
    if (missingScope(error) === undefined) throw error
    return findChannelAmong(client, reference, 'public_channel')
  }
}

async function findChannelAmong(
  client: WebClient,
  reference: string,
  kinds: ChannelKinds,
): Promise<string | undefined> {
  let cursor: string | undefined = ''
  for (let page = 0; page < maxPages && cursor !== undefined; page += 1) {
    const { method, arguments: given } = listChannelsCall(cursor, kinds)
    const answer = await client.apiCall(method, given)
    const id = idOfChannel(answer, reference)
    if (id !== undefined) return id
    cursor = answer.response_metadata?.next_cursor || undefined
  }
  return undefined
}

function isRefusal(error: unknown): boolean {
  const { code, data } = error as Partial<SdkError>
  if (code !== 'slack_webapi_platform_error') return false
  const failure = classifySdkError(error)
  return failure.status !== 'retry' && failure.status !== 'wait' && typeof data?.error === 'string'
}
