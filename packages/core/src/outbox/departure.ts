import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/** Where Node's `fetch` and `node:http`, which a service may have put in its place, tell of a request as they write it. */
const written = ['undici:client:sendHeaders', 'http.client.request.start'] as const

/**
 * Calls back when a request of this thread goes onto the wire, whoever's it is: until then none of ours has arrived anywhere.
 *
 * @returns what ends the watch
 */
export function watchDepartures(callback: () => void): () => void {
  for (const name of written) subscribe(name, callback)
  return () => {
    for (const name of written) unsubscribe(name, callback)
  }
}
