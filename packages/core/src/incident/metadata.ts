import * as v from 'valibot'
import { metadataOfTriage, triageOfMetadata } from './actions/metadata.ts'
import {
  type Alert,
  alertReasons,
  createAlertLog,
  firstMilestone,
  type Incident,
} from './incident.ts'
import { leastMilestone } from './policies/policy.ts'
import { countSchema, type IncidentSnapshot, stateSchema, timeSchema } from './snapshot.ts'
import { type Storm, stormReasons } from './storm.ts'

/** What a message carries besides what it shows, so that a process without any files can continue its incident: flat and small. */
export type Metadata = Readonly<Record<string, string | number>>

/** What the metadata of a message says beside the incident. */
interface Ownership {
  readonly service: string
  /** Identifies the process that keeps the message up to date; empty for one that ends. */
  readonly owner: string
  /** In milliseconds since 1970, as the wall clock shows it. */
  readonly now: number
  /** The wall clock's time of an internal one. */
  readonly toWall: (time: number) => number
}

/** The metadata of an incident's message. */
export function metadataOf(
  incident: Incident,
  { service, owner, now, toWall }: Ownership,
): Metadata | undefined {
  const { last } = incident.alerts
  if (last === undefined) return undefined
  return {
    service,
    owner,
    touched_at: now,
    fingerprint: incident.fingerprint,
    state: incident.state,
    count: incident.count,
    fatal: incident.isFatal ? 1 : 0,
    first_seen: toWall(incident.firstSeen),
    last_seen: toWall(incident.lastSeen),
    active_since: toWall(incident.activeSince),
    alert_reason: last.reason,
    alert_at: toWall(last.at),
    alert_count: last.count,
    reminders: incident.alerts.reminders,
    ...metadataOfTriage(incident, toWall),
  }
}

/** Problems beyond these are in no metadata, which must stay small. */
const maxStormMembers = 200

/** The metadata of a storm's message. */
export function metadataOfStorm(
  storm: Storm,
  { service, owner, now, toWall }: Ownership,
): Metadata {
  const { because, openedAt, newestAt, remindAt, distinct, total } = storm.outline()
  const members = storm.members.slice(0, maxStormMembers)
  return {
    service,
    owner,
    touched_at: now,
    storm: because,
    opened_at: toWall(openedAt),
    newest_at: toWall(newestAt),
    last_seen: toWall(storm.lastSeen),
    ...(remindAt !== undefined && { remind_at: toWall(remindAt) }),
    distinct,
    total,
    fingerprints: members.map(({ incident }) => incident.fingerprint).join(' '),
  }
}

/** A message that its owner has not touched for so long may be continued by another process, in milliseconds. */
const abandonedAfterMs = 90_000

/** Where metadata was found, and by whom. */
interface MetadataContext {
  readonly service: string
  readonly channel: string
  readonly ref: string
  /** In milliseconds since 1970. */
  readonly now: number
  /** Whether a process is known to have ended. */
  readonly hasEnded: (owner: string) => boolean
  /** Whether messages that other processes keep up to date are of interest, too. */
  readonly isCutOff?: boolean
}

/**
 * The snapshots in the metadata of a message; none if it has none of this service, or if another process keeps it up to date. One that was cut
 * off from others adds replies to their messages about a problem.
 */
export function snapshotsOfMetadata(
  metadata: Metadata,
  context: MetadataContext,
): readonly IncidentSnapshot[] {
  const { service, now, hasEnded, isCutOff = false } = context
  if (metadata['service'] !== service) return []
  const { owner = '', touched_at, last_seen } = metadata
  const touchedAt = Number(touched_at ?? last_seen)
  const isAbandoned = owner === '' || now - touchedAt >= abandonedAfterMs
  if (!isCutOff && !isAbandoned && !hasEnded(String(owner))) return []
  if (v.is(metadataSchema, metadata)) {
    const snapshot = snapshotOfIncident(metadata, context)
    const root = { ref: context.ref, unshown: 0, isComplete: true, isForeign: true }
    return [isCutOff ? { ...snapshot, root } : snapshot]
  }
  const isStorm = !isCutOff && v.is(stormMetadataSchema, metadata)
  return isStorm ? snapshotsOfStorm(metadata, context) : []
}

