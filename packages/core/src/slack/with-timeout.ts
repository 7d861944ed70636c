import type { Clock } from '../environment.ts'
import type { SendOptions } from './destination.ts'

/**
 * Runs a request with a signal that fires when the caller gives up or the time is over, whichever comes first, and rejects then
 * even if the request heeds no signal. Takes its time from the given clock, unlike `AbortSignal.timeout`.
 */
export async function withTimeout<Answer>(
  clock: Clock,
  { timeoutMs, signal }: SendOptions,
  run: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const controller = new AbortController()
  let end: (() => void) | undefined
  // One listener in all: each takes longer than the rest of this.
  const givenUp = new Promise<never>((_resolve, reject) => {
    const giveUp = (reason: unknown): void => {
      controller.abort(reason)
      reject(reason)
    }
    const follow = (): void => giveUp(signal.reason)
    const timer = clock.setTimer(
      () => giveUp(new Error(`no answer within ${timeoutMs} ms`)),
      timeoutMs,
    )
    signal.addEventListener('abort', follow, { once: true })
    end = () => {
      timer.cancel()
      signal.removeEventListener('abort', follow)
    }
    if (signal.aborted) follow()
  })
  try {
    return await Promise.race([run(controller.signal), givenUp])
  } finally {
    end?.()
  }
}
