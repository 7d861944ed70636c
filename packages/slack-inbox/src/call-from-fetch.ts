import type { Call } from './answer.ts'

/** The arguments of `fetch` as a call. */
export async function callFromFetch(
  input: string | URL | Request,
  init: RequestInit | undefined,
): Promise<{ readonly origin: string; readonly call: Call }> {
  return input instanceof Request ? read(new Request(input, init)) : plainCall(input, init)
}

/** What clients send all the time, a text or a form, needs no streams: a simulated day has many requests. */
async function plainCall(
  input: string | URL,
  init: RequestInit | undefined,
): ReturnType<typeof callFromFetch> {
  const body = init?.body ?? ''
  if (typeof body !== 'string' && !(body instanceof URLSearchParams))
    return read(new Request(input, init))
  const url = new URL(input)
  const call: Call = {
    httpMethod: (init?.method ?? 'GET').toUpperCase(),
    path: url.pathname,
    query: url.searchParams,
    headers: headersOf(init),
    body: new TextEncoder().encode(body.toString()),
  }
  return { origin: url.origin, call }
}

/** With the content type that `fetch` adds. */
function headersOf(init: RequestInit | undefined): Record<string, string> {
  const headers = new Headers(init?.headers)
  const added =
    typeof init?.body === 'string'
      ? 'text/plain;charset=UTF-8'
      : 'application/x-www-form-urlencoded;charset=UTF-8'
  if (init?.body && !headers.has('content-type')) headers.set('content-type', added)
  return Object.fromEntries(headers)
}

async function read(request: Request): ReturnType<typeof callFromFetch> {
  const url = new URL(request.url)
  const call: Call = {
    httpMethod: request.method,
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(request.headers),
    body: new Uint8Array(await request.arrayBuffer()),
  }
  return { origin: url.origin, call }
}
