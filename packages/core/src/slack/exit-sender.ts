import type {
  BlockingCall,
  Failure,
  FindResult,
  LastWords,
  PostRequest,
} from '../delivery/destination.ts'
import type { SinkEnvironment } from '../environment.ts'
import {
  type ApiCall,
  editCall,
  hasId,
  listChannelsCall,
  postCall,
  type PostExtras,
} from './calls.ts'
import type { ApiAccess } from './client.ts'
import { classifyCode, classifyFor, classifyStatus, readRetryAfter, unreadable } from './errors.ts'
import { type ChannelIds, idOfChannel, isChannelId, listOf } from './find.ts'
import { type HttpAnswer, type HttpCall, isFailure } from './http-call.ts'

/** What last words work with. */
export interface WebApiLastWordsParts {
  readonly access: ApiAccess
  readonly environment: SinkEnvironment
  readonly extras: () => PostExtras
  readonly channelIds: ChannelIds
}

type Answer = Readonly<Record<string, unknown>>

/** The Web API for a process that ends, where there is no time to load the SDK anew. */
export function createWebApiLastWords(parts: WebApiLastWordsParts): LastWords {
  const ask = (api: ApiCall, call: BlockingCall): Answer | Failure => {
    const answer = call(httpCall(parts.access, api))
    return isFailure(answer) ? answer : readAnswer(answer, parts.environment.clock.now())
  }
  return {
    prepare(channel, call) {
      const id = parts.channelIds.get(channel) ?? channelId(channel, (api) => ask(api, call))
      if (typeof id === 'string') parts.channelIds.set(channel, id)
    },
    send(request, call) {
      if (request.kind === 'upload') return undefined
      const isPost = request.kind === 'post'
      const answer = ask(
        isPost ? postCall(request, parts.extras()) : editCall(request, parts.extras()),
        call,
      )
      if (isRefused(answer)) return classifyFor(request, answer)
      const { ts, channel } = answer
      if (typeof ts !== 'string' || typeof channel !== 'string') return unreadable
      return { status: 'sent', ts, channel }
    },
    find: (request, call) => find(request, (api) => ask(api, call), parts.channelIds),
  }
}

function find(
  { channel: reference, threadTs, id }: PostRequest,
  ask: (api: ApiCall) => Answer | Failure,
  channelIds: ChannelIds,
): FindResult {
  const channel = channelIds.get(reference) ?? channelId(reference, ask)
  if (typeof channel === 'object') return withoutLook(channel)
  if (id === undefined || channel === undefined) return { status: 'unknown' }
  const given = { channel, include_all_metadata: true, limit: 20 }
  const answer = ask(
    threadTs === undefined
      ? { method: 'conversations.history', arguments: given }
      : { method: 'conversations.replies', arguments: { ...given, ts: threadTs } },
  )
  if (isRefused(answer)) return withoutLook(answer)
  const found = listOf(answer, 'messages').find((message) => hasId(message, id))
  if (found === undefined) return { status: 'absent' }
  return { status: 'found', ts: String((found as { ts?: unknown }).ts), channel }
}

/** The first page is all there is time for. */
function channelId(
  reference: string,
  ask: (api: ApiCall) => Answer | Failure,
): string | Failure | undefined {
  if (isChannelId(reference)) return reference
  const answer = ask(listChannelsCall())
  return isRefused(answer) ? answer : idOfChannel(answer, reference)
}

/** A refusal says that it cannot be known, and a failure that it is not known yet. */
function withoutLook(failure: Failure): FindResult {
  return failure.status === 'retry' || failure.status === 'wait' ? failure : { status: 'unknown' }
}

function httpCall(access: ApiAccess, { method, arguments: given }: ApiCall): HttpCall {
  const isRead = method.startsWith('conversations.')
  return {
    url: access.slackApiUrl + method,
    headers: {
      // Methods that read take forms only.
      'content-type': isRead
        ? 'application/x-www-form-urlencoded'
        : 'application/json; charset=utf-8',
      authorization: `Bearer ${access.token}`,
    },
    body: isRead ? formOf(given) : JSON.stringify(given),
  }
}

function formOf(given: ApiCall['arguments']): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(given)) form.set(name, String(value))
  return form.toString()
}

function readAnswer(answer: HttpAnswer, now: number): Answer | Failure {
  const waitMs = readRetryAfter(answer.retryAfter, now)
  if (answer.status !== 200) return classifyStatus(answer.status, waitMs)
  const parsed = parse(answer.body)
  if (parsed['ok'] === true) return parsed
  return typeof parsed['error'] === 'string' ? classifyCode(parsed['error'], waitMs) : unreadable
}

function isRefused(answer: Answer | Failure): answer is Failure {
  return 'status' in answer && 'reason' in answer
}

function parse(body: string): Answer {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Answer) : {}
  } catch {
    return {}
  }
}
