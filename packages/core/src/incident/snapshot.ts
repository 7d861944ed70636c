import * as v from 'valibot'
import type { ErrorDescription, LogEvent } from '../event/log-event.ts'
import type { Sample } from '../event/samples.ts'
import { mergeTriage, shiftTriage, type Triage, triageSchema } from './actions/triage.ts'
import {
  type AdoptedAlert,
  alertReasons,
  createIncident,
  type Incident,
  type IncidentState,
  type Inherited,
  isUnsent,
} from './incident.ts'
import { MinuteCounts, quarterMs, type ReportedImpact, type SeenUsers } from './impact.ts'
import type { SeenMarks } from '../delivery/actions/mark-reader.ts'
import type { Metadata } from './metadata.ts'
import type { Route, RouteFacts } from './routes.ts'
import { type Storm, stormReasons } from './storm.ts'

type Kept =
  | 'fingerprint'
  | 'state'
  | 'count'
  | 'firstSeen'
  | 'lastSeen'
  | 'activeSince'
  | 'isFatal'
  | 'alerts'

/** An incident outside its process: in a journal, or in the metadata of its message. */
export interface IncidentSnapshot extends Readonly<Pick<Incident, Kept>> {
  readonly channel: string
  /** Where it goes, as the process that logged it was configured; left out where all processes are configured like this one. */
  readonly route?: RouteFacts | undefined
  /** Occurrences in each of the minutes up to `savedAt`. */
  readonly perMinute: readonly number[]
  /** Occurrences before those minutes, in each of the quarters of an hour up to that of `savedAt`, for eight days. */
  readonly perQuarter?: readonly number[] | undefined
  /** Affected users, in a file those whom the lines before it lack. */
  readonly people?: SeenUsers | undefined
  /** In milliseconds since 1970. */
  readonly savedAt: number
  readonly hosts: readonly string[]
  readonly releases: readonly string[]
  /** The event that is shown; shortened once its message is complete, so that starting stays fast. */
  readonly event?: LogEvent | undefined
  /** The incident's message, if there is one. */
  readonly root?: SnapshotRoot | undefined
  readonly storm?: SnapshotStorm | undefined
  /** The alert that was not sent. */
  readonly adopted?: AdoptedAlert | undefined
  /** A part of `count`. */
  readonly inherited?: Inherited | undefined
  /** What was read of its message. */
  readonly marks?: SeenMarks | undefined
  /** Whether other processes reported occurrences of it, and whom those affected. */
  readonly reported?: ReportedImpact | undefined
  /** What people decided about it. */
  readonly triage?: Triage | undefined
}

/** A posted message. */
export interface SnapshotRoot {
  /** The destination's reference. */
  readonly ref: string
  /** How many changes it does not show. */
  readonly unshown: number
  /** Whether its thread has all of its content. */
  readonly isComplete?: boolean
  /** Whether another process keeps it up to date: there are only replies to it. */
  readonly isForeign?: boolean
  /** What its metadata contains unless another process has continued it. */
  readonly expected?: Metadata | undefined
}

/** A storm without its message. */
export interface StormOutline {
  readonly because: Storm['because']
  /** In milliseconds since 1970. */
  readonly openedAt: number
  /** When the latest problem was added, in milliseconds since 1970. */
  readonly newestAt: number
  /** When people are reminded of it next, in milliseconds since 1970. */
  readonly remindAt?: number | undefined
  readonly distinct: number
  readonly total: number
}

/** The storm that an incident is part of. */
export interface SnapshotStorm extends StormOutline {
  /** The destination's reference of its message. */
  readonly ref: string
  /** Occurrences that its message does not show. */
  readonly unshown: number
  /** Whether its thread lists the incident. */
  readonly isListed: boolean
  /** What its metadata contains unless another process has continued it. */
  readonly expected?: Metadata | undefined
}

/** As many minutes as are counted one by one. */
export const minutesSaved = 65
const maxText = 1200
const maxStack = 4000
const maxCauses = 3

/**
 * Takes a snapshot of an incident.
 *
 * @param given.hasEvent whether the journal lacks the event
 * @param given.isComplete whether the journal begins anew
 * @param given.hasRoute whether whoever continues it may be configured otherwise
 */
