import type { Socket } from 'node:net'
import type { buildConnector, Dispatcher, Pool, ProxyAgent } from 'undici'

/** What undici's `buildConnector` returns, whose types lack the socket. */
type Connector = (...given: Parameters<buildConnector.connector>) => Socket
type ClientFactory = NonNullable<Exclude<ProxyAgent.Options, string>['clientFactory']>

/**
 * How an agent of undici makes the connections to its proxy. After a proxy has closed one, undici asks it again at once, without end, unless
 * the error is one of another kind: https://github.com/nodejs/undici/issues/3897
 *
 * A flush waits for the proxy's answer; no connection to it keeps the process alive, since undici waits for minutes, also for a request that
 * was aborted.
 *
 * @internal
 */
export function askProxyOnce(undici: { readonly Pool: typeof Pool }): ClientFactory {
  return (origin, options) => {
    const { connect: open } = options as { readonly connect: Connector }
    const connectUnreferenced: Connector = (given, callback) => open(given, callback).unref()
    const pool = new undici.Pool(origin, { ...options, connect: connectUnreferenced })
    const connect = pool.connect.bind(pool)
    const connectOnce = (given: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> =>
      connect(given).catch((error: Error) => {
        throw new Error(error.message, { cause: error })
      })
    return Object.assign(pool, { connect: connectOnce })
  }
}
