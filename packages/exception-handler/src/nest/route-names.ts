import { notedName } from './handler-names.ts'

/** How Nest's `HttpServer` takes a route, by a method for each of those of HTTP. */
type TakeRoute = (...route: unknown[]) => unknown

const verbs = [
  'all',
  'copy',
  'delete',
  'get',
  'head',
  'lock',
  'mkcol',
  'move',
  'options',
  'patch',
  'post',
  'propfind',
  'proppatch',
  'put',
  'query',
  'search',
  'unlock',
] as const

/** What this package uses of Nest's `HttpServer`, which stands before Express and Fastify. */
export type RouteTaker = { [Verb in (typeof verbs)[number]]?: TakeRoute }

/**
 * Gives the callbacks of routes the names of their handlers, as the later ones of Nest 12 do.
 *
 * Fastify's routes are of callbacks around these, of which nothing but the name is the same.
 */
export function nameRoutes(adapter: RouteTaker): void {
  for (const verb of verbs) {
    const take = adapter[verb]
    if (typeof take === 'function') adapter[verb] = nameFirst(take.bind(adapter))
  }
}

function nameFirst(take: TakeRoute): TakeRoute {
  return (...route) => {
    const callback = route.at(-1)
    const value = notedName(callback)
    if (value) Object.defineProperty(callback, 'name', { value, configurable: true })
    return take(...route)
  }
}
