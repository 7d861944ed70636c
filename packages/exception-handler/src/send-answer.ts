import type { ServerResponse } from 'node:http'
import type { Answer } from './answer/answer.ts'

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
  'transfer-encoding',
])

/**
 * Answers a failed request on Node. Where a part of another answer is sent already, the connection is closed, so that the client
 * does not take that part for the whole.
 */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  if (response.headersSent) {
    if (!response.writableFinished) response.destroy()
    return
  }
  if (response.destroyed) return
  clearBodyHeaders(response.getHeaderNames(), (name) => response.removeHeader(name))
  const body = JSON.stringify(answer.body)
  response.statusCode = answer.status
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
