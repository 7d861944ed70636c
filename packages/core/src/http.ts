/**
 * The HTTP client of everything that is sent, in a service and in the worker of the exit flush.
 *
 * It posts by `node:http`, and by the global `fetch` only where a service has replaced or configured that. `fetch` alone would be less
 * code and costs too much for a logger: a process that sends one alert peaks at 90 MB with it and at 52 MB without, and the alert takes
 * 54 ms of CPU instead of 22 (docs/performance.md).
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { nextTurn } from './clock.ts'

export interface HttpRequest {
  /** @default 'POST' */
  readonly method?: 'GET' | 'POST' | 'PATCH'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Empty for a GET. */
  readonly body: string | FormData
}

export interface HttpOptions {
  readonly signal: AbortSignal
  /** Called when the request goes onto the wire: until then nobody can have received it. */
  readonly onTransmit?: () => void
}

/** An answer, or why there was none; plain data, which can cross the boundary of a worker. */
export type HttpResult = HttpAnswer | { readonly error: HttpError }

export interface HttpAnswer {
  readonly status: number
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** As far as it was received. */
  readonly body: string
  /** Why the body is incomplete. */
  readonly cutBy?: HttpError
}

export interface HttpError {
  readonly message: string
  readonly code?: string
  readonly syscall?: string
}

/**
 * Makes a request, a POST unless it says otherwise, reads the whole answer and follows no redirect, which would carry message and
 * token somewhere else. Never rejects.
 */
export type HttpPost = (request: HttpRequest, options: HttpOptions) => Promise<HttpResult>

type Fetch = typeof globalThis.fetch
type Head = Pick<HttpAnswer, 'status' | 'headers'>

/** Longer answers are not from Slack, in characters. */
const maxBody = 1_000_000
/** The error for them. */
export const answerTooLong = 'the answer is too long'

/** Makes requests by a `fetch` that was given, or as Node does. */
export function createHttpPost(fetch?: Fetch): HttpPost {
  return fetch === undefined ? post : (...call) => postByFetch(fetch, ...call)
}

/** Posts by `node:http`, or by the global `fetch` where a service has configured it or where `node:http` cannot. */
export const post: HttpPost = (request, options) => {
  return typeof request.body === 'string' && isFetchPlain()
    ? postByNode(request, Buffer.from(request.body), options)
    : postByFetch(globalThis.fetch, request, options)
}

/** Loads what the first request to an address will need: Node loads its `fetch` at the first use of any part of it. */
export function warmUpHttp(url: string): void {
  if (!isFetchPlain()) void new Request(url)
}

async function postByNode(
  request: HttpRequest,
  bytes: Buffer,
  options: HttpOptions,
): Promise<HttpResult> {
  try {
    // A process that was blocked or stopped has not read yet that an idle connection was closed, onto which a request would be lost.
    // The second turn after a call comes after a look at all connections.
    await nextTurn()
    await nextTurn()
    const response = await open(request, bytes, options)
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(response.headers)) headers[name] = String(value)
    response.setEncoding('utf8')
    return await readBody({ status: response.statusCode ?? 0, headers }, response)
  } catch (error) {
    return { error: httpErrorOf(error) }
  }
}

function open(
  { url, headers, method = 'POST' }: HttpRequest,
  bytes: Buffer,
  { signal, onTransmit }: HttpOptions,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? requestHttps : requestHttp
    const request = send(url, {
      method,
      headers: { ...headers, 'content-length': bytes.length },
    })
    const abort = (): void => void request.destroy(signal.reason as Error)
    // Not by the option of that name, which takes as long as a third of the rest.
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    request.once('socket', (socket) => {
      // A flush waits for the answer; nothing else has to.
      socket.unref()
      if (onTransmit !== undefined) {
        // Until it is connected, what is written waits in this process.
        if (request.reusedSocket || !socket.connecting) onTransmit()
        else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', onTransmit)
      }
    })
    request.once('response', resolve)
    request.on('error', reject)
    request.end(bytes)
  })
}

