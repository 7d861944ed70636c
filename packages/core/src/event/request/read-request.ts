import {
  keysOf,
  readFirstText,
  readObject,
  readProperty,
  readText,
} from '../../redaction/safe-read.ts'
import { isIP } from 'node:net'

/** Reads a header whatever holds them: Node's object, a fetch `Headers`, an object with names in any case. */
export function readHeader(request: object, name: string): string | undefined {
  const headers = readObject(request, 'headers') ?? readObject(request, 'header')
  if (headers === undefined) return undefined
  return asText(readProperty(headers, name) ?? callGet(headers, name) ?? readAnyCase(headers, name))
}

function callGet(headers: object, name: string): unknown {
  const get = readProperty(headers, 'get')
  if (typeof get !== 'function') return undefined
  try {
    return Reflect.apply(get, headers, [name])
  } catch {
    // Not a `Headers` after all.
    return undefined
  }
}

function readAnyCase(headers: object, name: string): unknown {
  const key = keysOf(headers).find((candidate) => candidate.toLowerCase() === name)
  return key === undefined ? undefined : readProperty(headers, key)
}

function asText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' && first !== '' ? first : undefined
}

/** The pattern of the endpoint, as in `/orders/:id`, where the framework tells it. */
export function readRoute(request: object): string | undefined {
  return (
    readFirstText(request, ['route', 'routePath', 'endpoint']) ??
    readExpressRoute(request) ??
    readFastifyRoute(request) ??
    readKoaRoute(request)
  )
}

function readExpressRoute(request: object): string | undefined {
  const route = readObject(request, 'route')
  const path = route === undefined ? undefined : readText(route, 'path')
  if (path === undefined) return undefined
  const base = readText(request, 'baseUrl') ?? ''
  return base !== '' && path === '/' ? base : base + path
}

function readFastifyRoute(request: object): string | undefined {
  const options = readObject(request, 'routeOptions')
  return (
    (options === undefined ? undefined : readText(options, 'url')) ??
    readText(request, 'routerPath')
  )
}

function readKoaRoute(request: object): string | undefined {
  const context = readObject(request, 'ctx') ?? request
  return readFirstText(context, ['_matchedRoute', 'routerPath'])
}

/**
 * Whether, and how far, `X-Forwarded-For` is believed: `true` takes its first address, a number says how many proxies of
 * ours stand in front.
 */
export type TrustProxy = boolean | number

/** The address of the client; a header, which anybody can send, counts only where proxies are trusted. */
export function readClientIp(request: object, trustProxy: TrustProxy): string | undefined {
  const told = readFirstText(request, ['clientIp', 'client_ip'])
  if (told !== undefined) return normalizeIp(told)
  const isLive = readSocket(request) !== undefined
  const direct = readText(request, 'ip')
  if (direct !== undefined && !isLive) return normalizeIp(direct)

  const remote = readRemoteAddress(request)
  const forwarded =
    trustProxy === false ? undefined : readForwarded(request, { trustProxy, remote })
  const address = forwarded ?? direct ?? remote
  return address === undefined ? undefined : normalizeIp(address)
}

function readForwarded(
  request: object,
  { trustProxy, remote }: { trustProxy: TrustProxy; remote: string | undefined },
): string | undefined {
  const header = readHeader(request, 'x-forwarded-for') ?? readHeader(request, 'x-real-ip')
  if (header === undefined) return undefined
  const addresses = header.slice(0, 4096).split(',').map(normalizeIp)
  if (trustProxy === true) return addresses.find((address) => isIP(address) !== 0)
  // Each proxy appends the address it was called from, so the trusted ones stand at the end.
  const hops = [remote, ...addresses.toReversed()]
  return hops[Math.min(Number(trustProxy), hops.length - 1)]
}

function readSocket(request: object): object | undefined {
  const raw = readObject(request, 'raw') ?? readObject(request, 'req') ?? request
  return readObject(raw, 'socket') ?? readObject(raw, 'connection')
}

function readRemoteAddress(request: object): string | undefined {
  const socket = readSocket(request)
  return (
    readFirstText(request, ['remoteAddress', 'remoteIp']) ??
    (socket === undefined ? undefined : readText(socket, 'remoteAddress'))
  )
}

/** Without port, brackets and the prefix of IPv4 inside IPv6. */
function normalizeIp(address: string): string {
  const bare = address
    .trim()
    .slice(0, 100)
    .replace(/^\[([^\]]*)\](?::\d{1,5})?$/, '$1')
    .replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/, '$1')
  return /^::ffff:\d/i.test(bare) ? bare.slice('::ffff:'.length) : bare
}
