import type { LogEvent } from '../event/log-event.ts'
import type { ReportBatch } from '../fleet/link.ts'
import type { Incident } from '../incident/incident.ts'
import type { IncidentSnapshot, SnapshotStorm, StormOutline } from '../incident/snapshot.ts'
import type { Storm } from '../incident/storm.ts'
import type { ReportState } from './report-state.ts'

/** The version of the format. A file with another one is set aside. */
export const version = 1

/** The first line: which process writes the file. */
export interface JournalHeader {
  readonly pid: number
  readonly host: string
  /** In milliseconds since 1970. */
  readonly startedAt: number
  readonly release: string | undefined
  /** Identifies the file. */
  readonly serial: string
}

/** The first occurrence of a problem, or a fatal one, before its alert is sent. */
export interface OccurrenceRecord {
  readonly kind: 'occurrence'
  readonly fingerprint: string
  readonly channel: string
  /** In milliseconds since 1970. */
  readonly at: number
  /** Occurrences so far. */
  readonly count: number
  /** The alert, counted from 1. */
  readonly alert: number
  readonly reason: 'new' | 'fatal'
  readonly event: LogEvent
  /** The storm that it became part of, if that has a message. */
  readonly storm?: SnapshotStorm | undefined
}

/** Alerts of incidents, by the incident's key in the journal. */
export type Names = Readonly<Record<string, number>>

/** A post that is about to be sent, and the alerts that it shows. */
export interface SendingRecord {
  readonly kind: 'sending'
  /** Identifies the post. */
  readonly id: string
  readonly channel: string
  /** The root, for a reply. */
  readonly thread?: string | undefined
  /** How often it was sent without an answer, this time included. */
  readonly attempts: number
  /** When it was sent last, in milliseconds since 1970. */
  readonly at: number
  readonly names: Names
  /** The storm of which it is the root. */
  readonly storm?: SendingStorm | undefined
}

/** A storm before its root has a reference. */
export interface SendingStorm extends StormOutline {
  /** The keys of all its members. */
  readonly members: readonly string[]
}

/** One line of a journal. */
export type JournalRecord =
  | OccurrenceRecord
  | SendingRecord
  /** `ref` is the message, if it is a root. */
  | { readonly kind: 'sent'; readonly id: string; readonly ref?: string; readonly names: Names }
  /** An incident as it is now; without an event, the event is the one before. */
  | (IncidentSnapshot & { readonly kind: 'incident' })
  /** What was taken over from the files of other processes, in one line, so that it is taken over once. */
  | {
      readonly kind: 'adopted'
      readonly serials: readonly string[]
      readonly incidents: readonly IncidentSnapshot[]
      readonly sending: readonly SendingRecord[]
      readonly losses: Losses
      /** The latest batch of each member whose batches are among the incidents. */
      readonly merged?: Merged
    }
  /** What is reported to the leader, before it is. */
  | (ReportBatch & { readonly kind: 'batch' })
  /** The leader has merged the batches up to this one. */
  | { readonly kind: 'acknowledged'; readonly seq: number }
  /** What others lack of the incidents in this file is in its batches: the link's store has the rest. */
  | { readonly kind: 'reported' }
  /** Which reports were sent, and what the next ones are about; the latest one counts. */
  | (ReportState & { readonly kind: 'reports' })
  /** A message showed the losses. */
  | { readonly kind: 'lossesShown' }
  | { readonly kind: 'ended'; readonly at: number }

/** A record to which parts are added. */
export const nothingAdopted: Extract<JournalRecord, { readonly kind: 'adopted' }> = {
  kind: 'adopted',
  serials: [],
  incidents: [],
  sending: [],
  losses: { tooOld: 0, unreadable: 0 },
}

/** The latest merged batch of members of the fleet, by member. */
export type Merged = Readonly<Record<string, number>>

/** What was left and cannot be sent. */
export interface Losses {
  /** Alerts that are too old. */
  readonly tooOld: number
  /** Lines that cannot be read. */
  readonly unreadable: number
}

/** An event with everything in it can be large; beyond this it is kept without the data logged beside it. */
const maxLine = 200_000

/** The key of an incident in a journal. */
export function journalKey(channel: string, fingerprint: string): string {
  return `${channel} ${fingerprint}`
}

/** The key of an incident in a journal. */
export function keyOfIncident({ route, fingerprint }: Incident): string {
  return journalKey(route.channel, fingerprint)
}

/** The alerts of messages, by the incident's key in the journal. */
export function namesOf(
  named: readonly { readonly incident: Incident; readonly alert: number }[],
): Names {
  return Object.fromEntries(named.map(({ incident, alert }) => [keyOfIncident(incident), alert]))
}

/** A storm whose root is about to be sent. */
export function sendingStorm(storm: Storm): SendingStorm {
  const members = storm.members.map(({ incident }) => keyOfIncident(incident))
  return { ...storm.outline(), members }
}

export function headerLine(header: JournalHeader): string {
  return `${JSON.stringify({ slackLoggerJournal: version, ...header })}\n`
}

function recordLine(record: JournalRecord): string {
  const text = `${JSON.stringify(record)}\n`
  if (text.length <= maxLine || !('event' in record) || record.event === undefined) return text
  const event = { ...record.event, fields: {}, request: undefined }
  return `${JSON.stringify({ ...record, event })}\n`
}

export function recordOf(snapshot: IncidentSnapshot): JournalRecord {
  return { kind: 'incident', ...snapshot }
}

export function reportsRecord(state: ReportState | undefined): readonly JournalRecord[] {
  return state === undefined ? [] : [{ kind: 'reports', ...state }]
}

/** Records that make others superfluous are written even if the file is full. */
export function isSmall({ kind }: JournalRecord): boolean {
  return kind === 'sent' || kind === 'ended' || kind === 'lossesShown' || kind === 'reports'
}

/** What a record adds to a file that contains all incidents, posts and losses. */
export function withoutIncidents(record: JournalRecord): readonly JournalRecord[] {
  const isContained = ['incident', 'occurrence', 'batch', 'reports'].includes(record.kind)
  if (isContained) return []
  if (record.kind !== 'adopted') return [record]
  return [{ ...record, incidents: [], sending: [], losses: { tooOld: 0, unreadable: 0 } }]
}

/** Whether a record is for whoever reads the link's store, too, and not only for processes of this host. */
export function isShared({ kind }: JournalRecord): boolean {
  return kind !== 'batch' && kind !== 'acknowledged'
}

export function linesOf(records: readonly JournalRecord[]): string {
  return records.map(recordLine).join('')
}

/** What two files have merged. */
export function laterOf(a: Merged, b: Merged = {}): Merged {
  const later = { ...a }
  for (const [member, seq] of Object.entries(b)) later[member] = Math.max(seq, a[member] ?? 0)
  return later
}

export function addLosses(a: Losses, b: Losses): Losses {
  return { tooOld: a.tooOld + b.tooOld, unreadable: a.unreadable + b.unreadable }
}
