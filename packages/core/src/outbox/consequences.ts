import type { Clock } from '../environment.ts'
import type { AttemptResult } from './attempt.ts'
import type { Circuit } from './circuit.ts'
import type { Outcome } from './delivery.ts'
import type { Lane } from './lane.ts'
import { react, type Reaction } from './reaction.ts'
import type { Receipt, Settlement, SettlementParts } from './settlement.ts'
import type { Waiting } from './waiting.ts'

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
