import { createHash } from 'node:crypto'
import type { Edit, Post, SendResult, TextFile, Upload } from '@slack-logger/core'
import { type ApiFailure, classifyFor, isClosed } from './failures.ts'
import { type Known, learnGuild, messageUrl, parseRef, remember } from './known.ts'
import { type DiscordTarget, isId } from './options.ts'
import type { ApiCall } from './request.ts'
import { type DiscordMessage, nobody } from './render/message.ts'

/** The JSON of a successful answer. */
export type ApiAnswer = Readonly<Record<string, unknown>>

/** Calls of which each depends on the answer before; made with promises, or with blocking calls while the process exits. */
export type ApiCalls<Result> = Generator<ApiCall, Result, ApiAnswer | ApiFailure>

export function isFailure(answer: ApiAnswer | ApiFailure): answer is ApiFailure {
  return typeof answer['status'] === 'string' && 'reason' in answer
}

type Request = Post<DiscordMessage> | Edit<DiscordMessage> | Upload

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
  if (target.isForum) return yield* postInForum(request, target, known)
  const { body, file } = request.message
  const answer =
    target.kind === 'webhook'
      ? yield webhookCall(target, body, { file })
      : yield messageCall(channelOf(request, target), { ...body, ...nonceOf(request) }, file)
  if (isFailure(answer)) return classifyFor(request, answer)
  const result = sent(answer, undefined, known)
  if (result.status === 'sent' && target.kind === 'bot')
    remember(known.withoutThread, result.ref, request.message.threadName)
  return result
}

/** A post of a forum, with its thread and tag. */
function* postInForum(
  request: Post<DiscordMessage>,
  target: DiscordTarget,
  known: Known,
): ApiCalls<SendResult> {
  const { message } = request
  const channel = channelOf(request, target)
  if (known.noForums.has(channel)) return noForum
  const tag = tagOf(message, target, known)
  const post = { ...(tag !== undefined && { applied_tags: [tag] }) }
  const answer = yield target.kind === 'webhook'
    ? webhookCall(
        target,
        { ...message.body, thread_name: message.threadName, ...post },
        { file: message.file },
      )
    : forumCall(channel, message, post)
  if (isFailure(answer)) {
    if (tag === undefined || !refusesTags(answer)) return classifyFor(request, answer)
    // A tag that was deleted keeps no problem out of the forum.
    known.refusedTags.add(tag)
    return { status: 'wait', reason: `${answer.reason}: posts go without the tag`, afterMs: 0 }
  }
  if (target.kind === 'webhook') return sent(answer, tag, known)
  if (answer['message'] === undefined) {
    known.noForums.add(channel)
    return noForum
  }
  // The first message of a forum's post has the id of its thread.
  const id = idOf(answer)
  return sent({ id, channel_id: id, guild_id: answer['guild_id'] }, tag, known)
}

/** In a text channel, what starts a post starts a private thread without a message. */
const noForum: SendResult = {
  status: 'stopChannel',
  reason: 'the channel is no forum, and `forum` is set',
}

function forumCall(
  channel: string,
  { threadName, body, file }: DiscordMessage,
  post: object,
): ApiCall {
  return {
    method: 'POST',
    path: `/channels/${channel}/threads`,
    route: { name: 'POST channels/threads', resource: channel },
    body: { name: threadName, auto_archive_duration: weekInMinutes, ...post, message: body },
    file,
  }
}

/** The tag of a state, if the forum has it. */
function tagOf(
  { state }: DiscordMessage,
  { tags }: DiscordTarget,
  known: Known,
): string | undefined {
  // A report is nothing to act on, and a forum may demand a tag of each post.
  const tag = tags[state ?? 'quiet']
  return tag === undefined || known.refusedTags.has(tag) ? undefined : tag
}

function refusesTags({ code, reason }: ApiFailure): boolean {
  return code === unknownTag || reason.includes('applied_tags')
}

const unknownTag = 10_087
const weekInMinutes = 10_080

type Reply = Post<DiscordMessage> & { readonly thread: string }

function* postReply(request: Reply, target: DiscordTarget, known: Known): ApiCalls<SendResult> {
  const { message, isBroadcast = false } = request
  const { channel } = parseRef(request.thread)
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
      ? yield* postAnswer(request, whole, { target, known })
      : yield* inThread(
          request.thread,
          { body: whole, name: message.threadName },
          { target, known },
        )
  return isFailure(answer) ? classifyFor(request, answer) : sent(answer, undefined, known)
}

