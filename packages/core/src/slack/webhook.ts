import type { Destination, ProbeResult, SendRequest, SendResult } from '../delivery/destination.ts'
import type { SinkEnvironment } from '../environment.ts'
import {
  createHttpPost,
  warmUpHttp,
  type HttpAnswer,
  type HttpRequest,
  type HttpResult,
} from '../http.ts'
import {
  classifyBroken,
  classifyCode,
  classifyFor,
  classifyStatus,
  readRetryAfter,
  unreadable,
} from './errors.ts'
import { textLimits } from './limits.ts'
import type { SlackMessage } from './message.ts'
import type { SlackRenderer } from './renderer.ts'

/** An incoming webhook: posts only. Not through `@slack/webhook`, which retries no 429 and does not return `Retry-After`. */
export function createWebhookDestination(
  url: string,
  render: SlackRenderer,
  { clock, fetch }: SinkEnvironment,
): Destination<SlackMessage> {
  const post = createHttpPost(fetch)
  const read = (request: SendRequest, result: HttpResult): SendResult =>
    'error' in result ? classifyBroken(result.error) : readAnswer(request, result, clock.now())

  // Slack refuses a message without text, which shows that it answers.
  const probeRequest = webhookRequest(url, { text: '' })
  function readProbe(answer: HttpResult): ProbeResult {
    const result = read({ kind: 'post', channel: '', message: { text: '' } }, answer)
    const isRefused = result.status === 'degrade' && 'status' in answer && !isPage(answer)
    return isRefused || result.status === 'sent' ? { status: 'answers' } : result
  }

  return {
    name: 'Slack',
    can: { edits: false, threads: false, files: false },
    // https://docs.slack.dev/apis/web-api/rate-limits
    pace: { burst: 3, everyMs: 1000 },
    limits: textLimits,
    render,
    async send(request, options) {
      if (request.kind !== 'post') return { status: 'repost', reason: 'a webhook only posts' }
      return read(request, await post(messageRequest(url, request.message), options))
    },
    probe: async (options) => readProbe(await post(probeRequest, options)),
    warmUp() {
      if (fetch === undefined) clock.setTimer(() => warmUpHttp(url), 0)
    },
    // A `fetch` of the user's own cannot be passed to a worker.
    ...(fetch === undefined && {
      exit: {
        send: (request, call) =>
          request.kind === 'post'
            ? read(request, call(messageRequest(url, request.message)))
            : undefined,
        probe: (call) => readProbe(call(probeRequest)),
      },
    }),
  }
}

function messageRequest(url: string, message: SlackMessage): HttpRequest {
  return webhookRequest(url, { ...message, unfurl_links: false, unfurl_media: false })
}

function webhookRequest(url: string, body: object): HttpRequest {
  return {
    url,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  }
}

function readAnswer(request: SendRequest, answer: HttpAnswer, now: number): SendResult {
  const { status } = answer
  if (status >= 200 && status < 300) {
    return isAccepted(answer) ? { status: 'sent', ref: '' } : unreadable
  }
  // Slack answers a refusal with its code as plain text; a proxy or a broken server with anything else.
  const body = answer.body.trim()
  const waitMs = readRetryAfter(answer, now)
  const isRefusal = status >= 400 && status < 500 && status !== 429 && status !== 408
  const isCode = isRefusal && answer.cutBy === undefined && /^[a-z_]{3,60}$/.test(body)
  return classifyFor(request, isCode ? classifyCode(body, waitMs) : classifyStatus(status, waitMs))
}

/** Slack answers `ok`; chats that take Slack's format answer nothing, or JSON. An HTML page or an incomplete answer is neither. */
function isAccepted(answer: HttpAnswer): boolean {
  const text = answer.body.trim()
  if (answer.cutBy !== undefined) return 'ok'.startsWith(text)
  if (isPage(answer)) return false
  return !/^[{[]/.test(text) || isJson(text)
}

/** The answer of a proxy or a broken server. */
function isPage({ body, headers }: HttpAnswer): boolean {
  return headers['content-type']?.includes('html') === true || body.trimStart().startsWith('<')
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
