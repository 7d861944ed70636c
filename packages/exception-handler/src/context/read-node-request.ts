import type { NodeRequest } from '../node-exchange.ts'
import { clientIp, type TrustProxy } from './client-ip.ts'
import { pathOf, queryOf, type RequestContext } from './request-context.ts'
import { readTraceIds, type ReadHeader, type TraceIds } from './trace-ids.ts'

/** Reads a request of Node. */
export function readNodeRequest(
  request: NodeRequest,
  trustProxy: TrustProxy = false,
): RequestContext {
  const { headers, url = '/' } = request
  const forwardedFor = headerReader(request)('x-forwarded-for')
  return {
    method: request.method,
    path: pathOf(url),
    origin: headers.origin,
    clientIp: clientIp(request.socket?.remoteAddress, forwardedFor, trustProxy),
    userAgent: headers['user-agent'],
    query: queryOf(url),
  }
}

/** The ids of a request on Node; middleware that gives requests an id keeps it in `request.id`. */
export function readNodeIds(request: NodeRequest): TraceIds {
  return readTraceIds(headerReader(request), (request as { id?: unknown }).id)
}

/** Reads the headers of a request on Node. */
export function headerReader({ headers }: Pick<NodeRequest, 'headers'>): ReadHeader {
  return (name) => {
    const value = headers[name]
    return typeof value === 'string' ? value : value?.join(', ')
  }
}
