import { setImmediate } from 'node:timers'
import { loadIoredis } from '#load-ioredis'
import type { Redis, RedisOptions } from 'ioredis'

/** A client of ioredis or iovalkey: of one server, or of a cluster. */
export interface IoredisClient {
  readonly status: string
  call(command: string, ...args: string[]): Promise<unknown>
}

/** A client of node-redis: of one server, or of a cluster. */
export interface NodeRedisClient {
  readonly isOpen: boolean
  sendCommand(...args: never[]): Promise<unknown>
}

/** A client that is connected, or connects. */
export interface Connection {
  /** Rejects if it cannot connect. */
  readonly ready: Promise<unknown>
  /** Whether it was closed by the server or the network. */
  readonly hasEnded: boolean
  /** Rejects with the server's error, or with the client's. */
  call(key: string, args: readonly string[]): Promise<unknown>
  close(): void
}

/** Where connections come from. */
export interface Source {
  /** @param address another node of the cluster, as in `'10.0.0.2:6379'` */
  open(address?: string): Connection
  /** The address, if the connections are not the service's. */
  readonly url?: string
  /** Loads what opening needs. */
  warmUp?(): void
  /** Connections that may wait for an answer; `undefined` if the service's client cannot make one. */
  readonly blocking: Source | undefined
}

/** The name of connections in `CLIENT LIST`. */
const name = 'slack-logger'

/**
 * The source for a URL, or for a client that the service has already.
 *
 * @throws TypeError for anything else.
 */
export function createSource(redis: unknown): Source {
  if (typeof redis === 'string') return urlSource(redis)
  if (isIoredis(redis)) return ioredisSource(redis)
  if (isNodeRedis(redis)) return nodeRedisSource(redis)
  throw new TypeError(
    'Expected `fleet.redis` to be the URL of a server, or a client of ioredis, iovalkey or node-redis',
  )
}

// Connecting, waiting and trying again are up to the caller. The ready check needs a permission, and `LOADING` is an answer like any other.
const quiet = {
  lazyConnect: true,
  enableOfflineQueue: false,
  enableReadyCheck: false,
  autoResendUnfulfilledCommands: false,
  disableClientInfo: true,
  protocol: 2,
  connectionName: name,
  retryStrategy: () => null,
} satisfies RedisOptions

function urlSource(url: string): Source {
  const source: Source = {
    open: (address) => {
      const { Redis } = loadIoredis()
      return openIoredis(new Redis(address === undefined ? url : atAddress(url, address), quiet))
    },
    url,
    warmUp: () => void loadIoredis(),
    get blocking() {
      return source
    },
  }
  return source
}

/** The URL of another node of the same cluster. A node that does not know its own address is where the answer came from. */
function atAddress(url: string, address: string): string {
  const node = new URL(url)
  const colon = address.lastIndexOf(':')
  const host = address.slice(0, colon)
  if (host !== '') node.hostname = host.includes(':') ? `[${host}]` : host
  node.port = address.slice(colon + 1)
  return node.href
}

function openIoredis(client: Redis): Connection {
  // A failed connection is known from its calls; without a listener, ioredis writes to stderr.
  client.on('error', () => undefined)
  const unref = (): void => void client.stream?.unref()
  client.on('connect', unref)
  // ioredis makes the socket in the next tick.
  setImmediate(unref)
  let isClosed = false
  return {
    ready: client.connect(),
    get hasEnded() {
      return client.status === 'end'
    },
    call: (_key, [command = '', ...args]) => client.call(command, ...args),
    close: () => {
      if (isClosed || client.status === 'end') return
      isClosed = true
      client.disconnect()
      // ioredis waits 2 s for the answer to the end, and keeps the process alive.
      client.stream?.destroy()
    },
  }
}

function ioredisSource(client: IoredisClient): Source {
  const { duplicate, isCluster } = client as Partial<Redis>
  const connection = borrowed((_key, [command = '', ...args]) => client.call(command, ...args))
  return {
    open: () => connection,
    blocking:
      isCluster === true || duplicate === undefined
        ? undefined
        : { open: () => openIoredis((client as Redis).duplicate(quiet)), blocking: undefined },
  }
}

/** What this package uses of a client of node-redis. */
interface NodeRedis {
  readonly isOpen: boolean
  readonly options?: { readonly socket?: object }
  sendCommand(args: readonly string[]): Promise<unknown>
  duplicate(overrides: object): NodeRedis
  connect(): Promise<unknown>
  on(event: 'error', listener: () => void): unknown
  unref(): void
  /** Called `disconnect` before version 5. */
  destroy?(): void
  disconnect(): void
}

interface NodeRedisCluster {
  sendCommand(key: string, isReadonly: boolean, args: readonly string[]): Promise<unknown>
}

function nodeRedisSource(given: NodeRedisClient): Source {
  if ('slots' in given) {
    const cluster = given as unknown as NodeRedisCluster
    const connection = borrowed((key, args) => cluster.sendCommand(key, false, args))
    return { open: () => connection, blocking: undefined }
  }
  const client = given as unknown as NodeRedis
  const connection = borrowed((_key, args) => client.sendCommand(args))
  return {
    open: () => connection,
    blocking: { open: () => openNodeRedis(client), blocking: undefined },
  }
}

function openNodeRedis(client: NodeRedis): Connection {
  const socket = { ...client.options?.socket, reconnectStrategy: false }
  const copy = client.duplicate({ socket, disableOfflineQueue: true, name })
  copy.on('error', () => undefined)
  copy.unref()
  return {
    ready: copy.connect(),
    get hasEnded() {
      return !copy.isOpen
    },
    call: (_key, args) => copy.sendCommand(args),
    close: () => {
      if (!copy.isOpen) return
      if (copy.destroy === undefined) copy.disconnect()
      else copy.destroy()
    },
  }
}

/** A connection of the service, which connects and closes it itself. */
function borrowed(call: Connection['call']): Connection {
  return { ready: Promise.resolve(), hasEnded: false, call, close: () => undefined }
}

function isIoredis(value: unknown): value is IoredisClient {
  return hasMethod(value, 'call') && 'status' in value
}

function isNodeRedis(value: unknown): value is NodeRedisClient {
  return hasMethod(value, 'sendCommand') && 'isOpen' in value
}

function hasMethod(value: unknown, method: string): value is object {
  return (
    typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function'
  )
}
