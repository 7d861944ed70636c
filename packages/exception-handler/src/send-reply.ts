import type { ServerResponse } from 'node:http'
import type { Answer } from './answer/answer.ts'
import { clearBodyHeaders, jsonType, sendAnswer } from './send-answer.ts'

/** What this package uses of a reply of Fastify; Fastify's type fits. */
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

/** Replies that this package has an answer for. */
const answered = new WeakSet<FastifyReplyLike>()

/** True once a reply bears the status of an answer, and no longer that of the service. */
export function isAnswered(reply: FastifyReplyLike): boolean {
  return answered.has(reply)
}

/**
 * Answers a failed request of Fastify; where a part of another answer is sent already, the connection is closed.
 *
 * The service's `onSend` hooks see the answer. Where one of them fails, the answer goes out without them.
 */
export function sendReply(reply: FastifyReplyLike, answer: Answer): void {
  if (reply.raw.headersSent || reply.raw.destroyed || answered.has(reply)) {
    sendWithoutHooks(reply, answer)
    return
  }
  answered.add(reply)
  clearBodyHeaders(Object.keys(reply.getHeaders()), (name) => reply.removeHeader(name))
  reply.code(answer.status)
  // Fastify sets the length, which no answer with trailers may have.
  reply.headers({ 'content-type': jsonType, ...answer.headers })
  reply.serializer((payload) => payload)
  const send = reply.send.bind(reply)
  // What fails from here on, Fastify gives to no handler but its own, which sends its text to the client.
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
    // That Node refuses a header may be the very failure: it is logged, and answered without the header.
  }
}
