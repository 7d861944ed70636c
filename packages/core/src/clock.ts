import type { Clock, Timer } from './environment.ts'

/** Resolves after `delayMs`, or when the signal fires; may keep the process alive until then. All waits of the package use it. */
export function delay(
  clock: Clock,
  delayMs: number,
  options: { readonly signal?: AbortSignal; readonly keepsAlive?: boolean },
): Promise<void> {
  const { signal, keepsAlive = false } = options
  if (delayMs <= 0 || signal?.aborted === true) return Promise.resolve()
  return new Promise((resolve) => {
    const finish = (): void => {
      timer.cancel()
      signal?.removeEventListener('abort', finish)
      resolve()
    }
    const timer = clock.setTimer(finish, delayMs)
    if (keepsAlive) timer.ref?.()
    signal?.addEventListener('abort', finish, { once: true })
  })
}

/**
 * Runs an asynchronous call with a signal that fires when the time is over or the given signal fires, and rejects then even if the call
 * ignores its signal. Uses the given clock, unlike `AbortSignal.timeout`.
 */
export async function withTimeout<Result>(
  clock: Clock,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const ended = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason))
  })
  const follow = (): void => controller.abort(signal.reason)
  signal.addEventListener('abort', follow, { once: true })
  if (signal.aborted) follow()
  const timer = clock.setTimer(
    () => controller.abort(new Error(`no answer within ${timeoutMs} ms`)),
    timeoutMs,
  )
  try {
    return await Promise.race([run(controller.signal), ended])
  } finally {
    timer.cancel()
    signal.removeEventListener('abort', follow)
  }
}

/** Node's timers take no longer delay. */
const maxDelayMs = 2 ** 31 - 1

/** Work that is due at a time of its own. */
export interface Ticker {
  /** When `tick` must be called next, in milliseconds since 1970; infinite if never. */
  readonly dueAt: number
  tick(now: number): void
}

/** The one timer of a sink: calls its tickers when the first of them is due. */
export class Alarm {
  readonly #clock: Clock
  readonly #onError: (error: unknown) => void
  #tickers: readonly Ticker[]
  #timer: Timer | undefined
  #setTo = Number.POSITIVE_INFINITY

  /** @param onError called when a ticker throws; the others tick all the same */
  constructor(clock: Clock, tickers: readonly Ticker[], onError: (error: unknown) => void) {
    this.#clock = clock
    this.#tickers = tickers
    this.#onError = onError
  }

  /** Sets the timer; called when a ticker became due earlier. */
  update(): void {
    const dueAt = Math.min(...this.#tickers.map((ticker) => ticker.dueAt))
    if (dueAt >= this.#setTo) return
    this.#timer?.cancel()
    this.#setTo = dueAt
    const delayMs = Math.min(Math.max(0, dueAt - this.#clock.now()), maxDelayMs)
    this.#timer = this.#clock.setTimer(() => this.#ring(), delayMs)
  }

  stop(): void {
    this.#tickers = []
    this.#reset()
  }

  #ring(): void {
    this.#reset()
    const now = this.#clock.now()
    for (const ticker of this.#tickers) this.#tick(ticker, now)
    this.update()
  }

  #tick(ticker: Ticker, now: number): void {
    try {
      ticker.tick(now)
    } catch (error) {
      this.#onError(error)
    }
  }

  #reset(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#setTo = Number.POSITIVE_INFINITY
  }
}

interface Rate {
  readonly burst: number
  readonly everyMs: number
}

/** A rate limiter that grants a burst, and then one more `everyMs`. */
export class TokenBucket {
  readonly #rate: Rate
  /** When everything granted so far would be used up at the steady pace, in milliseconds. */
  #paidUntil: number

  constructor(rate: Rate, now: number) {
    this.#rate = rate
    this.#paidUntil = now
  }

  /** The wait until one more is granted, in milliseconds; 0 for now. */
  waitMs(now: number): number {
    const { burst, everyMs } = this.#rate
    // A clock that was set back must not lead to a wait longer than an empty bucket's.
    this.#paidUntil = Math.min(this.#paidUntil, now + burst * everyMs)
    return Math.max(0, this.#paidUntil - (burst - 1) * everyMs - now)
  }

  /** How many are granted within a time. */
  grants(now: number, withinMs: number): number {
    const waitMs = this.waitMs(now)
    if (waitMs > withinMs) return 0
    const { burst, everyMs } = this.#rate
    const saved = burst - Math.ceil(Math.max(0, this.#paidUntil - now) / everyMs)
    return Math.max(1, saved) + Math.floor((withinMs - waitMs) / everyMs)
  }

  take(now: number): void {
    this.#paidUntil = Math.max(this.#paidUntil, now) + this.#rate.everyMs
  }
}
