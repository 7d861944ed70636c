import type { Clock } from '../environment.ts'
import type { Health } from '../health/health.ts'
import type { Failure } from './destination.ts'

export interface CircuitBreakerDeps {
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** Checks whether the destination answers; `undefined` if it does. */
  probe(): Promise<Failure | undefined>
  readonly health: Pick<Health, 'wentDown' | 'cameBack'>
}

/** Consecutive failures before the circuit opens. */
const maxFailures = 3
/** The time between probes at first and at most, in milliseconds: of a destination that fails, and of one that refuses the app. */
const gaps = {
  failing: { firstMs: 5000, maxMs: 60_000 },
  refusing: { firstMs: 60_000, maxMs: 1_800_000 },
}

/**
 * Stops requests to a destination that fails or refuses everything, probes it with growing gaps, and then lets deliveries try. Only
 * one that is sent closes the circuit.
 */
export class CircuitBreaker {
  readonly #deps: CircuitBreakerDeps
  /** `halfOpen`: a probe succeeded, and nothing was sent since. */
  #state: 'closed' | 'open' | 'halfOpen' = 'closed'
  #failures = 0
  #gapMs = 0
  #openedAt = 0
  #probeAt = 0
  #probedAt = Number.NEGATIVE_INFINITY
  #probing: Promise<void> | undefined

  constructor(deps: CircuitBreakerDeps) {
    this.#deps = deps
  }

  /** Whether a probe must succeed first. */
  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** Whether the last request failed in a way that the next one may as well. */
  get isFailing(): boolean {
    return this.#failures > 0
  }

  /** When the next request or probe may be made, in milliseconds since 1970. */
  get nextAt(): number {
    return this.#state === 'open' ? this.#probeAt : 0
  }

  /** Something was sent. */
  succeeded(): void {
    this.#failures = 0
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#gapMs = 0
    this.#deps.health.cameBack(this.#deps.clock.now() - this.#openedAt)
  }

  /** A request failed in a way that another one may as well. */
  failed(failure: Failure): void {
    const { clock, random, health } = this.#deps
    this.#failures += 1
    const isRefusal = failure.status === 'stopDestination'
    const isNew = this.#state === 'closed'
    if (isNew && this.#failures < maxFailures && !isRefusal) return
    const { firstMs, maxMs } = isRefusal ? gaps.refusing : gaps.failing
    this.#state = 'open'
    this.#gapMs = Math.min(Math.max(this.#gapMs * 2, firstMs), maxMs)
    // Half of it is random, so that the processes of a fleet do not all return at once.
    this.#probeAt = clock.now() + this.#gapMs * (0.5 + random() / 2)
    if (!isNew) return
    this.#openedAt = clock.now()
    health.wentDown(failure)
  }

  /** Probes at once, unless that was done within the last second. */
  probeNow(): void {
    this.#probeAt = Math.min(this.#probeAt, Math.max(this.#deps.clock.now(), this.#probedAt + 1000))
  }

  /** Probes the destination; concurrent callers share one probe. */
  probe(): Promise<void> {
    this.#probing ??= this.#probe().finally(() => (this.#probing = undefined))
    return this.#probing
  }

  async #probe(): Promise<void> {
    this.#probedAt = this.#deps.clock.now()
    const failure = await this.#deps.probe()
    if (this.#state !== 'open') return
    if (failure === undefined) this.#state = 'halfOpen'
    else this.failed(failure)
  }
}
