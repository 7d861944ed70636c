import type { Waiting } from './delivery.ts'
import type { Destination, Failure, SendOptions, SendRequest, SendResult } from './destination.ts'

/** What became of an attempt; a look that failed was none. */
export type AttemptResult = SendResult | { readonly status: 'skipped' }

/** A post without an answer is made so many times, unless it can be looked for: one of the two may be a duplicate. */
const maxUnanswered = 2

/** What an attempt works with. */
export interface AttemptParts {
  readonly destination: Destination
  readonly notices: () => readonly string[]
  /** Asked for each request, since one attempt may take several. */
  readonly options: () => SendOptions
}

/** Sends a delivery; one that Slack may have already is looked for first. */
export async function attempt(waiting: Waiting, parts: AttemptParts): Promise<AttemptResult> {
  const request = renderWaiting(waiting, parts.notices)
  if (request === undefined) return { status: 'skipped' }
  const known = await lookFor(waiting, request, parts)
  if (known !== undefined) return known
  waiting.attempts += 1
  return noteResult(waiting, await parts.destination.send(request, parts.options()))
}

/** The request as things stand now, with the id by which it can be found. */
export function renderWaiting(
  { delivery, detail, id }: Waiting,
  notices: () => readonly string[],
): SendRequest | undefined {
  const request = delivery.render(detail, notices)
  return request?.kind === 'post' ? { id, ...request } : request
}

/** Remembers whether Slack may have it. */
export function noteResult(waiting: Waiting, result: SendResult): SendResult {
  if (result.status === 'retry') {
    waiting.arrived = result.arrived
    if (result.arrived === 'unknown') waiting.unanswered += 1
  }
  return result
}

/** What is known of an earlier attempt: that it arrived, that it cannot be told yet, or that it must not go again. */
async function lookFor(
  waiting: Waiting,
  request: SendRequest,
  { destination, options }: AttemptParts,
): Promise<SendResult | undefined> {
  if (waiting.arrived === 'no' || request.kind === 'edit') return undefined
  if (request.kind === 'upload') return unlessTwice(waiting)
  const found = await destination.find(request, options())
  switch (found.status) {
    case 'found':
      return { status: 'sent', ts: found.ts, channel: found.channel }
    case 'absent':
      waiting.arrived = 'no'
      waiting.unanswered = 0
      return undefined
    case 'unknown':
      return unlessTwice(waiting)
    default:
      return found
  }
}

/** What cannot be looked for is not posted for ever. */
export function unlessTwice(waiting: Waiting): Failure | undefined {
  if (waiting.unanswered < maxUnanswered) return undefined
  return { status: 'refused', reason: 'no answer twice: Slack may have it or not' }
}
