import type { Clock } from '../environment.ts'

/** How a wait ends early, and whether it holds the process. */
export interface DelayOptions {
  /** Ends the wait at once. */
  readonly signal?: AbortSignal
  /**
   * Whether the process stays alive for it.
   *
   * @default false
   */
  readonly keepsAlive?: boolean
}

/** Resolves after `delayMs`, or at once when the signal fires. All waiting of the package goes through here. */
export function delay(clock: Clock, delayMs: number, options: DelayOptions = {}): Promise<void> {
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
