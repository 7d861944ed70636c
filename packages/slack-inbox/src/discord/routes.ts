import { bearerToken, type HttpRequest } from '../http/answer.ts'
import type { JsonObject } from '../json.ts'
import { text } from '../web-api/arguments.ts'
import type { InboxMessage } from '../workspace/message.ts'
import type { Channel } from '../workspace/workspace.ts'
import type { DiscordCall, DiscordResult } from './api.ts'
import { channelIdOf, editInDiscord, postToDiscord, wireDiscordMessage } from './post.ts'
import { type DiscordServer, type DiscordWebhook, guild, snowflake, tags, tsOf } from './server.ts'
import { type DiscordError, invalidForm, messageError } from './validate.ts'

/** An endpoint with the ids of a request. */
export interface DiscordRoute {
  /** The method of the log and of faults. */
  readonly method: string
  /** Without ids, for rate limits. */
  readonly name: string
  /** The channel or the webhook that its limit counts for. */
  readonly resource: string
  readonly channelOf: (server: DiscordServer) => string | undefined
  readonly authorize: (server: DiscordServer, http: HttpRequest) => DiscordError | undefined
  readonly handle: (call: DiscordCall) => DiscordResult
}

const id = '(\\d{15,20})'
const webhook = `webhooks/${id}/([\\w-]+)`

type Handler = (call: DiscordCall, ids: readonly string[]) => DiscordResult

const endpoints: readonly (readonly [name: string, path: string, method: string, Handler])[] = [
  ['POST', webhook, 'discord.post', executeWebhook],
  ['GET', webhook, 'discord.get', getWebhook],
  ['PATCH', `${webhook}/messages/${id}`, 'discord.edit', editByWebhook],
  ['GET', `channels/${id}`, 'discord.get', getChannel],
  ['PATCH', `channels/${id}`, 'discord.thread', changeThread],
  ['POST', `channels/${id}/messages`, 'discord.post', createMessage],
  ['PATCH', `channels/${id}/messages/${id}`, 'discord.edit', editByBot],
  ['POST', `channels/${id}/messages/${id}/threads`, 'discord.thread', openThread],
  ['POST', `channels/${id}/threads`, 'discord.post', createPost],
]

/** The endpoint of a request; `undefined` if there is none. */
export function readRoute({ httpMethod, path }: HttpRequest): DiscordRoute | undefined {
  const bare = path.replace(/^\/api\/(?:v\d+\/)?/, '')
  for (const [verb, pattern, method, handle] of endpoints) {
    if (verb !== httpMethod) continue
    const ids = new RegExp(`^${pattern}$`).exec(bare)?.slice(1)
    if (ids === undefined) continue
    const [resource = '', token = ''] = ids
    const isWebhook = pattern.startsWith('webhooks')
    return {
      method,
      name: `${verb} ${pattern.replaceAll(id, '').replace('/([\\w-]+)', '')}`,
      resource,
      channelOf: (server) =>
        isWebhook ? findWebhook(server, resource)?.channel.id : server.channel(resource)?.id,
      authorize: (server, http) =>
        isWebhook ? webhookRefusal(server, resource, token) : botRefusal(server, http),
      handle: (call) => handle(call, ids),
    }
  }
  return undefined
}

function webhookRefusal(
  server: DiscordServer,
  webhookId: string,
  token: string,
): DiscordError | undefined {
  const found = findWebhook(server, webhookId)
  if (found === undefined) return { status: 404, code: 10015, message: 'Unknown Webhook' }
  return found.token === token
    ? undefined
    : { status: 401, code: 50027, message: 'Invalid Webhook Token' }
}

function botRefusal({ botToken }: DiscordServer, http: HttpRequest): DiscordError | undefined {
  const isBearer = bearerToken(http) !== undefined
  const isBot = http.headers['authorization'] === `Bot ${botToken}`
  return isBot && !isBearer ? undefined : { status: 401, code: 0, message: '401: Unauthorized' }
}

