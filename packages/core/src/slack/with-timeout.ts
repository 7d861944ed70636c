import type { Clock } from '../environment.ts'
import type { SendOptions } from './destination.ts'

/**
 * Runs a request with a signal that fires when the caller gives up or the time is over, whichever comes first, and rejects then
 * even if the request heeds no signal. Takes its time from the given clock, unlike `AbortSignal.timeout`.
 */
export async function withTimeout<Answer>(
  clock: Clock,
  options: SendOptions,
  run: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const controller = new AbortController()
  const timer = clock.setTimer(
    () => controller.abort(new Error(`no answer within ${options.timeoutMs} ms`)),
    options.timeoutMs,
  )
  const giveUp = (): void => controller.abort(options.signal.reason)
  options.signal.addEventListener('abort', giveUp, { once: true })
  if (options.signal.aborted) giveUp()
  try {
    return await Promise.race([run(controller.signal), rejection(controller.signal)])
  } finally {
    timer.cancel()
    options.signal.removeEventListener('abort', giveUp)
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error)
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
  })
}
