import type { SendOptions } from '../delivery/destination.ts'
import { type Clock, hasNodeFetch, type SinkEnvironment } from '../environment.ts'
import { warmUpNodeFetch } from './http-fetch.ts'

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

/** What is loaded, and for which address. */
export interface WarmUp {
  readonly url: string
  readonly load: () => void
  readonly environment: SinkEnvironment
}

/** Does soon, in turns of their own, what the first request would otherwise wait for and block a thread with. */
export function warmUpInTurns({ url, load, environment }: WarmUp): void {
  const { clock } = environment
  // An immediate that keeps no process alive would wait for the next event of a thread that is idle.
  clock.setTimer(() => {
    load()
    if (hasNodeFetch(environment)) clock.setTimer(() => warmUpNodeFetch(url), 0)
  }, 0)
}
