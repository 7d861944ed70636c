import type { ServerResponse } from 'node:http'
import type { Answer } from './answer/answer.ts'
import { answerHeadersOf, clearBodyHeaders, sendAnswer } from './send-answer.ts'

/** What this package uses of a reply of Fastify; Fastify's type fits. */
export interface FastifyReplyLike {
  readonly raw: ServerResponse
  hijack(): unknown
  code(status: number): unknown
  headers(values: Record<string, string>): unknown
  getHeaders(): object
  removeHeader(name: string): unknown
  send(payload: string): unknown
}

/** Answers a failed request of Fastify; where a part of another answer is sent already, the connection is closed. */
export function sendReply(reply: FastifyReplyLike, answer: Answer): void {
  if (reply.raw.headersSent || reply.raw.destroyed) {
    reply.hijack()
    sendAnswer(reply.raw, answer)
    return
  }
  const body = JSON.stringify(answer.body)
  clearBodyHeaders(Object.keys(reply.getHeaders()), (name) => reply.removeHeader(name))
  reply.code(answer.status)
  reply.headers(answerHeadersOf(answer, body))
  reply.send(body)
}
