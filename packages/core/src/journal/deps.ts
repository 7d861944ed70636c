import type { SteadyClock } from '../clock.ts'
import type { FleetLink, ReportBatch } from '../fleet/link.ts'
import type { IncidentSnapshot } from '../incident/snapshot.ts'
import type { Adopted } from './adopt.ts'
import type { JournalFolder, ProcessWatch } from './folder.ts'
import type { Merged } from './records.ts'
import type { ReportState } from './report-state.ts'

export interface JournalDeps {
  readonly folder: JournalFolder
  readonly watch: ProcessWatch
  readonly clock: SteadyClock
  readonly release: string | undefined
  /** The incidents that changed since the last call, or all of them as a whole; like all that is kept, with the wall clock's times. */
  readonly snapshots: (given: { readonly isComplete: boolean }) => readonly IncidentSnapshot[]
  /** Which reports were sent, if that changed since the last call, or in any case. */
  readonly reports?: (given: { readonly isComplete: boolean }) => ReportState | undefined
  /**
   * Called with what earlier processes left.
   *
   * @returns the incidents that it became part of
   */
  readonly onAdopted: (adopted: Adopted) => readonly IncidentSnapshot[]
  /** @default a process for itself */
  readonly fleet?: JournalFleet | undefined
  /** Called after each attempt to write: whether the last snapshots, if any, are in the file, and where a successor reads them. */
  readonly onSettled?: (given: { readonly isWritten: boolean; readonly isSaved: boolean }) => void
  /** Called when {@link Journal.dueAt} became earlier. */
  readonly onDue: () => void
  /** Called with the reason when something cannot be written or read. */
  readonly onTrouble: (reason: string) => void
}

/** What a journal depends on in a fleet. */
export interface JournalFleet {
  /** Whether this process continues what others left. */
  mayAdopt(): boolean
  /** Whether no other process has taken this one's file over. */
  readonly isOwner: boolean
  /** Whether what is written now reaches whoever leads next. */
  readonly isKept: boolean
  /** What whoever leads next may lack. */
  unacknowledged(): readonly ReportBatch[]
  /** What this process has merged, and the mark of what it counted itself. */
  merged(): Merged
  /** Goes with what this process counted as the leader, as if it was a batch of its own: a successor that has read it counts it no more. */
  mark(): Merged
  /** Another process replaced this one while it wrote. */
  replaced(): void
  /** Where the leader's journal is kept for a successor on another host. */
  readonly store: FleetLink['store'] | undefined
}

/** A process for itself. */
export const noFleet: JournalFleet = {
  mayAdopt: () => true,
  isOwner: true,
  isKept: true,
  unacknowledged: () => [],
  merged: () => ({}),
  mark: () => ({}),
  replaced: () => undefined,
  store: undefined,
}