function findWebhook({ webhooks }: DiscordServer, webhookId: string): DiscordWebhook | undefined {
  return webhooks.find((each) => each.id === webhookId)
}

const unknownMessage: DiscordError = { status: 404, code: 10008, message: 'Unknown Message' }
const unknownChannel: DiscordError = { status: 404, code: 10003, message: 'Unknown Channel' }

function refuse(error: DiscordError): DiscordResult {
  return { ok: false, ...error }
}

function accept(body: JsonObject | undefined): DiscordResult {
  return { ok: true, body }
}

function executeWebhook(call: DiscordCall, [webhookId = '']: readonly string[]): DiscordResult {
  const { slack, server, query, body, files } = call
  const channel = findWebhook(server, webhookId)?.channel
  if (channel === undefined) return refuse(unknownChannel)
  const error = messageError(body, { isEdit: false, files: files.length })
  if (error !== undefined) return refuse(error)
  const root = webhookThread(call, channel)
  if (root !== undefined && 'code' in root) return refuse(root)
  const post = postOf(call, channel, root)
  if (post !== undefined && 'code' in post) return refuse(post)
  const message = postToDiscord(slack, {
    channel,
    body,
    files,
    via: 'discordWebhook',
    threadTs: root?.ts,
    ...(post !== undefined && { post }),
  })
  if (post !== undefined) server.threads.open(message.ts)
  if (root !== undefined) server.threads.touch(root.ts)
  // Without `wait`, the answer comes before the message is saved, and is empty.
  return accept(query.get('wait') === 'true' ? wireDiscordMessage(message) : undefined)
}

/** What the thread that a webhook posts in starts with; `undefined` for a message in the channel. */
function webhookThread(
  call: DiscordCall,
  channel: Channel,
): InboxMessage | DiscordError | undefined {
  const thread = call.query.get('thread_id')
  if (thread === null) return undefined
  const root = threadRoot(call, thread)
  if (root?.channel !== channel.id) return unknownChannel
  return call.server.threads.refusalOfPost(root.ts) ?? root
}

type Post = NonNullable<Parameters<typeof postToDiscord>[1]['post']>

/** The post that a webhook's message starts in a forum, where there is no message without one. */
function postOf(
  { server, body }: DiscordCall,
  channel: Channel,
  root: InboxMessage | undefined,
): Post | DiscordError | undefined {
  const { thread_name: name } = body
  if (!server.isForum(channel)) {
    if (name === undefined) return undefined
    return {
      status: 400,
      code: 220003,
      message: 'Webhooks can only create threads in forum channels',
    }
  }
  if (root !== undefined) {
    if (name === undefined) return undefined
    return {
      status: 400,
      code: 220002,
      message: 'Webhooks posted to forum channels cannot have both a thread_name and thread_id',
    }
  }
  if (typeof name !== 'string')
    return {
      status: 400,
      code: 220001,
      message: 'Webhooks posted to forum channels must have a thread_name or thread_id',
    }
  return namedPost(name, body)
}

const maxTags = 5

function namedPost(name: string, { applied_tags: given = [] }: JsonObject): Post | DiscordError {
  const known: readonly string[] = Object.values(tags)
  const applied = Array.isArray(given) ? given.map(String) : []
  if (
    !Array.isArray(given) ||
    applied.length > maxTags ||
    !applied.every((tag) => known.includes(tag))
  )
    return { status: 404, code: 10087, message: 'Unknown Tag' }
  if (name.trim() === '' || name.length > 100)
    return invalidForm('name: BASE_TYPE_BAD_LENGTH 1 to 100')
  return { name, tags: applied }
}

function getWebhook({ server }: DiscordCall, [webhookId = '']: readonly string[]): DiscordResult {
  const channel = findWebhook(server, webhookId)?.channel
  return accept({
    id: webhookId,
    type: 1,
    channel_id: channel?.id,
    guild_id: guild,
    name: 'discord-inbox',
  })
}

