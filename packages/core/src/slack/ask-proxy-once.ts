import type { Dispatcher, Pool, ProxyAgent } from 'undici'

type ClientFactory = NonNullable<Exclude<ProxyAgent.Options, string>['clientFactory']>

/**
 * How an agent of undici makes the connections to its proxy. After a proxy has closed one, undici asks it again at once, without end, unless
 * the error is one of another kind: https://github.com/nodejs/undici/issues/3897
 *
 * @internal
 */
export function askProxyOnce(undici: { readonly Pool: typeof Pool }): ClientFactory {
  return (origin, options) => {
    const pool = new undici.Pool(origin, options)
    const connect = pool.connect.bind(pool)
    const connectOnce = (given: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> =>
      connect(given).catch((error: Error) => {
        throw new Error(error.message, { cause: error })
      })
    return Object.assign(pool, { connect: connectOnce })
  }
}
