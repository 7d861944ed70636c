import type { AddressInfo, Server } from 'node:net'
import type { Logger } from 'pino'
import type { Locale, Logger as AnyLogger } from '../../src/index.ts'

/** The options of the handler that are the same for every framework. */
export interface HandlerOptions {
  readonly logger: AnyLogger
  readonly clientErrorLevel?: string
  readonly skipEndpoints?: readonly (string | RegExp)[]
  readonly shouldAlert?: () => boolean
  readonly getUser?: () => unknown
  readonly locale?: Locale
  /** How many proxies are in front of the service; set by the framework's own setting where there is one. */
  readonly trustProxy?: number
}

/** What a service is made of. */
export interface Setup {
  readonly options: HandlerOptions
  /** The service's own logger, with `pinoMixin()`. */
  readonly logger: Logger
  /** What each `GET /wait` waits for before it fails. */
  readonly gate: () => Promise<void>
  /** Whether the service speaks HTTP/2, without TLS. */
  readonly isHttp2: boolean
}

/** A running service. */
export interface Service {
  readonly url: string
  readonly close: () => Promise<void>
}

/** The same service in each framework. */
export interface Framework {
  readonly name: string
  /** What the framework calls the handler of `GET /fail/:how`. */
  readonly handler: string
  readonly start: (setup: Setup) => Promise<Service>
}

/** A server that listens on a port of its own choice. */
export async function listen(
  server: Server & { readonly closeAllConnections?: () => void },
): Promise<Service> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // A server of HTTP/2 has no such method; its clients hang up themselves.
        server.closeAllConnections?.()
      }),
  }
}
