import type { Thread } from './thread.ts'

/** A root that can be edited. */
type LiveRoot = Pick<Thread, 'unshown' | 'shownAt' | 'activeSince' | 'isOver' | 'edit'>

const secondMs = 1000
const minuteMs = 60 * secondMs

/** The time between edits of one root, by the age of its incident: the older it is, the less seconds matter. */
const gaps = [
  { upToMs: minuteMs, gapMs: 10 * secondMs },
  { upToMs: 10 * minuteMs, gapMs: 30 * secondMs },
  { upToMs: 60 * minuteMs, gapMs: minuteMs },
  { upToMs: Number.POSITIVE_INFINITY, gapMs: 5 * minuteMs },
]

/** For how long edits are slower after a rate limit, in milliseconds. */
const slowForMs = 5 * minuteMs
const slowFactor = 2

/** Distributes the edits that a destination allows: incidents that are over first, then those that changed most. */
export class EditSchedule {
  readonly #everyMs: number
  readonly #waiting = new Set<LiveRoot>()
  /** When the first of them is due, in milliseconds since 1970: known, because it is asked for each record. */
  #firstDueAt = Number.POSITIVE_INFINITY
  #nextAt = Number.NEGATIVE_INFINITY
  #slowUntil = Number.NEGATIVE_INFINITY

  constructor(options: { readonly editsPerMinute: number }) {
    this.#everyMs = minuteMs / options.editsPerMinute
  }

  /** Schedules an edit; called again when its incident is over. */
  add(root: LiveRoot): void {
    this.#waiting.add(root)
    this.#firstDueAt = Math.min(this.#firstDueAt, dueAtOf(root))
  }

  get hasWaiting(): boolean {
    return this.#waiting.size > 0
  }

  /** When the next edit may be made, in milliseconds since 1970; infinite if none is scheduled. */
  get dueAt(): number {
    return Math.max(this.#firstDueAt, this.#nextAt)
  }

  /** Makes the edits that are due. */
  tick(now: number): void {
    const ready = [...this.#waiting].filter((root) => dueAtOf(root) <= now).toSorted(byUrgency)
    for (const root of ready) {
      if (this.#nextAt > now) break
      this.#edit(root, now)
    }
    this.#firstDueAt = Math.min(Number.POSITIVE_INFINITY, ...[...this.#waiting].map(dueAtOf))
  }

  /** Makes all edits now. */
  flush(now: number): void {
    this.#firstDueAt = Number.POSITIVE_INFINITY
    for (const root of [...this.#waiting].toSorted(byUrgency)) this.#edit(root, now)
  }

  /** Halves the pace for a while: every process that uses the same app shares the limit. */
  slowDown(now: number): void {
    this.#slowUntil = now + slowForMs
  }

  #edit(root: LiveRoot, now: number): void {
    this.#waiting.delete(root)
    if (root.unshown > 0)
      this.#nextAt = now + this.#everyMs * (now < this.#slowUntil ? slowFactor : 1)
    root.edit()
  }
}

function dueAtOf(root: LiveRoot): number {
  if (root.isOver) return Number.NEGATIVE_INFINITY
  const age = root.shownAt - root.activeSince
  return root.shownAt + (gaps.find(({ upToMs }) => age < upToMs)?.gapMs ?? 0)
}

function byUrgency(a: LiveRoot, b: LiveRoot): number {
  return Number(b.isOver) - Number(a.isOver) || b.unshown - a.unshown
}
