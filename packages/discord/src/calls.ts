import { createHash, randomUUID } from 'node:crypto'
import type { Edit, HttpRequest, Post, SendResult, TextFile, Upload } from '@slack-logger/core'
import { type ApiFailure, classifyFor } from './failures.ts'
import { type DiscordTarget, isId } from './options.ts'
import type { Route } from './rate-limits.ts'
import { type DiscordMessage, flags, nobody } from './render/message.ts'

/** A call of Discord's API. */
export interface ApiCall {
  readonly method: NonNullable<HttpRequest['method']>
  /** Below the target's address, with its query. */
  readonly path: string
  readonly route: Route
  readonly body?: object
  readonly file?: TextFile | undefined
}

/** The JSON of a successful answer. */
export type ApiAnswer = Readonly<Record<string, unknown>>

/** Calls of which each depends on the answer before; made with promises, or with blocking calls while the process exits. */
export type ApiCalls<Result> = Generator<ApiCall, Result, ApiAnswer | ApiFailure>

export function isFailure(answer: ApiAnswer | ApiFailure): answer is ApiFailure {
  return typeof answer['status'] === 'string' && 'reason' in answer
}

type Request = Post<DiscordMessage> | Edit<DiscordMessage> | Upload

/** What is known about the place that messages go to, learned from answers. */
export interface Known {
  /** The id of the server, for links to messages. */
  guild: string | undefined
  /** The tag that a post of a forum has, by its thread; the latest ones. */
  readonly tags: Map<string, string>
  /** The latest roots of a bot below which no thread was opened. */
  readonly withoutThread: Map<string, true>
}

const maxKnown = 1000

function remember<Value>(known: Map<string, Value>, key: string, value: Value): void {
  known.delete(key)
  known.set(key, value)
  const [oldest] = known.keys()
  if (known.size > maxKnown && oldest !== undefined) known.delete(oldest)
}

/** Where messages go, and what is known about it. */
interface Place {
  readonly target: DiscordTarget
  readonly known: Known
}

/** The calls that send a request. */
export function* sendCalls(
  request: Request,
  target: DiscordTarget,
  known: Known,
): ApiCalls<SendResult> {
  switch (request.kind) {
    case 'post':
      return request.thread === undefined
        ? yield* postRoot(request, target, known)
        : yield* postReply({ ...request, thread: request.thread }, target, known)
    case 'edit':
      return yield* editMessage(request, target, known)
    case 'upload':
      return yield* uploadFile(request, { target, known })
  }
}

function* postRoot(
  request: Post<DiscordMessage>,
  target: DiscordTarget,
  known: Known,
): ApiCalls<SendResult> {
  const { message } = request
  const { body, file } = message
  const { isForum } = target
  const tag = target.tags[message.state ?? 'active']
  const post = { ...(isForum && tag !== undefined && { applied_tags: [tag] }) }
  if (target.kind === 'webhook') {
    const named = isForum ? { thread_name: message.threadName, ...post } : {}
    const answer = yield webhookCall(target, { ...body, ...named }, { file })
    return isFailure(answer) ? classifyFor(request, answer) : sent(answer, tag, known)
  }
  const channel = channelOf(request, target)
  if (!isForum) {
    const answer = yield messageCall(channel, { ...body, ...nonceOf(request) }, file)
    if (isFailure(answer)) return classifyFor(request, answer)
    const result = sent(answer, undefined, known)
    if (result.status === 'sent') remember(known.withoutThread, result.ref, true)
    return result
  }
  const thread = yield {
    method: 'POST',
    path: `/channels/${channel}/threads`,
    route: { name: 'POST channels/threads', resource: channel },
    body: {
      name: message.threadName,
      auto_archive_duration: weekInMinutes,
      ...post,
      message: body,
    },
    file,
  }
  if (isFailure(thread)) return classifyFor(request, thread)
  // The first message of a forum's post has the id of its thread.
  const id = idOf(thread)
  return sent({ id, channel_id: id, guild_id: thread['guild_id'] }, tag, known)
}

const weekInMinutes = 10_080

type Reply = Post<DiscordMessage> & { readonly thread: string }

function* postReply(request: Reply, target: DiscordTarget, known: Known): ApiCalls<SendResult> {
  const { message, isBroadcast = false } = request
  const { channel, id } = parseRef(request.thread)
  const body = isBroadcast ? message.body : quiet(message.body)
  if (target.kind === 'webhook') {
    const shown = target.isForum ? body : yield* linked(body, request.thread, { target, known })
    const answer = yield webhookCall(target, shown, target.isForum ? { thread: channel } : {})
    return isFailure(answer) ? classifyFor(request, answer) : sent(answer, undefined, known)
  }
  const whole = { ...body, ...nonceOf(request) }
  // In a text channel, who does not follow the thread sees only what the channel has.
  const answer =
    isBroadcast && !target.isForum
      ? yield messageCall(channel, {
          ...whole,
          message_reference: { message_id: id, fail_if_not_exists: false },
        })
      : yield* inThread(
          request.thread,
          { body: whole, name: message.threadName },
          { target, known },
        )
  return isFailure(answer) ? classifyFor(request, answer) : sent(answer, undefined, known)
}

