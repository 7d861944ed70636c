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
    const last = this.all
      .flatMap((lane) => lane.waiting.at(-1) ?? [])
      .toSorted(compareWaiting)
      .at(-1)
    if (last === undefined) return undefined
    return this.#lanes.get(last.delivery.channel)?.takeWhere((each) => each === last)[0]
  }

  /** Empties all lanes, most urgent first, without waiting for what is in flight: that may have arrived. */
  takeAll(): readonly Waiting[] {
    const left = this.all.flatMap((lane) => {
      const { inFlight } = lane
      if (inFlight !== undefined) {
        inFlight.arrived = 'unknown'
        inFlight.unanswered += 1
        lane.inFlight = undefined
      }
      return [...(inFlight === undefined ? [] : [inFlight]), ...lane.takeWhere(() => true)]
    })
    return left.toSorted(compareWaiting)
  }
}
