/** A root that can be brought up to date. */
export interface LiveRoot {
  /** How much happened that it does not show. */
  readonly unshown: number
  /** When it was last posted or edited, in milliseconds since 1970. */
  readonly shownAt: number
  /** Since when what it tells goes on, in milliseconds since 1970. */
  readonly since: number
  /** Whether what it tells is over, so that no later edit would put it right. */
  readonly isFinal: boolean
  edit(): void
}

const secondMs = 1000
const minuteMs = 60 * secondMs

/** How far apart the edits of one root are, by the age of what it tells: the older, the less it matters to the second. */
const gaps = [
  { upToMs: minuteMs, gapMs: 10 * secondMs },
  { upToMs: 10 * minuteMs, gapMs: 30 * secondMs },
  { upToMs: 60 * minuteMs, gapMs: minuteMs },
  { upToMs: Number.POSITIVE_INFINITY, gapMs: 5 * minuteMs },
]

/** For how long edits are slower after Slack asked for patience. */
const slowForMs = 5 * minuteMs
const slowFactor = 2

/** Shares out the edits of a destination: what is over first, then what changed most. */
export class EditSchedule {
  readonly #everyMs: number
  readonly #waiting = new Set<LiveRoot>()
  #nextAt = Number.NEGATIVE_INFINITY
  #slowUntil = Number.NEGATIVE_INFINITY

  constructor(options: { readonly editsPerMinute: number }) {
    this.#everyMs = minuteMs / options.editsPerMinute
  }

  /** Has the root edited when its turn comes. */
  add(root: LiveRoot): void {
    this.#waiting.add(root)
  }

  get hasWaiting(): boolean {
    return this.#waiting.size > 0
  }

  /** When the next edit may go, in milliseconds since 1970; infinite if none waits. */
  get dueAt(): number {
    let dueAt = Number.POSITIVE_INFINITY
    for (const root of this.#waiting) dueAt = Math.min(dueAt, turnOf(root))
    return Math.max(dueAt, this.#nextAt)
  }

  /** Edits what may be edited now. */
  run(now: number): void {
    const ready = [...this.#waiting].filter((root) => turnOf(root) <= now).toSorted(byUrgency)
    for (const root of ready) {
      // A clock that went back must not keep edits waiting.
      if (this.#nextAt > now && this.#nextAt - now <= slowFactor * this.#everyMs) return
      this.#edit(root, now)
    }
  }

  /** Edits everything now, as before an end. */
  runAll(now: number): void {
    for (const root of [...this.#waiting].toSorted(byUrgency)) this.#edit(root, now)
  }

  /** Halves the pace for a while: the limit is shared by every process that uses the same app. */
  slowDown(now: number): void {
    this.#slowUntil = now + slowForMs
  }

  #edit(root: LiveRoot, now: number): void {
    this.#waiting.delete(root)
    if (root.unshown === 0) return
    this.#nextAt = now + this.#everyMs * (now < this.#slowUntil ? slowFactor : 1)
    root.edit()
  }
}

function turnOf(root: LiveRoot): number {
  return root.isFinal ? Number.NEGATIVE_INFINITY : root.shownAt + gapOf(root)
}

function gapOf({ shownAt, since }: LiveRoot): number {
  const age = shownAt - since
  return gaps.find(({ upToMs }) => age < upToMs)?.gapMs ?? 0
}

function byUrgency(a: LiveRoot, b: LiveRoot): number {
  return Number(b.isFinal) - Number(a.isFinal) || b.unshown - a.unshown
}
