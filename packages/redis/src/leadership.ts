import type { FleetMember, ReportBatch, Timer } from '@slack-logger/core'
import { type Entry, isFailed, type Save, type Store } from './store.ts'
import type { Time } from './time.ts'

export interface LeadershipDeps {
  readonly store: Store
  readonly member: FleetMember
  readonly time: Time
  /** Identifies this leadership, and no other one. */
  readonly holder: string
  /** When the lease was asked for, by {@link Time.elapsed}. */
  readonly takenAt: number
  /** Whether reports of a newer version are left out, since no process of that version leads. */
  readonly skipsNewer: boolean
  /** Called once when it ends: another process leads, the server cannot be reached, or another version has to lead. */
  readonly onEnd: (end: LeadershipEnd) => void
}

/** Why a leadership ended. */
export type LeadershipEnd =
  | { readonly because: 'deposed' }
  | { readonly because: 'cut off'; readonly reason: string }
  | { readonly because: 'newer version' }

/** The time between two renewals of the lease, in milliseconds. */
const renewMs = 3000
/** The time between two attempts of what failed, in milliseconds. */
const retryMs = 500
/** A lease that was renewed longer ago is over, 2 s before others may take it, in milliseconds. */
const trustedMs = 8000
/** The version of batches that this package can read. */
const version = 1

/** One time of leading: renews the lease, hands batches to the sink, and keeps its journal on the server. */
export class Leadership {
  readonly #deps: LeadershipDeps
  #trustedFrom: number
  #wallFrom: number
  #renewal: Timer | undefined
  #isOver = false
  /** What the journal contains and the server does not. */
  #unsaved: Omit<Save, 'number'> | undefined
  /** What is being saved. */
  #inFlight: Save | undefined
  #saves = 0
  #saving: Promise<void> | undefined
  #isTaking = true
  #isPaused = false
  /** Whether what is appended belongs to batches that are being merged. */
  #isMerging = false

  constructor(deps: LeadershipDeps) {
    this.#deps = deps
    this.#trustedFrom = deps.takenAt
    this.#wallFrom = deps.time.wall() - (deps.time.elapsed() - deps.takenAt)
  }

  /** Identifies it. */
  get holder(): string {
    return this.#deps.holder
  }

