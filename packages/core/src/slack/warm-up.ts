/**
 * Does now, in turns of their own, what the first request would otherwise wait for and block a thread with: loading a client,
 * and Node's `fetch`, which loads itself at its first use.
 */
export function warmUpInTurns(load: () => void): void {
  setImmediate(() => {
    load()
    setImmediate(() => void new Request('http://localhost/')).unref()
  }).unref()
}