async function postByFetch(
  fetch: Fetch,
  { url, headers, method = 'POST', body: given }: HttpRequest,
  { signal, onTransmit }: HttpOptions,
): Promise<HttpResult> {
  // `fetch` takes no body with a GET, not even an empty one.
  const body = method === 'GET' ? null : given
  try {
    const response = await sendWatched(onTransmit, () =>
      fetch(url, { method, headers, body, redirect: 'manual', signal }),
    )
    const head = { status: response.status, headers: Object.fromEntries(response.headers) }
    // Typed as what Node's own brings; one that a service brings may have no stream.
    const stream = response.body as ReadableStream<Uint8Array> | null | undefined
    if (stream == null) return { ...head, body: await response.text() }
    return await readBody(head, textOf(stream))
  } catch (error) {
    return { error: httpErrorOf(error) }
  }
}

/** Where Node's `fetch` and `node:http`, which a service may have put in its place, publish a request as they write it. */
const writes = ['undici:client:sendHeaders', 'http.client.request.start'] as const

/** Takes any request of this thread for this one, and makes those of the service slower, too. */
async function sendWatched(
  onTransmit: (() => void) | undefined,
  send: () => Promise<Response>,
): Promise<Response> {
  if (onTransmit === undefined) return send()
  for (const name of writes) subscribe(name, onTransmit)
  try {
    return await send()
  } finally {
    for (const name of writes) unsubscribe(name, onTransmit)
  }
}

async function* textOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  for await (const bytes of stream) yield decoder.decode(bytes, { stream: true })
}

/** Reads it all: an unread answer keeps its connection from the next request. */
async function readBody(head: Head, pieces: AsyncIterable<string>): Promise<HttpAnswer> {
  let body = ''
  try {
    for await (const piece of pieces) {
      body += piece
      if (body.length > maxBody) return { ...head, body, cutBy: { message: answerTooLong } }
    }
    return { ...head, body }
  } catch (error) {
    // The status and the part that came say more than an error alone.
    return { ...head, body, cutBy: httpErrorOf(error) }
  }
}

/** The deepest cause: `fetch` wraps it. */
export function httpErrorOf(error: unknown): HttpError {
  let root = error
  for (let depth = 0; depth < 5 && propertyOf(root, 'cause') != null; depth += 1)
    root = propertyOf(root, 'cause')
  const [message, code, syscall] = ['message', 'code', 'syscall'].map((name) =>
    propertyOf(root, name),
  )
  return {
    message: typeof message === 'string' ? message : String(root),
    ...(typeof code === 'string' && { code }),
    ...(typeof syscall === 'string' && { syscall }),
  }
}

/** Also of errors of another realm, as in Jest. */
function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** Whether the global `fetch` is Node's own and goes straight to where it is sent. */
function isFetchPlain(): boolean {
  return isNodesOwn(globalThis.fetch) && hasPlainDispatcher() && !heedsProxyVariables()
}

/** A service may have replaced it, for tests or tracing. Node's own names what it loads. A test with the globals of a browser has none. */
function isNodesOwn(fetch: Fetch | undefined): boolean {
  return (
    fetch === undefined ||
    Function.prototype.toString.call(fetch).includes('internal/deps/undici/undici')
  )
}

/** Where `setGlobalDispatcher` of the package `undici` keeps a proxy or a mock; there is none before the first use of `fetch`. */
const dispatcherKey = Symbol.for('undici.globalDispatcher.1')

function hasPlainDispatcher(): boolean {
  const dispatcher = Reflect.get(globalThis, dispatcherKey) as object | undefined
  return dispatcher === undefined || dispatcher.constructor.name === 'Agent'
}

/** Whether Node takes a proxy from `HTTPS_PROXY` and the like, which `fetch` heeds in more versions than `node:http`. */
export function heedsProxyVariables(variables: NodeJS.ProcessEnv = process.env): boolean {
  const flags = [...process.execArgv, variables['NODE_OPTIONS'] ?? ''].join(' ')
  return variables['NODE_USE_ENV_PROXY'] === '1' || flags.includes('--use-env-proxy')
}
