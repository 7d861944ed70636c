import { hasNodeFetch, type SinkEnvironment } from '../environment.ts'
import { warmUpNodeFetch } from './node-fetch.ts'

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
