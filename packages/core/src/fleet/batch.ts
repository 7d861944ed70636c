import type { SteadyClock } from '../clock.ts'
import { type ReportedIncident, splitReports } from '../incident/reported.ts'
import type { ReportBatch, ReportOptions } from './link.ts'

/** What a batch contains, and its number if that is not the next one. */
type BatchContent = Pick<ReportBatch, 'incidents' | 'actions' | 'asks'> & {
  readonly seq?: number
}

/** A batch that the leader has not acknowledged. */
export interface Unacknowledged {
  readonly batch: ReportBatch
  /** In milliseconds since 1970. */
  readonly since: number
  /** Whether it is in the journal. */
  isKept: boolean
}

/** The size of a batch, in characters of JSON. */
const maxBatchSize = 60_000
/** What was appended to the link's store longer ago is there, or its failure is known, in milliseconds. */
const surelySavedMs = 15_000

/** The numbered batches of one process, each until whoever leads next surely has it. */
export class Batches {
  readonly #member: string
  readonly #clock: Pick<SteadyClock, 'now'>
  #seq = 0
  /** The number that went with what was last written as the leader. */
  #mark: number | undefined
  #waiting: Unacknowledged[] = []
  /** What was counted here as the leader and may not be in the link's store yet. */
  #saving: Unacknowledged[] = []

  constructor(member: string, clock: Pick<SteadyClock, 'now'>) {
    this.#member = member
    this.#clock = clock
  }

  /** Those that the leader has not acknowledged. */
  get waiting(): readonly Unacknowledged[] {
    return this.#waiting
  }

  /** What whoever leads next may lack. */
  get all(): readonly ReportBatch[] {
    return [...this.#saving, ...this.#waiting].map(({ batch }) => batch)
  }

  /** The latest number. */
  get last(): number {
    return this.#seq
  }

  add(content: BatchContent): Unacknowledged {
    const added = this.#create(content)
    this.#waiting.push(added)
    return added
  }

  addAll(reports: readonly ReportedIncident[]): readonly Unacknowledged[] {
    return splitReports(reports, maxBatchSize).map((incidents) => this.add({ incidents }))
  }

  /** @returns those up to a number, which wait no longer */
  acknowledge(seq: number): readonly Unacknowledged[] {
    const acknowledged = this.#waiting.filter(({ batch }) => batch.seq <= seq)
    this.#waiting = this.#waiting.filter(({ batch }) => batch.seq > seq)
    return acknowledged
  }

  /** @returns the number of what is written as the leader, as if it was a batch */
  mark(): number {
    this.#mark = this.#nextSeq()
    return this.#mark
  }

  /** What is written next has no number. */
  unmark(): void {
    this.#mark = undefined
  }

  /** What was counted here was appended to the link's store, with the mark: until it is surely there, it is kept as a batch. */
  save(incidents: readonly ReportedIncident[]): Unacknowledged | undefined {
    const since = this.#clock.now()
    this.#saving = this.#saving.filter((each) => each.since > since - surelySavedMs)
    if (incidents.length === 0 || this.#mark === undefined) return undefined
    const saving = this.#create({ incidents, seq: this.#mark })
    this.#saving.push(saving)
    return saving
  }

  /** What was written while another process took over has the number of the mark. */
  addMarked(incidents: readonly ReportedIncident[]): void {
    if (this.#mark === undefined) this.addAll(incidents)
    else if (incidents.length > 0) this.add({ incidents, seq: this.#mark })
  }

  /** Another process leads, or will: what the store may lack waits again. */
  unsave(): void {
    const all = [...this.#waiting, ...this.#saving.splice(0)]
    this.#waiting = all.toSorted((a, b) => a.batch.seq - b.batch.seq)
  }

  /** This process leads and has merged what waited. @param isSaving whether the store may lack it */
  merged({ isSaving }: { readonly isSaving: boolean }): void {
    const since = this.#clock.now()
    const merged = this.#waiting.splice(0)
    if (isSaving) this.#saving.push(...merged.map((each) => ({ ...each, since })))
  }

  #create({ seq = this.#nextSeq(), ...given }: BatchContent): Unacknowledged {
    const batch: ReportBatch = { v: 1, member: this.#member, seq, ...given }
    return { batch, since: this.#clock.now(), isKept: false }
  }

  #nextSeq(): number {
    this.#seq += 1
    return this.#seq
  }
}

/** Whether a batch contains something that nobody may miss. */
export function hasFatal({ batch }: Pick<Unacknowledged, 'batch'>): boolean {
  return batch.incidents.some((incident) => incident.isFatal)
}

/** How soon a link should carry a batch. */
export function optionsOf(batch: ReportBatch): ReportOptions {
  const { incidents, actions = [], asks } = batch
  const isNew = incidents.some(({ events }) => events.length > 0)
  const isFatal = hasFatal({ batch })
  return {
    isFatal,
    isUrgent: isFatal || isNew || actions.length > 0 || asks !== undefined,
  }
}
