import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/** Where Node's `fetch` and `node:http`, which a service may have put in its place, tell of a request as they write it. */
const written = ['undici:client:sendHeaders', 'http.client.request.start'] as const

const watchers = new Set<() => void>()
/** Those that say so themselves, and exactly: `node:http` tells of a request before it has a connection. */
const exact = new WeakSet<object>()

/**
 * Calls back when a request of this thread goes onto the wire, whoever's it is: until then none of ours has arrived anywhere.
 *
 * @returns what ends the watch
 */
export function watchDepartures(callback: () => void): () => void {
  const onWritten = (message: unknown): void => {
    const { request } = message as { readonly request: object }
    if (!exact.has(request)) callback()
  }
  for (const name of written) subscribe(name, onWritten)
  watchers.add(callback)
  return () => {
    for (const name of written) unsubscribe(name, onWritten)
    watchers.delete(callback)
  }
}

/**
 * Takes over from `node:http` to tell of a request.
 *
 * @returns what to call as the request goes onto the wire
 */
export function tellDeparture(request: object): () => void {
  exact.add(request)
  return () => {
    for (const callback of watchers) callback()
  }
}
