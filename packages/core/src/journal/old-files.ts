import * as v from 'valibot'
import type { LogEvent } from '../event/log-event.ts'
import { isSnapshot, type IncidentSnapshot } from '../incident/snapshot.ts'
import { shortHash } from './folder.ts'
import { type JournalContent, readJournal } from './reader.ts'
import { headerLine, type JournalRecord, type Names, linesOf } from './records.ts'

/**
 * Reads a file of version 0.1, which kept unsent alerts in one file and incidents in another, as if it were a journal.
 *
 * @returns `undefined` if it cannot be read
 */
export function readOldFile(name: string, text: string): JournalContent | undefined {
  const content = name.endsWith('.state.json') ? readState(text) : readSpool(text)
  if (content === undefined) return undefined
  const { header, records } = content
  return readJournal(
    headerLine({ pid: 0, host: '', startedAt: 0, release: undefined, ...header, serial: name }) +
      records.map((record) => (record === undefined ? '?\n' : linesOf([record]))).join(''),
  )
}

/**
 * Joins what the files have of one problem: where there is an unsent alert beside an incident, the incident is kept as if its alert were
 * sent.
 */
export function joinOldFiles(contents: readonly JournalContent[]): readonly JournalContent[] {
  const states = contents.filter(({ header }) => header.serial.endsWith('.state.json'))
  const spools = contents.filter(({ header }) => header.serial.endsWith('.ndjson'))
  const known = new Map(states.flatMap(({ incidents }) => [...incidents]))
  const unsent = new Set(spools.flatMap(({ incidents }) => [...incidents.keys()]))
  return contents.map((content) => {
    if (spools.includes(content)) return joinUnsent(content, known)
    if (!states.includes(content)) return content
    const others = [...content.incidents].filter(([key]) => !unsent.has(key))
    return { ...content, incidents: new Map(others) }
  })
}

function joinUnsent(
  spool: JournalContent,
  known: ReadonlyMap<string, IncidentSnapshot>,
): JournalContent {
  const incidents = [...spool.incidents].map(([key, left]) => {
    const state = known.get(key)
    return [key, state === undefined ? left : joinSnapshots(state, left)] as const
  })
  const joined = new Map(incidents)
  const sending = [...spool.sending].map(([id, post]) => {
    const names = Object.keys(post.names).map((key) => [key, joined.get(key)?.alerts.decided ?? 1])
    return [id, { ...post, names: Object.fromEntries(names) as Names }] as const
  })
  return { ...spool, incidents: joined, sending: new Map(sending) }
}

function joinSnapshots(state: IncidentSnapshot, left: IncidentSnapshot): IncidentSnapshot {
  const shown = state.root === undefined ? 0 : state.alerts.shown
  return {
    ...state,
    count: Math.max(state.count, left.count),
    lastSeen: Math.max(state.lastSeen, left.lastSeen),
    isFatal: state.isFatal || left.isFatal,
    event: left.event,
    alerts: { ...state.alerts, last: left.alerts.last, decided: shown + 1, shown },
  }
}

interface OldContent {
  readonly header: Partial<JournalContent['header']>
  /** `undefined` for a line that cannot be read. */
  readonly records: readonly (JournalRecord | undefined)[]
}

const stateSchema = v.object({ version: v.literal(1), incidents: v.array(v.looseObject({})) })
const oldRootSchema = v.object({ channel: v.string(), ts: v.string(), unshown: v.number() })

function readState(text: string): OldContent | undefined {
  const state = parse(text)
  if (!v.is(stateSchema, state)) return undefined
  return { header: {}, records: state.incidents.map(recordOfIncident) }
}

function recordOfIncident(old: Record<string, unknown>): JournalRecord | undefined {
  const { root, alerts } = old
  // The parts of Slack's reference.
  const ref = v.is(oldRootSchema, root) ? `${root.channel}/${root.ts}` : undefined
  const snapshot = {
    ...old,
    root: ref === undefined ? root : { ref, unshown: (root as { unshown: number }).unshown },
    alerts: { ...(alerts as object), decided: 1, shown: 1 },
  }
  return isSnapshot(snapshot) ? { kind: 'incident', ...(snapshot as IncidentSnapshot) } : undefined
}

const headerSchema = v.object({
  slackLoggerSpool: v.literal(1),
  pid: v.number(),
  host: v.string(),
  startedAt: v.number(),
  release: v.optional(v.string()),
})

const entrySchema = v.object({
  id: v.number(),
  at: v.number(),
  channel: v.string(),
  priority: v.string(),
  fingerprint: v.optional(v.string()),
  event: v.optional(v.custom<LogEvent>(isObject)),
  request: v.optional(v.looseObject({})),
})

const markSchema = v.union([
  v.object({ told: v.array(v.number()) }),
  v.object({ trying: v.array(v.number()), as: v.string() }),
  v.object({ endedAt: v.number() }),
])

function readSpool(text: string): OldContent | undefined {
  const [first = '', ...lines] = text.split('\n')
  const header = parse(first)
  if (!v.is(headerSchema, header)) return undefined
  const records = new Map<number, JournalRecord | undefined>()
  const marks: JournalRecord[] = []
  const counts = new Map<string, number>()
  lines.forEach((line, index) => {
    if (line === '') return
    const value = parse(line)
    if (v.is(entrySchema, value)) {
      const occurrence = occurrenceOf(value, counts)
      if (occurrence !== undefined) records.set(value.id, occurrence)
    } else if (!v.is(markSchema, value)) records.set(-index, undefined)
    else if ('told' in value) for (const id of value.told) records.delete(id)
    else if ('trying' in value) marks.push(...sendingOf(value, records))
    else marks.push({ kind: 'ended', at: value.endedAt })
  })
  return { header, records: [...records.values(), ...marks] }
}

/** An alert, or the message of one; its other deliveries are replaced by those of this version. */
function occurrenceOf(
  entry: v.InferOutput<typeof entrySchema>,
  counts: Map<string, number>,
): JournalRecord | undefined {
  const { at, channel, priority, request } = entry
  const event = entry.event ?? eventOfRequest(request)
  if (event === undefined) return undefined
  const fingerprint = entry.fingerprint ?? shortHash(JSON.stringify([event.message, event.error]))
  const reason = priority === 'fatal' ? 'fatal' : 'new'
  const count = (counts.get(`${channel} ${fingerprint}`) ?? 0) + 1
  counts.set(`${channel} ${fingerprint}`, count)
  return { kind: 'occurrence', fingerprint, channel, at, count, alert: 1, reason, event }
}

function eventOfRequest(request: Record<string, unknown> | undefined): LogEvent | undefined {
  const notification = request?.['thread'] === undefined ? request?.['notification'] : undefined
  const event = isObject(notification) ? notification['event'] : undefined
  return isObject(event) ? (event as unknown as LogEvent) : undefined
}

function sendingOf(
  { trying, as }: { readonly trying: readonly number[]; readonly as: string },
  records: ReadonlyMap<number, JournalRecord | undefined>,
): readonly JournalRecord[] {
  const tried = trying.flatMap((id) => {
    const record = records.get(id)
    return record?.kind === 'occurrence' ? [record] : []
  })
  const [first] = tried
  if (first === undefined) return []
  const names = Object.fromEntries(
    tried.map(({ channel, fingerprint, alert }) => [`${channel} ${fingerprint}`, alert]),
  )
  return [{ kind: 'sending', id: as, channel: first.channel, attempts: 1, at: 0, names }]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A file that was not written completely.
    return undefined
  }
}
