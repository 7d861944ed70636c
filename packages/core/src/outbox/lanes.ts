import { Lane } from './lane.ts'
import { compareWaiting, type Waiting } from './waiting.ts'

/** One lane for each channel. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>()

  of(channel: string, now: number): Lane {
    let lane = this.#lanes.get(channel)
    if (lane === undefined) {
      lane = new Lane(channel, now)
      this.#lanes.set(channel, lane)
    }
    return lane
  }

  get all(): readonly Lane[] {
    return [...this.#lanes.values()]
  }

  /** How many wait, without what is in flight. */
  get size(): number {
    let size = 0
    for (const lane of this.#lanes.values()) size += lane.size
    return size
  }

  /** Whether nothing waits or is in flight. */
  get isIdle(): boolean {
    return this.all.every((lane) => lane.running === undefined && lane.size === 0)
  }

  /** Resolves when no lane runs; some may still have what cannot go now. */
  async quiet(): Promise<void> {
    const running = () => this.all.flatMap((lane) => lane.running ?? [])
    for (let runs = running(); runs.length > 0; runs = running()) await Promise.all(runs)
  }

  /** Takes out what is least urgent of all. */
  takeLast(): Waiting | undefined {
    let last: Lane | undefined
    for (const lane of this.#lanes.values()) {
      if (lane.size > 0 && (last === undefined || compareLast(lane, last) > 0)) last = lane
    }
    return last?.takeLast()
  }

  /** The lane that may go on first; of several the one with the most urgent delivery. */
  first(now: number, editsFrom: number): { readonly lane: Lane; readonly at: number } | undefined {
    return this.all
      .filter((lane) => lane.size > 0)
      .map((lane) => ({ lane, at: Math.max(now, lane.readyAt(now, editsFrom)) }))
      .toSorted((a, b) => a.at - b.at || compareLanes(a.lane, b.lane))[0]
  }

  /** Empties all lanes, most urgent first, without waiting for what is in flight: that may have arrived. */
  takeAll(): readonly Waiting[] {
    const left = this.all.flatMap((lane) => {
      lane.reclaim(0)
      return lane.takeWhere(() => true)
    })
    return left.toSorted(compareWaiting)
  }
}

function compareLast(a: Lane, b: Lane): number {
  const first = a.waiting.at(-1)
  const second = b.waiting.at(-1)
  return first === undefined || second === undefined ? 0 : compareWaiting(first, second)
}

function compareLanes(a: Lane, b: Lane): number {
  const [first] = a.waiting
  const [second] = b.waiting
  return first === undefined || second === undefined ? 0 : compareWaiting(first, second)
}
