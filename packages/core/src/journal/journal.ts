import { randomUUID } from 'node:crypto'
import { basename, join } from 'node:path'
import { type Ticker, TokenBucket } from '../clock.ts'
import type { ReportBatch } from '../fleet/link.ts'
import type { Incident } from '../incident/incident.ts'
import { type IncidentSnapshot, shiftStorm } from '../incident/snapshot.ts'
import { batchesOf, mergeContents, readTaken } from './adopt.ts'
import { type JournalDeps, type JournalFleet, noFleet } from './deps.ts'
import {
  heartbeatMs,
  ownPath,
  prepareFolder,
  reasonOf,
  releaseFile,
  replaceFile,
  takeOver,
  writeWhole,
} from './folder.ts'
import { type JournalContent, readJournal } from './reader.ts'
import {
  addLosses,
  headerLine,
  isShared,
  isSmall,
  journalKey,
  type JournalRecord,
  type Losses,
  type Merged,
  type Names,
  nothingAdopted,
  type OccurrenceRecord,
  linesOf,
  recordOf,
  reportsRecord,
  type SendingRecord,
  withoutIncidents,
} from './records.ts'

const maxBytes = 5_000_000
/** Appending takes microseconds in the caller's turn: this many at once, then one every `syncEveryMs`. */
const syncBurst = 50
const syncEveryMs = 20
/** The pause after a failed write, in milliseconds. */
const pauseMs = 10_000
/** Decisions and posts are saved after this time, in milliseconds; mere counts at the next heartbeat. */
const saveAfterMs = 1000
/** The time between looks at the files of other processes, in milliseconds. */
const adoptEveryMs = 5000
/** The time until further files are taken over, where there are too many for one turn, in milliseconds. */
const furtherAfterMs = 100
/** Files of other processes whose content is remembered to be in this one. */
const maxSerials = 1000
/** Posts without an answer that are remembered. */
const maxSending = 1000

/**
 * Keeps on disk what must survive the process: one append-only file for each process, written in the caller's turn, since memory does
 * not survive an abort. Writes reach the operating system, not the disk: they survive the process, but no power failure.
 */
export class Journal implements Ticker {
  readonly #deps: JournalDeps
  readonly #budget: TokenBucket
  readonly #serial = randomUUID()
  readonly #fleet: JournalFleet
  readonly #path: string
  /** The file, once something was written. */
  #file: { path: string; descriptor: number; size: number } | undefined
  /** Whether the file lacks something, so that it must be written as a whole. */
  #isIncomplete = true
  /** The unsent alerts in the file, by the incident's key. */
  readonly #held = new Map<string, number>()
  /** The posts without an answer in the file, by id. */
  readonly #sending = new Map<string, SendingRecord>()
  #losses: Losses = { tooOld: 0, unreadable: 0 }
  /** Files of other processes whose content is in no file of this one yet. */
  #taken: readonly string[] = []
  #pausedUntil = Number.NEGATIVE_INFINITY
  #fullUntil = Number.NEGATIVE_INFINITY
  /** Whether records are being collected, and those that come from it. */
  #isCollecting = false
  #waiting: JournalRecord[] = []
  #saveAt = Number.POSITIVE_INFINITY
  #heartbeatAt: number
  #adoptFrom = Number.NEGATIVE_INFINITY
  #adoptAt = Number.POSITIVE_INFINITY
  /** Files whose content another file had. */
  readonly #contained = new Set<string>()
  #isClosed = false

  constructor(deps: JournalDeps) {
    const now = deps.clock.now()
    this.#deps = deps
    this.#fleet = deps.fleet ?? noFleet
    this.#path = ownPath(deps.folder)
    this.#budget = new TokenBucket({ burst: syncBurst, everyMs: syncEveryMs }, now)
    this.#heartbeatAt = now + heartbeatMs
  }

