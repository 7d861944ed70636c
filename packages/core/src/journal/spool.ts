import { TokenBucket } from '../clock.ts'
import type { KeptEvents } from '../delivery/consequences.ts'
import type { Clock } from '../environment.ts'
import {
  createSerial,
  freePath,
  heartbeatMs,
  ownPath,
  prepareFolder,
  shortHash,
  type SpoolFolder,
} from './folder.ts'
import {
  endLine,
  entryLine,
  headerLine,
  type KeptEvent,
  type KeptRequest,
  readSpool,
  tryingLine,
} from './records.ts'
import { SpoolFile } from './spool-file.ts'

/** What a spool works with. */
export interface SpoolParts {
  readonly folder: SpoolFolder
  readonly clock: Clock
  readonly release: string | undefined
  /** Told in words why something is not kept. */
  readonly onTrouble: (reason: string) => void
}

const maxBytes = 5_000_000
/** Appends cost the caller some microseconds each: so many at once, then so many a second. */
const syncBurst = 50
const syncEveryMs = 20
/** After a failure the disk is left alone for a while, in milliseconds. */
const restMs = 10_000

/**
 * Keeps what is not told yet on disk, since memory does not survive an abort: one append-only file a process, written in the
 * caller's turn. It is written through to the system, not to the disk: it survives the process, and no power loss.
 */
export class Spool implements KeptEvents {
  readonly #parts: SpoolParts
  readonly #budget: TokenBucket
  readonly #serial: string
  /** Entries by fingerprint, in the order they came. */
  readonly #byFingerprint = new Map<string, number[]>()
  #file: SpoolFile | undefined
  #files = 0
  #lastId = 0
  #restUntil = 0
  #isOff = false
  #hasHeartbeat = false

  constructor(parts: SpoolParts) {
    this.#parts = parts
    this.#budget = new TokenBucket({ burst: syncBurst, everyMs: syncEveryMs }, parts.clock.now())
    this.#serial = createSerial()
  }

  /** Whether one more may be kept in the caller's turn. */
  get hasTime(): boolean {
    return this.#budget.waitMs(this.#parts.clock.now()) <= 0
  }

  /** Keeps an alert until it is told. */
  keepEvent(kept: KeptEvent): void {
    this.#budget.take(this.#parts.clock.now())
    const id = this.#keep({ ...kept, fingerprint: publicFingerprint(kept.fingerprint) })
    if (id === undefined) return
    const ids = this.#byFingerprint.get(kept.fingerprint)
    if (ids === undefined) this.#byFingerprint.set(kept.fingerprint, [id])
    else ids.push(id)
  }

  /**
   * Keeps a delivery for the next start.
   *
   * @returns whether it is kept
   */
  keepRequest(kept: KeptRequest): boolean {
    return this.#keep(kept) !== undefined
  }

  mark(): number {
    return this.#lastId
  }

  tell(fingerprints: readonly string[], mark: number): void {
    const told: number[] = []
    for (const fingerprint of fingerprints) {
      const ids = this.#byFingerprint.get(fingerprint)
      if (ids === undefined) continue
      told.push(...ids.filter((id) => id <= mark))
      const left = ids.filter((id) => id > mark)
      if (left.length === 0) this.#byFingerprint.delete(fingerprint)
      else this.#byFingerprint.set(fingerprint, left)
    }
    if (told.length > 0) this.#try(() => this.#file?.tell(told))
  }

  trying(fingerprints: readonly string[], as: string): void {
    const ids = fingerprints.flatMap((fingerprint) => this.#byFingerprint.get(fingerprint) ?? [])
    if (ids.length > 0) this.#try(() => this.#file?.note(tryingLine(ids, as)))
  }

  has(fingerprints: readonly string[]): boolean {
    return fingerprints.every((fingerprint) => this.#byFingerprint.has(fingerprint))
  }

  /** The process ends in order: what is left here is told at the next start. */
  close(): void {
    const file = this.#file
    this.#file = undefined
    this.#isOff = true
    if (file === undefined) return
    const { folder, clock } = this.#parts
    const path = freePath(folder, `${this.#serial}-${this.#files}`)
    this.#try(() => file.close({ path, lastLine: endLine(clock.now()) }))
  }

  #keep(kept: KeptEvent | KeptRequest): number | undefined {
    if (this.#isOff || this.#parts.clock.now() < this.#restUntil) return undefined
    const id = this.#lastId + 1
    const line = entryLine({ id, at: this.#parts.clock.now(), ...kept })
    return this.#try(() => {
      const file = this.#roomyFile(line.length)
      if (file === undefined) return undefined
      file.append(id, line)
      this.#lastId = id
      return id
    })
  }

  /** The file with room for so much more, if it can have that. */
  #roomyFile(bytes: number): SpoolFile | undefined {
    this.#file ??= this.#createFile()
    if (this.#file !== undefined && this.#file.size + bytes > maxBytes) this.#compact(this.#file)
    if (this.#file === undefined || this.#file.size + bytes <= maxBytes) return this.#file
    this.#rest(`the spool has reached ${maxBytes / 1e6} MB`)
    return undefined
  }

  #createFile(): SpoolFile | undefined {
    const { folder, release, onTrouble } = this.#parts
    const refusal = prepareFolder(folder)
    if (refusal !== undefined) {
      this.#isOff = true
      onTrouble(
        `what is unsent when the process dies is lost, since ${folder.path} cannot be used: ${refusal}; set \`spoolDir\` to another folder, or to false`,
      )
      return undefined
    }
    this.#files += 1
    const { pid, host, startedAt } = folder.process
    const path = ownPath(folder, `${this.#serial}-${this.#files}`)
    const file = SpoolFile.create(folder, path, headerLine({ pid, host, startedAt, release }))
    this.#touchRegularly()
    return file
  }

  /** Puts a file without what was told in the place of this one. */
  #compact(old: SpoolFile): void {
    const { folder } = this.#parts
    const content = readSpool(folder.fileSystem.readFileSync(old.path, 'utf8'))
    if (content === undefined) return
    const file = SpoolFile.create(folder, `${old.path}.new`, headerLine(content.header))
    try {
      for (const entry of content.entries) {
        if (old.has(entry.id)) file.append(entry.id, entryLine(entry))
      }
      file.replace(old)
    } catch (error) {
      file.discard()
      throw error
    }
    this.#file = file
  }

  #touchRegularly(): void {
    if (this.#hasHeartbeat) return
    this.#hasHeartbeat = true
    const { clock } = this.#parts
    clock.setTimer(() => {
      this.#hasHeartbeat = false
      if (this.#file === undefined) return
      this.#try(() => this.#file?.touch(clock.now()))
      this.#touchRegularly()
    }, heartbeatMs)
  }

  #try<Value>(use: () => Value): Value | undefined {
    try {
      return use()
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      this.#rest(`the spool cannot be written: ${code ?? message}`)
      return undefined
    }
  }

  #rest(reason: string): void {
    this.#restUntil = this.#parts.clock.now() + restMs
    this.#parts.onTrouble(`${reason}; what is unsent when the process dies is lost`)
  }
}

/** Nothing of what was logged may be on disk as it is, and a fingerprint may be made of it. */
function publicFingerprint(fingerprint: string): string {
  return /^[\w.:-]{1,64}$/.test(fingerprint) ? fingerprint : shortHash(fingerprint)
}
