import type { Answer } from './answer/answer.ts'
import { breakOff, isHttp2, type NodeResponse } from './node-exchange.ts'

/** Of every answer. */
export const jsonType = 'application/json; charset=utf-8'

/** Headers that described the body that will not come. */
const ofOldBody: ReadonlySet<string> = new Set([
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
 * Answers a failed request on Node, of HTTP/1 or HTTP/2. Where a part of another answer is sent already, that is broken off, so
 * that the client does not take the part for the whole; an answer that the service has ended is whole and stays.
 */
export function sendAnswer(response: NodeResponse, answer: Answer): void {
  if (response.headersSent) {
    if (!response.writableEnded) breakOff(response)
    return
  }
  if ('destroyed' in response && response.destroyed) return
  clearBodyHeaders(response.getHeaderNames(), (name) => response.removeHeader(name))
  const body = JSON.stringify(answer.body)
  response.statusCode = answer.status
  // The reason phrase of the answer that will not come; HTTP/2 has none, and warns who touches it.
  if (!isHttp2(response)) response.statusMessage = ''
  const headers = answerHeadersOf(answer, body)
  for (const name in headers) response.setHeader(name, headers[name] ?? '')
  response.end(body)
}

/** Takes away what described the body that will not come; what middleware set for every answer stays. */
export function clearBodyHeaders(
  names: readonly string[],
  remove: (name: string) => unknown,
): void {
  for (const name of names) if (ofOldBody.has(name.toLowerCase())) remove(name)
}

/** The headers of an answer with its body. */
export function answerHeadersOf(answer: Answer, body: string): Record<string, string> {
  return {
    'content-type': jsonType,
    'content-length': String(Buffer.byteLength(body)),
    ...answer.headers,
  }
}
