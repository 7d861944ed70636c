import * as v from 'valibot'
import type { ReportBatch } from '../fleet/link.ts'
import { type AdoptedAlert, type Alert, createAlertLog } from '../incident/incident.ts'
import {
  countSchema,
  eventSchema,
  isSnapshot,
  type IncidentSnapshot,
  minutesSaved,
  type StormOutline,
  stormSchema,
  timeSchema,
} from '../incident/snapshot.ts'
import { MinuteCounts } from '../incident/impact.ts'
import { batchEntries } from '../incident/reported.ts'
import { stormReasons } from '../incident/storm.ts'
import {
  addLosses,
  type JournalHeader,
  journalKey,
  type JournalRecord,
  laterOf,
  type Losses,
  type Merged,
  type OccurrenceRecord,
  type SendingRecord,
  version,
} from './records.ts'
import { type ReportState, reportStateEntries } from './report-state.ts'

/** The content of a file. */
export interface JournalContent {
  readonly header: JournalHeader
  /** By key. */
  readonly incidents: ReadonlyMap<string, IncidentSnapshot>
  /** Posts without an answer, by id. */
  readonly sending: ReadonlyMap<string, SendingRecord>
  /** The files that it contains. */
  readonly serials: readonly string[]
  readonly losses: Losses
  /** What the process did not hand over to the leader. */
  readonly batches: readonly ReportBatch[]
  /** Whether others lack nothing of the incidents but what is in the batches. */
  readonly isReported: boolean
  readonly merged: Merged
  readonly reports?: ReportState | undefined
  /** The last time in it, in milliseconds since 1970. */
  readonly lastAt: number
  /** Whether the process ended in order. */
  readonly hasEnded: boolean
}

/** Reads a file line by line; `undefined` if it is none of this version. */
export function readJournal(text: string): JournalContent | undefined {
  const [first = '', ...lines] = text.split('\n')
  const header = readHeader(parse(first))
  if (header === undefined) return undefined
  const reader = new JournalReader(header)
  for (const line of lines) if (line !== '') reader.read(parse(line))
  return reader
}

class JournalReader implements JournalContent {
  readonly header: JournalHeader
  readonly incidents: Map<string, IncidentSnapshot> = new Map()
  readonly sending: Map<string, SendingRecord> = new Map()
  readonly serials: string[] = []
  losses: Losses = { tooOld: 0, unreadable: 0 }
  batches: readonly ReportBatch[] = []
  isReported = false
  merged: Merged = {}
  reports: ReportState | undefined
  lastAt = 0
  hasEnded = false

  constructor(header: JournalHeader) {
    this.header = header
  }

  read(record: unknown): void {
    if (!isRecord(record)) {
      this.losses = { ...this.losses, unreadable: this.losses.unreadable + 1 }
      return
    }
    switch (record.kind) {
      case 'occurrence':
        this.#addOccurrence(record)
        break
      case 'sending':
        this.sending.set(record.id, record)
        break
      case 'sent':
        this.#sent(record, this.sending.get(record.id))
        break
      case 'incident': {
        const { kind: _, ...snapshot } = record
        this.#set(snapshot)
        break
      }
      case 'adopted':
        this.serials.push(...record.serials)
        for (const snapshot of record.incidents) this.#set(snapshot)
        for (const sending of record.sending) this.sending.set(sending.id, sending)
        this.losses = addLosses(this.losses, record.losses)
        this.merged = laterOf(this.merged, record.merged)
        break
      case 'batch': {
        const { kind: _, ...batch } = record
        this.batches = [...this.batches, batch]
        this.lastAt = Math.max(this.lastAt, ...batch.incidents.map(({ lastSeen }) => lastSeen))
        break
      }
      case 'acknowledged':
        this.batches = this.batches.filter(({ seq }) => seq > record.seq)
        break
      case 'reported':
        this.isReported = true
        break
      case 'reports': {
        const { kind: _, ...reports } = record
        this.reports = reports
        break
      }
      case 'lossesShown':
        this.losses = { tooOld: 0, unreadable: 0 }
        break
      case 'ended':
        this.lastAt = Math.max(this.lastAt, record.at)
        this.hasEnded = true
        break
    }
  }

