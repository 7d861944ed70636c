import * as v from 'valibot'
import type { ErrorDescription, LogEvent } from '../event/log-event.ts'
import {
  alertReasons,
  createAlertLog,
  createIncident,
  firstMilestone,
  type Incident,
} from './incident.ts'
import type { Route } from './routes.ts'

type Kept =
  | 'fingerprint'
  | 'state'
  | 'count'
  | 'firstSeen'
  | 'lastSeen'
  | 'activeSince'
  | 'isFatal'
  | 'alerts'

/** An incident outside its process: on disk, or in the metadata of its message. */
export interface IncidentSnapshot extends Readonly<Pick<Incident, Kept>> {
  readonly channel: string
  /** Occurrences in each of the minutes up to `savedAt`. */
  readonly perMinute: readonly number[]
  /** In milliseconds since 1970. */
  readonly savedAt: number
  readonly hosts: readonly string[]
  readonly releases: readonly string[]
  /** The event that is shown, shortened so that starting stays fast. */
  readonly event?: LogEvent | undefined
  /** The incident's message, if there is one. */
  readonly root?: SnapshotRoot | undefined
}

/** A posted message. */
export interface SnapshotRoot {
  /** The destination's reference. */
  readonly ref: string
  /** How many changes it does not show. */
  readonly unshown: number
}

/** What a message carries besides what it shows, so that a process without any files can continue its incident: flat and small. */
export type Metadata = Readonly<Record<string, string | number>>

const version = 1
const minutesSaved = 65
const maxText = 1200
const maxStack = 4000
const maxCauses = 3

/** Takes a snapshot of an incident. */
export function takeSnapshot(incident: Incident, now: number): IncidentSnapshot {
  const { alerts, route, samples } = incident
  const { root: ref, unshown = 0 } = incident.thread ?? {}
  return {
    fingerprint: incident.fingerprint,
    channel: route.channel,
    state: incident.state,
    count: incident.count,
    firstSeen: incident.firstSeen,
    lastSeen: incident.lastSeen,
    activeSince: incident.activeSince,
    perMinute: incident.perMinute.latest(minutesSaved, now),
    savedAt: now,
    isFatal: incident.isFatal,
    hosts: incident.hosts,
    releases: incident.releases,
    // JSON has no infinite numbers.
    alerts: { ...alerts, spikedAt: Math.max(alerts.spikedAt, 0) },
    event: samples[0] && shortenEvent(samples[0].event),
    root: ref === undefined ? undefined : { ref, unshown },
  }
}

/** The incident of a snapshot. */
export function restoreIncident(snapshot: IncidentSnapshot, route: Route): Incident {
  const { fingerprint, state, count, lastSeen, activeSince, isFatal, event } = snapshot
  const incident = createIncident(fingerprint, route, snapshot.firstSeen)
  incident.perMinute.restore(snapshot.perMinute, snapshot.savedAt)
  incident.hosts.push(...snapshot.hosts)
  incident.releases.push(...snapshot.releases)
  Object.assign(incident.alerts, snapshot.alerts)
  if (event !== undefined) incident.samples.push({ event })
  const previousSeen = lastSeen
  return Object.assign(incident, { state, count, lastSeen, previousSeen, activeSince, isFatal })
}

