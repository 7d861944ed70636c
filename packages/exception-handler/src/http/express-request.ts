import { findUser, readList, readProperty, readText } from '@slack-logger/core/reading'
import type { IncomingMessage } from 'node:http'
import { readNodeIds } from './node-exchange.ts'
import { isBodyLogged, pathOf, plainQueryOf, type RequestReader } from './request-context.ts'

/** The parts of a request of Express 4 or 5 that this package reads. */
export interface ExpressRequest extends IncomingMessage {
  readonly originalUrl?: string
  readonly baseUrl?: string
  readonly ip?: string | undefined
  readonly params?: unknown
  readonly query?: unknown
  readonly body?: unknown
  readonly user?: unknown
  readonly route?: unknown
}

/** Reads a request of Express. The client's address follows its setting `trust proxy`. */
export const expressReader: RequestReader<ExpressRequest> = {
  read: (request, user) => {
    const { headers, route, params } = request
    const path = pathOf(request.originalUrl ?? request.url ?? '/')
    const pattern = readText(route, 'path')
    const endpoint = pattern === undefined ? undefined : readRoute(path, pattern)
    return {
      method: request.method,
      path,
      route: endpoint?.route,
      handler: handlerOf(route),
      origin: headers.origin,
      clientIp: request.ip ?? request.socket?.remoteAddress,
      userAgent: headers['user-agent'],
      user,
      params: { ...endpoint?.params, ...(typeof params === 'object' ? params : undefined) },
      query: queryOfExpress(request),
      body: isBodyLogged(request.method) ? request.body : undefined,
    }
  },
  ids: readNodeIds,
  user: findUser,
}

/** Express 5 parses the query each time it is read. A plain one gives the same with any parser. */
function queryOfExpress(request: ExpressRequest): unknown {
  const plain = Object.hasOwn(request, 'query') ? undefined : plainQueryOf(request.url ?? '')
  return plain ?? request.query
}

/** The last named function of a route; those before it are middleware. */
function handlerOf(route: unknown): string | undefined {
  const layers = readList(route, 'stack') ?? []
  return layers
    .map((layer) => readText(readProperty(layer, 'handle'), 'name'))
    .findLast((name) => name !== undefined && name !== '<anonymous>')
}

/** An endpoint of Express, and the parameters in a path. */
interface ExpressRoute {
  readonly route: string
  readonly params: Readonly<Record<string, string>>
}

/**
 * The whole pattern of an endpoint, and its parameters, from the pattern in its router. In error middleware Express no longer has the
 * parameters, nor the path where the router is mounted: that is taken from the beginning of the request's path.
 *
 * @example
 * readRoute('/api/orders/17', '/:id') // { route: '/api/orders/:id', params: { id: '17' } }
 */
export function readRoute(path: string, pattern: string): ExpressRoute {
  const ofPattern = patternSegments(pattern)
  if (ofPattern === undefined) return { route: pattern, params: {} }
  const segments = segmentsOf(path)
  const start = Math.max(0, segments.length - ofPattern.length)
  const params: Record<string, string> = {}
  for (const [index, segment] of ofPattern.entries()) {
    const value = segments[start + index]
    if (segment.startsWith(':') && value !== undefined) params[segment.slice(1)] = decode(value)
    segments[start + index] = segment
  }
  return { route: `/${segments.join('/')}`, params }
}

const maxCached = 1000
const cache = new Map<string, readonly string[] | undefined>()

/** `undefined` for a pattern that matches any number of segments, and so does not show where the router begins. */
function patternSegments(pattern: string): readonly string[] | undefined {
  if (cache.has(pattern)) return cache.get(pattern)
  const segments = /[*?{}()+]/.test(pattern) ? undefined : segmentsOf(pattern)
  if (cache.size >= maxCached) cache.clear()
  cache.set(pattern, segments)
  return segments
}

function decode(segment: string): string {
  try {
    return segment.includes('%') ? decodeURIComponent(segment) : segment
  } catch {
    return segment
  }
}

function segmentsOf(path: string): string[] {
  const segments = path.split('/')
  // Usually only the one before the first slash is empty.
  return segments.lastIndexOf('') === 0
    ? segments.slice(1)
    : segments.filter((segment) => segment !== '')
}