export function takeSnapshot(
  incident: Incident,
  {
    now,
    hasEvent,
    isComplete,
    hasRoute = false,
  }: {
    readonly now: number
    readonly hasEvent: boolean
    readonly isComplete: boolean
    readonly hasRoute?: boolean
  },
): IncidentSnapshot {
  const { alerts, adopted, route, samples, thread, storm } = incident
  const root = thread?.position
  return {
    fingerprint: incident.fingerprint,
    channel: route.channel,
    ...(hasRoute && { route: route.facts }),
    state: incident.state,
    count: incident.count,
    firstSeen: incident.firstSeen,
    lastSeen: incident.lastSeen,
    activeSince: incident.activeSince,
    perMinute: incident.perMinute.latest(minutesSaved, now),
    perQuarter: incident.perMinute.quarters(now),
    people: incident.impact.takeUnsaved({ isComplete }),
    savedAt: now,
    isFatal: incident.isFatal,
    hosts: incident.hosts,
    releases: incident.releases,
    // JSON has no infinite numbers.
    alerts: { ...alerts, spikedAt: Math.max(alerts.spikedAt, 0) },
    event: hasEvent
      ? eventOf(samples[0], isUnsent(incident) || root?.isComplete === false)
      : undefined,
    root,
    storm: storm?.snapshot(incident),
    adopted,
    inherited: incident.inherited,
    triage: incident.triage,
    marks: incident.marks,
    ...(incident.isReported && { reported: incident.impact.reported }),
  }
}

function eventOf(sample: Sample | undefined, isWhole: boolean): LogEvent | undefined {
  return isWhole ? sample?.event : sample && shortenEvent(sample.event)
}

/** The incident of a snapshot. */
export function restoreIncident(snapshot: IncidentSnapshot, route: Route): Incident {
  const { fingerprint, state, count, lastSeen, activeSince, isFatal, event, adopted, triage } =
    snapshot
  const incident = createIncident(fingerprint, route, snapshot.firstSeen)
  incident.perMinute.restore(snapshot.perMinute, snapshot.savedAt, snapshot.perQuarter)
  incident.impact.addSeen(snapshot.people ?? {})
  incident.hosts.push(...snapshot.hosts)
  incident.releases.push(...snapshot.releases)
  const alerts = { ...incident.alerts, ...snapshot.alerts }
  if (adopted !== undefined) {
    // The alert is decided again when it is sent.
    alerts.decided = alerts.shown
    if (alerts.shown === 0) alerts.last = undefined
  }
  if (event !== undefined) incident.samples.push({ event })
  const previousSeen = lastSeen
  const times = { lastSeen, previousSeen, activeSince }
  const given = { state, count, ...times, isFatal, alerts, adopted, triage }
  addReportedImpact(incident, snapshot)
  const { inherited, marks } = snapshot
  const restored = { inherited, marks, isRestored: true, savedCount: count }
  return Object.assign(incident, given, restored)
}

function addReportedImpact(incident: Incident, { reported, lastSeen }: IncidentSnapshot): void {
  if (reported === undefined) return
  incident.isReported = true
  incident.impact.addReported(reported, lastSeen)
}

/** The snapshots with all their times later by a number of milliseconds. */
export function shiftSnapshots(
  snapshots: readonly IncidentSnapshot[],
  byMs: number,
): readonly IncidentSnapshot[] {
  return byMs === 0 ? snapshots : snapshots.map((snapshot) => shiftSnapshot(snapshot, byMs))
}

function shiftSnapshot(snapshot: IncidentSnapshot, byMs: number): IncidentSnapshot {
  const { alerts, storm, adopted, triage } = snapshot
  const { last, remindFrom, spikedAt } = alerts
  const quarters = Math.round(byMs / quarterMs)
  return {
    ...snapshot,
    firstSeen: snapshot.firstSeen + byMs,
    lastSeen: snapshot.lastSeen + byMs,
    activeSince: snapshot.activeSince + byMs,
    savedAt: snapshot.savedAt + byMs,
    people:
      snapshot.people &&
      Object.fromEntries(
        Object.entries(snapshot.people).map(([user, quarter]) => [user, quarter + quarters]),
      ),
    alerts: {
      ...alerts,
      last: last && { ...last, at: last.at + byMs },
      remindFrom: remindFrom + byMs,
      spikedAt: spikedAt + byMs,
    },
    storm: storm && shiftStorm(storm, byMs),
    adopted: adopted && shiftAlert(adopted, byMs),
    triage: triage && shiftTriage(triage, byMs),
  }
}

