import type { ReportBatch } from '../fleet/link.ts'
import { type AdoptedAlert } from '../incident/incident.ts'
import type { Metadata } from '../incident/metadata.ts'
import type { IncidentSnapshot } from '../incident/snapshot.ts'
import type { DiedProcess } from '../notification/notices.ts'
import type { ReportState } from './report-state.ts'
import { holderOf, type TakenFile } from './folder.ts'
import { joinOldFiles, readOldFile } from './old-files.ts'
import { type JournalContent, readJournal } from './reader.ts'
import {
  addLosses,
  journalKey,
  laterOf,
  type Losses,
  type Merged,
  type SendingRecord,
} from './records.ts'

/** What earlier processes left. */
export interface Adopted {
  readonly incidents: readonly IncidentSnapshot[]
  /** Posts about several problems that were not answered: they may have been accepted. */
  readonly unconfirmed: readonly SendingRecord[]
  readonly losses: Losses
  /** What followers did not hand over to a leader. */
  readonly batches: readonly LeftBatch[]
  /** The latest batch of each member that is among the incidents. */
  readonly merged: Merged
  readonly reports: readonly ReportState[]
  /** The process that left the losses, unless it ended in order. */
  readonly died: DiedProcess | undefined
  /** The files. */
  readonly serials: readonly string[]
  /** The incidents of each file that no other one contains. */
  readonly files: readonly {
    readonly serial: string
    /** Whether others lack nothing of them but what is in batches. */
    readonly isReported: boolean
    readonly incidents: readonly IncidentSnapshot[]
  }[]
}

/** A batch that a process left. */
export interface LeftBatch {
  readonly batch: ReportBatch
  /** The process, unless it ended in order. */
  readonly died: DiedProcess | undefined
  /** Whether others may lack it, although the incidents of its file contain it. */
  readonly isReported: boolean
}

/** Earlier owners of a message that are remembered: in a crash loop, many processes may die before they edit it. */
const maxOwners = 50
/** An alert that is older is not sent any more, in milliseconds. */
export const maxAlertAgeMs = 86_400_000

/** The content of a file of another process; `undefined` if it cannot be read. */
export function readTaken({ name, text }: TakenFile): JournalContent | undefined {
  return name.endsWith('.journal') ? readJournal(text) : readOldFile(name, text)
}

/** What is left of a file whose incidents another one contains, or the link's store: batches that may not be among them. */
export function batchesOf(content: JournalContent): JournalContent | undefined {
  const { isReported, batches } = content
  if (!isReported || batches.length === 0) return undefined
  const none = { incidents: new Map(), sending: new Map(), serials: [], merged: {} }
  return { ...content, ...none, losses: { tooOld: 0, unreadable: 0 }, reports: undefined }
}

/** What several files contain together. A file that another one contains already is left out. */
export function mergeContents(contents: readonly JournalContent[], now: number): Adopted {
  const contained = new Set(contents.flatMap(({ serials }) => serials))
  const own = contents.flatMap((content) =>
    contained.has(content.header.serial) ? (batchesOf(content) ?? []) : content,
  )
  const parts = joinOldFiles(own).map((content) => ({
    serial: content.header.serial,
    isReported: content.isReported,
    ...adoptContent(content, now),
  }))
  return {
    incidents: parts.flatMap(({ incidents }) => incidents),
    unconfirmed: parts.flatMap(({ unconfirmed }) => unconfirmed),
    losses: parts.map(({ losses }) => losses).reduce(addLosses, { tooOld: 0, unreadable: 0 }),
    batches: parts.flatMap(({ batches }) => batches),
    merged: parts.map(({ merged }) => merged).reduce(laterOf, {}),
    reports: own.flatMap(({ reports }) => reports ?? []),
    died: parts.find(({ losses }) => losses.tooOld + losses.unreadable > 0)?.died,
    serials: contents.flatMap(({ header, serials }) => [header.serial, ...serials]),
    files: parts.map(({ serial, isReported, incidents }) => ({ serial, isReported, incidents })),
  }
}

