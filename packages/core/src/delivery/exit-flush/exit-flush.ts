import type { Clock } from '../../environment.ts'
import { stepsOf, type AttemptResult, type LookUpResult, type Step } from '../attempt.ts'
import {
  type ChannelQueue,
  type Queued,
  compareQueued,
  isEdit,
  isNewRoot,
} from '../channel-queue.ts'
import type { Destination, SendRequest, SendResult, SyncCall, SyncSender } from '../destination.ts'
import { maxRecallMs, type Recall } from '../recall.ts'
import type { Receipt, ResultHandler } from '../result-handler.ts'
import type { SyncHttp } from './sync-http.ts'

/** Makes requests and waits with blocking calls. */
export type SyncLine = Pick<SyncHttp, 'call' | 'sleep'>

export interface ExitFlushDeps {
  readonly destination: Destination
  readonly exit: SyncSender
  readonly line: SyncLine
  readonly clock: Clock
  readonly queues: readonly ChannelQueue[]
  readonly results: ResultHandler
  readonly recall: Recall | undefined
}

/** Less time than this is not enough for a request, in milliseconds. */
const minMs = 20
/** A request in flight is accepted within this time or not at all, in milliseconds. */
const acceptedWithinMs = 150
/** The time for preparing look-ups, which is taken from what is still to be sent, in milliseconds. */
const prepareMs = 600

/** Puts back what is in flight: its answer can no longer be received, but the request may still be accepted. */
export function reclaimInFlight(deps: ExitFlushDeps, deadline: number): void {
  const { queues, exit, line, clock } = deps
  const acceptedBy = clock.now() + acceptedWithinMs
  const preparedBy = Math.min(deadline, clock.now() + prepareMs)
  for (const queue of queues) {
    if (!queue.reclaim(acceptedBy)) continue
    const leftMs = preparedBy - clock.now()
    if (leftMs >= minMs) exit.prepare?.(queue.channel, (http) => line.call(http, leftMs))
  }
}

/** Sends what waits in the order of the queue, with blocking calls, as far as possible before the deadline. */
export function flushSync(deps: ExitFlushDeps, deadline: number): void {
  const { clock, line, results } = deps
  for (;;) {
    const next = firstReady(deps)
    if (next === undefined || next.at > deadline - minMs) return
    line.sleep(next.at - clock.now())
    const queued = next.queue.take(clock.now(), results.editsFrom)
    if (queued === undefined) continue
    if (!sendOne(deps, { queue: next.queue, queued, deadline })) return
  }
}

/** The channel that may send first; of several the one with the most urgent delivery. */
function firstReady({
  queues,
  clock,
  results,
}: ExitFlushDeps): { readonly queue: ChannelQueue; readonly at: number } | undefined {
  const now = clock.now()
  const ready = queues.flatMap((queue) => {
    const [first] = queue.queued
    const at = Math.max(now, queue.readyAt(now, results.editsFrom))
    return first === undefined ? [] : [{ queue, first, at }]
  })
  return ready.toSorted((a, b) => a.at - b.at || compareQueued(a.first, b.first))[0]
}

/** @returns whether to continue: where one request gets no answer, or all are refused, the next one fails as well */
function sendOne(
  deps: ExitFlushDeps,
  { queue, queued, deadline }: { queue: ChannelQueue; queued: Queued; deadline: number },
): boolean {
  const { line, clock, results } = deps
  const receipt = results.receiptFor(queued)
  if (!isEdit(queued)) queue.bucket.take(clock.now())
  let isAnswered = true
  const call: SyncCall = (http) => {
    const answer = line.call(http, Math.max(1, deadline - clock.now()))
    isAnswered = !('error' in answer)
    return answer
  }
  if (isNewRoot(queued)) {
    const recallBy = clock.now() + maxRecallMs(deadline - clock.now())
    deps.recall?.beforeSync(queue.channel, (http) =>
      line.call(http, Math.max(1, recallBy - clock.now())),
    )
  }
  const result = attempt(deps, queued, { receipt, call })
  if (result === undefined) {
    // A file takes more than one request.
    queued.notBefore = Infinity
    queue.add(queued)
    return true
  }
  results.handle(queue, queued, result, receipt)
  return isAnswered && result.status !== 'stopDestination'
}

/** @returns `undefined` for a request that takes more than one call */
function attempt(
  { destination, exit, results }: ExitFlushDeps,
  queued: Queued,
  { receipt, call }: { readonly receipt: Receipt; readonly call: SyncCall },
): AttemptResult | undefined {
  try {
    const steps = stepsOf(queued, { destination, receipt })
    let step = steps.next()
    while (step.done !== true) {
      const result = makeStep(step.value, exit, call)
      if (result === undefined) return undefined
      step = steps.next(result)
    }
    return step.value
  } catch (error) {
    return results.notBuilt(error)
  }
}

function makeStep(
  { action, request }: Step,
  exit: SyncSender,
  call: SyncCall,
): SendResult | LookUpResult | undefined {
  if (action === 'send') return exit.send(request as SendRequest, call)
  const isFindable = request.kind === 'post' || request.kind === 'check'
  const found = isFindable ? exit.find?.(request, call) : undefined
  return found ?? exit.probe?.(call) ?? { status: 'unknown' }
}
