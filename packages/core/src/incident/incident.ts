import type { SeenMarks } from '../delivery/actions/mark-reader.ts'
import type { IncidentThread } from '../delivery/incident-thread.ts'
import type { ThreadDeps } from '../delivery/thread.ts'
import type { LogEvent } from '../event/log-event.ts'
import type { Sample } from '../event/samples.ts'
import type { DiedProcess } from '../notification/notices.ts'
import { shiftTriage, type Triage } from './actions/triage.ts'
import type { Verdict } from './channel-gate.ts'
import { type EndpointCount, Impact, MinuteCounts } from './impact.ts'
import type { RoutedOccurrence } from './incidents.ts'
import type { Spike } from './policies/milestone.ts'
import type { PendingAlert } from './policies/policy.ts'
import type { Route } from './routes.ts'
import type { Storm } from './storm.ts'

export const alertReasons = [
  'new',
  'fatal',
  'milestone',
  'spike',
  'regression',
  'reminder',
  'storm',
  'repeat',
] as const

/** Why an alert was sent. */
export type AlertReason = (typeof alertReasons)[number]

/** The decision to notify people about an incident. */
export interface Alert {
  readonly reason: AlertReason
  /** In milliseconds since 1970. */
  readonly at: number
  /** Occurrences at that moment. */
  readonly count: number
  /** Occurrences at the alert before this one; 0 if there was none. */
  readonly previousCount: number
  /** When that was, in milliseconds since 1970. */
  readonly previousAt?: number | undefined
  /** For `regression`: how long it was silent, in milliseconds. */
  readonly silentMs?: number
  /** For `spike`: the unusual number. */
  readonly spike?: Spike
}

/** An alert that an earlier process decided on and did not send. */
export interface AdoptedAlert extends Pick<Alert, 'reason' | 'silentMs' | 'spike' | 'at'> {
  /** The earlier process, unless it ended in order. */
  readonly died?: DiedProcess | undefined
  /** The id of a post about it alone that was not answered. */
  readonly tried?: string | undefined
  /** When it was sent last, in milliseconds since 1970. */
  readonly triedAt?: number | undefined
  /** Whether a post about several problems was not answered, and is looked up first. */
  readonly isUnconfirmed?: boolean
  /** How often posts that were not answered may have shown it, as far as they could not be looked up. */
  readonly unanswered?: number | undefined
}

/** Occurrences that another process counted, and may leave in a journal too. */
export interface Inherited {
  /** The destination's reference of its message. */
  readonly ref: string
  readonly count: number
}

/** `resolved` and `muted` are set by people from Slack. */
export type IncidentState = 'active' | 'quiet' | 'resolved' | 'muted'

/** An incident as a message shows it. */
export interface IncidentView extends Readonly<
  Pick<Incident, 'fingerprint' | 'state' | 'count' | 'firstSeen' | 'lastSeen'>
> {
  /** Occurrences in each of the last 60 minutes, oldest first, the current one last. */
  readonly perMinute: readonly number[]
  readonly hosts: readonly string[]
  readonly releases: readonly string[]
  /** The endpoints where it occurs, the most frequent first; left out for a single one. */
  readonly endpoints?: readonly EndpointCount[]
  /** Occurrences with a known request. */
  readonly requests?: number
  /** Affected users; left out for a single one. */
  readonly users?: number
  /** The event that is shown. */
  readonly sample: LogEvent
  /** Further events that differ from it. */
  readonly others?: readonly LogEvent[]
  /** The latest alert. */
  readonly alert: Alert
  /** The next number of occurrences that alerts, if the policy has one. */
  readonly nextMilestone: number | undefined
  /** What people decided about it. */
  readonly triage?: Triage
}

