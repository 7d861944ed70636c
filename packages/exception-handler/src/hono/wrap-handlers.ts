import type { Handler, Hono } from 'hono'
import { innerHandler } from '../context/hono-route.ts'

/**
 * Wraps every handler that a router is given from now on. A middleware would do the same, but for any middleware Hono leaves
 * its short way for requests that one handler takes.
 */
export function wrapHandlers(router: Hono['router'], wrap: (handler: Handler) => Handler): void {
  const add = router.add.bind(router)
  router.add = (method, path, [handler, route]) => {
    // The route too: from there another application takes the handlers of one that it mounts.
    route.handler = looksLike(innerHandler(handler), wrap(handler))
    add(method, path, [route.handler, route])
  }
}

/**
 * Gives a handler all that can be seen of another: name and number of parameters are what Hono shows of it, and how it tells a
 * middleware; others keep there what they know of a route, as hono-openapi does.
 */
function looksLike(original: unknown, handler: Handler): Handler {
  return typeof original === 'function'
    ? Object.defineProperties(handler, Object.getOwnPropertyDescriptors(original))
    : handler
}
