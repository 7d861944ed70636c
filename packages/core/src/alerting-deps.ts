import type { SteadyClock } from './clock.ts'
import type { Destination } from './delivery/destination.ts'
import type { SinkEnvironment } from './environment.ts'
import type { LogEvent } from './event/log-event.ts'
import type { ReportBatch } from './fleet/link.ts'
import type { Health } from './health/health.ts'
import type { HttpPost } from './http.ts'
import type { Act } from './incident/actions/action.ts'
import type { ReportedIncident } from './incident/reported.ts'
import type { Routes } from './incident/routes.ts'
import type { JournalFleet } from './journal/deps.ts'
import type { JournalFolder, ProcessWatch } from './journal/folder.ts'
import type { Merged } from './journal/records.ts'
import type { NotificationSettings } from './notification/notification.ts'
import type { ResolvedOptions } from './options/resolve.ts'

export interface AlertingDeps {
  readonly options: ResolvedOptions
  readonly settings: NotificationSettings
  readonly environment: SinkEnvironment
  readonly clock: SteadyClock
  readonly destination: Destination
  readonly health: Health
  readonly routes: Routes
  readonly watch: ProcessWatch
  /** Where the journal is; `undefined` without one. */
  readonly folder: JournalFolder | undefined
  /** Events before the given one, oldest first. */
  readonly breadcrumbs: (event: LogEvent) => readonly LogEvent[]
  /** Redacts a text. */
  readonly redact: (text: string) => string
  /** Whether the process seems to end, so that others may continue its messages. */
  readonly isEnding: () => boolean
  /** When the sink started, in milliseconds since 1970. */
  readonly startedAt: number
  /** Makes the requests of the heartbeat. */
  readonly request: HttpPost
  /** Called when something became due earlier. */
  readonly onDue: () => void
  /** Called when something that nobody waits for fails. */
  readonly onError: (error: unknown) => void
  readonly fleet: AlertingFleet
  /** Passes an action on to the process that has the incident. */
  readonly passAction: Act
  /** What the buttons of this fleet's messages have as their owner; `undefined` where messages go nowhere. */
  readonly owner: string | undefined
}

/** What deciding and sending depend on in a fleet. */
export interface AlertingFleet extends JournalFleet {
  /** Whether this process may send: no other one has taken over. */
  readonly isLeading: boolean
  /** How many processes there were when this one was cut off from them. */
  readonly cutOffFrom: number | undefined
  /** Whether what is saved of this process's own counts has to reach the link's store, and may be lost until then. */
  readonly isSaving: boolean
  /** Keeps what was saved until it is sure. */
  saving(reports: readonly ReportedIncident[]): void
  /** Whether what was left is reported to a leader on another host. */
  readonly mayHandOn: boolean
  handOn(batch: ReportBatch): void
  /** Whether this process is without its fleet, and reports later what others lack. */
  readonly isApart: boolean
  /** How many processes take part, as far as known. */
  readonly members: number
  /** An earlier leader has merged these batches. */
  addMerged(merged: Merged): void
  /** What a process left that did not hand it over: whether it was merged before. */
  takeLeft(batch: ReportBatch): boolean
}
