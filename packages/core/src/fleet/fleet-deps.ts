import type { Act } from '../incident/actions/action.ts'
import type { SteadyClock } from '../clock.ts'
import type { RoutedOccurrence } from '../incident/incidents.ts'
import type { ReportedIncident } from '../incident/reported.ts'
import type { Journal } from '../journal/journal.ts'
import type { Merged } from '../journal/records.ts'
import type { FleetLink, FleetRole } from './link.ts'
import type { Tallies } from './tallies.ts'

/** What the part of a sink in its fleet works with. */
export interface FleetDeps {
  readonly link: FleetLink
  readonly role: FleetRole
  /** Whether this process can send, so that it may decide. */
  readonly canSend: boolean
  readonly host: string
  /** This process, as in `'web-1:4711'`. */
  readonly self: string
  readonly clock: SteadyClock
  readonly tallies: Tallies
  /** The journal of what decides at present. */
  readonly journal: () => Journal | undefined
  /** Decides, as the leader, about what was counted here or reported by others, and writes down both. */
  readonly merge: (reports: readonly ReportedIncident[], merged: Merged) => void
  /** Applies, as the leader, what a person did. */
  readonly act: Act
  /** Another process asks for a report. */
  readonly onReportAsked: () => void
  /** Decides about an occurrence. @returns whether it leads to an alert */
  readonly decideHere: (occurrence: RoutedOccurrence) => boolean
  /** The keys of the problems that a message of this process shows. */
  readonly shown: () => readonly string[]
  /** This process may send from now on. */
  readonly onDecides: () => void
  /** Takes out what this process counted as the leader and did not write; `unsettled` is what it wrote while it was replaced. */
  readonly takeUnsaved: (
    which: 'all' | 'unsettled',
    given?: { readonly hasRoots: boolean },
  ) => readonly ReportedIncident[]
  /**
   * Another process leads and has taken over what this one wrote.
   *
   * @param given.isOver whether nobody takes over the journal's file
   */
  readonly stepDown: (given: { readonly isOver: boolean }) => void
  /** Called when {@link Fleet.dueAt} became earlier. */
  readonly onDue: () => void
  readonly onTrouble: (reason: string) => void
}

/** How a sink takes part, for `health()`. */
export interface FleetHealth {
  /** `undecided` until there is something to report. */
  readonly role: 'undecided' | 'leader' | 'follower' | 'alone'
  /** As in `'host'`. */
  readonly link: string
  /** Who leads, as in `'web-1:4711'`; `undefined` where that is not known. */
  readonly leader: string | undefined
  /** How many processes take part, as far as known. */
  readonly members: number
  /** The last exchange with the leader, or of the leader with a follower, in milliseconds since 1970. */
  readonly lastExchangeAt: number | undefined
  /** For how long the oldest report has waited for its acknowledgement, in milliseconds. */
  readonly lagMs: number
  /** Why this process decides alone. */
  readonly reason: string | undefined
}
