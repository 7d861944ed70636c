import type { LogEvent } from '../event/log-event.ts'

/** Why a message is loud, printed in it. */
export type AlertReason =
  | 'new'
  | 'fatal'
  | 'milestone'
  | 'spike'
  | 'regression'
  | 'reminder'
  | 'storm'
  | 'repeat'

/** The decision to be loud about an incident. */
export interface Alert {
  readonly reason: AlertReason
  /** In milliseconds since 1970. */
  readonly at: number
  /** Occurrences at that moment. */
  readonly count: number
  /** Occurrences at the alert before this one; 0 if there was none. */
  readonly previousCount: number
  /** For `regression`: how long it was silent, in milliseconds. */
  readonly silentMs?: number
}

/** `resolved` and `muted` are set by people from Slack. */
export type IncidentState = 'active' | 'quiet' | 'resolved' | 'muted'

/** What a message needs to know of an incident at the moment it is rendered. */
export interface IncidentView {
  readonly fingerprint: string
  readonly state: IncidentState
  /** Occurrences so far. */
  readonly count: number
  /** In milliseconds since 1970. */
  readonly firstSeen: number
  /** In milliseconds since 1970. */
  readonly lastSeen: number
  /** Occurrences in each of the last 60 minutes, oldest first, the current one last. */
  readonly perMinute: readonly number[]
  readonly hosts: readonly string[]
  readonly releases: readonly string[]
  /** The event that is shown. */
  readonly sample: LogEvent
  /** The latest alert. */
  readonly alert: Alert
  /** The next number of occurrences at which it is loud again, if the policy has one. */
  readonly nextMilestone: number | undefined
}
