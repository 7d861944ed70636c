import type { FleetLink, ReportBatch } from '../fleet/link.ts'
import type { Merged } from './records.ts'

/** What a journal depends on in a fleet. */
export interface JournalFleet {
  /** Whether this process continues what others left. */
  mayAdopt(): boolean
  /** Whether no other process has taken this one's file over. */
  isOwner(): boolean
  /** What the leader has not acknowledged. */
  unacknowledged(): readonly ReportBatch[]
  /** What this process has merged. */
  merged(): Merged
  /** Where the leader's journal is kept for a successor on another host. */
  store(): FleetLink['store'] | undefined
}

/** A process for itself. */
export const noFleet: JournalFleet = {
  mayAdopt: () => true,
  isOwner: () => true,
  unacknowledged: () => [],
  merged: () => ({}),
  store: () => undefined,
}
