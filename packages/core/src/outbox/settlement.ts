import type { Health } from '../health.ts'
import type { TroubleView } from '../trouble.ts'
import { renderWaiting } from './attempt.ts'
import type { Delivery, Outcome } from './delivery.ts'
import type { KeptRequest } from './spool-line.ts'
import type { Waiting } from './waiting.ts'

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
