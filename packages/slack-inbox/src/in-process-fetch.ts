import type { Answer, Call, Reply } from './answer.ts'
import { callFromFetch } from './call-from-fetch.ts'

/** Answers like the global `fetch`, without a socket. */
export function createInProcessFetch(options: {
  readonly origin: () => string
  readonly answer: (call: Call) => Promise<Answer>
}): typeof globalThis.fetch {
  return async (input, init) => {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined)
    signal?.throwIfAborted()
    const { origin, call } = await callFromFetch(input, init)
    if (origin !== options.origin())
      throw brokenConnection('ECONNREFUSED', `${origin} is not this inbox`)
    const response = options.answer(call).then((answer) => toResponse(answer))
    return signal === undefined ? response : untilAborted(response, signal)
  }
}

function toResponse(answer: Answer): Response | Promise<Response> {
  switch (answer.kind) {
    case 'reply':
      return new Response(answer.body, { status: answer.status, headers: answer.headers })
    case 'reset':
      if (answer.partial === undefined)
        throw brokenConnection('ECONNRESET', 'the connection was reset')
      return new Response(halfOf(answer.partial), {
        status: answer.partial.status,
        headers: answer.partial.headers,
      })
    case 'hang':
      return new Promise(() => {})
    case 'events':
      return new Response(eventsFrom(answer.open), {
        headers: { 'content-type': 'text/event-stream' },
      })
    default:
      return answer satisfies never
  }
}

function eventsFrom(
  open: (send: (event: string) => void) => () => void,
): ReadableStream<Uint8Array> {
  let close: (() => void) | undefined
  return new ReadableStream({
    start(controller) {
      close = open((event) => {
        controller.enqueue(new TextEncoder().encode(`data: ${event}\n\n`))
      })
    },
    cancel() {
      close?.()
    },
  })
}

/** A body that breaks off in the middle. */
function halfOf(reply: Reply): ReadableStream<Uint8Array> {
  const bytes = typeof reply.body === 'string' ? new TextEncoder().encode(reply.body) : reply.body
  let isBegun = false
  return new ReadableStream({
    pull(controller) {
      if (isBegun) controller.error(brokenConnection('UND_ERR_SOCKET', 'other side closed'))
      else controller.enqueue(bytes.subarray(0, bytes.length >> 1))
      isBegun = true
    },
  })
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      // As the global fetch does: the reason, whatever it is.
      reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort)
    })
  })
}

/** The error that undici's fetch rejects with, so that a client's classification works alike. */
function brokenConnection(code: string, message: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) })
}
