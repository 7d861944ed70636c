import type { LogEvent } from '../event/log-event.ts'
import type { Sample } from '../event/samples.ts'
import { type EndpointCount, Impact, MinuteCounts } from './impact.ts'
import type { DeferredAlert } from './policies/policy.ts'
import type { Spike } from './policies/spike.ts'
import type { Route } from './routes.ts'
import type { Storm } from './storm.ts'

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
  /** For `spike`: what stands out. */
  readonly spike?: Spike
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
  /** Where it happens, the most frequent first, if at several endpoints. */
  readonly endpoints?: readonly EndpointCount[]
  /** How often a request was known. */
  readonly requests?: number
  /** How many people it hit, if several. */
  readonly users?: number
  /** The event that is shown. */
  readonly sample: LogEvent
  /** Others of the same problem that differ. */
  readonly others?: readonly LogEvent[]
  /** The latest alert. */
  readonly alert: Alert
  /** The next number of occurrences at which it is loud again, if the policy has one. */
  readonly nextMilestone: number | undefined
}

/** All events with one fingerprint that go to one channel. */
export interface Incident {
  /** Of fingerprint and channel. */
  readonly key: string
  readonly fingerprint: string
  /** The one that its last occurrence went; all of an incident go to one channel. */
  route: Route
  state: IncidentState
  /** Occurrences so far. */
  count: number
  /** In milliseconds since 1970. */
  readonly firstSeen: number
  /** In milliseconds since 1970. */
  lastSeen: number
  /** When it was seen before that; the same as `lastSeen` at first. */
  previousSeen: number
  /** Since when it goes on without having been quiet. */
  activeSince: number
  readonly perMinute: MinuteCounts
  /** Whether an occurrence was fatal. */
  isFatal: boolean
  /** Whether the last occurrence was the first one in its release, but not the first of all. */
  isInNewRelease: boolean
  readonly hosts: string[]
  readonly releases: string[]
  readonly impact: Impact
  /** Times of the latest occurrences until the first alert, as a ring, where the route asks for several. */
  readonly earlyTimes: Float64Array | undefined
  /** What is shown, and others that differ from it. */
  readonly samples: Sample[]
  /** What the samples differ in. */
  readonly variations: Set<string>
  /** How often something changed beside the counters. */
  changes: number
  readonly alerts: AlertLog
  /** Whether it stands for many that differ each time. */
  isCollapsed: boolean
  /** Whether its last alert was not loud because the channel had heard enough. */
  isHushed: boolean
  /** The storm that tells it, as long as that goes on. */
  storm: Storm | undefined
}

/** What was told of an incident, and what is to be. */
export interface AlertLog {
  last: Alert | undefined
  /** Waits until the last alert is long enough ago. */
  deferred: DeferredAlert | undefined
  /** The number of occurrences that is the next one worth telling. */
  nextMilestone: number
  /** The first alert since it goes on, in milliseconds since 1970. */
  remindFrom: number
  /** How often it was told since then that it still goes on. */
  reminders: number
  /** In milliseconds since 1970. */
  spikedAt: number
  /** Whether people know that it is fatal. */
  isFatalTold: boolean
  /** Occurrences when it was last said how many were not shown. */
  summedUpCount: number
}

/** What an occurrence tells an incident. */
export interface OccurrenceFacts {
  readonly route: Route
  /** In milliseconds since 1970. */
  readonly now: number
  readonly isFatal: boolean
  readonly host: string | undefined
  readonly release: string | undefined
  /** As in `'POST /orders/:id'`. */
  readonly endpoint?: string | undefined
  /** The id of who was signed in. */
  readonly user?: string | undefined
}

/** The smallest number of occurrences that is worth telling. */
export const firstMilestone = 10
const maxNames = 20

/** An incident of which nothing was seen yet. */
export function createIncident(fingerprint: string, route: Route, now: number): Incident {
  return {
    key: keyOf(fingerprint, route),
    fingerprint,
    route,
    state: 'active',
    count: 0,
    firstSeen: now,
    lastSeen: now,
    previousSeen: now,
    activeSince: now,
    perMinute: new MinuteCounts(now),
    isFatal: false,
    isInNewRelease: false,
    hosts: [],
    releases: [],
    impact: new Impact(),
    earlyTimes: route.minCount > 1 ? new Float64Array(route.minCount) : undefined,
    samples: [],
    variations: new Set(),
    changes: 0,
    alerts: {
      last: undefined,
      deferred: undefined,
      nextMilestone: firstMilestone,
      remindFrom: now,
      reminders: 0,
      spikedAt: Number.NEGATIVE_INFINITY,
      isFatalTold: false,
      summedUpCount: 0,
    },
    isCollapsed: false,
    isHushed: false,
    storm: undefined,
  }
}

/** What tells one incident from another. */
export function keyOf(fingerprint: string, route: Route): string {
  return route.id === '' ? fingerprint : `${route.id} ${fingerprint}`
}

/** Counts one more occurrence. */
export function countOccurrence(incident: Incident, facts: OccurrenceFacts): void {
  const { now, isFatal, host, release, route } = facts
  incident.route = route
  incident.count += 1
  incident.previousSeen = incident.count === 1 ? now : incident.lastSeen
  incident.lastSeen = Math.max(incident.lastSeen, now)
  incident.perMinute.add(now)
  incident.impact.add(facts.endpoint, facts.user)
  if (isFatal) incident.isFatal = true
  if (host !== undefined) addName(incident.hosts, host)
  incident.isInNewRelease = release !== undefined && addName(incident.releases, release)
  if (incident.earlyTimes !== undefined) {
    incident.earlyTimes[(incident.count - 1) % incident.earlyTimes.length] = now
  }
}

/** Whether it happened often enough for a first alert, as its route asks. */
export function isOftenEnough({ count, earlyTimes, route }: Incident, now: number): boolean {
  if (earlyTimes === undefined) return count >= route.minCount
  const oldest = earlyTimes[count % earlyTimes.length] ?? now
  return count >= earlyTimes.length && now - oldest <= route.withinMs
}

/** @returns whether it is a further one, and not the first of all */
function addName(names: string[], name: string): boolean {
  if (names.at(-1) === name || names.includes(name)) return false
  names.push(name)
  if (names.length > maxNames) names.shift()
  return names.length > 1
}