function adoptContent(
  content: JournalContent,
  now: number,
): Omit<Adopted, 'serials' | 'files' | 'reports'> {
  const died = diedProcess(content)
  const holder = holderOf(content.header)
  const sending = [...content.sending.values()].filter((each) => isUnanswered(each, content))
  let tooOld = 0
  const incidents = [...content.incidents.values()].flatMap((each) => {
    const key = journalKey(each.channel, each.fingerprint)
    const posts = sending.filter((post) => isAbout(post, key))
    const snapshot = withOwner(withUncertainList(each, posts, content), holder)
    const alert = unsentAlert(snapshot, died)
    if (alert === undefined) return [snapshot]
    if (now - alert.at > maxAlertAgeMs) {
      tooOld += 1
      return withoutAlert(snapshot)
    }
    const isSingle = (post: SendingRecord): boolean => isAboutOne(post, content)
    const {
      id: tried,
      at: triedAt,
      attempts: unanswered,
    } = posts.find(isSingle) ?? {
      id: alert.tried,
      at: alert.triedAt,
      attempts: alert.unanswered,
    }
    const isUnconfirmed = posts.some((post) => !isSingle(post))
    return [{ ...snapshot, adopted: { ...alert, tried, triedAt, unanswered, isUnconfirmed } }]
  })
  const batches = content.batches.filter((batch) => {
    const { member, seq, incidents: reported, actions = [] } = batch
    const isMerged = seq <= (content.merged[member] ?? 0)
    const times = [...reported.map(({ lastSeen }) => lastSeen), ...actions.map(({ at }) => at)]
    const isOver = times.every((time) => now - time > maxAlertAgeMs)
    if (isOver && !isMerged) tooOld += reported.filter(({ events }) => events.length > 0).length
    return !isOver
  })
  return {
    incidents,
    unconfirmed: sending.filter((post) => !isAboutOne(post, content)),
    losses: addLosses(content.losses, { tooOld, unreadable: 0 }),
    batches: batches.map((batch) => ({ batch, died, isReported: content.isReported })),
    merged: content.merged,
    died,
  }
}

/** The alert of an incident that was not sent. */
function unsentAlert(
  { alerts, adopted }: IncidentSnapshot,
  died: DiedProcess | undefined,
): AdoptedAlert | undefined {
  if (adopted !== undefined) return adopted
  const { last, decided, shown } = alerts
  if (last === undefined || decided <= shown) return undefined
  const { reason, at, silentMs, spike } = last
  return {
    reason,
    at,
    died,
    ...(silentMs !== undefined && { silentMs }),
    ...(spike !== undefined && { spike }),
  }
}

function withoutAlert(snapshot: IncidentSnapshot): readonly IncidentSnapshot[] {
  const { shown } = snapshot.alerts
  if (shown === 0) return []
  return [{ ...snapshot, adopted: undefined, alerts: { ...snapshot.alerts, decided: shown } }]
}

/** A process may have edited a message after it wrote down whose it was. */
function withOwner(snapshot: IncidentSnapshot, holder: string): IncidentSnapshot {
  const { root, storm } = snapshot
  return {
    ...snapshot,
    root: root && { ...root, expected: ownedBy(root.expected, holder) },
    storm: storm && { ...storm, expected: ownedBy(storm.expected, holder) },
  }
}

function ownedBy(expected: Metadata | undefined, holder: string): Metadata | undefined {
  const owners = String(expected?.['owner'] ?? '').split(' ')
  return expected && { owner: [...owners.slice(-maxOwners), holder].join(' ') }
}

/** What a list may contain counts as listed until the list was looked up. */
function withUncertainList(
  snapshot: IncidentSnapshot,
  posts: readonly SendingRecord[],
  content: JournalContent,
): IncidentSnapshot {
  const { storm } = snapshot
  const isMaybeListed = posts.some((post) => !isAboutOne(post, content) && post.storm === undefined)
  if (storm === undefined || !isMaybeListed) return snapshot
  return { ...snapshot, storm: { ...storm, isListed: true } }
}

/** Whether a post may be the only message that shows an alert, or that lists a problem of a storm. */
function isUnanswered({ names }: SendingRecord, { incidents }: JournalContent): boolean {
  return Object.entries(names).some(([key, alert]) => {
    const known = incidents.get(key)
    return known !== undefined && (alert > known.alerts.shown || known.storm?.isListed === false)
  })
}

function isAbout({ names, storm }: SendingRecord, key: string): boolean {
  return names[key] !== undefined || storm?.members.includes(key) === true
}

/** Whether a post is an incident's own, and no list of a storm, which may have one line. */
function isAboutOne(
  { names, storm, thread }: SendingRecord,
  { incidents }: JournalContent,
): boolean {
  const [key = '', ...others] = Object.keys(names)
  const stormRef = incidents.get(key)?.storm?.ref
  const isList = thread !== undefined && thread === stormRef
  return storm === undefined && others.length === 0 && !isList
}

/** The process that left this, unless it ended in order. */
function diedProcess({ header, hasEnded, lastAt }: JournalContent): DiedProcess | undefined {
  if (hasEnded) return undefined
  const { pid, startedAt, release } = header
  return {
    pid,
    ...(lastAt > 0 && { at: lastAt, uptimeMs: Math.max(0, lastAt - startedAt) }),
    ...(release !== undefined && { release }),
  }
}