/** All events with one fingerprint that go to one channel. */
export interface Incident {
  /** Of fingerprint and channel. */
  readonly key: string
  readonly fingerprint: string
  /** The route of its last occurrence; all lead to one channel. */
  route: Route
  state: IncidentState
  /** Occurrences so far. */
  count: number
  /** In milliseconds since 1970. */
  firstSeen: number
  /** In milliseconds since 1970. */
  lastSeen: number
  /** The occurrence before that; equal to `lastSeen` at first. */
  previousSeen: number
  /** Since when it is active without having been quiet, in milliseconds since 1970. */
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
  /** The event that is shown, and others that differ from it. */
  readonly samples: Sample[]
  /** The differences of the samples. */
  readonly variations: Set<string>
  /** Changes beside the counters. */
  changes: number
  alerts: AlertLog
  /** What people decided about it; `undefined` if nobody did. */
  triage: Triage | undefined
  /** What an earlier process did not send and this one has not sent yet. */
  adopted: AdoptedAlert | undefined
  /** Where its message comes from, if an earlier process did not send it. */
  origin: Pick<AdoptedAlert, 'at' | 'died'> | undefined
  /** The occurrences that come from the metadata of another process's message. */
  inherited: Inherited | undefined
  /** Whether it comes from another process and has not occurred in this one. */
  isRestored: boolean
  /** Whether other processes reported occurrences of it, which they count no longer. */
  isReported: boolean
  /** Whether the journal lacks the latest changes. */
  isUnsaved: boolean
  /** The occurrences that survive this process: in its journal, or counted by others. */
  savedCount: number
  /** The sample whose event is in the journal. */
  savedSample: Sample | undefined
  /** What was read of its message; `undefined` if another process has read it, and its marks are not known. */
  marks: SeenMarks | undefined
  /** Whether it replaces many incidents that differ each time. */
  isCollapsed: boolean
  /** Whether its last alert notified nobody because of the channel's hourly limit. */
  isCapped: boolean
  /** The active storm that it is part of. */
  storm: Storm | undefined
  /** Whether its storm ended before it had a message of its own, so that it needs one when it occurs again. */
  isLeftByStorm: boolean
  /** Its latest message, and what is below it. */
  thread:
    | Pick<
        IncidentThread,
        'notify' | 'note' | 'count' | 'resume' | 'edit' | 'update' | 'position' | 'root'
      >
    | undefined
}

/** The alerts of an incident so far, and what the policies remember. */
export interface AlertLog {
  last: Alert | undefined
  /** Alerts so far. */
  decided: number
  /** The latest of them that a message showed, counted from 1; 0 if none. */
  shown: number
  /** An alert that waits for its cooldown. */
  deferred: PendingAlert | undefined
  /** Where alerts wait for the end of quiet hours: the occurrences at the last one before. */
  waitingAfter: number | undefined
  /** The next number of occurrences that is worth an alert. */
  nextMilestone: number
  /** The first alert since it is active, or the end of the time without reminders after somebody has taken it, in milliseconds since 1970. */
  remindFrom: number
  /** Reminders since then. */
  reminders: number
  /** The last spike, in milliseconds since 1970. */
  spikedAt: number
  /** Whether an alert showed that it is fatal. */
  isFatalNotified: boolean
  /** The occurrences at the last line that counted those without a message. */
  summedUpCount: number
  /** Alerts in the current window of `repeat: { policy: 'window' }`. */
  inWindow: number
}

/** One occurrence of a problem. */
export interface Occurrence {
  /** In milliseconds since 1970. */
  readonly now: number
  readonly isFatal: boolean
  readonly host: string | undefined
  readonly release: string | undefined
  /** As in `'POST /orders/:id'`. */
  readonly endpoint?: string | undefined
  /** The id of the signed-in user. */
  readonly user?: string | undefined
}

/** The smallest number of occurrences that is worth an alert of its own. */
export const firstMilestone = 10
const maxNames = 20

/** An incident without occurrences. */
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
    alerts: createAlertLog(now),
    triage: undefined,
    adopted: undefined,
    inherited: undefined,
    origin: undefined,
    isRestored: false,
    isReported: false,
    isUnsaved: false,
    marks: { ref: '', marks: [], reply: undefined },
    savedCount: 0,
    savedSample: undefined,
    isCollapsed: false,
    isCapped: false,
    storm: undefined,
    isLeftByStorm: false,
    thread: undefined,
  }
}

/** The log of an incident without alerts. */
export function createAlertLog(activeSince: number): AlertLog {
  return {
    last: undefined,
    decided: 0,
    shown: 0,
    deferred: undefined,
    waitingAfter: undefined,
    nextMilestone: firstMilestone,
    remindFrom: activeSince,
    reminders: 0,
    spikedAt: Number.NEGATIVE_INFINITY,
    isFatalNotified: false,
    summedUpCount: 0,
    inWindow: 0,
  }
}

/** The key of an incident: one for each fingerprint and channel. */
export function keyOf(fingerprint: string, route: Route): string {
  return route.id === '' ? fingerprint : `${route.id} ${fingerprint}`
}

/** Counts one occurrence. */
export function countOccurrence(incident: Incident, occurrence: Occurrence): void {
  const { now, isFatal, host, release } = occurrence
  incident.count += 1
  incident.isUnsaved = true
  incident.previousSeen = incident.count === 1 ? now : incident.lastSeen
  incident.lastSeen = Math.max(incident.lastSeen, now)
  incident.perMinute.add(now)
  incident.impact.add(occurrence.endpoint, occurrence.user, now)
  if (isFatal) incident.isFatal = true
  if (host !== undefined) addName(incident.hosts, host)
  incident.isInNewRelease = release !== undefined && addName(incident.releases, release)
  if (incident.earlyTimes !== undefined) {
    incident.earlyTimes[(incident.count - 1) % incident.earlyTimes.length] = now
  }
}

