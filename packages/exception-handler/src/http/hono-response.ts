import { callMethod, isTagged, readProperty } from '@slack-logger/core/reading'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { StreamingApi } from 'hono/utils/stream'
import type { ServerResponse } from 'node:http'
import type { Answer } from '../answer/answer.ts'
import { exchangeOf } from './hono-request.ts'
import { abortResponse, errorOf } from './node-exchange.ts'
import { clearBodyHeaders, jsonType } from './send-answer.ts'

/**
 * Marks on Node's response, which several contexts may share: applications are mounted in others, and fetch themselves. A response is
 * reported once.
 */
interface Marks {
  /** The innermost context, which knows the endpoint. */
  [latestContext]?: Context
  [isReported]?: true
}

const latestContext = Symbol.for('@slack-logger/exception-handler.hono-context')
const isReported = Symbol.for('@slack-logger/exception-handler.hono-reported')

/** Calls back if the server breaks off a response after its headers, as where a stream fails. */
export function watchResponse(
  context: Context,
  onBroken: (error: unknown, context: Context) => void,
): void {
  const outgoing = exchangeOf(context)?.outgoing
  if (outgoing === undefined) return
  const marks = marksOf(outgoing)
  const isWatched = marks[latestContext] !== undefined
  marks[latestContext] = context
  // Not `once`, whose wrapper costs every request: a response closes only once.
  if (!isWatched) outgoing.on('close', () => reportBroken(outgoing, onBroken))
}

function reportBroken(
  outgoing: ServerResponse,
  onBroken: (error: unknown, context: Context) => void,
): void {
  const error = errorOf(outgoing)
  if (error === null || error === undefined) return
  const marks = marksOf(outgoing)
  const context = marks[latestContext]
  if (context !== undefined && marks[isReported] !== true) onBroken(error, context)
}

/** Breaks off a response whose failure is reported. */
export async function breakOffStream(context: Context, stream?: StreamingApi): Promise<void> {
  const outgoing = exchangeOf(context)?.outgoing
  if (outgoing !== undefined) abortReported(outgoing)
  else if (stream !== undefined) await abortStream(stream)
}

function abortReported(outgoing: ServerResponse): void {
  marksOf(outgoing)[isReported] = true
  abortResponse(outgoing)
}

/** Only with the stream's private writer does the client see that the body is incomplete. */
async function abortStream(stream: StreamingApi): Promise<void> {
  const { writer } = stream as unknown as { readonly writer: WritableStreamDefaultWriter }
  try {
    await writer.abort(new Error('The answer broke off'))
  } catch {
    stream.abort()
  }
}

function marksOf(outgoing: ServerResponse): Marks {
  return outgoing as ServerResponse & Marks
}

/** The response of a failed request. Headers that middleware sets on every response stay. */
export function responseOf(context: Context, answer: Answer): Response {
  clearResponse(context)
  const outgoing = exchangeOf(context)?.outgoing
  if (outgoing?.headersSent === true) {
    // The service has written to Node's response itself.
    if (!outgoing.writableEnded) abortReported(outgoing)
    return alreadySent(context)
  }
  return context.body(JSON.stringify(answer.body), answer.status as ContentfulStatusCode, {
    'content-type': jsonType,
    ...answer.headers,
  })
}

/** A response that @hono/node-server does not send. To send a second one could end the process. */
function alreadySent(context: Context): Response {
  // It reads the header only of a plain `Response`, as a clone is.
  return context.body(null, 200, { 'x-hono-already-sent': 'true' }).clone()
}

/** The response of an error that is thrown to answer with it, as `new HTTPException(302, { res })`. */
export function thrownResponse(error: unknown): Response | undefined {
  const status = readProperty(error, 'status')
  if (typeof status !== 'number' || status >= 400) return undefined
  if (!isTagged(readProperty(error, 'res'), 'Response')) return undefined
  const response = callMethod(error, 'getResponse')
  return isTagged(response, 'Response') ? (response as Response) : undefined
}

/** Removes an earlier response's body, and the headers about it. */
function clearResponse(context: Context): void {
  if (context.finalized) {
    // The headers of a response of `fetch()` cannot be changed.
    const { headers } = context.res
    context.res = undefined
    context.res = new Response(null, { headers })
  }
  // Read from a response that is not sent: reading `context.res` would create one that later ones are merged with.
  const { headers } = context.body(null, 200)
  clearBodyHeaders([...headers.keys()], (name) => context.header(name, undefined))
}
