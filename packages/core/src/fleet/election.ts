import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Clock, FileSystem } from '../environment.ts'
import {
  holderOf,
  type JournalFolder,
  prepareFolder,
  ProcessWatch,
  reasonOf,
  writeWhole,
} from '../journal/folder.ts'

/** The leader of a host, as its file names it. */
export interface Leader {
  readonly v: number
  /** The socket or named pipe. */
  readonly address: string
  /** Its process. */
  readonly holder: string
  /** As in `'web-1:4711'`. */
  readonly name: string
  /** The name of its journal. */
  readonly journal: string | undefined
  /** The journals of the leaders before it, the latest first. */
  readonly earlier?: readonly string[] | undefined
}

export interface ElectionDeps {
  readonly folder: JournalFolder
  /** Identifies the fleet. */
  readonly fleet: string
  readonly clock: Clock
}

/** The result of an election. */
export type Elected =
  /** This process leads, and continues with what the leader before it left. */
  | { readonly status: 'leads'; readonly before: Leader | undefined }
  | { readonly status: 'follows'; readonly leader: Leader }
  /** Another process is being elected. */
  | { readonly status: 'busy' }
  /** The folder cannot be used, which its journal reports. */
  | { readonly status: 'unusable'; readonly reason: string }
  | { readonly status: 'impossible'; readonly reason: string }

/** Of the file's format and of the messages on the socket. */
const version = 1
/** Leaders that replace each other before one has taken over what the others left. */
const maxEarlier = 8
/** A process that holds the lock for longer was killed, in milliseconds. */
const maxLockMs = 2000

/**
 * Elects the leader of a host by a file in the journal's folder that names it: whoever finds none, or one that has ended, puts its own in
 * its place, under a lock. All of it is done in the caller's turn, so that the first alert does not wait.
 */
export class Election {
  readonly #deps: ElectionDeps
  readonly #file: string
  readonly #lock: string
  /** What this process wrote. */
  #own: string | undefined

  constructor(deps: ElectionDeps) {
    const { folder, fleet } = deps
    this.#deps = deps
    this.#file = join(folder.path, `${fleet}.leader`)
    this.#lock = join(folder.path, `${fleet}.lock`)
  }

  /** Whether the file names no other process. One that was deleted, or cannot be read any more, names nobody. */
  get isWon(): boolean {
    if (this.#own === undefined) return false
    const text = this.#readText()
    return text === this.#own || text === ''
  }

  /** Writes the file again if it was deleted. */
  keep(): void {
    if (this.#own === undefined || this.#readText() !== '') return
    try {
      if (prepareFolder(this.#deps.folder) === undefined) this.#write(this.#own)
    } catch {
      // The journal reports what is wrong with the folder.
    }
  }

  /**
   * Becomes the leader, unless another process leads.
   *
   * @param ended the address of a leader that has ended or does not answer
   */
  run(own: Omit<Leader, 'v' | 'holder'>, ended: string | undefined): Elected {
    try {
      const known = this.find(ended)
      if (known !== undefined) return known
      if (!this.#takeLock()) return { status: 'busy' }
    } catch (error) {
      return { status: 'unusable', reason: reasonOf(error) }
    }
    try {
      return this.find(ended) ?? this.#lead(own)
    } catch (error) {
      return { status: 'unusable', reason: reasonOf(error) }
    } finally {
      this.#unlink(this.#lock)
    }
  }

  /** The leader, unless it has ended; `undefined` if there is none. */
  find(ended?: string): Exclude<Elected, { readonly status: 'leads' | 'busy' }> | undefined {
    // What others could write there is nobody's leader.
    const reason = prepareFolder(this.#deps.folder)
    if (reason !== undefined) return { status: 'unusable', reason }
    const leader = parseLeader(this.#readText())
    if (leader === undefined || leader.address === ended) return undefined
    if (new ProcessWatch(this.#deps.folder.process).isDead(leader.holder)) return undefined
    if (leader.v === version) return { status: 'follows', leader }
    return { status: 'impossible', reason: `${leader.name} leads with another version` }
  }

  #lead(own: Omit<Leader, 'v' | 'holder'>): Elected {
    const before = parseLeader(this.#readText())
    const holder = holderOf(this.#deps.folder.process)
    const left = [before?.journal ?? [], before?.earlier ?? []].flat().slice(0, maxEarlier)
    this.#write(JSON.stringify({ v: version, ...own, holder, earlier: left } satisfies Leader))
    return { status: 'leads', before }
  }

  /** Leads no longer. */
  withdraw(): void {
    if (this.isWon) this.#unlink(this.#file)
    this.#own = undefined
  }

  /** How old the leader's file is, in milliseconds. */
  get ageMs(): number {
    return this.#ageOf(this.#file) ?? Number.POSITIVE_INFINITY
  }

  #ageOf(path: string): number | undefined {
    try {
      return this.#deps.clock.now() - this.#fileSystem.lstatSync(path).mtimeMs
    } catch {
      // It is gone.
      return undefined
    }
  }

  /** @returns whether this process has it */
  #takeLock(): boolean {
    if (this.#createLock()) return true
    const ageMs = this.#ageOf(this.#lock)
    // One that was removed meanwhile may be another process's next.
    if (ageMs === undefined || ageMs < maxLockMs) return false
    this.#unlink(this.#lock)
    return this.#createLock()
  }

  #createLock(): boolean {
    const { O_CREAT, O_EXCL, O_WRONLY } = constants
    try {
      const descriptor = this.#fileSystem.openSync(this.#lock, O_WRONLY | O_CREAT | O_EXCL, 0o600)
      this.#fileSystem.closeSync(descriptor)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
  }

  #write(text: string): void {
    const next = `${this.#file}.${randomBytes(4).toString('hex')}`
    const { O_CREAT, O_EXCL, O_WRONLY } = constants
    const descriptor = this.#fileSystem.openSync(next, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    try {
      writeWhole(this.#fileSystem, descriptor, text)
    } finally {
      this.#fileSystem.closeSync(descriptor)
    }
    this.#fileSystem.renameSync(next, this.#file)
    this.#own = text
  }

  #readText(): string {
    try {
      return this.#fileSystem.readFileSync(this.#file, 'utf8')
    } catch {
      // Nobody leads, or the folder cannot be read: then it cannot be written either, and that is reported.
      return ''
    }
  }

  #unlink(path: string): void {
    try {
      this.#fileSystem.unlinkSync(path)
    } catch {
      // Another process was faster.
    }
  }

  get #fileSystem(): FileSystem {
    return this.#deps.folder.fileSystem
  }
}

const leaderSchema = v.looseObject({
  v: v.number(),
  address: v.string(),
  holder: v.string(),
  name: v.string(),
  journal: v.optional(v.string()),
  earlier: v.optional(v.array(v.string())),
})

function parseLeader(text: string): Leader | undefined {
  if (text === '') return undefined
  try {
    const leader: unknown = JSON.parse(text)
    return v.is(leaderSchema, leader) ? (leader as Leader) : undefined
  } catch {
    return undefined
  }
}
