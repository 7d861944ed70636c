import { maxUnanswered } from '../incident/adoption.ts'
import type { Check, Queued, Sent, Skipped } from './channel-queue.ts'
import type { Receipt } from './result-handler.ts'
import type {
  Destination,
  Edit,
  Failure,
  FindResult,
  Post,
  ProbeResult,
  SendOptions,
  SendRequest,
  SendResult,
  Upload,
} from './destination.ts'

/** A request; each post has an id, by which it is found. */
export type Attempted = (Post & { readonly id: string }) | Edit | Upload | Check

/** The result of an attempt; `skipped` if there was nothing left to send. */
export type AttemptResult = SendResult | Sent | Skipped

/** One step of an attempt. A look-up changes nothing. */
export interface Step {
  readonly action: 'lookUp' | 'send'
  readonly request: Attempted
}

/** What a look-up found; of a destination that has none, whether it answers. */
export type LookUpResult = FindResult | ProbeResult

/** The steps of an attempt, made with promises, or with blocking calls while the process exits. */
export type AttemptSteps = Generator<Step, AttemptResult, SendResult | LookUpResult>

/** The code for a file that may have been accepted, in the reason of its failure. */
export const unansweredFile = 'no_answer'

export interface AttemptDeps {
  readonly destination: Destination
  readonly receipt: Receipt
  /** Makes a request with its time-out; called for each, since one attempt may take several. */
  readonly request: <Result>(
    make: (options: SendOptions) => Promise<Result>,
  ) => Promise<Result | Failure>
}

/** Sends a delivery. */
export async function attempt(queued: Queued, deps: AttemptDeps): Promise<AttemptResult> {
  const { destination, request: makeRequest } = deps
  const steps = stepsOf(queued, deps)
  let step = steps.next()
  while (step.done !== true) {
    const { action, request } = step.value
    const result = await makeRequest<SendResult | LookUpResult>((options) =>
      action === 'send'
        ? destination.send(request as SendRequest, options)
        : lookUp(destination, request, { signal: options.signal }),
    )
    step = steps.next(result)
  }
  return step.value
}

/** Sends a delivery; one that may have been accepted already is looked up first. */
export function* stepsOf(
  queued: Queued,
  deps: Pick<AttemptDeps, 'destination' | 'receipt'>,
): AttemptSteps {
  const { receipt } = deps
  const wasTried = queued.latest !== undefined || queued.delivery.id !== undefined
  if (queued.unanswered > 0 && wasTried) {
    // Not drafted again: what is found shows what was sent.
    const request = queued.latest ?? draftRequest(queued, deps)
    if (request === undefined) return { status: 'skipped' }
    const known = yield* lookUpFirst(queued, request)
    const isEarlier = known?.status === 'sent' && queued.latest === undefined
    if (known !== undefined) return isEarlier ? { ...known, isEarlier } : known
  }
  const request = draftRequest(queued, deps)
  if (request === undefined) return { status: 'skipped' }
  queued.isLookUp = request.kind === 'check'
  if (request.kind === 'check') {
    const found = (yield { action: 'lookUp', request }) as LookUpResult
    const known = handleLookUp(queued, request, found)
    return known ?? { status: 'skipped', isAbsent: found.status === 'absent' }
  }
  queued.latest = request
  receipt.sending(request)
  const result = (yield { action: 'send', request }) as SendResult
  if (result.status === 'retry' && result.accepted !== 'no') queued.unanswered += 1
  return result
}

function* lookUpFirst(
  queued: Queued,
  request: Attempted,
): Generator<Step, SendResult | undefined, SendResult | LookUpResult> {
  // To repeat an edit changes nothing.
  if (request.kind === 'edit' || request.kind === 'check') return undefined
  queued.isLookUp = true
  const found = (yield { action: 'lookUp', request }) as LookUpResult
  return handleLookUp(queued, request, found)
}

/** The request as things are now; `undefined` if there is nothing left to send. */
function draftRequest(
  queued: Queued,
  { destination, receipt }: Pick<AttemptDeps, 'destination' | 'receipt'>,
): Attempted | undefined {
  const { delivery, detail, id } = queued
  const draft = delivery.draft(receipt.notices)
  if (draft === undefined || draft.kind === 'upload' || draft.kind === 'check') return draft
  const { notification, names, storm, ...rest } = draft
  const message = destination.render(notification, detail)
  if (message === undefined) return undefined
  queued.named = names
  queued.storm = storm
  return rest.kind === 'post' ? { id, ...rest, message } : { ...rest, message }
}

async function lookUp(
  destination: Destination,
  request: Attempted,
  options: SendOptions,
): Promise<LookUpResult> {
  const isFindable = request.kind === 'post' || request.kind === 'check'
  const found = isFindable ? await destination.find?.(request, options) : undefined
  return found ?? (await destination.probe?.(options)) ?? { status: 'unknown' }
}

/** What is known of an earlier attempt: that it was accepted, that it is not known yet, or that it must not be repeated. */
function handleLookUp(
  queued: Queued,
  { kind }: Attempted,
  found: LookUpResult,
): SendResult | undefined {
  switch (found.status) {
    case 'found':
      return { status: 'sent', ref: found.ref }
    case 'absent':
      queued.unanswered = 0
      return undefined
    case 'unknown':
    case 'answers':
      if (queued.unanswered < maxUnanswered) return undefined
      return {
        status: 'refused',
        reason: unansweredReasons[kind === 'upload' ? 'file' : 'message'],
      }
    default:
      return found
  }
}

/** The reason of a post that is not repeated. */
export const unansweredTwice = 'no answer twice: the message may have been posted'

const unansweredReasons = {
  message: unansweredTwice,
  file: `no file: ${unansweredFile}`,
}
