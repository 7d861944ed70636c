import type { Clock } from '../environment.ts'
import type { Health, TroubleView } from '../health/health.ts'
import { isUnsent, markShown } from '../incident/incident.ts'
import type { Journal } from '../journal/journal.ts'
import { namesOf, sendingStorm } from '../journal/records.ts'
import type { Attempted, AttemptResult } from './attempt.ts'
import {
  type ChannelQueue,
  type Delivery,
  type GaveUp,
  nameAlerts,
  type Outcome,
  type Queued,
  isAlert,
  isEdit,
  isOvertaken,
} from './channel-queue.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import type { Detail } from './destination.ts'

export interface ResultHandlerDeps {
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  readonly health: Health
  readonly circuit: CircuitBreaker
  readonly journal: Pick<Journal, 'sending' | 'sent' | 'holds' | 'isWritable'> | undefined
  /** What went wrong with earlier messages, in words. */
  readonly describeTrouble: (trouble: TroubleView) => readonly string[]
}

/** What one rendering shows, to be confirmed when it is sent. */
export interface Receipt {
  readonly notices: () => readonly string[]
  /** Called before it is sent. */
  sending(request: Attempted): void
  /** Called when it was sent. */
  confirm(ref: string): void
}

/** Carries out what follows from each result: for the delivery, its channel, the destination, the journal and the statistics. */
export class ResultHandler {
  /** No edit is sent earlier, in milliseconds since 1970: the destination limits those of all channels together. */
  editsFrom = 0
  readonly #deps: ResultHandlerDeps
  /** When something was sent last, in milliseconds since 1970. */
  lastSentAt = 0

  constructor(deps: ResultHandlerDeps) {
    this.#deps = deps
  }

  /** Called before a delivery is rendered. */
  receiptFor(queued: Queued): Receipt {
    const { delivery, id } = queued
    const { clock, health, journal, describeTrouble } = this.#deps
    const { channel } = delivery
    let shown: TroubleView | undefined
    return {
      notices: () => {
        shown = health.trouble.read(clock.now())
        return shown === undefined ? [] : describeTrouble(shown)
      },
      sending: (request) => {
        const { named, unanswered, storm } = queued
        if (journal === undefined || request.kind !== 'post' || named.length === 0) return
        journal.sending({
          id,
          channel,
          thread: request.thread,
          attempts: unanswered + 1,
          names: namesOf(named),
          storm: storm && sendingStorm(storm),
        })
      },
      confirm: (ref) => {
        // After a look-up, what was sent and not what would be sent now.
        const { named } = queued
        for (const { incident, alert } of named) markShown(incident, alert)
        if (named.length > 0) journal?.sent(id, ref, namesOf(named))
        if (shown !== undefined) health.trouble.shown(shown)
      },
    }
  }

  /** The result of an attempt in which drafting or rendering threw. */
  notBuilt(error: unknown): AttemptResult {
    this.#deps.health.broke('a message could not be built', error)
    return { status: 'refused', reason: 'the message could not be built' }
  }

  /** Handles the result of an attempt. */
  handle(queue: ChannelQueue, queued: Queued, result: AttemptResult, receipt: Receipt): void {
    const { clock, random } = this.#deps
    this.#count(queue, queued, result)
    if (result.status === 'retry') queued.failures += 1
    if (result.status === 'sent') receipt.confirm(result.ref)
    const context = { now: clock.now(), random: random(), lastSentAt: this.lastSentAt }
    const reaction = react(queued, result, context)
    if (reaction.action !== 'settle') {
      this.#postpone(queue, queued, reaction)
      queue.add(queued)
    } else if (reaction.outcome.status === 'gaveUp') this.giveUp(queued.delivery, reaction.outcome)
    else this.#settle(queued.delivery, reaction.outcome)
  }

  /** Ends a delivery of which a summary has a line. */
  endSummarized(queued: Queued, outcome: Outcome): void {
    if (outcome.status === 'gaveUp') this.leave(queued, outcome.reason)
    else {
      this.#deps.health.count('summarized')
      this.#settle(queued.delivery, { status: 'summarized' })
    }
  }

  /** Makes no further attempt in this process. */
  giveUp(delivery: Delivery, outcome: GaveUp): void {
    const { health } = this.#deps
    if (this.#isKept(delivery)) health.spooled(outcome.reason)
    else health.gaveUp(outcome.reason, { isAlert: isAlert(delivery) })
    this.#settle(delivery, outcome)
  }

  /** Leaves a delivery to the next process, which sends what the journal contains. */
  leave({ delivery }: Queued, reason: string): void {
    this.giveUp(delivery, { status: 'gaveUp', reason, isLeft: true })
  }

  #count(queue: ChannelQueue, queued: Queued, result: AttemptResult): void {
    const { health, circuit, clock } = this.#deps
    if (result.status === 'skipped') return
    if (result.status !== 'sent') {
      health.failed(queue.channel, result)
      if (result.status === 'retry' || result.status === 'stopDestination') circuit.failed(result)
      return
    }
    health.delivered(queue.channel, isEdit(queued) ? 'edited' : 'sent')
    this.lastSentAt = clock.now()
    circuit.succeeded()
    if (queue.isPaused) health.resumed(queue.channel)
    queue.resume()
  }

