import type { WebClient } from '@slack/web-api'
import type { FindResult, PostRequest, Recalled } from '../delivery/destination.ts'
import { type ChannelKinds, factsOf, hasId, listChannelsCall } from './calls.ts'
import { classifySdkError, missingScope, type SdkError } from './errors.ts'

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

/** One page: what is older is hardly going on. */
const recallPageSize = 200

/**
 * The latest messages of a channel that carry facts, the newest first. Takes a scope that few bots have.
 *
 * @throws what the SDK throws
 */
export async function recallPosts(
  client: WebClient,
  request: { readonly channel: string; readonly since: number },
  channelIds: ChannelIds,
): Promise<readonly Recalled[]> {
  const channel = await channelIdOf(client, request.channel, channelIds)
  if (channel === undefined) return []
  const answer = await client.apiCall('conversations.history', {
    channel,
    include_all_metadata: true,
    limit: recallPageSize,
    oldest: String(request.since / 1000),
  })
  return listOf(answer, 'messages').flatMap((message) => {
    const facts = factsOf(message)
    const { ts } = message as { ts?: unknown }
    return facts === undefined ? [] : [{ ts: String(ts), channel, facts }]
  })
}

/** Channels' ids by the names they were asked for. */
export type ChannelIds = Map<string, string>

/** History is asked for by id, while posts may name a channel. */
export function isChannelId(reference: string): boolean {
  return /^[CGD][A-Z0-9]{6,}$/.test(reference)
}

/** The id of a channel in a page of `conversations.list`. */
export function idOfChannel(answer: object, reference: string): string | undefined {
  const name = reference.replace(/^#/, '')
  const channels = listOf(answer, 'channels') as readonly { id?: unknown; name?: unknown }[]
  const id = channels.find((channel) => channel.name === name)?.id
  return typeof id === 'string' ? id : undefined
}

/** The objects of a list in an answer. */
export function listOf(answer: object, name: 'messages' | 'channels'): readonly object[] {
  const list = (answer as Readonly<Record<string, unknown>>)[name]
  return Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : []
}
