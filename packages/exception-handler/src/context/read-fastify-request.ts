import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { readProperty, readText } from '../read-safely.ts'
import { headerReader } from './read-node-request.ts'
import { hasTellingBody, pathOf, type RequestReader } from './request-context.ts'
import { readTraceIds } from './trace-ids.ts'

/** What this package reads of a request of Fastify; Fastify's type fits. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage
  readonly headers: IncomingHttpHeaders
  readonly id: string
  readonly ip: string
  readonly method: string
  readonly originalUrl: string
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

/** Reads a request of Fastify. The client's address is Fastify's own, by its setting `trustProxy`. */
export const fastifyReader: RequestReader<FastifyRequestLike> = {
  read: (request, user) => {
    const { headers, method } = request
    const route = readProperty(request, 'routeOptions')
    return {
      method,
      path: pathOf(request.originalUrl),
      route: readText(route, 'url'),
      // Fastify binds handlers to the server, which their names then say.
      handler:
        readText(readProperty(route, 'handler'), 'name')?.replace(/^(?:bound )+/, '') || undefined,
      origin: headers.origin,
      clientIp: request.ip,
      userAgent: headers['user-agent'],
      user,
      params: request.params,
      query: request.query,
      body: hasTellingBody(method) ? request.body : undefined,
    }
  },
  ids: (request) => readTraceIds(headerReader(request), request.id),
  user: (request) => readProperty(request, 'user'),
}
