import { type HttpAnswer, type HttpRequest, jsonResponse, textResponse } from '../http/answer.ts'
import type { InboxRequest } from '../http/exchange.ts'
import type { Slack } from '../slack.ts'
import { followPage, pageMessage } from './feed.ts'

/** A request as the page lists it. */
export interface PageRequest extends Omit<InboxRequest, 'headers'> {
  /** Its index in the log, oldest first. */
  readonly index: number
}

/** The log of requests, as the page shows it. */
export interface PageRequests {
  /** How many are in the log. */
  readonly total: number
  /** How many of them failed. */
  readonly failed: number
  /** The latest ones, newest first. */
  readonly latest: readonly PageRequest[]
}

const maxEarlier = 5000
const maxRequests = 100

/** `/_inbox/page/`: requests that only the page sends. */
export function handlePageApi(slack: Slack, { httpMethod, path, query }: HttpRequest): HttpAnswer {
  switch (`${httpMethod} ${path.slice('/_inbox/page/'.length)}`) {
    case 'GET feed':
      return followPage(slack)
    case 'GET earlier':
      return earlierMessages(slack, query.get('before') ?? '')
    case 'GET message':
      return wholeMessage(slack, query.get('ts') ?? '')
    case 'GET requests':
      return jsonResponse(latestRequests(slack))
    default:
      return textResponse('not found', 404)
  }
}

function earlierMessages({ store }: Slack, before: string): HttpAnswer {
  const older = [...store.all()].filter(({ ts }) => ts < before)
  const messages = older.slice(-maxEarlier)
  return jsonResponse({
    messages: messages.map(pageMessage),
    earlier: older.length - messages.length,
  })
}

/** A message with its history and the content of its files. */
function wholeMessage({ store }: Slack, ts: string): HttpAnswer {
  const message = store.find(ts)
  return message === undefined ? textResponse('no such message', 404) : jsonResponse({ message })
}

function latestRequests({ log }: Slack): PageRequests {
  const all = log.latest
  const start = Math.max(0, all.length - maxRequests)
  return {
    total: all.length,
    failed: all.filter(({ isAccepted }) => !isAccepted).length,
    latest: all
      .slice(start)
      .map(({ headers: _headers, ...request }, index) => ({ ...request, index: start + index }))
      .toReversed(),
  }
}
