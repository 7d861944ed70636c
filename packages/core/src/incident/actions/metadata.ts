import * as v from 'valibot'
import { cutText } from '../../redaction/bounded-text.ts'
import type { Incident } from '../incident.ts'
import type { MuteEnd } from './action.ts'
import type { Actor, Triage } from './triage.ts'

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
