import { findUser, readProperty, readText } from '@slack-logger/core/reading'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from '../answer/answer.ts'
import { headerReader } from './node-exchange.ts'
import { isBodyLogged, pathOf, readTraceIds, type RequestReader } from './request-context.ts'
import { clearBodyHeaders, jsonType, sendAnswer } from './send-answer.ts'

/** The parts of a request of Fastify that this package reads. */
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

/** Reads a request of Fastify. The client's address follows its setting `trustProxy`. */
export const fastifyReader: RequestReader<FastifyRequestLike> = {
  read: (request, user) => {
    const { headers, method } = request
    const route = readProperty(request, 'routeOptions')
    const handler = readText(readProperty(route, 'handler'), 'name')
    return {
      method,
      path: pathOf(request.originalUrl),
      route: readText(route, 'url'),
      // Fastify binds handlers to the server.
      handler: handler?.replace(/^(?:bound )+/, '') || undefined,
      origin: headers.origin,
      clientIp: request.ip,
      userAgent: headers['user-agent'],
      user,
      params: request.params,
      query: request.query,
      body: isBodyLogged(method) ? request.body : undefined,
    }
  },
  ids: (request) => readTraceIds(headerReader(request), request.id),
  user: findUser,
}

/** The parts of a reply of Fastify that this package uses. */
export interface FastifyReplyLike {
  readonly raw: ServerResponse
  readonly sent: boolean
  hijack(): unknown
  code(status: number): unknown
  headers(values: Record<string, string>): unknown
  getHeaders(): object
  removeHeader(name: string): unknown
  serializer(serialize: (payload: string) => string): unknown
  send(payload: unknown): unknown
}

const answered = new WeakSet<FastifyReplyLike>()

/** True if `sendReply` has set the status of a reply. */
export function isAnswered(reply: FastifyReplyLike): boolean {
  return answered.has(reply)
}

/**
 * Answers a failed request. If a part of another answer is sent already, the response is aborted.
 *
 * The service's `onSend` hooks run. If one of them fails, the answer is sent without them.
 */
export function sendReply(reply: FastifyReplyLike, answer: Answer): void {
  if (reply.raw.headersSent || reply.raw.destroyed || answered.has(reply)) {
    sendWithoutHooks(reply, answer)
    return
  }
  answered.add(reply)
  clearBodyHeaders(Object.keys(reply.getHeaders()), (name) => reply.removeHeader(name))
  reply.code(answer.status)
  // Without the length, which an answer with trailers must not have; Fastify adds it to any other.
  reply.headers({ 'content-type': jsonType, ...answer.headers })
  reply.serializer((payload) => payload)
  const send = reply.send.bind(reply)
  // Later failures go to Fastify's own handler only, which would send their messages to the client.
  reply.send = (payload) => (reply.sent ? send(payload) : sendWithoutHooks(reply, answer))
  send(JSON.stringify(answer.body))
}

function sendWithoutHooks(reply: FastifyReplyLike, answer: Answer): FastifyReplyLike {
  reply.hijack()
  if (!reply.raw.headersSent) {
    for (const [name, value] of Object.entries(reply.getHeaders())) setHeader(reply, name, value)
  }
  sendAnswer(reply.raw, answer)
  return reply
}

function setHeader({ raw }: FastifyReplyLike, name: string, value: number | string[]): void {
  try {
    raw.setHeader(name, value)
  } catch {
    // An invalid header may be the failure that is being answered.
  }
}
