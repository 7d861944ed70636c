import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Answer } from '../answer/answer.ts'
import { callMethod, isTagged, readProperty } from '../read-safely.ts'
import { clearBodyHeaders, jsonType } from '../send-answer.ts'
import { endSentPart } from './watch-response.ts'

/** The response of a failed request; headers that middleware set for every response stay. */
export function responseOf(context: Context, answer: Answer): Response {
  forgetBody(context)
  if (endSentPart(context)) return nothingToSend(context)
  return context.body(JSON.stringify(answer.body), answer.status as ContentfulStatusCode, {
    'content-type': jsonType,
    ...answer.headers,
  })
}

/** What @hono/node-server sends nothing of; another response would be one too many, and could end the process. */
function nothingToSend(context: Context): Response {
  // It sees the header only on a plain `Response`, as a clone is, and not on its own quick one.
  return context.body(null, 200, { 'x-hono-already-sent': 'true' }).clone()
}

/** What a service throws to answer with it, as `new HTTPException(302, { res })`; it is no failure. */
export function thrownResponse(error: unknown): Response | undefined {
  const status = readProperty(error, 'status')
  if (typeof status !== 'number' || status >= 400) return undefined
  if (!isTagged(readProperty(error, 'res'), 'Response')) return undefined
  const response = callMethod(error, 'getResponse')
  return isTagged(response, 'Response') ? (response as Response) : undefined
}

/** Takes away the headers that described the body that will not come. */
function forgetBody(context: Context): void {
  if (context.finalized) {
    // A response that `fetch()` gave does not let its headers be changed.
    const { headers } = context.res
    context.res = undefined
    context.res = new Response(null, { headers })
  }
  // Of a response that nobody gets: `context.res` would make one that each later response is merged with.
  const { headers } = context.body(null, 200)
  clearBodyHeaders([...headers.keys()], (name) => context.header(name, undefined))
}
