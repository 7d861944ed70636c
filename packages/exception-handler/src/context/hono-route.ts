import type { Context } from 'hono'
import { readProperty } from '../read-safely.ts'

interface Route {
  readonly method: string
  readonly path: string
  readonly handler: unknown
}

/** Requests that no route took: what ran for them last was a middleware, and no endpoint. */
const unmatched = new WeakSet<Context>()

/** Remembers that no route took a request. */
export function markUnmatched(context: Context): void {
  unmatched.add(context)
}

/** The endpoint that a request reached, or was on its way to when a middleware failed. */
export function endpointOf(context: Context): Route | undefined {
  // `hono/route` knows only requests of its own module format, and an application's may be the other one.
  const { matchedRoutes, routeIndex } = context.req
  const reached = matchedRoutes.slice(routeIndex)
  const endpoint = reached.find(isEndpoint)
  // An application that `mount()` took looks like a middleware.
  if (endpoint === undefined) return unmatched.has(context) ? undefined : reached[0]
  // Middleware may be registered with its endpoint, in one line and under one pattern.
  return reached.find((route) => isSamePattern(route, endpoint) && isLast(route)) ?? endpoint
}

/** The service's own handler: Hono puts one around it where it mounts an application with an error handler. */
export function innerHandler(handler: unknown): unknown {
  const inner = readProperty(handler, '__COMPOSED_HANDLER')
  return inner === undefined ? handler : innerHandler(inner)
}

function isEndpoint(route: Route): boolean {
  return route.method !== 'ALL' || !route.path.endsWith('*') || isLast(route)
}

/** True for a handler that takes no `next`; so Hono, too, tells one from a middleware. */
function isLast({ handler }: Route): boolean {
  const length = readProperty(innerHandler(handler), 'length')
  return typeof length === 'number' && length < 2
}

function isSamePattern(one: Route, other: Route): boolean {
  return one.path === other.path && one.method === other.method
}
