import type { HttpAnswer, HttpRequest, HttpResponse } from './answer.ts'

/** A `fetch` that calls `handle` without a socket. */
export function createInProcessFetch(options: {
  readonly origin: () => string
  readonly handle: (request: HttpRequest) => Promise<HttpAnswer>
}): typeof globalThis.fetch {
  return async (input, init) => {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined)
    signal?.throwIfAborted()
    const { origin, request } = await toHttpRequest(input, init)
    if (origin !== options.origin())
      throw connectionError('ECONNREFUSED', `${origin} is not this inbox`)
    const response = options.handle(request).then((answer) => toResponse(answer))
    return signal === undefined ? response : untilAborted(response, signal)
  }
}

interface Addressed {
  readonly origin: string
  readonly request: HttpRequest
}

/** Reads a text or a form, as clients usually send it, without streams: a simulated day has many requests. */
async function toHttpRequest(
  input: string | URL | Request,
  init: RequestInit | undefined,
): Promise<Addressed> {
  const body = init?.body ?? ''
  const isPlain = typeof body === 'string' || body instanceof URLSearchParams
  if (input instanceof Request || !isPlain) return readRequest(new Request(input, init))
  const url = new URL(input)
  return addressed(url, {
    httpMethod: (init?.method ?? 'GET').toUpperCase(),
    headers: headersOf(init),
    body: new TextEncoder().encode(body.toString()),
  })
}

async function readRequest(request: Request): Promise<Addressed> {
  return addressed(new URL(request.url), {
    httpMethod: request.method,
    headers: Object.fromEntries(request.headers),
    body: new Uint8Array(await request.arrayBuffer()),
  })
}

function addressed(url: URL, request: Omit<HttpRequest, 'path' | 'query'>): Addressed {
  return {
    origin: url.origin,
    request: { ...request, path: url.pathname, query: url.searchParams },
  }
}

/** Adds the content type that `fetch` adds. */
function headersOf(init: RequestInit | undefined): Record<string, string> {
  const headers = new Headers(init?.headers)
  const added =
    typeof init?.body === 'string'
      ? 'text/plain;charset=UTF-8'
      : 'application/x-www-form-urlencoded;charset=UTF-8'
  if (init?.body && !headers.has('content-type')) headers.set('content-type', added)
  return Object.fromEntries(headers)
}

function toResponse(answer: HttpAnswer): Response | Promise<Response> {
  switch (answer.kind) {
    case 'response':
      return new Response(answer.status === 204 ? null : answer.body, {
        status: answer.status,
        headers: answer.headers,
      })
    case 'reset':
      if (answer.partial === undefined)
        throw connectionError('ECONNRESET', 'the connection was reset')
      return new Response(firstHalf(answer.partial), {
        status: answer.partial.status,
        headers: answer.partial.headers,
      })
    case 'hang':
      return new Promise(() => {})
    case 'events':
      return new Response(eventStream(answer.open), {
        headers: { 'content-type': 'text/event-stream' },
      })
    default:
      return answer satisfies never
  }
}

function eventStream(
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
function firstHalf({ body }: HttpResponse): ReadableStream<Uint8Array> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  let isBegun = false
  return new ReadableStream({
    pull(controller) {
      if (isBegun) controller.error(connectionError('UND_ERR_SOCKET', 'other side closed'))
      else controller.enqueue(bytes.subarray(0, bytes.length >> 1))
      isBegun = true
    },
  })
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      // The global fetch rejects with the reason as it is, error or not.
      reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort)
    })
  })
}

/** The error that undici's fetch rejects with, so that clients classify it the same way. */
function connectionError(code: string, message: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) })
}
