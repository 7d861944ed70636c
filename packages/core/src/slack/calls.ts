import type {
  AuthTestArguments,
  ChatPostMessageArguments,
  ChatUpdateArguments,
  ConversationsHistoryArguments,
  ConversationsListArguments,
  ConversationsRepliesArguments,
  UsergroupsUsersListArguments,
  UsersInfoArguments,
  WebClient,
} from '@slack/web-api'
import {
  type Edit,
  type Failure,
  type FindResult,
  isFailure,
  type Post,
  type PostedAs,
  type Recalled,
} from '../delivery/destination.ts'
import type { Metadata } from '../incident/metadata.ts'
import type { Identity } from '../options/target.ts'
import type { ApiFailure } from './errors.ts'
import type { SlackMessage } from './message.ts'

interface Methods {
  readonly 'auth.test': AuthTestArguments
  readonly 'chat.postMessage': ChatPostMessageArguments
  readonly 'chat.update': ChatUpdateArguments
  readonly 'conversations.history': ConversationsHistoryArguments
  readonly 'conversations.list': ConversationsListArguments
  readonly 'conversations.replies': ConversationsRepliesArguments
  readonly 'usergroups.users.list': UsergroupsUsersListArguments
  readonly 'users.info': UsersInfoArguments
}

/** A call of a method of the Web API. */
export type ApiCall = {
  readonly [Method in keyof Methods]: { readonly method: Method; readonly args: Methods[Method] }
}[keyof Methods]

/** Makes a call with the SDK. */
export async function callWith(client: WebClient, call: ApiCall): Promise<ApiAnswer> {
  switch (call.method) {
    case 'auth.test':
      return { ...(await client.auth.test(call.args)) }
    case 'chat.postMessage':
      return { ...(await client.chat.postMessage(call.args)) }
    case 'chat.update':
      return { ...(await client.chat.update(call.args)) }
    case 'conversations.history':
      return { ...(await client.conversations.history(call.args)) }
    case 'conversations.list':
      return { ...(await client.conversations.list(call.args)) }
    case 'conversations.replies':
      return { ...(await client.conversations.replies(call.args)) }
    case 'usergroups.users.list':
      return { ...(await client.usergroups.users.list(call.args)) }
    case 'users.info':
      return { ...(await client.users.info(call.args)) }
  }
}

/** A complete answer with `ok: true`. */
export type ApiAnswer = Readonly<Record<string, unknown>>

/** Calls of which each depends on the answer before; made with promises, or with blocking calls while the process exits. */
export type ApiCalls<Result> = Generator<ApiCall, Result, ApiAnswer | ApiFailure>

/** What a post carries beside the message; Slack may refuse each of it. */
export interface PostExtras {
  readonly identity: Identity
  /** Whether messages carry metadata, with the id by which they are found. */
  readonly hasMetadata: boolean
}

/** The type of our messages' metadata. */
const eventType = 'slack_logger_message'

/** The call that posts or edits a message. */
export function messageCall(
  request: Post<SlackMessage> | Edit<SlackMessage>,
  extras: PostExtras,
): ApiCall {
  // The SDK's types have no lists that are read-only.
  return request.kind === 'post'
    ? {
        method: 'chat.postMessage',
        args: postArguments(request, extras) as ChatPostMessageArguments,
      }
    : { method: 'chat.update', args: editArguments(request, extras) as ChatUpdateArguments }
}

/** The reference of a message, from the answer to its call. */
export function readRef(request: Post | Edit, answer: ApiAnswer): string {
  const { channel = '', ts = '' } = answer as { channel?: string; ts?: string }
  return request.kind === 'edit' ? request.ref : refOf(channel, ts)
}

function postArguments(request: Post<SlackMessage>, extras: PostExtras): object {
  const { thread, isBroadcast, message, id, metadata } = request
  const root = thread === undefined ? undefined : parseRef(thread)
  return {
    channel: root?.channel ?? request.channel,
    ...message,
    ...extras.identity,
    ...metadataOf({ ...(id !== undefined && { id }), ...metadata }, extras),
    unfurl_links: false,
    unfurl_media: false,
    ...(root !== undefined && {
      thread_ts: root.ts,
      reply_broadcast: isBroadcast ?? false,
    }),
  }
}

