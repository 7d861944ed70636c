import type { Answer } from '../answer/answer.ts'
import { abortResponse, isHttp2, type NodeResponse } from './node-exchange.ts'

/** The content type of every answer. */
export const jsonType = 'application/json; charset=utf-8'

/** Headers about a body that is not sent. */
const bodyHeaders: ReadonlySet<string> = new Set([
  'accept-ranges',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
  'etag',
  'expires',
  'last-modified',
  'trailer',
  'transfer-encoding',
])

/**
 * Answers a failed request of HTTP/1 or HTTP/2. If a part of another answer is sent already, the response is aborted; an answer that
 * the service has ended stays.
 */
export function sendAnswer(response: NodeResponse, answer: Answer): void {
  if (response.headersSent) {
    if (!response.writableEnded) abortResponse(response)
    return
  }
  if ('destroyed' in response && response.destroyed) return
  clearBodyHeaders(response.getHeaderNames(), (name) => response.removeHeader(name))
  const body = JSON.stringify(answer.body)
  response.statusCode = answer.status
  // The service may have set another one. HTTP/2 has none, and Node warns when it is set.
  if (!isHttp2(response)) response.statusMessage = ''
  response.setHeader('content-type', jsonType)
  response.setHeader('content-length', String(Buffer.byteLength(body)))
  for (const name in answer.headers) response.setHeader(name, answer.headers[name] ?? '')
  response.end(body)
}

/** Removes the headers about a body that is not sent. Those that middleware sets on every answer stay. */
export function clearBodyHeaders(
  names: readonly string[],
  remove: (name: string) => unknown,
): void {
  for (const name of names) if (bodyHeaders.has(name.toLowerCase())) remove(name)
}
