import type { IncomingMessage } from 'node:http'
import { asList, readProperty, readText } from '../read-safely.ts'
import { readRoute } from './express-route.ts'
import { readNodeIds } from './read-node-request.ts'
import { hasTellingBody, pathOf, plainQueryOf, type RequestReader } from './request-context.ts'

/** What this package reads of a request of Express; the types of both of its versions fit. */
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

/** Reads a request of Express 4 or 5. The client's address is Express's own, by its setting `trust proxy`. */
export const expressReader: RequestReader<ExpressRequest> = {
  read: (request, user) => {
    const { headers, route } = request
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
      params: { ...endpoint?.params, ...asObject(request.params) },
      query: queryOfExpress(request),
      body: hasTellingBody(request.method) ? request.body : undefined,
    }
  },
  ids: readNodeIds,
  user: (request) => request.user,
}

/** Express 5 parses a query anew whenever it is asked for, in whatever way; a plain one says the same in all of them. */
function queryOfExpress(request: ExpressRequest): unknown {
  const plain = Object.hasOwn(request, 'query') ? undefined : plainQueryOf(request.url ?? '')
  return plain ?? request.query
}

function asObject(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null ? value : undefined
}

/** The last named function of a route is its handler; those before it are its middleware. */
function handlerOf(route: unknown): string | undefined {
  const layers = asList(readProperty(route, 'stack')) ?? []
  return layers
    .map((layer) => readText(readProperty(layer, 'handle'), 'name'))
    .findLast((name) => name !== undefined && name !== '<anonymous>')
}
