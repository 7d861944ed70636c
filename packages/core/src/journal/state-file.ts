import { parseSnapshots, serializeSnapshots, type IncidentSnapshot } from '../incident/snapshot.ts'
import {
  heartbeatMs,
  ownPath,
  prepareFolder,
  releaseFile,
  replaceFile,
  type SpoolFolder,
  takeOver,
  unlessMissing,
} from './folder.ts'

export interface StateFileDeps {
  readonly folder: SpoolFolder
  /** In milliseconds since 1970. */
  readonly now: () => number
  /** Called with the reason when something is not kept or cannot be read. */
  readonly onTrouble: (reason: string) => void
}

const extension = '.state.json'
/** A small file of this process, written as a whole each time, and those of processes that have ended. */
export class StateFile {
  readonly #deps: StateFileDeps
  /** `undefined` until it is written. */
  #path: string | undefined
  #isOff = false

  constructor(deps: StateFileDeps) {
    this.#deps = deps
  }

  /** Replaces the content. */
  write(text: string): void {
    if (this.#isOff) return
    const { folder, onTrouble } = this.#deps
    const refusal = this.#path === undefined ? prepareFolder(folder) : undefined
    if (refusal === undefined) this.#try(() => this.#replace(text))
    else {
      this.#isOff = true
      onTrouble(`the next start will alert everything again, since ${refusal}`)
    }
  }

  /** Takes over the files of processes that have ended, and returns what they contain. */
  adopt(): readonly string[] {
    const { folder, now, onTrouble } = this.#deps
    return takeOver({ folder, extension, now: now(), onTrouble }, ({ path, text }) => {
      folder.fileSystem.unlinkSync(path)
      return text
    })
  }

  /** Releases the file to the next process. */
  close(): void {
    this.#isOff = true
    const path = this.#path
    if (path !== undefined) this.#try(() => releaseFile(this.#deps.folder, path))
  }

  #replace(text: string): void {
    const { folder } = this.#deps
    const path = this.#path ?? ownPath(folder, extension)
    const { descriptor } = replaceFile(folder, path, { text, next: ownPath(folder, extension) })
    folder.fileSystem.closeSync(descriptor)
    this.#path = path
  }

  #try(use: () => void): void {
    unlessMissing((reason) => this.#deps.onTrouble(`incidents cannot be kept: ${reason}`), use)
  }
}

export interface StateKeeperDeps {
  readonly file: StateFile
  /** In milliseconds since 1970. */
  readonly now: () => number
  /** What a later process must know. */
  readonly collect: () => readonly IncidentSnapshot[]
  /** Called with what an earlier process knew, the least recently seen first. */
  readonly onAdopted: (incidents: readonly IncidentSnapshot[]) => void
  /** Called when `dueAt` became earlier. */
  readonly onDue: () => void
}

/** Decisions and posts are saved after this time, in milliseconds; mere counts at the next heartbeat. */
const saveAfterMs = 1000
/** The time between looks at the files of other processes, in milliseconds. */
const adoptEveryMs = 5000

/** Saves the incidents of this process, and takes over those of processes that have ended. */
export class StateKeeper {
  readonly #deps: StateKeeperDeps
  #saveAt = Number.POSITIVE_INFINITY
  #heartbeatAt: number
  #adoptFrom = Number.NEGATIVE_INFINITY
  #hasSaved = false

  constructor(deps: StateKeeperDeps) {
    this.#deps = deps
    this.#heartbeatAt = deps.now()
  }

  /** When {@link StateKeeper.tick} must be called next, in milliseconds since 1970. */
  get dueAt(): number {
    return Math.min(this.#saveAt, this.#heartbeatAt)
  }

  /** Schedules a save. */
  changed(): void {
    if (this.#saveAt !== Number.POSITIVE_INFINITY) return
    this.#saveAt = this.#deps.now() + saveAfterMs
    this.#deps.onDue()
  }

  /** Takes over the incidents of processes that have ended; called whenever a problem seems new. */
  adopt(): void {
    const now = this.#deps.now()
    if (now < this.#adoptFrom) return
    this.#adoptFrom = now + adoptEveryMs
    const texts = this.#deps.file.adopt()
    if (texts.length === 0) return
    const incidents = texts.flatMap((text) => parseSnapshots(text) ?? [])
    this.#deps.onAdopted(incidents.toSorted((a, b) => a.lastSeen - b.lastSeen))
    // The files of the other processes are deleted.
    this.#save()
  }

  tick(now: number): void {
    const isHeartbeat = now >= this.#heartbeatAt
    if (isHeartbeat) {
      this.#heartbeatAt = now + heartbeatMs
      this.adopt()
    }
    // A file that is not written for long counts as abandoned.
    if (now >= this.#saveAt || (isHeartbeat && this.#hasSaved)) this.#save()
  }

  /** Saves a last time, for the next process. */
  close(): void {
    this.#save()
    this.#deps.file.close()
  }

  #save(): void {
    this.#saveAt = Number.POSITIVE_INFINITY
    const incidents = this.#deps.collect()
    if (incidents.length === 0 && !this.#hasSaved) return
    this.#hasSaved = true
    this.#deps.file.write(serializeSnapshots(incidents))
  }
}
