import { createHash } from 'node:crypto'
import * as v from 'valibot'
import type { Incident, Occurrence } from '../incident.ts'
import type { Decision } from '../policies/policy.ts'
import { actionVias, type IncidentAction, type MuteEnd } from './action.ts'

/** Who acted. */
export interface Actor {
  /** The id of the user. */
  readonly user: string
  readonly name?: string | undefined
}

/** What people decided about an incident. Plain data that is replaced, never changed; times are in milliseconds since 1970. */
export interface Triage {
  /** Who takes care of it. */
  readonly assignee?: Actor | undefined
  /** While it is muted. */
  readonly mute?: Mute | undefined
  /** While it is resolved. */
  readonly resolution?: Resolution | undefined
  /** The latest last. */
  readonly notes: readonly KeptNote[]
  /** What was done, the latest last. */
  readonly audit: readonly AuditEntry[]
}

export interface Mute {
  readonly by: Actor
  readonly since: number
  readonly until?: MuteEnd | undefined
  /** The occurrences before. */
  readonly count: number
  /** The releases that were known. */
  readonly releases: readonly string[]
}

export interface Resolution {
  readonly by: Actor
  readonly at: number
  /** The releases that were known. */
  readonly releases: readonly string[]
  /** The one of them in which it occurred since, if it did. */
  readonly stillFrom?: string | undefined
}

/** A text that a person left for the next time. */
export interface KeptNote {
  readonly by: Actor
  readonly at: number
  readonly text: string
}

export interface AuditEntry {
  /** The action's. */
  readonly id: string
  readonly kind: IncidentAction['kind']
  readonly at: number
  readonly by: Actor & Pick<IncidentAction['by'], 'via'>
  readonly until?: MuteEnd | undefined
  /** Whether its line is in the thread. */
  readonly isPosted?: boolean | undefined
}

/** What muting kept from people. */
export interface MutedFor {
  /** In milliseconds. */
  readonly ms: number
  /** Occurrences meanwhile. */
  readonly missed: number
}

/** A line in a thread about what people decided. */
export type TriageNote =
  | { readonly kind: 'action'; readonly entry: AuditEntry; readonly muted?: MutedFor }
  /** Muting ended by itself. */
  | { readonly kind: 'unmuted'; readonly muted: MutedFor }

/** The key of an incident in the value of a button: it is short, and shows nothing of a fingerprint that an application chose. */
export function targetKey(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16)
}

/** The same with all times later by a number of milliseconds. */
export function shiftTriage(triage: Triage, byMs: number): Triage {
  const { mute, resolution, notes, audit } = triage
  return {
    ...triage,
    mute: mute && { ...mute, since: mute.since + byMs, until: shiftEnd(mute.until, byMs) },
    resolution: resolution && { ...resolution, at: resolution.at + byMs },
    notes: notes.map((note) => ({ ...note, at: note.at + byMs })),
    audit: audit.map((entry) => shiftEntry(entry, byMs)),
  }
}

/** An action's line is in the thread. */
export function markPosted(incident: Incident, posted: AuditEntry): void {
  const { triage } = incident
  if (triage === undefined) return
  const audit = triage.audit.map((entry) =>
    entry.id === posted.id ? { ...entry, isPosted: true } : entry,
  )
  incident.triage = { ...triage, audit }
  incident.isUnsaved = true
}

/** The same later by a number of milliseconds. */
export function shiftEntry(entry: AuditEntry, byMs: number): AuditEntry {
  const { at, until } = entry
  return { ...entry, at: at + byMs, ...(until !== undefined && { until: shiftEnd(until, byMs) }) }
}

function shiftEnd(until: MuteEnd | undefined, byMs: number): MuteEnd | undefined {
  return until !== undefined && 'time' in until ? { time: until.time + byMs } : until
}