  #set(snapshot: IncidentSnapshot): void {
    const key = journalKey(snapshot.channel, snapshot.fingerprint)
    const known = this.incidents.get(key)
    this.lastAt = Math.max(this.lastAt, snapshot.savedAt)
    const shown = Math.max(snapshot.alerts.shown, known?.alerts.shown ?? 0)
    const event = snapshot.event ?? known?.event
    const people = { ...known?.people, ...snapshot.people }
    this.incidents.set(key, { ...snapshot, people, event, alerts: { ...snapshot.alerts, shown } })
  }

  #addOccurrence(record: OccurrenceRecord): void {
    const { fingerprint, channel, at, count, alert, reason, event, storm } = record
    const known = this.incidents.get(journalKey(channel, fingerprint))
    const { host, release } = this.header
    const base = known ?? {
      fingerprint,
      channel,
      state: 'active',
      firstSeen: at,
      activeSince: at,
      perMinute: [],
      hosts: [host],
      releases: release === undefined ? [] : [release],
      isFatal: false,
      count: 0,
      alerts: { ...createAlertLog(at), spikedAt: 0, shown: alert - 1 },
      storm: undefined,
    }
    const last = { reason, at, count, previousCount: base.alerts.last?.count ?? 0 }
    this.#set({
      ...base,
      ...countsAt(at, known, Math.max(0, count - base.count)),
      count: Math.max(base.count, count),
      lastSeen: at,
      savedAt: at,
      isFatal: base.isFatal || reason === 'fatal',
      alerts: { ...base.alerts, last, decided: alert },
      event,
      storm: storm ?? base.storm,
      adopted: undefined,
    })
  }

  #sent(
    { id, ref = '', names }: Extract<JournalRecord, { readonly kind: 'sent' }>,
    sending: SendingRecord | undefined,
  ): void {
    this.sending.delete(id)
    const { members = [], ...storm } = sending?.storm ?? {}
    if (ref !== '')
      for (const key of members)
        this.#change(key, {
          storm: { ...(storm as StormOutline), ref, unshown: 0, isListed: false },
        })
    this.#setRoot(ref, Object.keys(names), sending)
    for (const [key, alert] of Object.entries(names)) {
      this.#show(key, alert)
      const known = this.incidents.get(key)?.storm
      // A post that is not the storm's root is a list of it, or names the incident elsewhere.
      if (known !== undefined && sending !== undefined && sending.storm === undefined)
        this.#change(key, { storm: { ...known, isListed: true } })
    }
  }

  /** A process may die after its message was accepted, and before it wrote down the incident with it. */
  #setRoot(ref: string, [key = '', ...others]: readonly string[], post?: SendingRecord): void {
    if (ref === '' || others.length > 0 || post === undefined) return
    const { root, storm } = this.incidents.get(key) ?? {}
    if ((post.thread ?? post.storm ?? root ?? storm) === undefined)
      this.#change(key, { root: { ref, unshown: 1, isComplete: false } })
  }

  #change(key: string, change: Partial<IncidentSnapshot>): void {
    const known = this.incidents.get(key)
    if (known !== undefined) this.incidents.set(key, { ...known, ...change })
  }

  #show(key: string, alert: number): void {
    const known = this.incidents.get(key)
    if (known === undefined || alert <= known.alerts.shown) return
    const { adopted, count } = known
    const { last, decided } = known.alerts
    const alerts = {
      ...known.alerts,
      // The process may not have saved that it decided again on what it had taken over.
      last: adopted === undefined ? last : alertOf(adopted, count, last),
      decided: Math.max(decided, alert),
      shown: alert,
    }
    this.incidents.set(key, { ...known, adopted: undefined, alerts })
  }
}

/** What was counted up to an occurrence, which is the last of `more`. */
function countsAt(
  at: number,
  known: IncidentSnapshot | undefined,
  more: number,
): Pick<IncidentSnapshot, 'perMinute' | 'perQuarter'> {
  const counts = new MinuteCounts(at)
  if (known !== undefined) counts.restore(known.perMinute, known.savedAt, known.perQuarter)
  counts.addMany(at, more, at)
  return { perMinute: counts.latest(minutesSaved, at), perQuarter: counts.quarters(at) }
}

/** The alert as the process that took it over decided on it. */
function alertOf(
  { reason, at, silentMs, spike }: AdoptedAlert,
  count: number,
  previous: Alert | undefined,
): Alert {
  return {
    reason,
    at,
    count,
    previousCount: previous?.count ?? 0,
    ...(silentMs !== undefined && { silentMs }),
    ...(spike !== undefined && { spike }),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Half a line is what a dying process leaves; it is counted as unreadable.
    return undefined
  }
}

const number = v.pipe(v.number(), v.finite())
const names = v.record(v.string(), number)
const snapshot = v.custom<IncidentSnapshot>(isSnapshot)
const sending = v.object({
  kind: v.literal('sending'),
  id: v.string(),
  channel: v.string(),
  thread: v.optional(v.string()),
  attempts: number,
  at: number,
  names,
  storm: v.optional(
    v.object({
      because: v.picklist(stormReasons),
      openedAt: number,
      newestAt: number,
      remindAt: v.optional(number),
      distinct: number,
      total: number,
      members: v.array(v.string()),
    }),
  ),
})

const headerSchema = v.object({
  slackLoggerJournal: v.literal(version),
  pid: number,
  host: v.string(),
  startedAt: number,
  release: v.optional(v.string()),
  serial: v.string(),
})

const recordSchema = v.variant('kind', [
  v.object({
    kind: v.literal('occurrence'),
    fingerprint: v.string(),
    channel: v.string(),
    at: timeSchema,
    count: countSchema,
    alert: countSchema,
    reason: v.picklist(['new', 'fatal']),
    event: eventSchema,
    storm: v.optional(stormSchema),
  }),
  sending,
  v.object({ kind: v.literal('sent'), id: v.string(), ref: v.optional(v.string()), names }),
  v.object({
    kind: v.literal('adopted'),
    serials: v.array(v.string()),
    incidents: v.array(snapshot),
    sending: v.array(sending),
    losses: v.object({ tooOld: number, unreadable: number }),
    merged: v.optional(v.record(v.string(), number)),
  }),
  v.object({ kind: v.literal('batch'), ...batchEntries }),
  v.object({ kind: v.literal('acknowledged'), seq: number }),
  v.object({ kind: v.literal('reported') }),
  v.object({ kind: v.literal('reports'), ...reportStateEntries }),
  v.object({ kind: v.literal('lossesShown') }),
  v.object({ kind: v.literal('ended'), at: timeSchema }),
])

function isRecord(value: unknown): value is JournalRecord {
  const kind: unknown = (value as { readonly kind?: unknown } | undefined)?.kind
  return kind === 'incident' ? isSnapshot(value) : v.is(recordSchema, value)
}

function readHeader(value: unknown): JournalHeader | undefined {
  if (!v.is(headerSchema, value)) return undefined
  const { pid, host, startedAt, release, serial } = value
  return { pid, host, startedAt, release, serial }
}
