import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/** Where Node's `fetch` and `node:http`, which a service may have put in its place, tell of a request as they write it. */
const written = ['undici:client:sendHeaders', 'http.client.request.start'] as const

const watchers = new Set<() => void>()

/**
 * Calls back when a request goes onto the wire: until then none of ours has arrived anywhere.
 *
 * @returns what ends the watch
 */
export function watchDepartures(callback: () => void): () => void {
  watchers.add(callback)
  return () => void watchers.delete(callback)
}

/** Tells that a request goes onto the wire. */
export function tellDeparture(): void {
  for (const callback of watchers) callback()
}

/**
 * Tells of the departure of what others send, as Node tells it: of any request of this thread meanwhile, and not without a cost, for
 * the service's requests either.
 */
export async function watchedByNode<Answer>(send: () => Promise<Answer>): Promise<Answer> {
  for (const name of written) subscribe(name, tellDeparture)
  try {
    return await send()
  } finally {
    for (const name of written) unsubscribe(name, tellDeparture)
  }
}
