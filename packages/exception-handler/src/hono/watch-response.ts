import type { Context } from 'hono'
import type { StreamingApi } from 'hono/utils/stream'
import type { ServerResponse } from 'node:http'
import { nodeSideOf } from '../context/read-hono-request.ts'
import { breakOff, errorOf } from '../node-exchange.ts'

/** What is kept on Node's response. Whoever handles it, it breaks off once: applications are mounted in others, and fetch themselves. */
interface Marks {
  /** The innermost context; it knows the endpoint. */
  [latestContext]?: Context
  [isToldOf]?: true
}

const latestContext = Symbol.for('@slack-logger/exception-handler.hono-context')
const isToldOf = Symbol.for('@slack-logger/exception-handler.hono-told')

/** Calls back if the server breaks off a response after its headers, as where a stream fails. */
export function watchResponse(
  context: Context,
  onBroken: (error: unknown, context: Context) => void,
): void {
  const outgoing = nodeSideOf(context)?.outgoing
  if (outgoing === undefined) return
  const marks = marksOf(outgoing)
  const isWatched = marks[latestContext] !== undefined
  marks[latestContext] = context
  // Not `once`, whose wrapper each request would pay for: it closes but once.
  if (!isWatched) outgoing.on('close', () => tellOf(outgoing, onBroken))
}

/** Ends a response in its midst, of which the service knows why. */
export async function breakOffStream(context: Context, stream?: StreamingApi): Promise<void> {
  const outgoing = nodeSideOf(context)?.outgoing
  if (outgoing === undefined) {
    if (stream !== undefined) await abort(stream)
    return
  }
  breakOffKnown(outgoing)
}

/** True if a service has written to Node's response itself; of that, what is a part only is broken off. */
export function endSentPart(context: Context): boolean {
  const outgoing = nodeSideOf(context)?.outgoing
  if (outgoing?.headersSent !== true) return false
  if (!outgoing.writableEnded) breakOffKnown(outgoing)
  return true
}

function breakOffKnown(outgoing: ServerResponse): void {
  marksOf(outgoing)[isToldOf] = true
  breakOff(outgoing)
}

/** Only the stream's writer, which is private, can tell the client's side that it is not whole. */
async function abort(stream: StreamingApi): Promise<void> {
  const { writer } = stream as unknown as { readonly writer: WritableStreamDefaultWriter }
  try {
    await writer.abort(new Error('The answer broke off'))
  } catch {
    stream.abort()
  }
}

function tellOf(
  outgoing: ServerResponse,
  onBroken: (error: unknown, context: Context) => void,
): void {
  const error = errorOf(outgoing)
  if (error === null || error === undefined) return
  const { [latestContext]: context, [isToldOf]: isTold } = marksOf(outgoing)
  if (context !== undefined && isTold !== true) onBroken(error, context)
}

function marksOf(outgoing: ServerResponse): Marks {
  return outgoing as ServerResponse & Marks
}
