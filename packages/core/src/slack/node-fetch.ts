import { watchedByNode } from '../outbox/departure.ts'
import { heedsProxyVariables } from '../proxy-variables.ts'
import { httpFetch, warmUpHttp, type HttpPost } from './http-fetch.ts'

type Fetch = typeof globalThis.fetch

/**
 * Makes requests as Node does: by `node:http`, which costs a fraction of the global `fetch`, or by that where a service has said
 * something about it that `node:http` would not heed, or where a request takes more.
 */
export const nodeFetch: Fetch = (input, init) => {
  const isPlain = typeof input === 'string' && isPlainPost(init) && hasPlainFetch()
  return isPlain ? httpFetch(input, init) : watchedByNode(() => globalThis.fetch(input, init))
}

/** Loads what the first request to an address will need. */
export function warmUpNodeFetch(url: string): void {
  if (hasPlainFetch()) warmUpHttp(url)
  // Node loads its `fetch` at the first use of any part of it.
  else void new Request(url)
}

function isPlainPost(init: RequestInit | undefined): init is RequestInit & HttpPost {
  if (init?.method !== 'POST' || typeof init.body !== 'string') return false
  return init.redirect === 'manual' && !('dispatcher' in init)
}

/** Whether `fetch` is Node's own and goes straight to where it is sent. */
function hasPlainFetch(): boolean {
  return isNodesOwn(globalThis.fetch) && hasPlainDispatcher() && !heedsProxyVariables()
}

/** A service may have replaced it, for tests or tracing. Node's own names what it loads. */
function isNodesOwn(fetch: Fetch): boolean {
  if (fetch !== lastSeen.fetch) {
    const source = Function.prototype.toString.call(fetch)
    lastSeen = { fetch, isOwn: source.includes('internal/deps/undici/undici') }
  }
  return lastSeen.isOwn
}

let lastSeen: { readonly fetch: Fetch | undefined; readonly isOwn: boolean } = {
  fetch: undefined,
  isOwn: false,
}

/** Where `setGlobalDispatcher` of the package `undici` keeps a proxy or a mock; there is none before the first use of `fetch`. */
const dispatcherKey = Symbol.for('undici.globalDispatcher.1')

function hasPlainDispatcher(): boolean {
  const dispatcher = Reflect.get(globalThis, dispatcherKey) as object | undefined
  return dispatcher === undefined || dispatcher.constructor.name === 'Agent'
}
