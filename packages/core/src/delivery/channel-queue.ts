import { TokenBucket } from '../clock.ts'
import { compareWaiting, isEdit, type Waiting } from './delivery.ts'
import { watchDepartures } from './departure.ts'
import type { Destination } from './destination.ts'

/** For how long a channel that takes nothing is left alone at first and at most, in milliseconds. */
const refusal = { firstMs: 60_000, maxMs: 1_800_000 }

/** What waits for one channel, most urgent first, and when the channel takes more. */
export class Lane {
  readonly channel: string
  readonly bucket: TokenBucket
  /** Before this nothing may be sent, in milliseconds since 1970. */
  blockedUntil = 0
  running: Promise<void> | undefined
  #inFlight: Waiting | undefined
  /** Whether what is in flight may be on the wire. */
  #hasDeparted = true
  #stopWatching: () => void = () => undefined
  /** Sorted by {@link compareWaiting}. */
  #waiting: Waiting[] = []
  #wake = new AbortController()
  /** How long the channel is left alone, in milliseconds; 0 while it takes messages. */
  #refusalMs = 0

  constructor(channel: string, now: number) {
    this.channel = channel
    this.bucket = new TokenBucket({ burst: 3, everyMs: 1000 }, now)
  }

  get size(): number {
    return this.#waiting.length
  }

  get waiting(): readonly Waiting[] {
    return this.#waiting
  }

  /** Puts it where it belongs, which for one that comes back is where it stood. */
  add(waiting: Waiting): void {
    this.#waiting.splice(this.#placeOf(waiting), 0, waiting)
    this.wake()
  }

  /** Notes what is in flight. Whether it has left yet is known where a last word may have to know it. */
  depart(waiting: Waiting, { lastWords }: Pick<Destination, 'lastWords'>): void {
    this.#inFlight = waiting
    this.#hasDeparted = lastWords === undefined
    if (this.#hasDeparted) return
    this.#stopWatching = watchDepartures(() => (this.#hasDeparted = true))
  }

  /** Notes that nothing is in flight any more, and returns what was. */
  land(): Waiting | undefined {
    const landed = this.#inFlight
    this.#inFlight = undefined
    this.#stopWatching()
    return landed
  }

  /**
   * Puts back what is in flight, for where its answer can no longer come. It may have arrived, or arrive still.
   *
   * @returns whether something was on the wire
   */
  reclaim(notBefore: number): boolean {
    const inFlight = this.land()
    if (inFlight === undefined) return false
    if (this.#hasDeparted) {
      inFlight.arrived = 'unknown'
      inFlight.unanswered += 1
      inFlight.notBefore = Math.max(inFlight.notBefore, notBefore)
    }
    this.add(inFlight)
    return this.#hasDeparted
  }

  /** The most urgent one that may go now. */
  take(now: number, editsFrom: number): Waiting | undefined {
    const index = this.#waiting.findIndex((each) => this.#readyAt(each, now, editsFrom) <= now)
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0]
  }

  /** Takes out what `isMeant` says, most urgent first. */
  takeWhere(isMeant: (waiting: Waiting) => boolean): readonly Waiting[] {
    const taken: Waiting[] = []
    const left: Waiting[] = []
    for (const waiting of this.#waiting) (isMeant(waiting) ? taken : left).push(waiting)
    this.#waiting = left
    return taken
  }

  /** Takes out the least urgent one. */
  takeLast(): Waiting | undefined {
    return this.#waiting.pop()
  }

  /** When the first may go, in milliseconds since 1970. */
  readyAt(now: number, editsFrom: number): number {
    return Math.min(...this.#waiting.map((each) => this.#readyAt(each, now, editsFrom)))
  }

  /** The channel takes nothing: it is left alone, and longer each time. */
  refuse(now: number): void {
    this.#refusalMs = Math.min(Math.max(this.#refusalMs * 2, refusal.firstMs), refusal.maxMs)
    this.blockedUntil = now + this.#refusalMs
  }

  get isRefused(): boolean {
    return this.#refusalMs > 0
  }

  /** The channel took a message. */
  welcome(): void {
    this.#refusalMs = 0
  }

  /** Ends the wait of whoever holds {@link Lane.sleep}. */
  wake(): void {
    // Without a reason, each call would make an exception with a stack.
    this.#wake.abort('something changed')
  }

  /** Fires when something changed that may let the lane go on earlier. */
  sleep(): AbortSignal {
    this.#wake = new AbortController()
    return this.#wake.signal
  }

  /** Found by halving: in a flood, hundreds wait. */
  #placeOf(waiting: Waiting): number {
    let low = 0
    let high = this.#waiting.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#waiting[middle]
      if (other !== undefined && compareWaiting(other, waiting) <= 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #readyAt(waiting: Waiting, now: number, editsFrom: number): number {
    const paceAt = isEdit(waiting) ? editsFrom : now + this.bucket.waitMs(now)
    return Math.max(waiting.notBefore, this.blockedUntil, paceAt)
  }
}

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