function editArguments(request: Edit<SlackMessage>, extras: PostExtras): object {
  const { ref, message, metadata } = request
  return {
    ...parseRef(ref),
    text: message.text,
    // An edit without blocks or attachments must remove those of the message.
    blocks: message.blocks ?? [],
    attachments: message.attachments ?? [],
    ...metadataOf(metadata ?? {}, extras),
  }
}

/** Slack shows metadata to nobody, but every app of the workspace can read it. */
function metadataOf(payload: Metadata, { hasMetadata }: PostExtras): object {
  if (!hasMetadata || Object.keys(payload).length === 0) return {}
  return { metadata: { event_type: eventType, event_payload: payload } }
}

/** Our metadata in a message that Slack lists; `undefined` if it has none. */
function readMetadata({ metadata }: ApiAnswer): Metadata | undefined {
  const { event_type, event_payload } = (metadata ?? {}) as ApiAnswer
  const isOurs = event_type === eventType && typeof event_payload === 'object'
  return isOurs ? ((event_payload ?? undefined) as Metadata | undefined) : undefined
}

type ListName = 'messages' | 'channels' | 'reactions' | 'blocks' | 'attachments' | 'elements'

/** The objects in a list of an answer: a server that replaces Slack may answer with anything. */
export function listIn(answer: ApiAnswer, name: ListName): readonly ApiAnswer[] {
  const list: unknown = answer[name]
  return Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : []
}

/** The reference of a message: the channel's id and the message's timestamp. */
export function refOf(channel: string, ts: string): string {
  return `${channel}/${ts}`
}

/** Slack leads from here to the workspace that the reader is signed in to. */
export function messageUrl(origin: string, ref: string): string {
  const { channel, ts } = parseRef(ref)
  return `${origin}/archives/${channel}/p${ts.replace('.', '')}`
}

export function parseRef(ref: string): { readonly channel: string; readonly ts: string } {
  const slash = ref.lastIndexOf('/')
  return { channel: ref.slice(0, slash), ts: ref.slice(slash + 1) }
}

/** What is known, and how far to search for more. */
export interface Search {
  /** The ids of channels by their names in the options. */
  readonly channelIds: Map<string, string>
  /** The post is among the latest messages or does not exist: it is looked up within seconds, or after a pause of all posts. */
  readonly maxMessages: number
  /** Pages of channels that are searched for a name, and of messages for one of any age. */
  readonly maxPages: number
}

/** As many messages as Slack lists at once. */
const maxPageSize = 999
/** One page: older incidents are hardly active. */
const maxRecalled = 200

/** Looks up a post, or, where that is not possible, checks whether posts are answered again. */
export function* findPost(post: PostedAs, search: Search): ApiCalls<FindResult> {
  const found = yield* searchPost(post, search)
  return found.status === 'unknown' ? yield* checkPosting(post) : found
}

/** Slack refuses a message without text. Other methods may be answered while posts are not. */
function* checkPosting({ channel, thread }: PostedAs): ApiCalls<FindResult> {
  const args = { channel: thread === undefined ? channel : parseRef(thread).channel, text: '' }
  const answer = yield { method: 'chat.postMessage', args }
  return isFailure(answer) ? notFound(answer) : { status: 'unknown' }
}

/** Looks up a post among a channel's latest messages, which needs a scope that few bots have. */
function* searchPost(
  { channel: name, thread, id, isOfAnyAge = false }: PostedAs,
  search: Search,
): ApiCalls<FindResult> {
  const root = thread === undefined ? undefined : parseRef(thread)
  const channel = root?.channel ?? (yield* findChannel(name, search))
  if (typeof channel === 'object') return notFound(channel)
  if (channel === undefined) return { status: 'unknown' }
  const limit = isOfAnyAge ? maxPageSize : search.maxMessages
  let cursor: string | undefined
  for (let page = 0; page < (isOfAnyAge ? search.maxPages : 1); page += 1) {
    const args = { channel, include_all_metadata: true, limit, ...(cursor && { cursor }) }
    const answer = yield root === undefined
      ? { method: 'conversations.history', args }
      : { method: 'conversations.replies', args: { ...args, ts: root.ts } }
    if (isFailure(answer)) return notFound(answer)
    const post = listIn(answer, 'messages').find((message) => readMetadata(message)?.['id'] === id)
    if (post !== undefined) return { status: 'found', ref: refOf(channel, String(post['ts'])) }
    cursor = nextCursor(answer)
    if (cursor === undefined) break
  }
  return { status: 'absent' }
}

