import type { Clock } from '../environment.ts'

/**
 * Does soon, in turns of their own, what the first request would otherwise wait for and block a thread with: loading a client,
 * and Node's `fetch`, which loads itself at its first use.
 */
export function warmUpInTurns(load: () => void, clock: Clock): void {
  // An immediate that keeps no process alive would wait for the next event of a thread that is idle.
  clock.setTimer(() => {
    load()
    clock.setTimer(() => void new Request('http://localhost/'), 0)
  }, 0)
}