  /** Whether no other process can lead. The wall clock goes on where a machine sleeps, the monotonic one may not. */
  get isHeld(): boolean {
    if (this.#isOver) return false
    const { time } = this.#deps
    const passedMs = Math.max(time.elapsed() - this.#trustedFrom, time.wall() - this.#wallFrom)
    return passedMs < trustedMs
  }

  /**
   * @param text the journal of earlier leaders
   * @param waiting the batches that wait, oldest first
   */
  start(text: string | undefined, waiting: readonly Entry[]): void {
    const batches = waiting.map(parse).filter((batch) => batch !== undefined)
    // Those of a newer version are looked at after the lead was taken.
    const isReadable = batches.length === waiting.length && batches.every(({ v }) => v <= version)
    const { id: last = '' } = (isReadable && waiting.at(-1)) || {}
    const given = { text, batches: isReadable ? batches : [] }
    this.#take(last, () => this.#deps.member.lead(given))
    this.#renewLater(renewMs)
    this.#run(this.#read(last || '0'))
  }

  /** Whether what is appended reaches the server; if not, all of it is asked for when the server can be reached again. */
  get isTaking(): boolean {
    return this.#isTaking && !this.#isOver
  }

  keep(mode: Save['mode'], text: string): void {
    if (!this.isTaking || (mode === 'append' && text === '')) return
    const { mode: before = 'append', text: unsaved = '', kept = '' } = this.#unsaved ?? {}
    this.#unsaved =
      mode === 'replace' ? { mode, text, kept } : { mode: before, text: unsaved + text, kept }
    if (!this.#isMerging) this.#save()
  }

  /** What the server may lack, in the order in which it is saved. */
  get pending(): readonly Save[] {
    const next = this.#unsaved && { ...this.#unsaved, number: this.#saves + 1 }
    return [this.#inFlight, next].filter((save) => save !== undefined)
  }

  /** Merges no more. */
  pause(): void {
    this.#isPaused = true
  }

  /** Lets another process lead. Resolves when everything is saved and the lease is given back, or cannot be. */
  async leave(): Promise<void> {
    await this.#saving
    this.stop()
    await this.#deps.store.lead('leave', this.#deps.holder)
  }

  stop(): void {
    this.#isOver = true
    this.#renewal?.cancel()
  }

  #end(end: LeadershipEnd): void {
    if (this.#isOver) return
    this.stop()
    this.#deps.onEnd(end)
  }

  /** For work that nobody waits for. An answer that makes no sense is no answer. */
  #run(work: Promise<void>): void {
    work.catch((error: unknown) => this.#end({ because: 'cut off', reason: String(error) }))
  }

  #renewLater(delayMs: number): void {
    this.#renewal = this.#deps.time.later(delayMs, () => this.#run(this.#renew()))
  }

  async #renew(): Promise<void> {
    const { store, member, time, holder } = this.#deps
    const askedAt = time.elapsed()
    const wall = time.wall()
    const answer = await store.lead('renew', holder)
    if (this.#isOver) return
    if (isFailed(answer)) {
      if (this.isHeld) this.#renewLater(retryMs)
      else this.#end({ because: 'cut off', reason: answer.failed })
      return
    }
    if (!answer.isOwn) {
      this.#end({ because: 'deposed' })
      return
    }
    this.#trustedFrom = askedAt
    this.#wallFrom = wall
    member.counted(answer.members)
    this.#renewLater(renewMs)
  }

  /** Reads batches without removing them: that is done together with writing down what they are merged into. */
  async #read(from: string): Promise<void> {
    const { store, time } = this.#deps
    let last = from
    while (!this.#isOver && !this.#isPaused) {
      const entries = await store.read(last)
      const newest = isFailed(entries) ? undefined : entries.at(-1)
      if (isFailed(entries)) await time.pause(retryMs)
      else if (newest !== undefined && this.#merge(entries, newest.id)) last = newest.id
      else if (newest !== undefined) await time.pause(retryMs)
      // While it cannot save, it reads no further, so that memory stays bounded.
      await this.#saving
    }
  }

  /** @returns whether they are merged */
  #merge(entries: readonly Entry[], last: string): boolean {
    if (this.#isOver || this.#isPaused || !this.isHeld) return false
    const { member, skipsNewer } = this.#deps
    const batches = entries.map(parse).filter((batch) => batch !== undefined)
    if (batches.length < entries.length) member.trouble('a report on the server cannot be read')
    if (batches.some(({ v }) => v > version)) {
      if (!skipsNewer) {
        this.#end({ because: 'newer version' })
        return false
      }
      member.trouble('a process of a newer version reports: update the one that leads')
    }
    this.#take(last, () => member.merge(batches.filter(({ v }) => v <= version)))
    return true
  }

  /** Batches up to the last one are removed in the same step in which what they are merged into is saved. */
  #take(last: string, merge: () => void): void {
    this.#isMerging = true
    merge()
    this.#isMerging = false
    const { mode = 'append', text = '', kept = '' } = this.#unsaved ?? {}
    this.#unsaved = { mode, text, kept: last || kept }
    this.#save()
  }

  #save(): void {
    if (this.#saving !== undefined) return
    this.#saving = this.#saveAll().finally(() => {
      this.#saving = undefined
    })
    this.#run(this.#saving)
  }

  /** Saves what is unsaved, each in one step, until everything is saved. */
  async #saveAll(): Promise<void> {
    const { store, time, holder } = this.#deps
    while (this.#unsaved !== undefined && !this.#isOver) {
      this.#saves += 1
      const save = { ...this.#unsaved, number: this.#saves }
      this.#unsaved = undefined
      this.#inFlight = save
      const result = await store.save(holder, save)
      this.#inFlight = undefined
      if (this.#isOver) return
      if (result === 'deposed') this.#end({ because: 'deposed' })
      if (result === 'saved' || result === 'deposed') continue
      this.#isTaking = false
      if (result === 'lost') this.#deps.member.trouble('the server has lost what the fleet knew')
      while (!this.#isOver && !(await this.#reaches())) await time.pause(retryMs)
      if (this.#isOver) return
      this.#isTaking = true
      this.#unsaved = { mode: 'append', text: '', kept: save.kept }
      this.#deps.member.lead({})
    }
  }

  /** Whether the server can be reached, and the lease is still held, or was taken anew where it was lost. */
  async #reaches(): Promise<boolean> {
    const from = this.#trustedFrom
    this.#renewal?.cancel()
    await this.#renew()
    return !this.#isOver && this.#trustedFrom > from
  }
}

function parse({ batch: text }: Entry): ReportBatch | undefined {
  try {
    const batch = JSON.parse(text) as ReportBatch
    return typeof batch.v === 'number' ? batch : undefined
  } catch {
    // Counted by the caller.
    return undefined
  }
}
