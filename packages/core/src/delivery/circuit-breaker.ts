import type { Clock } from '../environment.ts'
import type { Failure } from './destination.ts'

/** What a circuit works with. */
export interface CircuitParts {
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** Asks whether the destination answers; `undefined` if it does. */
  probe(): Promise<Failure | undefined>
  /** Told when the destination is left alone, and once when it works again. */
  onChange(change: CircuitChange): void
}

/** What happened to a destination. */
export type CircuitChange =
  | { readonly state: 'open'; readonly reason: string }
  | { readonly state: 'closed'; readonly downMs: number }

/** So many failures in a row are no accident. */
const maxFailures = 3
/** How long a destination is left alone at first and at most, in milliseconds: one that fails, and one that refuses us. */
const gaps = {
  failing: { firstMs: 5000, maxMs: 60_000 },
  refusing: { firstMs: 60_000, maxMs: 1_800_000 },
} as const

/**
 * Leaves a destination alone that fails or refuses everything, asks it with growing gaps whether it answers again, and then lets
 * deliveries try. Only one that is sent closes the circuit.
 */
export class Circuit {
  readonly #parts: CircuitParts
  /** `trial`: a probe passed, and nothing was sent since. */
  #state: 'closed' | 'open' | 'trial' = 'closed'
  #failures = 0
  #gapMs = 0
  #openedAt = 0
  #probeAt = 0
  #askedAt = Number.NEGATIVE_INFINITY
  #probing: Promise<void> | undefined

  constructor(parts: CircuitParts) {
    this.#parts = parts
  }

  /** Whether a probe must pass first. */
  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** Whether the last request failed in a way that the next may, too. */
  get isFailing(): boolean {
    return this.#failures > 0
  }

  /** When something may be asked of the destination, in milliseconds since 1970. */
  get nextAt(): number {
    return this.#state === 'open' ? this.#probeAt : 0
  }

  /** Something was sent. */
  succeeded(): void {
    this.#failures = 0
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#gapMs = 0
    this.#parts.onChange({
      state: 'closed',
      downMs: this.#parts.clock.now() - this.#openedAt,
    })
  }

  /** A request failed in a way that another may, too. */
  failed({ status, reason }: Failure): void {
    this.#failures += 1
    const isRefusal = status === 'stopDestination'
    if (this.#state === 'closed' && this.#failures < maxFailures && !isRefusal) return
    this.#leaveAlone(isRefusal ? gaps.refusing : gaps.failing, reason)
  }

  /** Something urgent came: asks at once, unless it was asked within the last second. */
  hurry(): void {
    this.#probeAt = Math.min(this.#probeAt, Math.max(this.#parts.clock.now(), this.#askedAt + 1000))
  }

  /** Asks whether the destination answers again; all who wait for it share one answer. */
  probe(): Promise<void> {
    this.#probing ??= this.#probe().finally(() => (this.#probing = undefined))
    return this.#probing
  }

  async #probe(): Promise<void> {
    this.#askedAt = this.#parts.clock.now()
    const failure = await this.#parts.probe()
    if (this.#state !== 'open') return
    if (failure === undefined) this.#state = 'trial'
    else this.failed(failure)
  }

  #leaveAlone(gap: (typeof gaps)[keyof typeof gaps], reason: string): void {
    const { clock, random } = this.#parts
    const isNew = this.#state === 'closed'
    this.#state = 'open'
    this.#gapMs = Math.min(Math.max(this.#gapMs * 2, gap.firstMs), gap.maxMs)
    // Half of it by chance, so that the processes of a fleet do not all come back at once.
    this.#probeAt = clock.now() + this.#gapMs * (0.5 + random() / 2)
    if (!isNew) return
    this.#openedAt = clock.now()
    this.#parts.onChange({ state: 'open', reason })
  }
}