function nextCursor(answer: ApiAnswer): string | undefined {
  const { next_cursor } = (answer['response_metadata'] ?? {}) as { next_cursor?: unknown }
  return typeof next_cursor === 'string' && next_cursor !== '' ? next_cursor : undefined
}

/** After a refusal it cannot be known, after another failure it is not known yet. */
function notFound(failure: Failure): FindResult {
  return failure.status === 'retry' || failure.status === 'wait' ? failure : { status: 'unknown' }
}

/** Whether the metadata of a message is not what the edit expects; `false` where it cannot be read. */
export function* hasOtherMetadata({ ref, expected }: Edit): ApiCalls<boolean> {
  if (expected === undefined) return false
  const { channel, ts } = parseRef(ref)
  const args = { channel, latest: ts, oldest: ts, inclusive: true, limit: 1 }
  const answer = yield {
    method: 'conversations.history',
    args: { ...args, include_all_metadata: true },
  }
  if (isFailure(answer)) return false
  const message = listIn(answer, 'messages').find((each) => each['ts'] === ts)
  const metadata = message && readMetadata(message)
  if (metadata === undefined) return false
  const { owner = '', ...rest } = expected
  const owners = String(owner).split(' ')
  // A process that ended left its messages to others.
  if (metadata['owner'] === '' && owners[0] !== '') return false
  if (!owners.includes(String(metadata['owner'] ?? ''))) return true
  // The last one is this process.
  if (owners.length > 1 && metadata['owner'] === owners.at(-1)) return false
  return Object.entries(rest).some(([name, value]) => metadata[name] !== value)
}

/** The latest messages of a channel that carry metadata, the newest first. Needs a scope that few bots have. */
export function* recallPosts(
  request: { readonly channel: string; readonly since: number },
  search: Search,
): ApiCalls<readonly Recalled[]> {
  const channel = yield* findChannel(request.channel, search)
  // Without the scope, or while Slack is down, a process starts as if it were the first; nothing is lost by that.
  if (typeof channel !== 'string') return []
  const answer = yield {
    method: 'conversations.history',
    args: {
      channel,
      include_all_metadata: true,
      limit: maxRecalled,
      oldest: String(request.since / 1000),
    },
  }
  return listIn(answer, 'messages').flatMap((message) => {
    const metadata = readMetadata(message)
    return metadata === undefined ? [] : [{ ref: refOf(channel, String(message['ts'])), metadata }]
  })
}

/** The id of a channel: reading its history takes that, while posts may use its name. */
export function* findChannel(
  reference: string,
  { channelIds, maxPages }: Search,
): ApiCalls<string | Failure | undefined> {
  if (/^[CGD][A-Z0-9]{6,}$/.test(reference)) return reference
  const known = channelIds.get(reference)
  if (known !== undefined) return known
  const name = reference.replace(/^#/, '')
  // Private channels need a scope of their own.
  let types = 'public_channel,private_channel'
  let cursor: string | undefined
  for (let page = 0; page < maxPages; page += 1) {
    const args = { types, exclude_archived: true, limit: 1000, ...(cursor && { cursor }) }
    let answer = yield { method: 'conversations.list', args }
    if (isFailure(answer) && answer.reason === 'missing_scope') {
      types = 'public_channel'
      answer = yield { method: 'conversations.list', args: { ...args, types } }
    }
    if (isFailure(answer)) return answer
    const id = listIn(answer, 'channels').find((channel) => channel['name'] === name)?.['id']
    if (typeof id === 'string') {
      channelIds.set(reference, id)
      return id
    }
    cursor = nextCursor(answer)
    if (cursor === undefined) return undefined
  }
  return undefined
}
