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

/** All events with one fingerprint. */
export interface Incident {
  readonly fingerprint: string
  state: IncidentState
  /** Occurrences so far. */
  count: number
  /** In milliseconds since 1970. */
  readonly firstSeen: number
  /** In milliseconds since 1970. */
  lastSeen: number
  readonly perMinute: MinuteCounts
  lastAlert: Alert | undefined
}

/** Occurrences in each of the last 60 minutes, as a ring. */
export interface MinuteCounts {
  /** Minutes since 1970 of the newest slot. */
  newestMinute: number
  readonly slots: Uint32Array
}

const minutesKept = 60
const minuteMs = 60_000

/** An incident of which nothing was seen yet. */
export function createIncident(fingerprint: string, now: number): Incident {
  return {
    fingerprint,
    state: 'active',
    count: 0,
    firstSeen: now,
    lastSeen: now,
    perMinute: { newestMinute: Math.floor(now / minuteMs), slots: new Uint32Array(minutesKept) },
    lastAlert: undefined,
  }
}

/** Counts one more occurrence. */
export function countOccurrence(incident: Incident, now: number): void {
  incident.count += 1
  incident.lastSeen = Math.max(incident.lastSeen, now)
  advance(incident.perMinute, now)
  const slot = incident.perMinute.newestMinute % minutesKept
  incident.perMinute.slots[slot] = (incident.perMinute.slots[slot] ?? 0) + 1
}

/** The incident as it stands now. */
export function viewIncident(incident: Incident, shown: ShownOccurrence): IncidentView {
  advance(incident.perMinute, shown.now)
  const { newestMinute, slots } = incident.perMinute
  return {
    fingerprint: incident.fingerprint,
    state: incident.state,
    count: incident.count,
    firstSeen: incident.firstSeen,
    lastSeen: incident.lastSeen,
    perMinute: Array.from(
      { length: minutesKept },
      (_, index) => slots[(newestMinute + 1 + index) % minutesKept] ?? 0,
    ),
    hosts: shown.host === undefined ? [] : [shown.host],
    releases: shown.release === undefined ? [] : [shown.release],
    sample: shown.sample,
    alert: shown.alert,
    nextMilestone: undefined,
  }
}

/** What a view shows beside the counters. */
export interface ShownOccurrence {
  readonly sample: LogEvent
  readonly alert: Alert
  readonly now: number
  readonly host?: string
  readonly release?: string
}

/** Empties the slots of minutes in which nothing was counted. A clock that went back counts in the newest minute. */
function advance(counts: MinuteCounts, now: number): void {
  const minute = Math.floor(now / minuteMs)
  const passed = Math.min(minute - counts.newestMinute, minutesKept)
  for (let step = 1; step <= passed; step += 1) {
    counts.slots[(counts.newestMinute + step) % minutesKept] = 0
  }
  if (minute > counts.newestMinute) counts.newestMinute = minute
}
