import {
  callMethod,
  isError,
  isObject,
  readOwnStatus,
  readProperty,
} from '@slack-logger/core/reading'

/** What a `WsException` or an `RpcException` says to the client; `undefined` for any other error. */
export interface MessageAnswer {
  readonly content: unknown
  /** The status that comes closest, for the level of the log line; `undefined` if the answer is a failure of the service. */
  readonly status: number | undefined
}

/** The HTTP statuses of gRPC's codes. */
const grpcStatuses = [
  undefined,
  499,
  500,
  400,
  504,
  404,
  409,
  403,
  429,
  400,
  409,
  400,
  501,
  500,
  503,
  500,
  401,
]

/**
 * Reads a `WsException` or an `RpcException`. They are answers that the service made for its client, with a status at most in what they
 * contain. But one around another error, as in `new RpcException(error)`, is as much the client's fault as that error is.
 */
export function readMessageAnswer(exception: unknown): MessageAnswer | undefined {
  if (typeof readProperty(exception, 'getError') !== 'function') return undefined
  const content = callMethod(exception, 'getError')
  const status = readOwnStatus(content)?.status
  if (status !== undefined || isError(content)) return { content, status }
  const code = readProperty(content, 'code')
  return { content, status: (typeof code === 'number' ? grpcStatuses[code] : undefined) ?? 400 }
}

/** The error to report: an exception around another error has neither its class nor its stack. */
export function reportedError(exception: unknown, answer: MessageAnswer | undefined): unknown {
  return isError(answer?.content) ? answer.content : exception
}

/** Nest's own text for errors that are not meant for the client. */
const unknownMessage = 'Internal server error'

/** What Nest's `BaseRpcExceptionFilter` answers, but never the properties of an unknown error. */
export function serviceAnswer(exception: unknown, answer: MessageAnswer | undefined): unknown {
  const content = contentForClient(exception, answer)
  return isObject(content) ? content : { status: 'error', message: content }
}

/** Sends what Nest's `BaseWsExceptionFilter` does. That of Nest 11 sends nothing to clients of `ws`. */
export function sendToClient(
  values: readonly unknown[],
  exception: unknown,
  answer: MessageAnswer | undefined,
): void {
  const [client, data] = values
  const content = contentForClient(exception, answer)
  const payload = isObject(content)
    ? content
    : { status: 'error', message: content, cause: { pattern: values.at(-1), data } }
  // A client of `ws` has `emit()` as well, but only for its own listeners.
  const isPlainSocket = typeof readProperty(client, 'readyState') === 'number'
  if (isPlainSocket)
    callMethod(client, 'send', JSON.stringify({ event: 'exception', data: payload }))
  else callMethod(client, 'emit', 'exception', payload)
}

function contentForClient(exception: unknown, answer: MessageAnswer | undefined): unknown {
  if (answer === undefined) return unknownMessage
  const { content, status } = answer
  const isUnknown = isError(content) && content !== exception && (status ?? 500) >= 500
  return isUnknown ? unknownMessage : content
}
