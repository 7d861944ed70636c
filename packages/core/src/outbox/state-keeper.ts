import { readSaved, writeSaved } from '../incident/read-saved.ts'
import type { SavedIncident } from '../incident/saved-incident.ts'
import { heartbeatMs } from './spool-folder.ts'
import type { StateFile } from './state-file.ts'

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