function shortenEvent(event: LogEvent): LogEvent {
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

/** Snapshots as the text of a file. */
export function serializeSnapshots(snapshots: readonly IncidentSnapshot[]): string {
  return JSON.stringify({ version, incidents: snapshots })
}

/**
 * The snapshots of a file.
 *
 * @returns `undefined` if it is not such a file; an invalid snapshot is left out
 */
export function parseSnapshots(text: string): readonly IncidentSnapshot[] | undefined {
  try {
    const content: unknown = JSON.parse(text)
    if (!v.is(fileSchema, content)) return undefined
    return content.incidents.map(withRef).filter(isSnapshot)
  } catch {
    // A file that was not written completely.
    return undefined
  }
}

/** The metadata of an incident's message. */
export function metadataOf(incident: Incident, service: string): Metadata | undefined {
  const { last } = incident.alerts
  if (last === undefined) return undefined
  return {
    service,
    fingerprint: incident.fingerprint,
    state: incident.state,
    count: incident.count,
    first_seen: incident.firstSeen,
    last_seen: incident.lastSeen,
    active_since: incident.activeSince,
    alert_reason: last.reason,
    alert_at: last.at,
    alert_count: last.count,
    reminders: incident.alerts.reminders,
  }
}

/** The snapshot in the metadata of a message; `undefined` if it has none of this service. */
export function snapshotOfMetadata(
  metadata: Metadata,
  { service, channel, ref }: { readonly service: string; readonly channel: string; ref: string },
): IncidentSnapshot | undefined {
  if (metadata['service'] !== service || !v.is(metadataSchema, metadata)) return undefined
  const { fingerprint, state, count, reminders } = metadata
  const { first_seen, last_seen, active_since, alert_reason, alert_at, alert_count } = metadata
  const isFatal = alert_reason === 'fatal'
  return {
    fingerprint,
    channel,
    state,
    count,
    firstSeen: first_seen,
    lastSeen: last_seen,
    activeSince: active_since,
    perMinute: [],
    savedAt: last_seen,
    isFatal,
    hosts: [],
    releases: [],
    alerts: {
      ...createAlertLog(active_since),
      last: { reason: alert_reason, at: alert_at, count: alert_count, previousCount: 0 },
      nextMilestone: milestoneAfter(count),
      reminders,
      isFatalNotified: isFatal,
    },
    root: { ref, unshown: 0 },
  }
}

function milestoneAfter(count: number): number {
  let milestone = firstMilestone
  while (milestone <= count) milestone *= 10
  return milestone
}

const number = v.pipe(v.number(), v.finite())
const state = v.picklist(['active', 'quiet', 'resolved', 'muted'])

/** Every app of a workspace can write such metadata, and so can another version. */
const metadataSchema = v.looseObject({
  fingerprint: v.string(),
  state,
  count: number,
  first_seen: number,
  last_seen: number,
  active_since: number,
  alert_reason: v.picklist(alertReasons),
  alert_at: number,
  alert_count: number,
  reminders: number,
})

/** The content of a file, which another version may have written, or a process that was killed over it. */
const fileSchema = v.object({ version: v.literal(version), incidents: v.array(v.unknown()) })

const snapshotSchema = v.object({
  fingerprint: v.string(),
  channel: v.string(),
  state,
  count: number,
  firstSeen: number,
  lastSeen: number,
  activeSince: number,
  perMinute: v.array(number),
  savedAt: number,
  isFatal: v.boolean(),
  hosts: v.array(v.string()),
  releases: v.array(v.string()),
  alerts: v.object({
    last: v.object({}),
    nextMilestone: number,
    remindFrom: number,
    reminders: number,
    spikedAt: number,
    summedUpCount: number,
  }),
  event: v.optional(
    v.object({
      level: v.string(),
      message: v.string(),
      severity: number,
      time: number,
      fields: v.object({}),
    }),
  ),
  root: v.optional(v.object({ ref: v.string(), unshown: number })),
})

function isSnapshot(value: unknown): value is IncidentSnapshot {
  return v.is(snapshotSchema, value)
}

/** Version 0.1 saved Slack's channel and timestamp, which are what Slack's references consist of. */
const oldSnapshotSchema = v.object({
  root: v.object({ channel: v.string(), ts: v.string(), unshown: number }),
})

function withRef(value: unknown): unknown {
  if (!v.is(oldSnapshotSchema, value)) return value
  const { channel, ts, unshown } = value.root
  return { ...value, root: { ref: `${channel}/${ts}`, unshown } }
}
