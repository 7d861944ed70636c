import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ActionsHandler, bodyReadMessage } from './slack-actions.ts'

/** A request as Node and Express have it, or what Fastify and Koa put around it. */
type NodeRequest =
  | IncomingMessage
  | { readonly raw: IncomingMessage }
  | { readonly req: IncomingMessage; readonly res: ServerResponse }

/** A response as Node and Express have it, Fastify's reply, or Koa's `next`. */
type NodeResponse =
  | ServerResponse
  | { readonly raw: ServerResponse; readonly hijack: () => unknown }
  | (() => Promise<unknown>)

/** A handler for Node's own server, Express, Fastify, Koa and Nest. */
export type NodeHandler = (
  request: NodeRequest,
  response: NodeResponse,
  next?: (error?: Error) => void,
) => Promise<void>

/**
 * Makes a handler for Node's own server, Express, Fastify, Koa and Nest. It needs the raw body: add it before body parsers, or let
 * them keep the bytes in `request.rawBody`.
 *
 * @example
 * ```ts
 * const handler = toNodeHandler(slackActions({ signingSecret, onAction }))
 * createServer(handler) // Node
 * app.post('/slack/actions', handler) // Express, before express.urlencoded()
 * app.post('/slack/actions', { onRequest: handler }, () => {}) // Fastify
 * router.post('/slack/actions', handler) // Koa
 * app.use('/slack/actions', handler) // Nest, in main.ts
 * ```
 */
export function toNodeHandler(handle: ActionsHandler): NodeHandler {
  // Not `async`: to Fastify, an async hook with three parameters is a mistake.
  return (request, response, next) => {
    const exchange = exchangeOf(request, response)
    return serve(handle, exchange).catch((error: unknown) => {
      // A client that disconnects while it sends gets no answer.
      if (exchange.request.destroyed && !exchange.request.complete) return
      const reason = error instanceof Error ? error : new Error(String(error))
      if (next !== undefined) next(reason)
      else if (exchange.isWrapped) throw reason
      else failAlone(exchange.response, reason)
    })
  }
}

/** Without a framework, a rejection would end the process. */
function failAlone(response: ServerResponse, reason: Error): void {
  process.emitWarning(reason)
  if (!response.headersSent) response.writeHead(500)
  response.end()
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Whether a framework handles rejections. */
  readonly isWrapped: boolean
  /** What may have the raw body if somebody has read the request. */
  readonly keeper: object
  /** Takes the response over from the framework. */
  readonly hijack?: () => unknown
}

function exchangeOf(request: NodeRequest, response: NodeResponse): Exchange {
  if ('res' in request && typeof response === 'function') {
    const { req, res } = request
    const keeper = 'request' in request && isObject(request.request) ? request.request : request
    return { request: req, response: res, isWrapped: true, keeper }
  }
  if ('raw' in request && 'raw' in response) {
    const hijack = (): unknown => response.hijack()
    const { raw } = request
    return { request: raw, response: response.raw, isWrapped: true, keeper: request, hijack }
  }
  return {
    request: request as IncomingMessage,
    response: response as ServerResponse,
    isWrapped: false,
    keeper: request,
  }
}

async function serve(handle: ActionsHandler, exchange: Exchange): Promise<void> {
  const { request, response, hijack } = exchange
  const { method = 'GET', url = '/' } = request
  const isPost = method === 'POST'
  const answer = await handle(
    new Request(new URL(url, 'http://localhost'), {
      method: isPost ? method : 'GET',
      headers: signedHeaders(request),
      ...(isPost ? { body: bodyOf(exchange), duplex: 'half' } : {}),
    }),
  )
  const body = await answer.text()
  hijack?.()
  response.writeHead(answer.status, {
    ...Object.fromEntries(answer.headers),
    // The rest of a body that is too large is not read.
    ...(answer.status === 413 ? { connection: 'close' } : {}),
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

type Body = NonNullable<RequestInit['body']>

/** The bytes that a parser has kept, or the request as a stream if nobody has read it. */
function bodyOf({ request, keeper }: Exchange): Body {
  const { rawBody, body } = keeper as { readonly rawBody?: unknown; readonly body?: unknown }
  for (const kept of [rawBody, body])
    if (typeof kept === 'string' || kept instanceof Uint8Array) return kept as Body
  if (request.readableDidRead) throw new Error(bodyReadMessage)
  return request
}

/** The headers that {@link ActionsHandler} reads. */
function signedHeaders({ headers }: IncomingMessage): Record<string, string> {
  const names = ['content-length', 'x-slack-signature', 'x-slack-request-timestamp']
  return Object.fromEntries(names.map((name) => [name, String(headers[name] ?? '')]))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