function shiftAlert({ at, triedAt, ...alert }: AdoptedAlert, byMs: number): AdoptedAlert {
  return { ...alert, at: at + byMs, ...(triedAt !== undefined && { triedAt: triedAt + byMs }) }
}

/** The same with all times later by a number of milliseconds. */
export function shiftStorm<S extends Pick<SnapshotStorm, 'openedAt' | 'newestAt' | 'remindAt'>>(
  storm: S,
  byMs: number,
): S {
  const { openedAt, newestAt, remindAt } = storm
  return {
    ...storm,
    openedAt: openedAt + byMs,
    newestAt: newestAt + byMs,
    ...(remindAt !== undefined && { remindAt: remindAt + byMs }),
  }
}

/** Adds what another process counted. */
export function mergeSnapshot(incident: Incident, snapshot: IncidentSnapshot): void {
  const added = snapshot.count - countShared(incident, snapshot)
  incident.count += added
  incident.savedCount += added
  // What was inherited from this incident's own message is not.
  if (incident.thread?.position === undefined) {
    incident.inherited ??= snapshot.inherited
    if (snapshot.root !== undefined) incident.marks = snapshot.marks
  }
  incident.previousSeen = Math.min(incident.previousSeen, snapshot.lastSeen)
  incident.firstSeen = Math.min(incident.firstSeen, snapshot.firstSeen)
  incident.lastSeen = Math.max(incident.lastSeen, snapshot.lastSeen)
  incident.isFatal ||= snapshot.isFatal
  const { alerts } = incident
  alerts.nextMilestone = Math.max(alerts.nextMilestone, snapshot.alerts.nextMilestone)
  incident.changes += 1
  incident.isUnsaved = true
  incident.perMinute.addCounted(countedIn(snapshot))
  incident.impact.addSeen(snapshot.people ?? {})
  addReportedImpact(incident, snapshot)
  mergeTriage(incident, snapshot)
  for (const host of snapshot.hosts) if (!incident.hosts.includes(host)) incident.hosts.push(host)
  for (const release of snapshot.releases)
    if (!incident.releases.includes(release)) incident.releases.unshift(release)
}

/** What a snapshot counted, by minute. */
function countedIn({
  perMinute,
  perQuarter,
  savedAt,
}: IncidentSnapshot): ReturnType<MinuteCounts['entries']> {
  const counts = new MinuteCounts(savedAt)
  counts.restore(perMinute, savedAt, perQuarter)
  return counts.entries(savedAt, (time) => time)
}

/** The occurrences that both have, since one of them read the other's message, or both the same one. */
function countShared({ inherited, thread }: Incident, snapshot: IncidentSnapshot): number {
  const refs = [thread?.position?.ref, inherited?.ref]
  const isFromThis = snapshot.inherited !== undefined && refs.includes(snapshot.inherited.ref)
  const otherRefs = [snapshot.root?.ref, snapshot.inherited?.ref]
  const isFromOther = inherited !== undefined && otherRefs.includes(inherited.ref)
  return Math.max(
    isFromThis ? (snapshot.inherited?.count ?? 0) : 0,
    isFromOther ? inherited.count : 0,
  )
}

/** An event without what takes much space. */
export function shortenEvent(event: LogEvent): LogEvent {
  const { request } = event
  return {
    ...event,
    message: event.message.slice(0, maxText),
    error: event.error && shortenError(event.error),
    request: request && { ...request, params: undefined, query: undefined, body: undefined },
    fields: {},
  }
}

function shortenError(error: ErrorDescription, depth = 0): ErrorDescription {
  const cause = depth < maxCauses && error.cause !== undefined ? error.cause : undefined
  return {
    ...error,
    message: error.message.slice(0, maxText),
    stack: error.stack?.slice(0, maxStack),
    frames: [],
    cause: cause && shortenError(cause, depth + 1),
    errors: [],
    properties: {},
  }
}

const number = v.pipe(v.number(), v.finite())
/**
 * What a number of occurrences can be.
 *
 * @internal
 */
