import type { Context } from 'hono'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { callMethod, readProperty, readText } from '../read-safely.ts'
import { clientIp, type TrustProxy } from './client-ip.ts'
import type { UserContext } from './describe-user.ts'
import { endpointOf, innerHandler } from './hono-route.ts'
import { pathOf, queryOf, type RequestContext, type RequestReader } from './request-context.ts'
import { headerReader } from './read-node-request.ts'
import { readTraceIds, type ReadHeader } from './trace-ids.ts'

/** Reads a request of Hono, on Node or wherever else it runs. */
export function createHonoReader(trustProxy: TrustProxy): RequestReader<Context> {
  return {
    read: (context, user) => readHonoRequest(context, { trustProxy, user }),
    ids: (context) => readTraceIds(headerReaderOf(context), context.get('requestId') as unknown),
    user: (context) => (context.get('user') as unknown) ?? context.get('jwtPayload'),
  }
}

/** Node's own objects of a request, where Hono runs on Node. */
export function nodeSideOf(
  context: Context,
): { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse } | undefined {
  const incoming = readProperty(context.env, 'incoming')
  const outgoing = readProperty(context.env, 'outgoing')
  if (incoming === undefined || outgoing === undefined) return undefined
  return { incoming: incoming as IncomingMessage, outgoing: outgoing as ServerResponse }
}

function readHonoRequest(
  context: Context,
  { trustProxy, user }: { readonly trustProxy: TrustProxy; readonly user: UserContext | undefined },
): RequestContext {
  const { req } = context
  const route = endpointOf(context)
  const header = headerReaderOf(context)
  return {
    method: req.method,
    path: pathOf(req.path),
    route: route?.path,
    handler: readText(innerHandler(route?.handler), 'name'),
    origin: header('origin'),
    clientIp: clientIp(peerOf(context), header('x-forwarded-for'), trustProxy),
    userAgent: header('user-agent'),
    user,
    // Some versions of Hono throw here if no route took the request.
    params: callMethod(req, 'param'),
    query: queryOf(req.url),
    body: bodies.get(context),
  }
}

/** On Node from Node's own request, since to make `Headers` of it takes longer than all else that is read. */
function headerReaderOf(context: Context): ReadHeader {
  const node = nodeSideOf(context)
  return node === undefined ? (name) => context.req.header(name) : headerReader(node.incoming)
}

/** On Node the socket's other end; Deno tells it itself. */
function peerOf(context: Context): string | undefined {
  const socket = readProperty(readProperty(context.env, 'incoming'), 'socket')
  const remote = readProperty(context.env, 'remoteAddr')
  return readText(socket, 'remoteAddress') ?? readText(remote, 'hostname')
}

/** Bodies that the service has read; they are promises in Hono, and a log line cannot wait. */
const bodies = new WeakMap<Context, unknown>()

/** Keeps a body for the report of a failure. */
export function keepBody(context: Context, body: unknown): void {
  bodies.set(context, body)
}