  /** The name of its file. */
  get name(): string {
    return basename(this.#path)
  }

  /** Whether another occurrence may be written in the caller's turn. */
  get hasTime(): boolean {
    return this.#budget.waitMs(this.#deps.clock.now()) <= 0
  }

  /** When {@link Journal.tick} must be called next, in milliseconds since 1970. */
  get dueAt(): number {
    return Math.min(this.#saveAt, this.#heartbeatAt, this.#adoptAt)
  }

  tick(now: number): void {
    const isHeartbeat = now >= this.#heartbeatAt
    if (isHeartbeat) {
      this.#heartbeatAt = now + heartbeatMs
      this.#touch()
    }
    if (isHeartbeat || now >= this.#adoptAt) {
      this.#adoptAt = Number.POSITIVE_INFINITY
      this.adopt()
    }
    if (now >= this.#saveAt || (isHeartbeat && this.#file !== undefined)) this.save()
  }

  /** Writes an occurrence before its alert is sent. @returns whether it is written */
  occurrence(
    incident: Incident,
    given: Pick<OccurrenceRecord, 'at' | 'count' | 'alert' | 'reason' | 'event'>,
  ): boolean {
    const { clock } = this.#deps
    this.#budget.take(clock.now())
    const { fingerprint, route } = incident
    const { channel } = route
    const at = clock.toWall(given.at)
    const outline = incident.storm?.snapshot(incident)
    const storm = outline && shiftStorm(outline, clock.toWall(0))
    const own = { fingerprint, channel, at, storm }
    const isWritten = this.#append({ kind: 'occurrence', ...given, ...own })
    if (isWritten) this.#held.set(journalKey(channel, fingerprint), given.alert)
    return isWritten
  }

  /** Schedules a save of what changed. */
  changed(): void {
    if (this.#saveAt !== Number.POSITIVE_INFINITY) return
    this.#saveAt = this.#deps.clock.now() + saveAfterMs
    this.#deps.onDue()
  }

  /** Writes what changed in the caller's turn, unless that was done too often. */
  saveNow(): void {
    if (!this.hasTime) {
      this.changed()
      return
    }
    this.#budget.take(this.#deps.clock.now())
    this.save()
  }

  /** Writes what changed. */
  save(): void {
    this.#saveAt = Number.POSITIVE_INFINITY
    if (!this.#fleet.isOwner) return
    if (this.#isIncomplete && this.#file !== undefined) {
      this.#append()
      return
    }
    const snapshots = this.#collect({ isComplete: false })
    const reports = reportsRecord(this.#deps.reports?.({ isComplete: false }))
    if (snapshots.length + reports.length === 0) return
    const mark: JournalRecord = { ...nothingAdopted, merged: this.#fleet.mark() }
    const isWritten = this.#append(...snapshots.map(recordOf), ...reports, mark)
    if (isWritten) for (const snapshot of snapshots) this.#hold(snapshot)
  }

  /** A post is about to be sent. */
  sending(post: Omit<SendingRecord, 'kind' | 'at'>): void {
    const { clock } = this.#deps
    const storm = post.storm && shiftStorm(post.storm, clock.toWall(0))
    const record: SendingRecord = { kind: 'sending', ...post, at: clock.wallNow(), storm }
    this.#sending.set(post.id, record)
    const [oldest] = this.#sending.keys()
    if (this.#sending.size > maxSending && oldest !== undefined) this.#sending.delete(oldest)
    this.#append(record)
  }

  /**
   * A post was accepted.
   *
   * @param ref the message, if there is a reference
   */
  sent(id: string, ref: string | undefined, names: Names): void {
    this.#sending.delete(id)
    for (const [key, alert] of Object.entries(names))
      if ((this.#held.get(key) ?? 0) <= alert) this.#held.delete(key)
    this.#append({ kind: 'sent', id, ...(ref !== undefined && { ref }), names })
  }

  /** What is reported to the leader, before it is. */
  report(batch: ReportBatch): void {
    this.#append({ kind: 'batch', ...batch })
  }

  /**
   * What others lack of the incidents is in batches of this file.
   *
   * @param merged those that are among the incidents
   */
  reported(merged: Merged): void {
    this.#append({ ...nothingAdopted, merged }, { kind: 'reported' })
  }

  /** The leader has merged the batches up to this one. */
  acknowledged(seq: number): void {
    this.#append({ kind: 'acknowledged', seq })
  }

  /** Batches of other members were merged, in one line with what they changed. */
  merged(merged: Merged, incidents: readonly IncidentSnapshot[]): void {
    const all = { ...merged, ...this.#fleet.mark() }
    const record: JournalRecord = { ...nothingAdopted, incidents, merged: all }
    if (this.#append(record)) for (const snapshot of incidents) this.#hold(snapshot)
  }

  /** A message showed what was lost. */
  lossesShown(): void {
    this.#losses = { tooOld: 0, unreadable: 0 }
    this.#append({ kind: 'lossesShown' })
  }

  /** Whether the next process will send all of these alerts. */
  holds(names: Names): boolean {
    return Object.entries(names).every(([key, alert]) => (this.#held.get(key) ?? 0) >= alert)
  }

  /** Whether what changes can be written. */
  get isWritable(): boolean {
    return this.#file !== undefined && !this.#isIncomplete
  }

  /** Takes over what processes that have ended left; called at the start and whenever a problem seems new. */
  adopt(): void {
    this.#tryAdopt([])
  }

  /** Takes over at once, and also the files of processes that are known to have ended, or lead no longer. */
  adoptNow(...ended: readonly (string | undefined)[]): void {
    this.#adoptFrom = Number.NEGATIVE_INFINITY
    this.#tryAdopt(ended.filter((name) => name !== undefined))
  }

  #tryAdopt(ended: readonly string[]): void {
    try {
      this.#adopt(ended)
    } catch (error) {
      this.#deps.onTrouble(`what was left cannot be taken over: ${reasonOf(error)}`)
    }
  }

  #adopt(ended: readonly string[]): void {
    const { folder, watch, clock, onTrouble } = this.#deps
    const now = clock.now()
    if (now < this.#adoptFrom || this.#isClosed) return
    this.#adoptFrom = now + adoptEveryMs
    const { files, isPartial } = takeOver({
      folder,
      ownFile: this.#path,
      watch,
      clock,
      ended,
      mayTake: () => this.#fleet.mayAdopt(),
      onTrouble,
    })
    if (isPartial) this.#adoptFurther(now)
    const contents = files.flatMap((file) => {
      const content = readTaken(file)
      if (content === undefined) this.#setAside(file.name, file.path)
      else this.#taken = [...this.#taken, file.path]
      const isContained = content !== undefined && this.#contained.has(content.header.serial)
      return (isContained ? batchesOf(content) : content) ?? []
    })
    this.#takeIn(contents)
  }

  /** Takes over what an earlier leader kept in the link's store; all of this process is kept there from now on. */
  adoptStored(text: string): void {
    this.#isIncomplete = true
    const content = text === '' ? undefined : readJournal(text)
    if (content === undefined) this.#append()
    else this.#takeIn([content])
  }

  #takeIn(contents: readonly JournalContent[]): void {
    const { clock, onAdopted } = this.#deps
    for (const { header, serials } of contents)
      for (const each of [header.serial, ...serials]) this.#contained.add(each)
    if (contents.length === 0) return
    const adopted = mergeContents(contents, clock.wallNow())
    this.#losses = addLosses(this.#losses, adopted.losses)
    for (const each of adopted.unconfirmed) this.#sending.set(each.id, each)
    const incidents = onAdopted(adopted)
    const { serials, unconfirmed: sending, losses } = adopted
    const merged = this.#fleet.merged()
    const record: JournalRecord = { kind: 'adopted', serials, incidents, sending, losses, merged }
    if (this.#append(record)) for (const snapshot of incidents) this.#hold(snapshot)
  }

  #adoptFurther(now: number): void {
    this.#adoptFrom = now + furtherAfterMs
    this.#adoptAt = this.#adoptFrom
    this.#deps.onDue()
  }

  /**
   * Another process continues with what is in the file.
   *
   * @param isOver whether it does so without the file
   */
  abandon({ isOver = false }: { readonly isOver?: boolean } = {}): void {
    if (!this.#isClosed) this.#closeFile(isOver ? 'delete' : 'keep')
  }

  /**
   * Saves a last time, and leaves the file to the next process.
   *
   * @param isOver called when it is saved: whether another process has everything, so that nothing needs to be left
   */
  close(isOver: () => boolean = () => false): void {
    if (this.#isClosed) return
    if (!this.#fleet.isOwner) {
      this.abandon()
      return
    }
    this.#pausedUntil = Number.NEGATIVE_INFINITY
    this.#fullUntil = Number.NEGATIVE_INFINITY
    this.save()
    if (this.#file !== undefined) this.#append({ kind: 'ended', at: this.#deps.clock.wallNow() })
    this.#closeFile(isOver() ? 'delete' : 'release')
    for (const path of this.#taken) this.#try(() => releaseFile(this.#deps.folder, path))
  }

  #closeFile(then: 'keep' | 'delete' | 'release'): void {
    this.#isClosed = true
    const { folder } = this.#deps
    this.#try(() => {
      if (this.#file === undefined) return
      folder.fileSystem.closeSync(this.#file.descriptor)
      if (then === 'delete') folder.fileSystem.unlinkSync(this.#file.path)
      if (then === 'release') releaseFile(folder, this.#file.path)
    })
  }

  #hold({ channel, fingerprint, alerts, adopted }: IncidentSnapshot): void {
    const alert = adopted === undefined ? alerts.decided : alerts.shown + 1
    if (alert > alerts.shown) this.#held.set(journalKey(channel, fingerprint), alert)
  }

  /** Reading incidents may normalize events, which are written then. */
  #collect(given: { readonly isComplete: boolean }): readonly IncidentSnapshot[] {
    this.#isCollecting = true
    try {
      return this.#deps.snapshots(given)
    } finally {
      this.#isCollecting = false
    }
  }

  /** @returns whether the records are in the file, where a successor reads them */
  #append(...records: readonly JournalRecord[]): boolean {
    if (this.#isCollecting) {
      this.#waiting.push(...records)
      return true
    }
    const isWritten = this.#tryAppend(records)
    const isSaved = isWritten && this.#fleet.isKept
    // A process that is stopped in between may be replaced: then nobody knows whether its successor has read what was written.
    const isReplaced = isWritten && !isSaved && !this.#fleet.isOwner
    if (isReplaced) this.#fleet.replaced()
    this.#deps.onSettled?.({ isWritten, isSaved })
    return isWritten && !isReplaced
  }

  #tryAppend(records: readonly JournalRecord[]): boolean {
    const now = this.#deps.clock.now()
    if (this.#isClosed || now < this.#pausedUntil || !this.#fleet.isOwner) {
      this.#isIncomplete = true
      return false
    }
    const all = [...this.#waiting.splice(0), ...records]
    const text = linesOf(all)
    const isWritten = this.#try(() => {
      this.#expectFile()
      const size = (this.#file?.size ?? 0) + Buffer.byteLength(text)
      const hasRoom = size <= maxBytes || records.every(isSmall)
      if (!this.#isIncomplete && hasRoom) this.#write(text, all)
      else if (!this.#makeRoom(records, now)) {
        // Until there is room, the file lacks something. What was written before may be half a line.
        if (text !== '' && records.every(isSmall)) this.#write(`\n${text}`, all)
        this.#isIncomplete = true
        return false
      }
      this.#removeTaken()
      return true
    })
    if (isWritten === undefined) {
      this.#isIncomplete = true
      this.#pausedUntil = now + pauseMs
    }
    return isWritten === true
  }

  /** @returns whether what is over made enough room */
  #makeRoom(records: readonly JournalRecord[], now: number): boolean {
    if (now < this.#fullUntil) return false
    if (this.#rewrite(records)) return true
    this.#fullUntil = now + pauseMs
    this.#deps.onTrouble(`it has reached ${maxBytes / 1e6} MB`)
    return false
  }

  /** Somebody may have deleted the file; writing to it would still succeed. */
  #expectFile(): void {
    const file = this.#file
    if (file === undefined) return
    const { nlink } = this.#deps.folder.fileSystem.fstatSync(file.descriptor)
    if (nlink > 0) return
    this.#deps.folder.fileSystem.closeSync(file.descriptor)
    this.#file = undefined
    this.#isIncomplete = true
    this.#deps.onTrouble('its file was deleted; it is written again')
  }

  #write(text: string, records: readonly JournalRecord[]): void {
    const file = this.#file
    if (file === undefined) return
    // Until it is written as a whole, the next line must not continue this one.
    this.#isIncomplete = true
    file.size += writeWhole(this.#deps.folder.fileSystem, file.descriptor, text)
    this.#fleet.store?.append(linesOf(records.filter(isShared)))
    this.#isIncomplete = false
  }

  /**
   * Writes the file anew, without what is over, and puts it in the place of the old one.
   *
   * @returns whether it is short enough; else it stays as it is
   */
  #rewrite(records: readonly JournalRecord[]): boolean {
    const { folder, release } = this.#deps
    const refusal = prepareFolder(folder)
    if (refusal !== undefined) throw new Error(refusal)
    const { pid, host, startedAt } = folder.process
    const header = headerLine({ pid, host, startedAt, release, serial: this.#serial })
    const incidents = this.#collect({ isComplete: true })
    const serials = [...this.#contained].slice(-maxSerials)
    const all: readonly JournalRecord[] = [
      ...incidents.map(recordOf),
      ...reportsRecord(this.#deps.reports?.({ isComplete: true })),
      ...this.#sending.values(),
      { ...nothingAdopted, serials, losses: this.#losses, merged: this.#fleet.merged() },
      ...this.#fleet.unacknowledged().map((batch): JournalRecord => ({ kind: 'batch', ...batch })),
      ...(this.#fleet.store === undefined ? [] : [{ kind: 'reported' } as const]),
      ...records.flatMap(withoutIncidents),
    ]
    // Their incidents are among those above.
    this.#waiting = []
    const text = header + linesOf(all)
    if (Buffer.byteLength(text) > maxBytes) return false
    const path = this.#path
    const { descriptor, size } = replaceFile(folder, path, { text, next: ownPath(folder, '.new') })
    if (this.#file !== undefined) folder.fileSystem.closeSync(this.#file.descriptor)
    this.#file = { path, descriptor, size }
    this.#fleet.store?.replace(header + linesOf(all.filter(isShared)))
    this.#isIncomplete = false
    this.#held.clear()
    for (const snapshot of incidents) this.#hold(snapshot)
    return true
  }

  /** What was taken over is in this process's file now. */
  #removeTaken(): void {
    const { fileSystem } = this.#deps.folder
    for (const path of this.#taken) this.#try(() => fileSystem.unlinkSync(path))
    this.#taken = []
  }

  #setAside(name: string, path: string): void {
    const { folder, onTrouble } = this.#deps
    this.#try(() => folder.fileSystem.renameSync(path, join(folder.path, `${name}.aside`)))
    onTrouble(`${name} cannot be read; set aside`)
  }

  /** Shows that the process is alive. */
  #touch(): void {
    const file = this.#file
    const now = this.#deps.clock.wallNow() / 1000
    const { fileSystem } = this.#deps.folder
    if (file !== undefined) this.#try(() => fileSystem.futimesSync(file.descriptor, now, now))
    for (const path of this.#taken) this.#try(() => fileSystem.utimesSync(path, now, now))
  }

  #try<Value>(use: () => Value): Value | undefined {
    try {
      return use()
    } catch (error) {
      this.#deps.onTrouble(`it cannot be written: ${reasonOf(error)}`)
      return undefined
    }
  }
}
