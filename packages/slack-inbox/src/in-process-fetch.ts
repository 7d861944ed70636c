import type { Answer, Call, Reply } from './answer.ts'

/** Answers like the global `fetch`, without a socket. */
export function createInProcessFetch(options: {
  readonly origin: () => string
  readonly answer: (call: Call) => Promise<Answer>
}): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    if (url.origin !== options.origin())
      throw brokenConnection('ECONNREFUSED', `${url.origin} is not this inbox`)
    const signal = init?.signal ?? request.signal
    signal.throwIfAborted()
    const call: Call = {
      httpMethod: request.method,
      path: url.pathname,
      query: url.searchParams,
      headers: Object.fromEntries(request.headers),
      body: new Uint8Array(await request.arrayBuffer()),
    }
    return untilAborted(
      options.answer(call).then((answer) => toResponse(answer)),
      signal,
    )
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
      throw brokenConnection('ERR_NO_STREAM', 'events come through a socket only')
    default:
      return answer satisfies never
  }
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
