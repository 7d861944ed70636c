import type { Clock } from '../environment.ts'
import type { Health, TroubleView } from '../health/health.ts'
import type { KeptRequest } from '../journal/records.ts'
import { type AttemptResult, renderWaiting } from './attempt.ts'
import type { Lane } from './channel-queue.ts'
import type { Circuit } from './circuit-breaker.ts'
import type { Delivery, Outcome, Waiting } from './delivery.ts'
import { react, type Reaction } from './reaction.ts'

/** What consequences work with. */
export interface ConsequencesParts extends Pick<SettlementParts, 'health'> {
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  readonly circuit: Circuit
  readonly settlement: Settlement
}

/** Carries out what follows from an answer: for its delivery, for its channel, for all. */
export class Consequences {
  /** Before this no edit goes, in milliseconds since 1970: Slack limits those of all channels together. */
  editsFrom = 0
  readonly #parts: ConsequencesParts
  #lastSentAt = 0

  constructor(parts: ConsequencesParts) {
    this.#parts = parts
  }

  follow(lane: Lane, waiting: Waiting, answer: { result: AttemptResult; receipt: Receipt }): void {
    const { clock, random } = this.#parts
    this.#note(lane, waiting, answer.result)
    if (answer.result.status === 'sent' || answer.result.status === 'skipped')
      answer.receipt.confirm()
    const now = clock.now()
    const reaction = react(waiting, answer.result, {
      now,
      random: random(),
      lastSentAt: this.#lastSentAt,
    })
    if (reaction.action === 'settle') {
      this.#settle(waiting, reaction.outcome)
      return
    }
    this.#hold(lane, waiting, reaction)
    lane.add(waiting)
  }

  /** For the destination as a whole. */
  #note(lane: Lane, { delivery }: Waiting, result: AttemptResult): void {
    const { health, circuit, clock } = this.#parts
    if (result.status === 'skipped') return
    if (result.status !== 'sent') {
      health.failed(lane.channel, result)
      if (result.status === 'retry' || result.status === 'stopDestination') circuit.failed(result)
      return
    }
    health.delivered(lane.channel, delivery.priority === 'edit' ? 'edited' : 'sent')
    this.#lastSentAt = clock.now()
    circuit.succeeded()
    if (lane.isRefused) health.note(`Slack takes messages to ${lane.channel} again`)
    lane.welcome()
  }

  #settle({ delivery }: Waiting, outcome: Outcome): void {
    const { settlement } = this.#parts
    if (outcome.status === 'gaveUp') settlement.giveUp(delivery, outcome.reason)
    else settlement.settle(delivery, outcome)
  }

  #hold(lane: Lane, waiting: Waiting, reaction: Held): void {
    const now = this.#parts.clock.now()
    if (reaction.action === 'keep') {
      // A destination that takes nothing is the circuit's.
      if (reaction.until === 'channel') lane.refuse(now)
      return
    }
    const { afterMs, holds, detail, isLimit } = reaction
    if (detail !== waiting.detail) this.#parts.health.count('degraded')
    waiting.detail = detail
    waiting.notBefore = now + afterMs
    if (holds === 'channel') lane.blockedUntil = now + afterMs
    if (holds === 'edits') this.editsFrom = now + afterMs
    if (isLimit) waiting.delivery.limited?.(afterMs)
  }
}

type Held = Exclude<Reaction, { readonly action: 'settle' }>

/** What a settlement works with. */
export interface SettlementParts {
  readonly health: Health
  /** Our own trouble in words. */
  readonly describeTrouble: (trouble: TroubleView) => readonly string[]
  /** Events on disk; `undefined` if none are kept. */
  readonly spool: KeptEvents | undefined
}

/** Events that are kept until they are told. */
export interface KeptEvents {
  /** The moment, as `tell` takes it. */
  mark(): number
  /** These are being sent under an id, by which they can be found in Slack. */
  trying(fingerprints: readonly string[], as: string): void
  /** These were told, as far as they came before the mark. */
  tell(fingerprints: readonly string[], mark: number): void
  /** Whether all of these will be told at the next start. */
  has(fingerprints: readonly string[]): boolean
  /**
   * Keeps a delivery for the next start.
   *
   * @returns whether it is kept
   */
  keepRequest(kept: KeptRequest): boolean
}

/** What one rendering says, to be ticked off when it is sent. */
export interface Receipt {
  readonly notices: () => readonly string[]
  confirm(): void
}

/** Ends deliveries, and keeps account of what was told. */
export class Settlement {
  readonly #parts: SettlementParts

  constructor(parts: SettlementParts) {
    this.#parts = parts
  }

  /** Asked for before a delivery is rendered. */
  receiptFor({ delivery, id }: Waiting): Receipt {
    const { health, spool, describeTrouble } = this.#parts
    const fingerprints = delivery.tells?.() ?? []
    const mark = spool?.mark() ?? 0
    spool?.trying(fingerprints, id)
    let told: TroubleView | undefined
    return {
      notices: () => {
        told = health.trouble.read()
        return told === undefined ? [] : describeTrouble(told)
      },
      confirm: () => {
        spool?.tell(fingerprints, mark)
        if (told !== undefined) health.trouble.told(told)
      },
    }
  }

  /** Tells the delivery how it ended. */
  settle(delivery: Delivery, outcome: Outcome): void {
    try {
      delivery.settle(outcome)
    } catch (error) {
      this.#parts.health.broke('what follows a delivery', error)
    }
  }

  /** A delivery that became a line of a summary ends with that. */
  endSummarized(waiting: Waiting, outcome: Outcome): void {
    if (outcome.status === 'gaveUp') this.leave(waiting, outcome.reason)
    else {
      this.#parts.health.count('summarized')
      this.settle(waiting.delivery, { status: 'summarized' })
    }
  }

  /** Nothing more is tried in this process. */
  giveUp(delivery: Delivery, reason: string): void {
    const { health } = this.#parts
    if (this.#isKept(delivery)) health.spooled(reason)
    else health.gaveUp(reason)
    this.settle(delivery, { status: 'gaveUp', reason })
  }

  /** The process ends: what is not kept yet is kept for the next start as it would be sent now. */
  leave(waiting: Waiting, reason: string): void {
    const { delivery } = waiting
    if (this.#isKept(delivery) || !this.#keep(waiting)) {
      this.giveUp(delivery, reason)
      return
    }
    this.#parts.health.spooled(reason)
    this.settle(delivery, { status: 'gaveUp', reason })
  }

  #isKept(delivery: Delivery): boolean {
    if (delivery.isKept !== undefined) return delivery.isKept()
    const fingerprints = delivery.tells?.() ?? []
    return fingerprints.length > 0 && this.#parts.spool?.has(fingerprints) === true
  }

  #keep(waiting: Waiting): boolean {
    const { spool, health } = this.#parts
    const { channel, priority } = waiting.delivery
    if (spool === undefined) return false
    try {
      const request = renderWaiting(waiting, () => [])
      if (request === undefined) return false
      return spool.keepRequest({ channel, priority, request, arrived: waiting.arrived })
    } catch (error) {
      health.broke('a message could not be made', error)
      return false
    }
  }
}
