import type {
  Destination,
  Failure,
  LastWords,
  PostRequest,
  SendOptions,
  SendRequest,
  SendResult,
} from '../delivery/destination.ts'
import { hasNodeFetch, type SinkEnvironment } from '../environment.ts'
import {
  classifyBroken,
  classifyCode,
  classifyFor,
  classifyStatus,
  isPayloadRefused,
  readRetryAfter,
  unreadable,
} from './errors.ts'
import { callHttp, type HttpAnswer, type HttpCall, isFailure } from './http-call.ts'
import { warmUpInTurns, withTimeout } from './with-timeout.ts'

/**
 * An incoming webhook: posts only. By our own calls and not `@slack/webhook`, which retries no 429 and keeps `Retry-After` to
 * itself.
 */
export function createWebhookDestination(url: string, environment: SinkEnvironment): Destination {
  const call = (body: unknown, options: SendOptions): Promise<HttpAnswer | Failure> =>
    withTimeout(environment.clock, options, (signal) =>
      callHttp(webhookCall(url, body), { environment, signal }),
    ).catch(classifyBroken)
  const read = (request: SendRequest, answer: HttpAnswer): SendResult =>
    readAnswer(request, answer, environment.clock.now())

  const probe: Destination['probe'] = async (options) => {
    // Slack refuses a message without words, and so tells that it answers.
    const answer = await call({ text: '' }, options)
    if (isFailure(answer)) return answer
    if (isPayloadRefused(answer.status) && !isPage(answer)) return { status: 'answers' }
    const result = read(emptyPost, answer)
    return result.status === 'sent' ? { status: 'answers' } : result
  }

  return {
    hasThreads: false,
    async send(request, options) {
      if (request.kind !== 'post') return { status: 'repost', reason: 'a webhook only posts' }
      const answer = await call(bodyOf(request), options)
      return isFailure(answer) ? answer : read(request, answer)
    },
    probe,
    recall: async () => [],
    async find(_request, options) {
      const result = await probe(options)
      return result.status === 'answers' ? { status: 'unknown' } : result
    },
    warmUp: () => warmUpInTurns({ url, load: () => undefined, environment }),
    lastWords: hasNodeFetch(environment) ? lastWordsOf(url, read) : undefined,
  }
}

const emptyPost: PostRequest = { kind: 'post', channel: '', message: { text: '' } }

function lastWordsOf(
  url: string,
  read: (request: SendRequest, answer: HttpAnswer) => SendResult,
): LastWords {
  return {
    send(request, call) {
      if (request.kind !== 'post') return undefined
      const answer = call(webhookCall(url, bodyOf(request)))
      return isFailure(answer) ? answer : read(request, answer)
    },
    prepare: () => undefined,
    find: () => ({ status: 'unknown' }),
  }
}

function webhookCall(url: string, body: unknown): HttpCall {
  return {
    url,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  }
}

function bodyOf(request: PostRequest): unknown {
  return { ...request.message, unfurl_links: false, unfurl_media: false }
}

function readAnswer(request: SendRequest, answer: HttpAnswer, now: number): SendResult {
  const { status } = answer
  if (status >= 200 && status < 300) {
    return isTaken(answer) ? { status: 'sent', ts: '', channel: request.channel } : unreadable
  }
  // Slack answers a refusal with its code as plain text; a proxy or a broken server with anything.
  const body = answer.body.trim()
  const waitMs = readRetryAfter(answer.retryAfter, now)
  const isCode = status !== 429 && !answer.isCut && /^[a-z_]{3,60}$/.test(body)
  return classifyFor(request, isCode ? classifyCode(body, waitMs) : classifyStatus(status, waitMs))
}

/** Slack says `ok`; chats that take Slack's format say nothing, or something in JSON. A page or a torn answer is neither's. */
function isTaken({ body, contentType, isCut }: HttpAnswer): boolean {
  const text = body.trim()
  if (isCut) return 'ok'.startsWith(text)
  if (isPage({ body, contentType })) return false
  return !/^[{[]/.test(text) || isJson(text)
}

/** What a proxy or a broken server shows in the place of an answer. */
function isPage({ body, contentType }: Pick<HttpAnswer, 'body' | 'contentType'>): boolean {
  return contentType.includes('html') || body.trimStart().startsWith('<')
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