export const countSchema: v.GenericSchema<number> = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.maxValue(1e12),
)
/**
 * What a date can be, in milliseconds since 1970.
 *
 * @internal
 */
export const timeSchema: v.GenericSchema<number> = v.pipe(
  v.number(),
  v.minValue(-8.64e15),
  v.maxValue(8.64e15),
)
/** @internal */
export const stateSchema: v.GenericSchema<IncidentState> = v.picklist([
  'active',
  'quiet',
  'resolved',
  'muted',
])

/**
 * A {@link SnapshotStorm} in a file.
 *
 * @internal
 */
export const stormSchema: v.GenericSchema<SnapshotStorm> = v.object({
  ref: v.string(),
  because: v.picklist(stormReasons),
  openedAt: timeSchema,
  newestAt: timeSchema,
  remindAt: v.optional(timeSchema),
  distinct: countSchema,
  total: countSchema,
  unshown: number,
  isListed: v.boolean(),
})

/**
 * A {@link RouteFacts} in a file, or from another process.
 *
 * @internal
 */
export const routeSchema: v.GenericSchema = v.looseObject({
  channel: v.string(),
  mentions: v.array(v.looseObject({ kind: v.string() })),
  loud: v.picklist(['state', 'always', 'never']),
  minCount: countSchema,
  withinMs: v.optional(v.number()),
  quietHours: v.optional(
    v.looseObject({
      from: v.number(),
      to: v.number(),
      until: v.string(),
      timeZone: v.string(),
      except: v.picklist(['fatal', 'none']),
    }),
  ),
  repeat: v.variant('policy', [
    v.looseObject({ policy: v.literal('milestones'), holdMs: v.number() }),
    v.looseObject({ policy: v.literal('window'), limit: v.number(), windowMs: v.number() }),
    v.looseObject({ policy: v.literal('custom') }),
  ]),
})

const errorSchema: v.GenericSchema = v.looseObject({
  message: v.string(),
  stack: v.optional(v.string()),
  cause: v.optional(v.lazy(() => errorSchema)),
})

/**
 * An event in a file.
 *
 * @internal
 */
export const eventSchema: v.GenericSchema = v.looseObject({
  level: v.string(),
  message: v.string(),
  severity: number,
  time: v.nullable(number),
  error: v.optional(errorSchema),
  request: v.optional(v.looseObject({})),
  fields: v.looseObject({}),
})

/** A snapshot in a file that may be damaged or of another version. */
const snapshotSchema = v.object({
  fingerprint: v.string(),
  channel: v.string(),
  route: v.optional(routeSchema),
  state: stateSchema,
  count: countSchema,
  firstSeen: timeSchema,
  lastSeen: timeSchema,
  activeSince: timeSchema,
  perMinute: v.array(number),
  perQuarter: v.optional(v.array(number)),
  people: v.optional(v.record(v.string(), number)),
  savedAt: timeSchema,
  isFatal: v.boolean(),
  hosts: v.array(v.string()),
  releases: v.array(v.string()),
  alerts: v.object({
    last: v.optional(
      v.object({
        reason: v.picklist(alertReasons),
        at: timeSchema,
        count: countSchema,
        previousCount: countSchema,
      }),
    ),
    decided: countSchema,
    shown: countSchema,
    waitingAfter: v.optional(countSchema),
    nextMilestone: v.pipe(number, v.minValue(1)),
    remindFrom: timeSchema,
    reminders: countSchema,
    spikedAt: timeSchema,
    summedUpCount: countSchema,
  }),
  event: v.optional(eventSchema),
  root: v.optional(v.object({ ref: v.string(), unshown: number })),
  storm: v.optional(stormSchema),
  inherited: v.optional(v.object({ ref: v.string(), count: countSchema })),
  marks: v.optional(
    v.object({ ref: v.string(), marks: v.array(v.string()), reply: v.optional(v.string()) }),
  ),
  reported: v.optional(
    v.object({
      requests: countSchema,
      endpoints: v.array(v.tuple([v.string(), countSchema])),
      users: v.array(v.string()),
    }),
  ),
  adopted: v.optional(v.object({ reason: v.picklist(alertReasons), at: timeSchema })),
  triage: v.optional(triageSchema),
})

export function isSnapshot(value: unknown): value is IncidentSnapshot {
  return v.is(snapshotSchema, value)
}
