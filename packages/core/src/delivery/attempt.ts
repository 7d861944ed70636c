import type { Queued } from './channel-queue.ts'
import type {
  Destination,
  Edit,
  Failure,
  Post,
  SendOptions,
  SendResult,
  Upload,
} from './destination.ts'

/** A request; each post has an id, by which it is found. */
export type Attempted = (Post & { readonly id: string }) | Edit | Upload

/** The result of an attempt; `skipped` if there was nothing left to send. */
export type AttemptResult = SendResult | { readonly status: 'skipped' }

/** A post without an answer is sent at most so often where it cannot be looked up: one of the two may be a duplicate. */
const maxUnanswered = 2

export interface AttemptDeps {
  readonly destination: Destination
  readonly notices: () => readonly string[]
  /** Makes a request with its time-out; called for each, since one attempt may take several. */
  readonly request: <Result>(
    make: (options: SendOptions) => Promise<Result>,
  ) => Promise<Result | Failure>
}

/** Sends a delivery. One that may have been accepted already is looked up first. */
export async function attempt(queued: Queued, deps: AttemptDeps): Promise<AttemptResult> {
  const request = requestOf(queued, deps)
  if (request === undefined) return { status: 'skipped' }
  const known = await lookUp(queued, request, deps)
  if (known !== undefined) return known
  queued.attempts += 1
  const { destination } = deps
  return noteResult(queued, await deps.request((options) => destination.send(request, options)))
}

/** The request as things are now; `undefined` if there is nothing left to send. */
export function requestOf(
  { delivery, detail, id }: Queued,
  { destination, notices }: Pick<AttemptDeps, 'destination' | 'notices'>,
): Attempted | undefined {
  const draft = delivery.draft(notices)
  if (draft === undefined || draft.kind === 'upload') return draft
  const { notification, ...rest } = draft
  const message = destination.render(notification, detail)
  if (message === undefined) return undefined
  return rest.kind === 'post' ? { id, ...rest, message } : { ...rest, message }
}

/** Remembers whether the destination may have accepted it. */
export function noteResult(queued: Queued, result: SendResult): SendResult {
  if (result.status === 'retry') {
    queued.accepted = result.accepted
    if (result.accepted === 'unknown') queued.unanswered += 1
  }
  return result
}

/** What is known about an earlier attempt: that it was accepted, that it is not known yet, or that it must not be repeated. */
async function lookUp(
  queued: Queued,
  request: Attempted,
  { destination, request: makeRequest }: AttemptDeps,
): Promise<SendResult | undefined> {
  if (queued.accepted === 'no' || request.kind === 'edit') return undefined
  const found =
    request.kind === 'post'
      ? await makeRequest(async (options) => destination.find?.(request, options))
      : undefined
  switch (found?.status) {
    case 'found':
      return { status: 'sent', ref: found.ref }
    case 'absent':
      queued.accepted = 'no'
      queued.unanswered = 0
      return undefined
    case 'unknown':
    case undefined:
      return rejectUnanswered(queued)
    default:
      return found
  }
}

/** A post that cannot be looked up is not repeated forever. */
export function rejectUnanswered(queued: Queued): Failure | undefined {
  if (queued.unanswered < maxUnanswered) return undefined
  return { status: 'refused', reason: 'no answer twice: the message may have been posted' }
}
