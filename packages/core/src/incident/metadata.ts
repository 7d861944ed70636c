import * as v from 'valibot'
import { cutText } from '../redaction/bounded-text.ts'
import type { MuteEnd } from './actions/action.ts'
import type { Actor, Triage } from './actions/triage.ts'
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

/** Whose messages a process may continue: those of its own service in its own environment. */
export interface Origin {
  readonly service: string
  readonly environment?: string | undefined
}

/** What the metadata of a message says beside the incident. */
interface Ownership extends Origin {
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
  { service, environment = '', owner, now, toWall }: Ownership,
): Metadata | undefined {
  const { last } = incident.alerts
  if (last === undefined) return undefined
  return {
    service,
    environment,
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
  { service, environment = '', owner, now, toWall }: Ownership,
): Metadata {
  const { because, openedAt, newestAt, remindAt, distinct, total } = storm.outline()
  const members = storm.members.slice(0, maxStormMembers)
  return {
    service,
    environment,
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
interface MetadataContext extends Origin {
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
 * The snapshots in the metadata of a message; none if it has none of this service in this environment, or if another process keeps it up to date. One that was cut
 * off from others adds replies to their messages about a problem.
 */
export function snapshotsOfMetadata(
  metadata: Metadata,
  context: MetadataContext,
): readonly IncidentSnapshot[] {
  const { now, hasEnded, isCutOff = false } = context
  if (!isOf(context, metadata)) return []
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

function isOf({ service, environment = '' }: Origin, metadata: Metadata): boolean {
  // Version 0.1 wrote no environment.
  return metadata['service'] === service && (metadata['environment'] ?? environment) === environment
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

const maxNote = 300
const maxReleases = 5
/** No release has a line end. */
const separator = '\n'

/** What people decided, as flat as a message's metadata has to be. What was done is in its thread. */
export function metadataOfTriage(
  { triage, alerts }: Incident,
  toWall: (time: number) => number,
): Readonly<Record<string, string | number>> {
  if (triage === undefined) return {}
  const { assignee, mute, resolution } = triage
  const note = triage.notes.at(-1)
  const decided = mute ?? resolution
  return {
    ...(decided !== undefined && {
      decided_by: decided.by.user,
      decided_name: decided.by.name ?? '',
      decided_at: toWall(mute?.since ?? resolution?.at ?? 0),
      decided_releases: decided.releases.slice(-maxReleases).join(separator),
    }),
    ...(mute !== undefined && { muted_count: mute.count, ...metadataOfEnd(mute.until, toWall) }),
    ...(assignee !== undefined && {
      assignee: assignee.user,
      assignee_name: assignee.name ?? '',
      remind_from: toWall(alerts.remindFrom),
    }),
    ...(note !== undefined && {
      note: cutText(note.text, maxNote),
      note_at: toWall(note.at),
      note_by: note.by.user,
      note_name: note.by.name ?? '',
    }),
  }
}

function metadataOfEnd(
  until: MuteEnd | undefined,
  toWall: (time: number) => number,
): Readonly<Record<string, string | number>> {
  if (until === undefined) return {}
  if ('time' in until) return { muted_until: toWall(until.time) }
  return 'count' in until ? { muted_for: until.count } : { muted_release: 1 }
}

/** What people decided, from the metadata of a message; nothing if they did not, or if something else wrote it. */
export function triageOfMetadata(
  metadata: unknown,
  state: Incident['state'],
): { readonly triage?: Triage; readonly remindFrom?: number } {
  if (!v.is(triageMetadataSchema, metadata)) return {}
  const { assignee, assignee_name, remind_from: remindFrom } = metadata
  const decision = decisionOf(metadata, state)
  const notes = notesOf(metadata)
  if (assignee === undefined)
    return decision === undefined && notes.length === 0
      ? {}
      : { triage: { ...decision, notes, audit: [] } }
  const triage = { ...decision, assignee: actorOf(assignee, assignee_name), notes, audit: [] }
  return { triage, ...(remindFrom !== undefined && { remindFrom }) }
}

type TriageMetadata = v.InferOutput<typeof triageMetadataSchema>

function decisionOf(
  metadata: TriageMetadata,
  state: Incident['state'],
): Pick<Triage, 'mute' | 'resolution'> | undefined {
  const { decided_by, decided_name, decided_at = 0, decided_releases = '' } = metadata
  if (decided_by === undefined) return undefined
  const by = actorOf(decided_by, decided_name)
  const releases = decided_releases.split(separator).filter((release) => release !== '')
  if (state === 'resolved') return { resolution: { by, at: decided_at, releases } }
  if (state !== 'muted') return undefined
  const { muted_count: count = 0 } = metadata
  return { mute: { by, since: decided_at, until: endOf(metadata), count, releases } }
}

function notesOf({ note, note_at = 0, note_by = '', note_name }: TriageMetadata): Triage['notes'] {
  return note === undefined ? [] : [{ by: actorOf(note_by, note_name), at: note_at, text: note }]
}

function endOf({ muted_until, muted_for, muted_release }: TriageMetadata): MuteEnd | undefined {
  if (muted_until !== undefined) return { time: muted_until }
  if (muted_for !== undefined) return { count: muted_for }
  return muted_release === 1 ? { nextRelease: true } : undefined
}

function actorOf(user: string, name: string | undefined): Actor {
  return { user, ...(name !== undefined && name !== '' && { name }) }
}

const time = v.optional(v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15)))
const text = v.optional(v.string())
const number = v.optional(v.number())

const triageMetadataSchema = v.looseObject({
  decided_by: text,
  decided_name: text,
  decided_at: time,
  decided_releases: text,
  muted_count: number,
  muted_until: time,
  muted_for: number,
  muted_release: number,
  assignee: text,
  assignee_name: text,
  remind_from: time,
  note: text,
  note_at: time,
  note_by: text,
  note_name: text,
})
