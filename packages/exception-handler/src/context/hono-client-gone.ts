import type { Context } from 'hono'
import { isClientGone } from '../node-exchange.ts'
import { readProperty } from '../read-safely.ts'
import { errorMessage } from '../report/serialise-error.ts'
import { isAbortError } from './client-gone.ts'
import { nodeSideOf } from './read-hono-request.ts'

/** True if the client hung up before it had the whole answer, on Node or wherever else Hono runs. */
export function isHonoClientGone(context: Context): boolean {
  const node = nodeSideOf(context)
  return node === undefined
    ? readProperty(signalOf(context), 'aborted') === true
    : isClientGone(node.incoming, node.outgoing)
}

/**
 * The error, or one that is known to come of a client that hung up: whoever works with `context.req.raw.signal` then fails with the
 * signal's reason, and of that @hono/node-server makes a mere text.
 */
export function withKnownAbort(error: unknown, context: Context): unknown {
  if (isAbortError(error) || !isHonoClientGone(context)) return error
  const reason = readProperty(signalOf(context), 'reason')
  if (reason === undefined || (error !== reason && readProperty(error, 'cause') !== reason)) {
    return error
  }
  return Object.assign(new Error(errorMessage(reason), { cause: error }), { name: 'AbortError' })
}

/** On Node it is made when it is first asked for. */
function signalOf(context: Context): unknown {
  return readProperty(context.req.raw, 'signal')
}
