import * as timers from 'node:timers'
import type { Clock, Timer } from './environment.ts'

// As it is when this file is loaded, and so none of a test's fake timers.
const { setImmediate } = timers

/** The same clock, whose callbacks throw nothing: an exception from a timer ends the process. */
export function containTimers(clock: Clock, onError: (error: unknown) => void): Clock {
  return {
    now: () => clock.now(),
    ...(clock.monotonic !== undefined && { monotonic: clock.monotonic.bind(clock) }),
    setTimer: (callback, delayMs) => clock.setTimer(() => attempt(callback, onError), delayMs),
  }
}

/** Runs in a later turn of the event loop, and throws nothing there. */
export function runSoon(run: () => void, onError: (error: unknown) => void): void {
  setImmediate(() => attempt(run, onError))
}

/** Resolves in a later turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** For work that nobody waits for. */
export function attempt(run: () => void, onError: (error: unknown) => void): void {
  try {
    run()
  } catch (error) {
    onError(error)
  }
}

/** A smaller difference between two clocks is no sign that one of them was set, in milliseconds. */
const minSetMs = 1000

/**
 * The time inside a sink: wall-clock time as it was at the start, plus what has passed since. Whatever compares times or waits uses it, so
 * that a wall clock that is set neither delays alerts nor repeats them. What people or other processes read is converted.
 */
export class SteadyClock implements Clock {
  readonly #clock: Clock
  readonly #monotonic: () => number
  readonly #originMs: number
  /** How far the wall clock is ahead, since it was set. */
  #aheadMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#monotonic =
      clock.monotonic === undefined ? () => clock.now() : clock.monotonic.bind(clock)
    this.#originMs = clock.now() - this.#monotonic()
  }

  now(): number {
    return Math.floor(this.#originMs + this.#monotonic())
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    return this.#clock.setTimer(callback, delayMs)
  }

  /** The wall clock: for what other processes read. */
  wallNow(): number {
    return this.#clock.now()
  }

  /** What the wall clock, as it is set now, showed at a time of this clock. */
  toWall(time: number): number {
    return time + this.#readAheadMs()
  }

  /** The time of this clock at which the wall clock, as it is set now, showed this. */
  fromWall(time: number): number {
    return time - this.#readAheadMs()
  }

  #readAheadMs(): number {
    const aheadMs = Math.round(this.#clock.now() - this.now())
    // Kept while it differs little, so that a time is shown the same each time.
    if (Math.abs(aheadMs - this.#aheadMs) >= minSetMs) this.#aheadMs = aheadMs
    return this.#aheadMs
  }
}

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

/** A timer fires so late only where the process was blocked or stopped, in milliseconds. */
const blockedMs = 100
/** The time after that for reading an answer, in milliseconds. */
const graceMs = 200

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
  const expire = (): void => controller.abort(new Error(`no answer within ${timeoutMs} ms`))
  const dueAt = clock.now() + timeoutMs
  let timer = clock.setTimer(() => {
    // A process that was blocked or stopped has not read yet what arrived meanwhile.
    if (clock.now() - dueAt < blockedMs) expire()
    else timer = clock.setTimer(expire, graceMs)
  }, timeoutMs)
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
    let dueAt = Number.POSITIVE_INFINITY
    for (const ticker of this.#tickers) dueAt = Math.min(dueAt, ticker.dueAt)
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
    for (const ticker of this.#tickers) attempt(() => ticker.tick(now), this.#onError)
    this.update()
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
