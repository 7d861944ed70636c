import type { Clock } from '../../environment.ts'
import type { HttpAnswer, HttpCall } from '../../slack/http-call.ts'
import { type AttemptResult, noteResult, renderWaiting, unlessTwice } from '../attempt.ts'
import type { Lane, Lanes } from '../channel-queue.ts'
import type { Consequences, Settlement } from '../consequences.ts'
import type { Waiting } from '../delivery.ts'
import type { Failure, LastWords, SendRequest, SendResult } from '../destination.ts'

/** Makes requests, and blocks until each is answered. */
export interface BlockingLine {
  call(call: HttpCall, timeoutMs: number): HttpAnswer | Failure
  sleep(ms: number): void
}

/** What last words work with. */
export interface LastWordsParts {
  readonly lastWords: LastWords
  readonly line: BlockingLine
  readonly clock: Clock
  readonly lanes: Lanes
  readonly consequences: Consequences
  readonly settlement: Settlement
}

/** Less time than this is not worth a request, in milliseconds. */
const minMs = 20
/** What was under way arrives within this time or not at all, in milliseconds. */
const arrivalMs = 150

/** To be ready to look for it, no more time than this is taken from what is still to be said, in milliseconds. */
const prepareMs = 600

/** Puts back what is in flight: its answer can no longer come, but what was sent may still arrive. */
export function takeBack(
  { lanes, lastWords, line, clock }: LastWordsParts,
  deadline: number,
): void {
  const arrivedBy = clock.now() + arrivalMs
  const preparedBy = Math.min(deadline, clock.now() + prepareMs)
  for (const lane of lanes.all) {
    if (!lane.reclaim(arrivedBy)) continue
    const leftMs = preparedBy - clock.now()
    if (leftMs >= minMs) lastWords.prepare(lane.channel, (http) => line.call(http, leftMs))
  }
}

/** Sends what waits as the outbox would, with blocking calls, as far as it can go before the deadline. */
export function speakLastWords(parts: LastWordsParts, deadline: number): void {
  const { clock, lanes, line, consequences } = parts
  for (;;) {
    const next = lanes.first(clock.now(), consequences.editsFrom)
    if (next === undefined || next.at > deadline - minMs) return
    line.sleep(next.at - clock.now())
    const waiting = next.lane.take(clock.now(), consequences.editsFrom)
    if (waiting === undefined) continue
    if (!speak(parts, { lane: next.lane, waiting, deadline })) return
  }
}

/** @returns whether to go on: where one got no answer, the next will get none either */
function speak(
  parts: LastWordsParts,
  { lane, waiting, deadline }: { lane: Lane; waiting: Waiting; deadline: number },
): boolean {
  const { lastWords, line, clock, consequences, settlement } = parts
  const call = (http: HttpCall): HttpAnswer | Failure =>
    line.call(http, Math.max(1, deadline - clock.now()))
  const receipt = settlement.receiptFor(waiting)
  const request = renderWaiting(waiting, receipt.notices)
  if (waiting.delivery.priority !== 'edit') lane.bucket.take(clock.now())
  const result: AttemptResult | undefined =
    request === undefined ? { status: 'skipped' } : tell(waiting, request, { lastWords, call })
  if (result === undefined) {
    // A file: too much for the time there is.
    waiting.notBefore = Infinity
    lane.add(waiting)
    return true
  }
  consequences.follow(lane, waiting, { result, receipt })
  return result.status !== 'retry' || result.arrived === 'unlikely'
}

function tell(
  waiting: Waiting,
  request: SendRequest,
  means: { lastWords: LastWords; call: (call: HttpCall) => HttpAnswer | Failure },
): SendResult | undefined {
  if (waiting.arrived === 'unknown' && request.kind === 'post') {
    const found = means.lastWords.find(request, means.call)
    if (found.status === 'found') return { status: 'sent', ts: found.ts, channel: found.channel }
    if ('reason' in found) return found
    const refused = found.status === 'unknown' ? unlessTwice(waiting) : undefined
    if (refused !== undefined) return refused
    if (found.status === 'absent') waiting.arrived = 'no'
  }
  waiting.attempts += 1
  const result = means.lastWords.send(request, means.call)
  return result && noteResult(waiting, result)
}
