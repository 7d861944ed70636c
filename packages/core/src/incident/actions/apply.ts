import type { Incident } from '../incident.ts'
import { quietAfterMs } from '../policies/milestone.ts'
import { raiseMilestone } from '../policies/policy.ts'
import { cutText } from '../../redaction/bounded-text.ts'
import type { ActionRefusal, IncidentAction } from './action.ts'
import type { Actor, AuditEntry, Triage } from './triage.ts'

const maxAudit = 20
const maxNotes = 5
const maxNote = 500
const maxName = 80
/** Reminders stop for so long after somebody has taken an incident, in milliseconds. */
const takenForMs = 24 * 3_600_000

/** What applying an action depends on beside the incident. */
export interface ActionContext {
  /** In milliseconds since 1970. */
  readonly now: number
  /** The time inside the process at which the wall clock showed this. */
  readonly fromWall: (time: number) => number
  /** The release of this process. */
  readonly release: string | undefined
  /** Redacts a text. */
  readonly redact: (text: string) => string
}

/**
 * Changes an incident as a person wants it.
 *
 * @returns why not, if nothing changes
 */
export function applyAction(
  incident: Incident,
  action: IncidentAction,
  context: ActionContext,
): Extract<ActionRefusal, 'already'> | undefined {
  const { triage = noTriage } = incident
  const change = changes[action.kind](incident, action, context)
  if (change === undefined) return 'already'
  const { state, ...changed } = change
  const { id, kind, by } = action
  const at = timeOf(action, context)
  const until = changed.mute?.until
  const entry: AuditEntry = {
    id,
    kind,
    at,
    by: { ...actorOf(action), via: by.via },
    ...(kind === 'mute' && until !== undefined && { until }),
  }
  const audit = [...triage.audit, entry].slice(-maxAudit)
  if (incident.state === 'muted' && state !== undefined) raiseMilestone(incident, undefined)
  if (state === 'muted' || state === 'resolved') incident.alerts.deferred = undefined
  if (state !== undefined) incident.state = state
  incident.triage = { ...triage, ...changed, audit }
  incident.changes += 1
  incident.isUnsaved = true
  if (kind === 'take') remindFrom(incident, context.now + takenForMs)
  if (kind === 'release' || kind === 'reopen') remindFrom(incident, context.now)
  return undefined
}

const noTriage: Triage = { notes: [], audit: [] }

type Change = Partial<Triage> & { readonly state?: Incident['state'] }

type ChangeOf = (
  incident: Incident,
  action: IncidentAction,
  context: ActionContext,
) => Change | undefined

/** What an action changes; `undefined` if things are so already. */
const changes: Readonly<Record<IncidentAction['kind'], ChangeOf>> = {
  resolve: (incident, action, context) => {
    if (incident.state === 'resolved') return undefined
    const releases = releasesKnown(incident, context)
    const resolution = { by: actorOf(action), at: timeOf(action, context), releases }
    return { state: 'resolved', resolution, mute: undefined }
  },
  reopen: (incident, _action, { now }) =>
    incident.state === 'resolved' ? leaveState(incident, now) : undefined,
  mute: (incident, action, context) => muteBy(incident, action, context),
  unmute: (incident, _action, { now }) =>
    incident.state === 'muted' ? leaveState(incident, now) : undefined,
  take: ({ triage }, action) => {
    const assignee = actorOf(action)
    return triage?.assignee?.user === assignee.user ? undefined : { assignee }
  },
  release: ({ triage }) => (triage?.assignee === undefined ? undefined : { assignee: undefined }),
  note: ({ triage }, action, context) => {
    const text = cutText(context.redact(action.text ?? '').trim(), maxNote)
    if (text === '') return undefined
    const note = { by: actorOf(action), at: timeOf(action, context), text }
    return { notes: [...(triage?.notes ?? []), note].slice(-maxNotes) }
  },
}

function muteBy(
  incident: Incident,
  action: IncidentAction,
  context: ActionContext,
): Change | undefined {
  const { state, triage = noTriage, count } = incident
  const { until } = action
  const end =
    until !== undefined && 'time' in until ? { time: context.fromWall(until.time) } : until
  const isSame = JSON.stringify(end) === JSON.stringify(triage.mute?.until)
  if (state === 'muted' && isSame) return undefined
  const releases = releasesKnown(incident, context)
  const since = triage.mute?.since ?? timeOf(action, context)
  const before = triage.mute?.count ?? count
  // The number of further occurrences counts from now on.
  const from = end !== undefined && 'count' in end ? count : before
  const mute = { by: actorOf(action), since, until: end, count: from, releases }
  return { state: 'muted', mute, resolution: undefined }
}

/** What an incident is once it is neither muted nor resolved any more. */
export function leaveState(
  { lastSeen }: Pick<Incident, 'lastSeen'>,
  now: number,
): Pick<Triage, 'mute' | 'resolution'> & { readonly state: 'active' | 'quiet' } {
  const state = now - lastSeen >= quietAfterMs ? 'quiet' : 'active'
  return { state, mute: undefined, resolution: undefined }
}

function remindFrom({ alerts }: Incident, at: number): void {
  alerts.remindFrom = at
  alerts.reminders = 0
}

function releasesKnown({ releases }: Incident, { release }: ActionContext): readonly string[] {
  return release === undefined ? [...releases] : [...new Set([...releases, release])]
}

/** A clock that is ahead must not keep rules from being applied. */
function timeOf({ at }: IncidentAction, { now, fromWall }: ActionContext): number {
  return Math.min(fromWall(at), now)
}

function actorOf({ by: { user, name } }: IncidentAction): Actor {
  return { user, ...(name !== undefined && { name: cutText(name, maxName) }) }
}
