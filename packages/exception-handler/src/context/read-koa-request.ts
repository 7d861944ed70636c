import type { IncomingMessage, ServerResponse } from 'node:http'
import { readList, readProperty, readText } from '../read-safely.ts'
import { readNodeIds } from './read-node-request.ts'
import { hasTellingBody, pathOf, queryOf, type RequestReader } from './request-context.ts'

/** What this package uses of a context of Koa; the types of Koa fit. */
export interface KoaContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly request: object
  readonly method: string
  readonly url: string
  readonly originalUrl: string
  readonly ip: string
  readonly state: unknown
  readonly headerSent: boolean
  status: number
  body: unknown
  respond?: boolean | undefined
  set(headers: Record<string, string>): void
  remove(name: string): void
  onerror(error: unknown): void
}

/** Reads a request of Koa, with @koa/router's pattern. The client's address is Koa's own, by its setting `proxy`. */
export const koaReader: RequestReader<KoaContext> = {
  read: (context, user) => {
    const { method, headers } = context.req
    return {
      method,
      path: pathOf(context.originalUrl),
      route: readText(context, '_matchedRoute') ?? readText(context, 'routerPath'),
      handler: handlerOf(context),
      origin: headers.origin,
      // Koa says '' for a connection that is closed.
      clientIp: context.ip || undefined,
      userAgent: headers['user-agent'],
      user,
      params: readProperty(context, 'params'),
      query: queryOf(context.originalUrl),
      body: hasTellingBody(method) ? readProperty(context.request, 'body') : undefined,
    }
  },
  ids: (context) => readNodeIds(context.req),
  user: (context) => readProperty(context.state, 'user'),
}

/** The name of the route, or that of the last function in it. */
function handlerOf(context: KoaContext): string | undefined {
  const name = readText(context, '_matchedRouteName')
  if (name !== undefined) return name
  const layers = readList(context, 'matched') ?? []
  const route = layers.findLast((layer) => (readList(layer, 'methods') ?? []).length > 0)
  const handlers = readList(route, 'stack') ?? []
  return readText(
    handlers.findLast((handler) => readText(handler, 'name') !== undefined),
    'name',
  )
}
