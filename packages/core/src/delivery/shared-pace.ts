import { delay } from '../clock.ts'
import type { Clock } from '../environment.ts'
import type { Destination, SendOptions, SendRequest, SendResult } from './destination.ts'

/** The pace that several services share, where a destination counts their requests together. Nothing here rejects. */
export interface SharedPace {
  /** The time until one more request may be made, in milliseconds; 0 if it may be made now, or that is not known. */
  waitMs(request: PacedRequest): Promise<number>
  /** The destination takes no posts in a channel for a time, in milliseconds. */
  hold(channel: string, forMs: number): void
}

/** A request that counts. */
export interface PacedRequest {
  readonly kind: 'post' | 'edit'
  readonly channel: string
  /** How many new messages a channel takes. */
  readonly pace: Destination['pace']
}

/** A longer wait is left to the queue, which may have something more urgent then, in milliseconds. */
const maxWaitMs = 2000

/** The same destination, whose requests wait for their turn among those of other services. The exit flush does not. */
export function withSharedPace(
  destination: Destination,
  { pace, clock }: { readonly pace: SharedPace | undefined; readonly clock: Clock },
): Destination {
  if (pace === undefined) return destination
  const send = async (request: SendRequest, options: SendOptions): Promise<SendResult> => {
    const waitMs = request.kind === 'upload' ? 0 : await waitForTurn(request, options)
    if (waitMs > 0)
      return { status: 'wait', reason: 'other services send as well', afterMs: waitMs }
    const result = await destination.send(request, options)
    if (result.status === 'wait' && request.kind === 'post')
      pace.hold(request.channel, result.afterMs)
    return result
  }

  return { ...destination, send }

  /** @returns the time that is left to wait */
  async function waitForTurn(
    { kind, channel }: Exclude<SendRequest, { kind: 'upload' }>,
    { signal }: SendOptions,
  ): Promise<number> {
    const until = clock.now() + maxWaitMs
    const ask = (): Promise<number> =>
      pace?.waitMs({ kind, channel, pace: destination.pace }) ?? Promise.resolve(0)
    let waitMs = await ask()
    while (waitMs > 0 && !signal.aborted && clock.now() + waitMs <= until) {
      await delay(clock, waitMs, { signal })
      // Others may have been faster.
      waitMs = await ask()
    }
    return waitMs
  }
}
