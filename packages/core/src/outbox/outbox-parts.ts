import type { Clock } from '../environment.ts'
import type { Destination } from '../slack/destination.ts'
import type { CollapseParts } from './collapse.ts'
import type { SettlementParts } from './settlement.ts'

/** What an outbox works with. */
export interface OutboxParts extends SettlementParts {
  readonly destination: Destination
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** How alerts are told together for which there is no time one by one. */
  readonly summary: Pick<CollapseParts, 'maxListed' | 'summary'>
}