  #postpone(
    queue: ChannelQueue,
    queued: Queued,
    reaction: Exclude<Reaction, { readonly action: 'settle' }>,
  ): void {
    const now = this.#deps.clock.now()
    if (reaction.action === 'keep') {
      // The circuit breaker handles a destination that takes no messages.
      if (reaction.until === 'channel') queue.pause(now)
      return
    }
    const { afterMs, pauses, detail } = reaction
    if (detail !== queued.detail) this.#deps.health.count('degraded')
    queued.detail = detail
    queued.notBefore = now + afterMs
    if (pauses === 'channel') queue.blockedUntil = now + afterMs
    if (pauses !== 'edits') return
    this.editsFrom = now + afterMs
    queued.delivery.limited?.(afterMs)
  }

  #settle(delivery: Delivery, outcome: Outcome): void {
    try {
      delivery.settle(outcome)
    } catch (error) {
      this.#deps.health.broke('handling a delivery failed', error)
    }
  }

  #isKept(delivery: Delivery): boolean {
    const { journal } = this.#deps
    const lines = delivery.summarize?.()
    if (lines === undefined) return journal?.isWritable === true
    const unsent = lines.flatMap(({ incident }) => (isUnsent(incident) ? [incident] : []))
    return journal?.holds(namesOf(nameAlerts(unsent))) === true
  }
}

/** What follows from the result of an attempt. */
export type Reaction =
  | { readonly action: 'settle'; readonly outcome: Outcome }
  /** Try again after a while, during which the channel, all edits, or only this delivery waits. */
  | {
      readonly action: 'retry'
      readonly afterMs: number
      readonly pauses: 'channel' | 'edits' | 'delivery'
      readonly detail: Detail
    }
  /** Keep it until the channel or the destination takes messages again. */
  | { readonly action: 'keep'; readonly until: 'channel' | 'destination' }

type RetryPause = (Reaction & { action: 'retry' })['pauses']

/** What a reaction depends on beside the result. */
export interface ReactionContext {
  readonly now: number
  /** From 0 to 1. */
  readonly random: number
  /** When a message was sent last, in milliseconds since 1970. */
  readonly lastSentAt: number
}

/** For how long a delivery is retried while others are sent, in milliseconds. */
const retryForMs = 600_000
const firstBackoffMs = 1000
const maxBackoffMs = 30_000
const simpler: Readonly<Record<Detail, Detail | undefined>> = {
  full: 'minimal',
  minimal: 'text',
  text: undefined,
}

/** Decides what happens next with a delivery. */
export function react(queued: Queued, result: AttemptResult, context: ReactionContext): Reaction {
  switch (result.status) {
    case 'wait':
      return retryAfter(queued, result.afterMs, limitedBy(queued))
    case 'retry':
      return retry(queued, result.reason, context)
    case 'degrade':
      return degrade(queued, result.reason)
    case 'refused':
      return { action: 'settle', outcome: { ...result, status: 'gaveUp' } }
    case 'stopChannel':
      return { action: 'keep', until: 'channel' }
    case 'stopDestination':
      return { action: 'keep', until: 'destination' }
    default:
      return { action: 'settle', outcome: result }
  }
}

/** What a rate limit pauses. */
function limitedBy(queued: Queued): RetryPause {
  if (queued.isLookUp) return 'delivery'
  return isEdit(queued) ? 'edits' : 'channel'
}

function retry(queued: Queued, reason: string, context: ReactionContext): Reaction {
  const firstTriedAt = queued.firstTriedAt ?? context.now
  const areOthersSent = context.now - firstTriedAt > retryForMs && context.lastSentAt > firstTriedAt
  if (areOthersSent) return giveUp(reason)
  const afterMs = backoffMs(queued.failures, context.random)
  return retryAfter(queued, afterMs, isOvertaken(queued) ? 'delivery' : 'channel')
}

function degrade(queued: Queued, reason: string): Reaction {
  const detail = simpler[queued.detail]
  return detail === undefined ? giveUp(reason) : { ...retryAfter(queued, 0, 'delivery'), detail }
}

function retryAfter(
  { detail }: Queued,
  afterMs: number,
  pauses: RetryPause,
): Reaction & { action: 'retry' } {
  return { action: 'retry', afterMs, pauses, detail }
}

function giveUp(reason: string): Reaction {
  return { action: 'settle', outcome: { status: 'gaveUp', reason } }
}

/**
 * The wait before the next attempt, in milliseconds: doubling from 1 to 30 seconds, with jitter over its upper half.
 *
 * @param failures failures so far, from 1 up
 * @param random from 0 to 1
 */
export function backoffMs(failures: number, random: number): number {
  const ceiling = Math.min(maxBackoffMs, firstBackoffMs * 2 ** (failures - 1))
  return ceiling / 2 + (ceiling / 2) * random
}
