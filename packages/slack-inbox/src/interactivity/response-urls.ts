import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import {
  type HttpAnswer,
  type HttpRequest,
  jsonBody,
  jsonResponse,
  textResponse,
} from '../http/answer.ts'
import { exchange, type ExchangeResult } from '../http/exchange.ts'
import type { JsonObject } from '../json.ts'
import type { Slack } from '../slack.ts'
import { flag, optionalText } from '../web-api/arguments.ts'
import { readContent } from '../web-api/content.ts'
import type { InboxMessage } from '../workspace/message.ts'
import { post } from '../workspace/posting.ts'
import { team } from '../workspace/workspace.ts'

/** A response URL may be used this often, for this long. */
const maxUses = 5
const validForMs = 30 * 60_000

/** What a response URL belongs to. */
interface ResponseTarget {
  readonly user: string
  readonly channel: string
  /** The message whose element was used. */
  readonly ts: string
  readonly expiresAt: number
  uses: number
}

/** The response URLs of interactions. */
export class ResponseUrls {
  readonly #clock: Clock
  readonly #origin: () => string
  readonly #targets = new Map<string, ResponseTarget>()

  constructor(clock: Clock, origin: () => string) {
    this.#clock = clock
    this.#origin = origin
  }

  create(target: Pick<ResponseTarget, 'user' | 'channel' | 'ts'>): string {
    const path = `/actions/${team.id}/${randomBytes(16).toString('hex')}`
    const now = this.#clock.now()
    // An expired one is kept as long again, to answer what is wrong with it.
    for (const [old, { expiresAt }] of this.#targets)
      if (expiresAt + validForMs < now) this.#targets.delete(old)
    this.#targets.set(path, { ...target, expiresAt: now + validForMs, uses: 0 })
    return `${this.#origin()}${path}`
  }

  /** The target of a URL, or an error code. Counts the use. */
  use(path: string): ResponseTarget | string {
    const target = this.#targets.get(path)
    if (target === undefined) return 'invalid_url'
    if (this.#clock.now() >= target.expiresAt) return 'expired_url'
    if (target.uses >= maxUses) return 'used_url'
    target.uses += 1
    return target
  }

  find(path: string): ResponseTarget | undefined {
    return this.#targets.get(path)
  }

  clear(): void {
    this.#targets.clear()
  }
}

/** Handles a post to a response URL. */
export function handleResponseUrl(
  slack: Slack,
  http: HttpRequest,
): HttpAnswer | Promise<HttpAnswer> {
  if (http.httpMethod !== 'POST') return textResponse('use POST', 405, { allow: 'POST' })
  const payload = jsonBody(http)
  const channel = slack.responseUrls.find(http.path)?.channel
  return exchange(
    slack,
    { method: 'response-url', arguments: payload ?? {}, http, channel },
    () => {
      const target = slack.responseUrls.use(http.path)
      if (typeof target === 'string') return failed(target, 404)
      const error = payload === undefined ? 'invalid_payload' : respond(slack, target, payload)
      return error === undefined
        ? { response: textResponse('ok'), error }
        : failed(error, error === 'message_not_found' ? 404 : 400)
    },
  )
}

function failed(error: string, status: number): ExchangeResult {
  return { response: jsonResponse({ ok: false, error }, status), error }
}

/** Changes the message that was used, or posts a new one; returns an error code if that fails. */
function respond(slack: Slack, target: ResponseTarget, payload: JsonObject): string | undefined {
  const original = slack.store.find(target.ts)
  const isReplacing = flag(payload, 'replace_original')
  if (flag(payload, 'delete_original') || isReplacing) {
    if (original === undefined) return 'message_not_found'
    if (isReplacing) return replace(slack, original, payload)
    slack.store.delete(original)
    return undefined
  }
  const channel = slack.workspace.channelById(target.channel)
  if (channel === undefined) return 'channel_not_found'
  if (channel.isArchived) return 'is_archived'
  const content = readContent(payload)
  if (!content.ok) return content.error
  const isPublic = payload['response_type'] === 'in_channel'
  post(slack, {
    channel,
    content,
    via: 'responseUrl',
    threadTs: optionalText(payload, 'thread_ts') ?? threadOf(original),
    ...(isPublic ? {} : { onlyFor: target.user }),
  })
  return undefined
}

function replace(slack: Slack, original: InboxMessage, payload: JsonObject): string | undefined {
  const content = readContent(payload)
  if (!content.ok) return content.error
  const { text, blocks, attachments } = content
  const now = slack.clock.now()
  const editedTs = slack.tsCounter.next(now)
  slack.store.edit(original, { text, blocks, attachments, editedTs }, now)
  return undefined
}

/** An answer to a button in a thread appears in the thread. */
function threadOf(original: InboxMessage | undefined): string | undefined {
  return original?.isReply === true ? original.threadTs : undefined
}