function editByWebhook(call: DiscordCall, ids: readonly string[]): DiscordResult {
  const [webhookId = '', , messageId = ''] = ids
  const channel = findWebhook(call.server, webhookId)?.channel
  return edit(call, messageId, ({ via, ...message }) => {
    const place = channelIdOf({ via, ...message })
    // A message in a thread is only found with it.
    const wanted = call.query.get('thread_id') ?? channel?.id
    return via === 'discordWebhook' && message.channel === channel?.id && place === wanted
  })
}

function editByBot(
  call: DiscordCall,
  [channelId, messageId = '']: readonly string[],
): DiscordResult {
  return edit(
    call,
    messageId,
    (message) => message.via === 'discordBot' && channelIdOf(message) === channelId,
  )
}

function edit(
  call: DiscordCall,
  messageId: string,
  isThere: (message: InboxMessage) => boolean,
): DiscordResult {
  const { slack, server, body, files } = call
  const message = slack.store.find(tsOf(messageId))
  if (message === undefined || !isThere(message)) return refuse(unknownMessage)
  const thread = threadOf(message)
  const archived = thread === undefined ? undefined : server.threads.refusalOfChange(thread)
  if (archived !== undefined) return refuse(archived)
  const error = messageError(body, { isEdit: true, files: files.length })
  if (error !== undefined) return refuse(error)
  return accept(wireDiscordMessage(editInDiscord(slack, message, { body, files })))
}

/** The `ts` of the thread that a message is in. */
function threadOf({ ts, threadTs, isReply, discord }: InboxMessage): string | undefined {
  if (isReply) return threadTs
  return discord?.isPost === true ? ts : undefined
}

function getChannel(call: DiscordCall, [channelId = '']: readonly string[]): DiscordResult {
  const channel = call.server.channel(channelId)
  if (channel === undefined) return refuse(unknownChannel)
  const type = call.server.isForum(channel) ? 15 : 0
  return accept({ id: channelId, type, guild_id: guild, name: channel.name })
}

function changeThread(call: DiscordCall, [threadId = '']: readonly string[]): DiscordResult {
  const { slack, server, body } = call
  const root = threadRoot(call, threadId)
  if (root?.discord === undefined) return refuse(unknownChannel)
  const archived = server.threads.refusalOfChange(root.ts)
  if (archived !== undefined && body['archived'] !== false) return refuse(archived)
  const { tags: before = [] } = root.discord
  const post = namedPost(root.discord.threadName ?? '', { applied_tags: before, ...body })
  if ('code' in post) return refuse(post)
  server.threads.change(root.ts, body)
  slack.store.change({ ...root, discord: { ...root.discord, tags: post.tags } })
  return accept({ id: threadId, type: 11, guild_id: guild, applied_tags: post.tags })
}

function createMessage(call: DiscordCall, [channelId = '']: readonly string[]): DiscordResult {
  const { slack, server, body, files } = call
  const error = messageError(body, { isEdit: false, files: files.length })
  if (error !== undefined) return refuse(error)
  const first = firstWithNonce(call)
  if (first !== undefined) return accept(wireDiscordMessage(first, body['nonce']))
  const place = placeOf(call, channelId)
  if ('code' in place) return refuse(place)
  const replyTo = referencedTs(call, channelId)
  if (typeof replyTo === 'object') return refuse(replyTo)
  const message = postToDiscord(slack, { ...place, body, files, via: 'discordBot', replyTo })
  if (place.threadTs !== undefined) server.threads.touch(place.threadTs)
  rememberNonce(call, message)
  return accept(wireDiscordMessage(message, body['nonce']))
}

/** The text channel or the thread with an id. */
function placeOf(
  call: DiscordCall,
  channelId: string,
): { readonly channel: Channel; readonly threadTs: string | undefined } | DiscordError {
  const { server } = call
  const channel = server.channel(channelId)
  const root = channel === undefined ? threadRoot(call, channelId) : undefined
  const place = channel ?? (root && server.channel(root.channel))
  if (place === undefined) return unknownChannel
  if (channel !== undefined && server.isForum(channel))
    return { status: 400, code: 50008, message: 'Cannot send messages in a non-text channel' }
  return { channel: place, threadTs: root?.ts }
}

