import { loadUndici } from '#load-web-api'
import { watchFetch } from '../options/hooks.ts'

type Fetch = typeof globalThis.fetch

/**
 * How requests are made: by the service's own `fetch`, through its proxy, or as the environment does.
 *
 * @throws TypeError for a proxy without the package that it takes.
 */
export function chooseFetch(
  options: { readonly fetch: Fetch | undefined; readonly proxy: string | undefined },
  fallback: Fetch,
): Fetch {
  if (options.proxy === undefined)
    return options.fetch === undefined ? fallback : watchFetch(options.fetch)
  const dispatcher = createProxyAgent(options.proxy)
  return (input, init) => fallback(input, { ...init, dispatcher } as RequestInit)
}

/** Of the type that Node's own `fetch` takes, whatever the version of the package. */
function createProxyAgent(uri: string): unknown {
  const undici = loadUndici()
  if (undici !== undefined) return new undici.ProxyAgent({ uri, proxyTunnel: true })
  throw new TypeError(
    'Expected the package `undici` to be installed for `proxy`: npm install undici',
  )
}