/** Whether its latest alert is in no message yet. */
export function isUnsent({ alerts, adopted }: Pick<Incident, 'alerts' | 'adopted'>): boolean {
  return adopted !== undefined || alerts.decided > alerts.shown
}

/** A message showed an alert. */
export function markShown(incident: Incident, alert: number): void {
  const { alerts } = incident
  if (alert <= alerts.shown) return
  alerts.shown = alert
  incident.isUnsaved = true
  if (alerts.decided <= alert) incident.adopted = undefined
}

/** Whether there were enough occurrences for the first alert of its route. */
export function isOftenEnough({ count, earlyTimes, route }: Incident, now: number): boolean {
  if (earlyTimes === undefined) return count >= route.minCount
  const oldest = earlyTimes[count % earlyTimes.length] ?? now
  return count >= earlyTimes.length && now - oldest <= route.withinMs
}

/** @returns whether the name is new, but not the first */
export function addName(names: string[], name: string): boolean {
  if (names.at(-1) === name || names.includes(name)) return false
  names.push(name)
  if (names.length > maxNames) names.shift()
  return names.length > 1
}

const minutesShown = 60

/** What a view depends on beside the incident. */
export interface ViewContext extends Pick<ThreadDeps, 'toWall'> {
  readonly now: number
  /** Redacts a text. */
  readonly redact: (text: string) => string
}

/** The incident as it is now. */
export function viewIncident(
  incident: Incident,
  { alert, sample }: Pick<IncidentView, 'alert' | 'sample'>,
  { now, toWall, redact }: ViewContext,
): IncidentView {
  const { fingerprint, state, count, firstSeen, lastSeen, triage } = incident
  const { endpoints, requests, users } = incident.impact
  const others = incident.samples.map(({ event }) => event).filter((event) => event !== sample)
  return {
    fingerprint,
    state,
    count,
    firstSeen: toWall(firstSeen),
    lastSeen: toWall(lastSeen),
    perMinute: incident.perMinute.latest(minutesShown, now),
    hosts: [...incident.hosts],
    releases: [...incident.releases],
    ...(endpoints.length > 1 && {
      endpoints: endpoints.map((each) => ({ ...each, name: redact(each.name) })),
      requests,
    }),
    ...(users > 1 && { users }),
    ...(others.length > 0 && { others }),
    sample,
    alert: {
      ...alert,
      at: toWall(alert.at),
      previousAt: alert.previousAt && toWall(alert.previousAt),
    },
    nextMilestone: incident.route.policy.nextMilestone?.(incident),
    ...(triage !== undefined && { triage: shiftTriage(triage, toWall(0)) }),
  }
}

/** Events of one incident that are kept. */
export const maxSamples = 3
/** The occurrences among which variations are looked for. */
const maxCompared = 200
/** These alerts show the occurrence that caused them; the others show how many there are. */
const showingReasons: ReadonlySet<Alert['reason']> = new Set([
  'new',
  'fatal',
  'regression',
  'repeat',
])

/** Whether an alert shows the occurrence that caused it. */
export function showsOccurrence({ reason }: Pick<Alert, 'reason'>): boolean {
  return showingReasons.has(reason)
}

/** Whether the occurrence of an alert is kept. Of very many problems at once only the number is shown. */
export function needsSample(incident: Incident, alert: Alert, verdict: Verdict): boolean {
  const { samples, storm, key } = incident
  if (!showsOccurrence(alert) && samples.length > 0) return false
  const isListed = verdict === 'storm' || verdict === 'quiet'
  return !isListed || storm === undefined || storm.lists(key)
}

/** Whether an earlier process alerted it and left no event. */
export function lacksSample({ samples, alerts, storm }: Incident): boolean {
  return samples.length === 0 && alerts.last !== undefined && storm === undefined
}

/** Keeps an occurrence, to be shown. */
export function keepSample(
  incident: Incident,
  occurrence: RoutedOccurrence,
  onNormalized?: (event: LogEvent) => void,
): Sample {
  const { samples, variations } = incident
  const sample = occurrence.keep(onNormalized)
  samples.unshift(sample)
  samples.length = Math.min(samples.length, maxSamples)
  variations.add(occurrence.variation())
  return sample
}

/** Only the first occurrences are compared: later a flood must cost nothing. */
export function mayVary({ samples, count, storm, route }: Incident): boolean {
  if (count > maxCompared || storm !== undefined || !route.policy.keepsLiveRoot) return false
  return samples.length > 0 && samples.length < maxSamples
}

/** Keeps an occurrence if it differs from those before. */
export function keepVariation(
  { samples, variations }: Incident,
  occurrence: RoutedOccurrence,
): void {
  const variation = occurrence.variation()
  if (variations.has(variation)) return
  variations.add(variation)
  samples.push(occurrence.keep())
}