/** For how long a nonce is remembered, in milliseconds. */
const nonceMs = 300_000

/** The message that an earlier request of the bot with the same nonce posted, in any channel, where the request asks for it. */
function firstWithNonce({ slack, server, body }: DiscordCall): InboxMessage | undefined {
  const known = server.nonces.get(text(body, 'nonce'))
  const isFresh = known !== undefined && slack.clock.now() - known.at < nonceMs
  return body['enforce_nonce'] === true && isFresh ? slack.store.find(known.ts) : undefined
}

function rememberNonce({ slack, server, body }: DiscordCall, { ts }: InboxMessage): void {
  const nonce = text(body, 'nonce')
  if (nonce !== '') server.nonces.set(nonce, { ts, at: slack.clock.now() })
}

/** The message that a reply answers. */
function referencedTs(
  { slack, body }: DiscordCall,
  channelId: string,
): string | undefined | DiscordError {
  const reference = body['message_reference']
  if (typeof reference !== 'object' || reference === null || Array.isArray(reference))
    return undefined
  const { fail_if_not_exists: mustExist = true } = reference as JsonObject
  const found = slack.store.find(tsOf(text(reference as JsonObject, 'message_id')))
  if (found !== undefined && channelIdOf(found) === channelId) return found.ts
  return mustExist === false ? undefined : invalidForm('message_reference: REPLIES_UNKNOWN_MESSAGE')
}

function openThread(
  call: DiscordCall,
  [channelId = '', messageId = '']: readonly string[],
): DiscordResult {
  const { slack, server, body } = call
  const root = slack.store.find(tsOf(messageId))
  if (root?.discord === undefined || channelIdOf(root) !== channelId) return refuse(unknownMessage)
  if (root.discord.threadName !== undefined)
    return refuse({
      status: 400,
      code: 160004,
      message: 'A thread has already been created for this message',
    })
  const post = namedPost(text(body, 'name'), {})
  if ('code' in post) return refuse(post)
  server.threads.open(root.ts, archiveMinutesOf(body))
  slack.store.change({ ...root, discord: { ...root.discord, threadName: post.name } })
  return accept({ id: messageId, type: 11, guild_id: guild, parent_id: channelId, name: post.name })
}

function createPost(call: DiscordCall, [forumId = '']: readonly string[]): DiscordResult {
  const { slack, server, body, files } = call
  const channel = server.channel(forumId)
  if (channel === undefined) return refuse(unknownChannel)
  // Elsewhere, this starts a private thread and reads no message.
  if (!server.isForum(channel))
    return accept({
      id: snowflake(slack.tsCounter.next(slack.clock.now())),
      type: 12,
      guild_id: guild,
      parent_id: forumId,
    })
  const { message: given } = body
  const content =
    typeof given === 'object' && given !== null && !Array.isArray(given)
      ? (given as JsonObject)
      : {}
  const attached = {
    ...content,
    ...(body['attachments'] !== undefined && { attachments: body['attachments'] }),
  }
  const error = messageError(attached, { isEdit: false, files: files.length })
  if (error !== undefined) return refuse(error)
  const post = namedPost(text(body, 'name'), body)
  if ('code' in post) return refuse(post)
  const message = postToDiscord(slack, { channel, body: attached, files, via: 'discordBot', post })
  server.threads.open(message.ts, archiveMinutesOf(body))
  const threadId = snowflake(message.ts)
  return accept({
    id: threadId,
    type: 11,
    guild_id: guild,
    parent_id: forumId,
    message: wireDiscordMessage(message),
  })
}

function archiveMinutesOf({ auto_archive_duration: minutes }: JsonObject): number | undefined {
  return typeof minutes === 'number' ? minutes : undefined
}

/** The message that a thread starts with; `undefined` if there is no such thread. */
function threadRoot({ slack }: DiscordCall, threadId: string): InboxMessage | undefined {
  const root = slack.store.find(tsOf(threadId))
  return root?.discord?.threadName === undefined ? undefined : root
}
