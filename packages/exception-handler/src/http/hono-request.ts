import {
  callMethod,
  readAbort,
  readClientIp,
  readProperty,
  readText,
  type TrustProxy,
} from '@slack-logger/core/reading'
import type { Context } from 'hono'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorMessage } from '../report/serialize-error.ts'
import { headerReader, isClientGone } from './node-exchange.ts'
import {
  pathOf,
  queryOf,
  readTraceIds,
  type ReadHeader,
  type RequestReader,
} from './request-context.ts'

/** Reads a request of Hono, on Node or on another platform. */
export function createHonoReader(trustProxy: TrustProxy): RequestReader<Context> {
  return {
    read: (context, user) => {
      const { req } = context
      const route = endpointOf(context)
      const header = headerReaderOf(context)
      return {
        method: req.method,
        path: pathOf(req.path),
        route: route?.path,
        handler: readText(innerHandler(route?.handler), 'name'),
        origin: header('origin'),
        clientIp: readClientIp(
          exchangeOf(context)?.incoming ?? fetchRequestOf(context),
          trustProxy,
        ),
        userAgent: header('user-agent'),
        user,
        // Some versions of Hono throw here if no route matches.
        params: callMethod(req, 'param'),
        query: queryOf(req.url),
        body: bodies.get(context),
      }
    },
    ids: (context) => readTraceIds(headerReaderOf(context), context.get('requestId') as unknown),
    user: (context) => (context.get('user') as unknown) ?? context.get('jwtPayload'),
  }
}

/** Node's request and response, if Hono runs on Node. */
export function exchangeOf(
  context: Context,
): { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse } | undefined {
  const incoming = readProperty(context.env, 'incoming')
  const outgoing = readProperty(context.env, 'outgoing')
  if (incoming === undefined || outgoing === undefined) return undefined
  return { incoming: incoming as IncomingMessage, outgoing: outgoing as ServerResponse }
}

/** On Node from Node's request: making `Headers` of it takes longer than reading all the rest. */
function headerReaderOf(context: Context): ReadHeader {
  const node = exchangeOf(context)
  return node === undefined ? (name) => context.req.header(name) : headerReader(node.incoming)
}

/** Headers and address of a request on another platform; Deno has the address in the environment. */
function fetchRequestOf({ env, req }: Context): object {
  const remoteAddress = readText(readProperty(env, 'remoteAddr'), 'hostname')
  return { remoteAddress, headers: req.raw.headers }
}

/** Bodies that the service has read. Hono has only promises for them, and a log line cannot wait. */
const bodies = new WeakMap<Context, unknown>()

export function keepBody(context: Context, body: unknown): void {
  bodies.set(context, body)
}

interface Route {
  readonly method: string
  readonly path: string
  readonly handler: unknown
}

/** Requests without an endpoint, whose last handler was a middleware. */
const unmatched = new WeakSet<Context>()

export function markUnmatched(context: Context): void {
  unmatched.add(context)
}

/** The endpoint of a request, also where a middleware before it failed. */
function endpointOf(context: Context): Route | undefined {
  // `hono/route` knows only requests of its own module format, and the application's may be the other one.
  const { matchedRoutes, routeIndex } = context.req
  const remaining = matchedRoutes.slice(routeIndex)
  const endpoint = remaining.find(isEndpoint)
  // An application that `mount()` added looks like a middleware.
  if (endpoint === undefined) return unmatched.has(context) ? undefined : remaining[0]
  // Middleware may be registered together with its endpoint, under one pattern.
  return remaining.find((route) => isSamePattern(route, endpoint) && isLast(route)) ?? endpoint
}

/** The service's own handler, without the function that Hono puts around it in a mounted application with an error handler. */
export function innerHandler(handler: unknown): unknown {
  const inner = readProperty(handler, '__COMPOSED_HANDLER')
  return inner === undefined ? handler : innerHandler(inner)
}

function isEndpoint(route: Route): boolean {
  return route.method !== 'ALL' || !route.path.endsWith('*') || isLast(route)
}

/** True for a handler without a parameter `next`, by which Hono, too, distinguishes it from middleware. */
function isLast({ handler }: Route): boolean {
  const length = readProperty(innerHandler(handler), 'length')
  return typeof length === 'number' && length < 2
}

function isSamePattern(one: Route, other: Route): boolean {
  return one.path === other.path && one.method === other.method
}

export function isHonoClientGone(context: Context): boolean {
  const node = exchangeOf(context)
  return node === undefined
    ? readProperty(signalOf(context), 'aborted') === true
    : isClientGone(node.incoming, node.outgoing)
}

/**
 * The error, or an AbortError if the client disconnected and the error is the reason of `context.req.raw.signal`. On Node that reason
 * is only a text.
 */
export function withKnownAbort(error: unknown, context: Context): unknown {
  if (readAbort(error) !== undefined || !isHonoClientGone(context)) return error
  const reason = readProperty(signalOf(context), 'reason')
  if (reason === undefined || (error !== reason && readProperty(error, 'cause') !== reason)) {
    return error
  }
  return Object.assign(new Error(errorMessage(reason), { cause: error }), { name: 'AbortError' })
}

/** On Node the signal is created when it is first read. */
function signalOf(context: Context): unknown {
  return readProperty(context.req.raw, 'signal')
}
