import { type SteadyClock, TokenBucket } from '../clock.ts'
import { heartbeatMs, prepareFolder, reasonOf, shortHash, type SpoolFolder } from './folder.ts'
import { entryLine, type KeptEvent, type KeptRequest, sendingLine } from './records.ts'
import { SpoolFile } from './spool-file.ts'

export interface SpoolDeps {
  readonly folder: SpoolFolder
  readonly clock: SteadyClock
  readonly release: string | undefined
  /** Called with the reason when something is not kept. */
  readonly onTrouble: (reason: string) => void
}

/** Appending takes microseconds in the caller's turn: this many at once, then one every `syncEveryMs`. */
const syncBurst = 50
const syncEveryMs = 20
/** The pause after a failed write, in milliseconds. */
const pauseMs = 10_000

/**
 * Keeps unsent alerts on disk, since memory does not survive an abort: one append-only file for each process, written in the caller's
 * turn. Writes reach the operating system, not the disk: they survive the process, but no power failure.
 */
export class Spool {
  readonly #deps: SpoolDeps
  readonly #budget: TokenBucket
  /** Entries by fingerprint, oldest first. */
  readonly #byFingerprint = new Map<string, readonly number[]>()
  #file: SpoolFile | undefined
  #lastId = 0
  #pausedUntil = 0
  #isOff = false

  constructor(deps: SpoolDeps) {
    this.#deps = deps
    this.#budget = new TokenBucket({ burst: syncBurst, everyMs: syncEveryMs }, deps.clock.now())
  }

  /** Whether another alert may be kept in the caller's turn. */
  get hasTime(): boolean {
    return this.#budget.waitMs(this.#deps.clock.now()) <= 0
  }

  /** Keeps an alert until it is sent. */
  keepEvent(kept: KeptEvent): void {
    this.#budget.take(this.#deps.clock.now())
    const id = this.#keep({ ...kept, fingerprint: publicFingerprint(kept.fingerprint) })
    if (id === undefined) return
    this.#byFingerprint.set(kept.fingerprint, [...this.#idsOf([kept.fingerprint]), id])
  }

  /**
   * Keeps a delivery for the next process.
   *
   * @returns whether it is kept
   */
  keepRequest(kept: KeptRequest): boolean {
    return this.#keep(kept) !== undefined
  }

  /** The position up to which `sent` counts. */
  mark(): number {
    return this.#lastId
  }

  /** These were sent, as far as they were written before the mark. */
  sent(fingerprints: readonly string[], mark: number): void {
    const ids = this.#idsOf(fingerprints)
    for (const fingerprint of fingerprints) {
      const left = this.#idsOf([fingerprint]).filter((id) => id > mark)
      if (left.length === 0) this.#byFingerprint.delete(fingerprint)
      else this.#byFingerprint.set(fingerprint, left)
    }
    this.#try(() => this.#file?.markSent(ids.filter((id) => id <= mark)))
  }

  /** These are about to be sent under an id, by which they can be looked up. */
  sending(fingerprints: readonly string[], id: string): void {
    const ids = this.#idsOf(fingerprints)
    if (ids.length > 0) this.#try(() => this.#file?.write(sendingLine(ids, id)))
  }

  /** Whether the next process will send all of these. */
  has(fingerprints: readonly string[]): boolean {
    return fingerprints.every((fingerprint) => this.#byFingerprint.has(fingerprint))
  }

  /** Closes the file; the next process sends what is left in it. */
  close(): void {
    const file = this.#file
    this.#file = undefined
    this.#isOff = true
    this.#try(() => file?.close(this.#deps.clock.wallNow()))
  }

  #idsOf(fingerprints: readonly string[]): readonly number[] {
    return fingerprints.flatMap((fingerprint) => this.#byFingerprint.get(fingerprint) ?? [])
  }

  #keep(kept: KeptEvent | KeptRequest): number | undefined {
    const { clock } = this.#deps
    if (this.#isOff || clock.now() < this.#pausedUntil) return undefined
    const id = this.#lastId + 1
    return this.#try(() => {
      this.#file ??= this.#createFile()
      if (this.#file === undefined) return undefined
      this.#file.append(id, entryLine({ id, at: clock.wallNow(), ...kept }))
      this.#lastId = id
      return id
    })
  }

  #createFile(): SpoolFile | undefined {
    const { folder, release, onTrouble } = this.#deps
    const refusal = prepareFolder(folder)
    if (refusal !== undefined) {
      this.#isOff = true
      onTrouble(`what is unsent when the process dies is lost, since ${refusal}`)
      return undefined
    }
    const { pid, host, startedAt } = folder.process
    const file = SpoolFile.create(folder, { pid, host, startedAt, release })
    this.#keepAlive()
    return file
  }

  #keepAlive(): void {
    const { clock } = this.#deps
    clock.setTimer(() => {
      if (this.#file === undefined) return
      this.#try(() => this.#file?.touch(clock.wallNow()))
      this.#keepAlive()
    }, heartbeatMs)
  }

  #try<Value>(use: () => Value): Value | undefined {
    try {
      return use()
    } catch (error) {
      const { clock, onTrouble } = this.#deps
      this.#pausedUntil = clock.now() + pauseMs
      const reason = `the spool cannot be written: ${reasonOf(error)}`
      onTrouble(`${reason}; what is unsent when the process dies is lost`)
      return undefined
    }
  }
}

/** A user's fingerprint may contain what was logged, which must not be on disk. */
function publicFingerprint(fingerprint: string): string {
  return /^[\w.:-]{1,64}$/.test(fingerprint) ? fingerprint : shortHash(fingerprint)
}
