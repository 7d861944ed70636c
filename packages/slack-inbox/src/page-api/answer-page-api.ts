import { jsonReply, textReply } from '../answer.ts'
import type { Answer, Call } from '../answer.ts'
import type { Json } from '../json.ts'
import type { InboxRequest } from '../request-log.ts'
import type { Slack } from '../slack.ts'
import { followPage, pageMessage } from './feed.ts'

/** A request as the page lists it. */
export interface PageRequest extends Omit<InboxRequest, 'headers'> {
  /** Its place in the log, newest last. */
  readonly index: number
}

/** What became of the requests so far. */
export interface PageRequests {
  /** How many are in the log. */
  readonly total: number
  readonly refused: number
  /** The latest, newest first. */
  readonly latest: readonly PageRequest[]
}

const maxEarlier = 5000
const maxRequests = 100

/** Answers `/_inbox/page/`: what only the page asks for. */
export function answerPageApi(slack: Slack, call: Call): Answer {
  switch (`${call.httpMethod} ${call.path.slice('/_inbox/page/'.length)}`) {
    case 'GET feed':
      return followPage(slack)
    case 'GET earlier':
      return earlier(slack, call.query.get('before') ?? '')
    case 'GET message':
      return whole(slack, call.query.get('ts') ?? '')
    case 'GET requests':
      return reply(requests(slack))
    default:
      return textReply('not found', 404)
  }
}

function earlier(slack: Slack, before: string): Answer {
  const older = [...slack.store.all()].filter(({ ts }) => ts < before)
  const messages = older.slice(-maxEarlier)
  return reply({ messages: messages.map(pageMessage), earlier: older.length - messages.length })
}

/** Everything about one message: its history and the content of its files. */
function whole(slack: Slack, ts: string): Answer {
  const message = slack.store.find(ts)
  return message === undefined ? textReply('no such message', 404) : reply({ message })
}

function requests({ log }: Slack): PageRequests {
  const all = log.latest
  const start = Math.max(0, all.length - maxRequests)
  return {
    total: all.length,
    refused: all.filter(({ isAccepted }) => !isAccepted).length,
    latest: all.slice(start).map(withIndex(start)).toReversed(),
  }
}

function withIndex(start: number): (request: InboxRequest, index: number) => PageRequest {
  return ({ headers: _headers, ...request }, index) => ({ ...request, index: start + index })
}

function reply(body: unknown): Answer {
  const json: Json = JSON.parse(JSON.stringify(body))
  return jsonReply(json)
}