function snapshotsOfStorm(
  metadata: v.InferOutput<typeof stormMetadataSchema>,
  { channel, ref, now }: MetadataContext,
): readonly IncidentSnapshot[] {
  const { owner, touched_at, storm: because, distinct, total } = metadata
  const openedAt = Math.min(metadata.opened_at, now)
  const newestAt = Math.min(metadata.newest_at, now)
  const lastSeen = Math.min(metadata.last_seen ?? newestAt, now)
  const expected = { owner, touched_at }
  // Whether a problem is listed is not known; the lists of its own process are there.
  const storm = {
    ref,
    because,
    openedAt,
    newestAt,
    remindAt: metadata.remind_at,
    distinct,
    total,
    unshown: 0,
    isListed: true,
    expected,
  }
  return metadata.fingerprints.split(' ').map((fingerprint) => ({
    fingerprint,
    channel,
    state: 'active',
    // The storm has the number of all of them.
    count: 0,
    firstSeen: openedAt,
    lastSeen,
    activeSince: openedAt,
    perMinute: [],
    savedAt: newestAt,
    isFatal: false,
    hosts: [],
    releases: [],
    alerts: {
      ...createAlertLog(openedAt),
      last: { reason: 'new', at: openedAt, count: 1, previousCount: 0 },
      decided: 1,
      shown: 1,
    },
    storm,
  }))
}

function snapshotOfIncident(
  metadata: v.InferOutput<typeof metadataSchema>,
  { channel, ref, now }: MetadataContext,
): IncidentSnapshot {
  const { fingerprint, state, count, reminders, owner = '', fatal } = metadata
  const { first_seen, last_seen, active_since, alert_reason, alert_at, alert_count } = metadata
  const touchedAt = metadata.touched_at ?? last_seen
  // A clock that was ahead must not keep alerts from being due.
  const notAfter = (at: number): number => Math.min(at, now)
  const isFatal = fatal === 1 || alert_reason === 'fatal'
  const { triage, remindFrom } = triageOfMetadata(metadata, state)
  return {
    fingerprint,
    channel,
    state,
    count,
    firstSeen: notAfter(first_seen),
    lastSeen: notAfter(last_seen),
    activeSince: notAfter(active_since),
    perMinute: [],
    savedAt: notAfter(last_seen),
    isFatal,
    hosts: [],
    releases: [],
    alerts: {
      ...createAlertLog(notAfter(active_since)),
      last: { reason: alert_reason, at: notAfter(alert_at), count: alert_count, previousCount: 0 },
      decided: 1,
      shown: 1,
      nextMilestone: milestoneAfter(count, { reason: alert_reason, count: alert_count }),
      reminders,
      isFatalNotified: isFatal,
      ...(remindFrom !== undefined && { remindFrom }),
    },
    ...(triage !== undefined && { triage }),
    inherited: { ref, count },
    root: {
      ref,
      unshown: 0,
      isComplete: true,
      expected: { owner, ...(metadata.touched_at !== undefined && { touched_at: touchedAt }) },
    },
  }
}

function milestoneAfter(count: number, alert: Pick<Alert, 'reason' | 'count'>): number {
  const least = Math.max(count + 1, leastMilestone(alert.count, alert.reason))
  let milestone = firstMilestone
  while (milestone < least) milestone *= 10
  return milestone
}

/** Every app of a workspace can write such metadata, and so can another version. */
const metadataSchema = v.looseObject({
  fingerprint: v.string(),
  state: stateSchema,
  count: countSchema,
  first_seen: timeSchema,
  last_seen: timeSchema,
  active_since: timeSchema,
  alert_reason: v.picklist(alertReasons),
  alert_at: timeSchema,
  alert_count: countSchema,
  reminders: countSchema,
  // Version 0.1 wrote none of these.
  owner: v.optional(v.string()),
  touched_at: v.optional(timeSchema),
  fatal: v.optional(v.number()),
})

/** The metadata of a storm's message. */
const stormMetadataSchema = v.looseObject({
  owner: v.string(),
  touched_at: timeSchema,
  storm: v.picklist(stormReasons),
  opened_at: timeSchema,
  newest_at: timeSchema,
  // Earlier versions wrote neither.
  last_seen: v.optional(timeSchema),
  remind_at: v.optional(timeSchema),
  distinct: countSchema,
  total: countSchema,
  fingerprints: v.pipe(v.string(), v.nonEmpty()),
})
