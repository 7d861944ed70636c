import { basename } from 'node:path'
import { readSaved, type SavedIncident, writeSaved } from '../incident/snapshot.ts'
import {
  createSerial,
  findOrphans,
  freePath,
  heartbeatMs,
  isTrusted,
  openFile,
  ownPath,
  prepareFolder,
  type SpoolFolder,
  writeWhole,
} from './folder.ts'

/** What a state file works with. */
export interface StateFileParts {
  readonly folder: SpoolFolder
  /** In milliseconds since 1970. */
  readonly now: () => number
  /** Told in words why something is not kept or cannot be read. */
  readonly onTrouble: (reason: string) => void
}

const extension = '.state.json'
/** No process writes more; what is larger is not ours. */
const maxBytes = 20_000_000

/** A small file of this process, written whole each time, and those that dead processes left. */
export class StateFile {
  readonly #parts: StateFileParts
  readonly #serial = createSerial()
  #adopted = 0
  #isOff = false
  #hasFile = false

  constructor(parts: StateFileParts) {
    this.#parts = parts
  }

  /** Puts a text in the place of the last one. */
  write(text: string): void {
    if (this.#isOff) return
    const { folder, onTrouble } = this.#parts
    const refusal = this.#hasFile ? undefined : prepareFolder(folder)
    if (refusal === undefined) {
      this.#try(() => this.#replace(text))
      return
    }
    this.#isOff = true
    onTrouble(
      `the next start will alert everything again, since ${folder.path} cannot be used: ${refusal}; set \`spoolDir\` to another folder, or to false`,
    )
  }

  /** Takes over what dead processes left. Each file goes to one process only, since a rename has one winner. */
  adopt(): readonly string[] {
    const { folder, now } = this.#parts
    const orphans = this.#try(() => findOrphans(folder, now(), extension)) ?? []
    return orphans.flatMap((path) => this.#try(() => this.#takeOver(path)) ?? [])
  }

  /** The process ends: what was written is there for the next one. */
  close(): void {
    if (this.#hasFile) {
      const { folder } = this.#parts
      const path = freePath(folder, this.#serial, extension)
      this.#try(() => folder.fileSystem.renameSync(this.#path, path))
    }
    this.#hasFile = false
    this.#isOff = true
  }

  get #path(): string {
    return ownPath(this.#parts.folder, this.#serial, extension)
  }

  #replace(text: string): void {
    const { folder } = this.#parts
    const { fileSystem } = folder
    const path = ownPath(folder, `${this.#serial}-next`, extension)
    const descriptor = openFile(folder, path, true)
    try {
      writeWhole(fileSystem, descriptor, text)
    } catch (error) {
      fileSystem.unlinkSync(path)
      throw error
    } finally {
      fileSystem.closeSync(descriptor)
    }
    fileSystem.renameSync(path, this.#path)
    this.#hasFile = true
  }

  #takeOver(path: string): string | undefined {
    const { folder, onTrouble } = this.#parts
    const { fileSystem } = folder
    if (!isTrusted(folder, path)) {
      onTrouble(`${basename(path)} is not this service's; left as it is`)
      return undefined
    }
    this.#adopted += 1
    const taken = ownPath(folder, `${this.#serial}-adopted${this.#adopted}`, extension)
    fileSystem.renameSync(path, taken)
    const { size } = fileSystem.lstatSync(taken)
    const text = size > maxBytes ? undefined : fileSystem.readFileSync(taken, 'utf8')
    fileSystem.unlinkSync(taken)
    return text
  }

  #try<Value>(use: () => Value): Value | undefined {
    try {
      return use()
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      // Where there is no folder yet nothing was left, and what is gone another process was faster to take.
      if (code !== 'ENOENT') this.#parts.onTrouble(`incidents cannot be kept: ${code ?? message}`)
      return undefined
    }
  }
}

/** What a keeper works with. */
export interface StateKeeperParts {
  readonly file: StateFile
  /** In milliseconds since 1970. */
  readonly now: () => number
  /** What is to survive this process. */
  readonly collect: () => readonly SavedIncident[]
  /** Told what an earlier process left, the least recently seen first. */
  readonly onAdopted: (incidents: readonly SavedIncident[]) => void
  /** Told that time alone will have something to do. */
  readonly onDue: () => void
}

/** What was decided or posted is saved after so long, in milliseconds; mere counts at the next heartbeat. */
const saveAfterMs = 1000
/** Files of other processes are looked for so often at most, in milliseconds. */
const adoptEveryMs = 5000

/** Lets incidents survive their process: saves them, and takes over those of processes that are gone. */
export class StateKeeper {
  readonly #parts: StateKeeperParts
  #saveAt = Number.POSITIVE_INFINITY
  #beatAt: number
  #adoptFrom = Number.NEGATIVE_INFINITY
  #hasSaved = false

  constructor(parts: StateKeeperParts) {
    this.#parts = parts
    this.#beatAt = parts.now()
  }

  /** When {@link StateKeeper.tick} has something to do, in milliseconds since 1970. */
  get dueAt(): number {
    return Math.min(this.#saveAt, this.#beatAt)
  }

  /** Something was decided or posted. */
  changed(): void {
    if (this.#saveAt !== Number.POSITIVE_INFINITY) return
    this.#saveAt = this.#parts.now() + saveAfterMs
    this.#parts.onDue()
  }

  /** Takes over what processes left that are gone; asked for whenever a problem seems new. */
  adopt(): void {
    const now = this.#parts.now()
    if (now < this.#adoptFrom) return
    this.#adoptFrom = now + adoptEveryMs
    const texts = this.#parts.file.adopt()
    if (texts.length === 0) return
    const incidents = texts.flatMap((text) => readSaved(text) ?? [])
    this.#parts.onAdopted(incidents.toSorted((a, b) => a.lastSeen - b.lastSeen))
    // The files that it came from are gone.
    this.#save()
  }

  tick(now: number): void {
    const isBeat = now >= this.#beatAt
    if (isBeat) {
      this.#beatAt = now + heartbeatMs
      this.adopt()
    }
    // A file that is not written for long counts as left by a dead process.
    if (now >= this.#saveAt || (isBeat && this.#hasSaved)) this.#save()
  }

  /** Saves what there is, for the next process. */
  close(): void {
    this.#save()
    this.#parts.file.close()
  }

  #save(): void {
    this.#saveAt = Number.POSITIVE_INFINITY
    const incidents = this.#parts.collect()
    if (incidents.length === 0 && !this.#hasSaved) return
    this.#hasSaved = true
    this.#parts.file.write(writeSaved(incidents))
  }
}