/** Adds what people decided where another process knew the incident: whichever decided last. */
export function mergeTriage(
  incident: Incident,
  { triage, state }: Pick<Incident, 'state'> & { readonly triage?: Triage | undefined },
): void {
  if (triage === undefined) return
  if (incident.triage !== undefined && lastAt(triage) <= lastAt(incident.triage)) return
  incident.triage = triage
  if (triage.mute !== undefined || triage.resolution !== undefined) incident.state = state
}

function lastAt(triage: Triage | undefined): number {
  return triage?.audit.at(-1)?.at ?? Number.NEGATIVE_INFINITY
}

const actor = v.object({ user: v.string(), name: v.optional(v.string()) })
const time = v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15))
const end = v.union([
  v.object({ time }),
  v.object({ nextRelease: v.literal(true) }),
  v.object({ count: v.number() }),
])

/**
 * A {@link Triage} in a file.
 *
 * @internal
 */
export const triageSchema: v.GenericSchema<Triage> = v.object({
  assignee: v.optional(actor),
  mute: v.optional(
    v.object({
      by: actor,
      since: time,
      until: v.optional(end),
      count: v.number(),
      releases: v.array(v.string()),
    }),
  ),
  resolution: v.optional(
    v.object({
      by: actor,
      at: time,
      releases: v.array(v.string()),
      stillFrom: v.optional(v.string()),
    }),
  ),
  notes: v.array(v.object({ by: actor, at: time, text: v.string() })),
  audit: v.array(
    v.object({
      id: v.string(),
      kind: v.picklist(['resolve', 'reopen', 'mute', 'unmute', 'take', 'release', 'note']),
      at: time,
      by: v.object({ ...actor.entries, via: v.picklist(actionVias) }),
      until: v.optional(end),
      isPosted: v.optional(v.boolean()),
    }),
  ),
})

/** For this time after it was resolved, occurrences may come from instances that are being replaced, in milliseconds. */
const replacedWithinMs = 10 * 60_000

/**
 * What follows from what people decided, before any policy is asked.
 *
 * @returns `'policy'` if the policy decides
 */
export function decideByTriage(
  incident: Incident,
  occurrence: Occurrence,
): Decision | 'policy' | undefined {
  const { state, alerts, isFatal, triage } = incident
  if (state === 'active' || state === 'quiet') return 'policy'
  const isFirstFatal = isFatal && alerts.last !== undefined && !alerts.isFatalNotified
  if (state === 'muted') return isFirstFatal ? { action: 'alert', reason: 'fatal' } : undefined
  const { resolution } = triage ?? {}
  if (resolution === undefined || isFirstFatal) return 'policy'
  const { release, now } = occurrence
  // In a release that was not known then, or without any release: the policy alerts that it is back.
  if (release === undefined || !resolution.releases.includes(release)) return 'policy'
  if (now - resolution.at < replacedWithinMs) return undefined
  return { action: 'note', note: { kind: 'back', silentMs: undefined } }
}

/** Why muting ends: `count` alerts, the others do not. */
export type MuteEnded = 'time' | 'release' | 'count'

/**
 * Whether an incident is muted no longer.
 *
 * @param release of the latest occurrence, if there is one
 */
export function muteEnded(
  { count, triage }: Incident,
  { now, release }: Pick<Occurrence, 'now'> & Partial<Pick<Occurrence, 'release'>>,
): MuteEnded | undefined {
  const { until, count: before = 0, releases = [] } = triage?.mute ?? {}
  if (until === undefined) return undefined
  if ('time' in until) return now >= until.time ? 'time' : undefined
  if ('count' in until) return count - before >= until.count ? 'count' : undefined
  return release === undefined || releases.includes(release) ? undefined : 'release'
}

/** When muting ends, if that is a moment, in milliseconds since 1970. */
export function mutedUntil({ triage }: Incident): number {
  const { until } = triage?.mute ?? {}
  return until !== undefined && 'time' in until ? until.time : Number.POSITIVE_INFINITY
}