/** A message in the channel of a root that answers it, or links to it where the bot may not read what it answers. */
function* postAnswer(
  { thread }: Reply,
  body: DiscordMessage['body'],
  { target, known }: Place,
): ApiCalls<ApiAnswer | ApiFailure> {
  const { channel, id } = parseRef(thread)
  const reference = { message_reference: { message_id: id, fail_if_not_exists: false } }
  const answer = yield messageCall(channel, { ...body, ...reference })
  if (!isFailure(answer) || !noHistory.includes(answer.code ?? 0)) return answer
  return yield messageCall(channel, yield* linked(body, thread, { target, known }))
}

/** Without the permission Read Message History. */
const noHistory: readonly number[] = [160_002, 160_009]

function* uploadFile(request: Upload, { target, known }: Place): ApiCalls<SendResult> {
  const { file, thread } = request
  const body = { allowed_mentions: nobody, flags: suppressNotifications }
  const answer =
    target.kind === 'webhook'
      ? yield webhookCall(target, body, { file, thread: parseRef(thread).channel })
      : yield* inThread(thread, { body, name: file.title, file }, { target, known })
  return isFailure(answer) ? classifyFor(request, answer) : { status: 'sent', ref: '' }
}

interface InThread {
  readonly body: object
  readonly file?: TextFile
  /** Of the thread, where it is opened and an earlier process posted the root. */
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
  const nameOfRoot = known.withoutThread.get(root)
  const answer = nameOfRoot === undefined ? yield call : undefined
  // An earlier process may have posted the root.
  const isMissing = answer === undefined || (isFailure(answer) && answer.code === unknownChannel)
  if (!isMissing) return answer
  const thread = yield {
    method: 'POST',
    path: `/channels/${channel}/messages/${id}/threads`,
    route: { name: 'POST channels/messages/threads', resource: channel },
    body: { name: nameOfRoot ?? name, auto_archive_duration: weekInMinutes },
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
  const { channel } = parseRef(ref)
  const call = editCall(ref, message.body, target)
  let answer = yield call
  if (isFailure(answer) && isClosed(answer) && target.kind === 'bot') {
    const opened = yield changeCall(channel, { archived: false })
    answer = isFailure(opened) ? (isPassing(opened) ? opened : answer) : yield call
  }
  // The next alert opens the post again, and then it shows everything.
  if (isFailure(answer))
    return isClosed(answer) ? { status: 'sent', ref } : classifyFor(request, answer)
  const tag = tagOf(message, target, known)
  const hasOther = target.kind === 'bot' && target.isForum && tag !== known.tags.get(channel)
  if (tag === undefined || !hasOther) return { status: 'sent', ref }
  const tagged = yield changeCall(channel, { applied_tags: [tag] })
  // The edit is repeated with the tag after a rate limit; without the permission, the tag stays as it is.
  if (isFailure(tagged) && isPassing(tagged)) return tagged
  remember(known.tags, channel, tag)
  return { status: 'sent', ref }
}

function editCall(ref: string, body: object, target: DiscordTarget): ApiCall {
  const { channel, id } = parseRef(ref)
  const method = 'PATCH'
  if (target.kind === 'webhook') {
    const route = { name: 'PATCH webhooks/messages', resource: target.id }
    const inForum = target.isForum ? `?thread_id=${channel}` : ''
    return { method, path: `/messages/${id}${inForum}`, route, body }
  }
  const route = { name: 'PATCH channels/messages', resource: channel }
  return { method, path: `/channels/${channel}/messages/${id}`, route, body }
}

function isPassing({ status }: ApiFailure): boolean {
  return status === 'wait' || status === 'retry'
}

function changeCall(thread: string, body: object): ApiCall {
  return {
    method: 'PATCH',
    path: `/channels/${thread}`,
    route: { name: 'PATCH channels', resource: thread },
    body,
  }
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

/** The flag of a message that notifies nobody. */
const suppressNotifications = 4096

function quiet(body: DiscordMessage['body']): DiscordMessage['body'] {
  return { ...body, flags: suppressNotifications }
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

/** A success that is not Discord's. */
export const unreadable: SendResult & ApiFailure = {
  status: 'retry',
  reason: 'an answer that is not from Discord',
  accepted: 'unknown',
}
