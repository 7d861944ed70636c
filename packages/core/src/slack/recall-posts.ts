import type { WebClient } from '@slack/web-api'
import { listOf, type ChannelIds } from './channel-ids.ts'
import type { Recalled } from './destination.ts'
import { channelIdOf } from './find-post.ts'
import { factsOf } from './web-api-calls.ts'

/** One page: what is older is hardly going on. */
const pageSize = 200

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
    limit: pageSize,
    oldest: String(request.since / 1000),
  })
  return listOf(answer, 'messages').flatMap((message) => {
    const facts = factsOf(message)
    const { ts } = message as { ts?: unknown }
    return facts === undefined ? [] : [{ ts: String(ts), channel, facts }]
  })
}