function* uploadFile(request: Upload, { target, known }: Place): ApiCalls<SendResult> {
  const { file, thread } = request
  const body = { allowed_mentions: nobody, flags: flags.suppressNotifications }
  const answer =
    target.kind === 'webhook'
      ? yield webhookCall(target, body, { file, thread: parseRef(thread).channel })
      : yield* inThread(thread, { body, name: file.title, file }, { target, known })
  return isFailure(answer) ? classifyFor(request, answer) : { status: 'sent', ref: '' }
}

interface InThread {
  readonly body: object
  readonly file?: TextFile
  /** Of the thread, where it is opened. */
  readonly name: string
}

/** A bot's message in the thread of a root, which is opened when it is needed. The thread has the id of its root. */
function* inThread(
  root: string,
  { body, file, name }: InThread,
  { target, known }: Place,
): ApiCalls<ApiAnswer | ApiFailure> {
  const { channel, id } = parseRef(root)
  if (target.isForum) return yield messageCall(channel, body, file)
  const call = messageCall(id, body, file)
  const answer = known.withoutThread.has(root) ? undefined : yield call
  // An earlier process may have posted the root.
  const isMissing = answer === undefined || (isFailure(answer) && answer.code === unknownChannel)
  if (!isMissing) return answer
  const thread = yield {
    method: 'POST',
    path: `/channels/${channel}/messages/${id}/threads`,
    route: { name: 'POST channels/messages/threads', resource: channel },
    body: { name, auto_archive_duration: weekInMinutes },
  }
  if (isFailure(thread) && thread.code !== threadExists) {
    // A root that takes no thread still takes edits.
    return thread.status === 'stopChannel'
      ? { status: 'refused', reason: `no thread: ${thread.reason}` }
      : thread
  }
  known.withoutThread.delete(root)
  return yield call
}

const unknownChannel = 10003
const threadExists = 160_004

function* editMessage(
  request: Edit<DiscordMessage>,
  target: DiscordTarget,
  known: Known,
): ApiCalls<SendResult> {
  const { ref, message } = request
  const { channel, id } = parseRef(ref)
  // Of the flags, an edit takes only one that is there already.
  const { flags: _, ...body } = message.body
  const inForum = target.isForum ? `?thread_id=${channel}` : ''
  const answer = yield target.kind === 'webhook'
    ? {
        method: 'PATCH',
        path: `/messages/${id}${inForum}`,
        route: { name: 'PATCH webhooks/messages', resource: target.id },
        body,
      }
    : {
        method: 'PATCH',
        path: `/channels/${channel}/messages/${id}`,
        route: { name: 'PATCH channels/messages', resource: channel },
        body,
      }
  if (isFailure(answer)) return classifyFor(request, answer)
  const tag = target.tags[message.state ?? 'active']
  const hasOther = target.kind === 'bot' && target.isForum && tag !== known.tags.get(channel)
  if (tag === undefined || !hasOther) return { status: 'sent', ref }
  const tagged = yield {
    method: 'PATCH',
    path: `/channels/${channel}`,
    route: { name: 'PATCH channels', resource: channel },
    body: { applied_tags: [tag] },
  }
  // The edit is repeated with the tag after a rate limit; without the permission, the tag stays as it is.
  if (isFailure(tagged) && (tagged.status === 'wait' || tagged.status === 'retry')) return tagged
  remember(known.tags, channel, tag)
  return { status: 'sent', ref }
}

/** Checks whether requests are answered, and learns the server. */
export function* probeCalls(target: DiscordTarget, known: Known): ApiCalls<ApiFailure | undefined> {
  const answer = yield target.kind === 'webhook'
    ? { method: 'GET', path: '', route: { name: 'GET webhooks', resource: target.id } }
    : {
        method: 'GET',
        path: `/channels/${target.id}`,
        route: { name: 'GET channels', resource: target.id },
      }
  if (isFailure(answer)) return answer
  learnGuild(known, answer)
  return undefined
}

/** The first embed leads to the root, if the server is known. */
function* linked(
  body: DiscordMessage['body'],
  root: string,
  { target, known }: Place,
): ApiCalls<DiscordMessage['body']> {
  if (known.guild === undefined) yield* probeCalls(target, known)
  const url = messageUrl(root, target, known)
  const [first, ...others] = body.embeds
  if (url === undefined || first === undefined) return body
  const title = first.title ?? '↑'
  return { ...body, embeds: [{ ...first, title, url }, ...others] }
}

/** Where a reader finds a message; `undefined` before the server is known. */
export function messageUrl(
  ref: string,
  target: DiscordTarget,
  { guild }: Known,
): string | undefined {
  if (guild === undefined || ref === '') return undefined
  const { channel, id } = parseRef(ref)
  return `${new URL(target.url).origin}/channels/${guild}/${channel}/${id}`
}

function webhookCall(
  { id }: DiscordTarget,
  body: object,
  { thread, file }: { readonly thread?: string; readonly file?: TextFile | undefined },
): ApiCall {
  // Without `wait`, a message that was not saved is no error, and an answer has no id.
  const query = thread === undefined ? '?wait=true' : `?wait=true&thread_id=${thread}`
  return { method: 'POST', path: query, route: { name: 'POST webhooks', resource: id }, body, file }
}

function messageCall(channel: string, body: object, file?: TextFile): ApiCall {
  return {
    method: 'POST',
    path: `/channels/${channel}/messages`,
    route: { name: 'POST channels/messages', resource: channel },
    body,
    file,
  }
}

/** A repeated post with the same nonce answers with the first one, for some minutes. */
function nonceOf({ id }: Post): object {
  if (id === undefined) return {}
  const nonce = createHash('sha256').update(id).digest('base64url').slice(0, maxNonce)
  return { nonce, enforce_nonce: true }
}

const maxNonce = 25

function quiet(body: DiscordMessage['body']): DiscordMessage['body'] {
  return { ...body, flags: (body.flags ?? 0) | flags.suppressNotifications }
}

/** The channel of a route if it is an id, else that of the destination's options. */
function channelOf({ channel }: Post, target: DiscordTarget): string {
  return isId(channel) ? channel : target.id
}

function sent(answer: ApiAnswer, tag: string | undefined, known: Known): SendResult {
  const { channel_id: channel } = answer
  const id = idOf(answer)
  if (typeof channel !== 'string' || id === '') return unreadable
  learnGuild(known, answer)
  if (tag !== undefined) remember(known.tags, channel, tag)
  return { status: 'sent', ref: `${channel}/${id}` }
}

function idOf({ id }: ApiAnswer): string {
  return typeof id === 'string' ? id : ''
}

function learnGuild(known: Known, { guild_id: guild }: ApiAnswer): void {
  if (typeof guild === 'string') known.guild = guild
}

/** A success that is not Discord's. */
export const unreadable: SendResult & ApiFailure = {
  status: 'retry',
  reason: 'an answer that is not from Discord',
  accepted: 'unknown',
}

/** The reference of a message: its channel or thread, and its id. */
function parseRef(ref: string): { readonly channel: string; readonly id: string } {
  const slash = ref.indexOf('/')
  return { channel: ref.slice(0, slash), id: ref.slice(slash + 1) }
}

/** The HTTP request of a call. */
export function httpRequest(call: ApiCall, { url, authorization }: DiscordTarget): HttpRequest {
  const { method, path, body, file } = call
  const headers = {
    'user-agent': 'DiscordBot (@slack-logger/discord, 0.1)',
    ...(authorization !== undefined && { authorization }),
  }
  const request = { method, url: url + path }
  if (body === undefined) return { ...request, headers, body: '' }
  if (file === undefined) {
    const json = { ...headers, 'content-type': 'application/json' }
    return { ...request, headers: json, body: JSON.stringify(body) }
  }
  const boundary = randomUUID()
  const type = `multipart/form-data; boundary=${boundary}`
  return {
    ...request,
    headers: { ...headers, 'content-type': type },
    body: multipart(body, file, boundary),
  }
}

/** As text, which can be sent with a blocking call too; a `FormData` cannot leave its thread. */
function multipart(body: object, file: TextFile, boundary: string): string {
  const filename = file.filename.replace(/[^\w.-]/g, '_')
  const payload = {
    ...body,
    attachments: [{ id: 0, filename, description: file.title.slice(0, 1024) }],
  }
  return [
    `--${boundary}`,
    'content-disposition: form-data; name="payload_json"',
    'content-type: application/json',
    '',
    JSON.stringify(payload),
    `--${boundary}`,
    `content-disposition: form-data; name="files[0]"; filename="${filename}"`,
    'content-type: text/plain; charset=utf-8',
    '',
    file.content,
    `--${boundary}--`,
    '',
  ].join('\r\n')
}
