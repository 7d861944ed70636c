import {
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
  type RequestOptions,
} from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import { urlToHttpOptions } from 'node:url'
import { tellDeparture, watchedByNode } from '../delivery/departure.ts'
import { heedsProxyVariables } from '../proxy-variables.ts'

/** A POST, as `fetch` takes it. */
export interface HttpPost {
  readonly method: 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal?: AbortSignal | null
}

/** What is longer is not from Slack, in characters. */
const maxBody = 1_000_000

/**
 * Posts through `node:http` as `fetch` would, and follows no redirect. Node's own `fetch` takes 40 MB at its first use, a good part
 * of it for translating its parser, and three times as long to get a message out.
 *
 * @returns as much of a `Response` as Slack's SDK and we read: that class itself would load all of `fetch`
 */
export async function httpFetch(url: string, post: HttpPost): Promise<Response> {
  const answer = await open(url, post)
  return new HttpResponse(url, answer, await readText(answer)) as unknown as Response
}

/** For whoever has time before the first request: what that would otherwise have to load. */
export function warmUpHttp(url: string): void {
  void requesterOf(url)
}

function requesterOf(url: string): typeof requestHttp {
  return url.startsWith('https:') ? requestHttps : requestHttp
}

/** Most requests go where the one before went. */
function addressOf(url: string): RequestOptions {
  if (url !== last.url) last = { url, address: urlToHttpOptions(new URL(url)) }
  return last.address
}

let last: { readonly url: string; readonly address: RequestOptions } = { url: '', address: {} }

function open(url: string, { method, headers, body, signal }: HttpPost): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body)
    const request = requesterOf(url)({
      ...addressOf(url),
      method,
      headers: { ...headers, 'content-length': bytes.length },
    })
    const giveUp = (): void => void request.destroy(signal?.reason as Error)
    // Not by the option of that name, which takes as long as a third of the rest.
    signal?.addEventListener('abort', giveUp, { once: true })
    if (signal?.aborted === true) giveUp()
    request.once('socket', (socket) => onceOpen({ request, socket }, tellDeparture))
    request.once('response', resolve)
    request.on('error', reject)
    request.end(bytes)
  })
}

/** Until then what is written waits in this process. */
function onceOpen(
  { request, socket }: { readonly request: ClientRequest; readonly socket: Socket },
  callback: () => void,
): void {
  if (request.reusedSocket || !socket.connecting) callback()
  else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', callback)
}

interface ReadText {
  readonly text: string
  /** Why there is no more of it, if it is not all. */
  readonly brokenBy?: unknown
}

/** Reads it all, since an unread answer keeps its connection from the next request. */
async function readText(answer: IncomingMessage): Promise<ReadText> {
  let text = ''
  answer.setEncoding('utf8')
  try {
    for await (const piece of answer) {
      text += piece
      if (text.length > maxBody) return { text, brokenBy: new Error('the answer is too long') }
    }
    return { text }
  } catch (error) {
    return { text, brokenBy: error }
  }
}

class HttpResponse {
  readonly url: string
  readonly status: number
  readonly statusText: string
  readonly headers: HttpHeaders
  readonly #read: ReadText

  constructor(url: string, answer: IncomingMessage, read: ReadText) {
    this.url = url
    this.status = answer.statusCode ?? 0
    this.statusText = answer.statusMessage ?? ''
    this.headers = new HttpHeaders(answer)
    this.#read = read
  }

  /** Rejects if the answer broke off; `body` gives what came of it. */
  async text(): Promise<string> {
    const { text, brokenBy } = this.#read
    if (brokenBy !== undefined) throw brokenBy
    return text
  }

  get body(): AsyncIterable<Uint8Array> {
    return bytesOf(this.#read)
  }
}

async function* bytesOf({ text, brokenBy }: ReadText): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
  if (brokenBy !== undefined) throw brokenBy
}

class HttpHeaders {
  readonly #headers: IncomingMessage['headers']

  constructor({ headers }: IncomingMessage) {
    this.#headers = headers
  }

  get(name: string): string | null {
    const value = this.#headers[name.toLowerCase()]
    return value === undefined ? null : String(value)
  }

  entries(): IterableIterator<[string, string]> {
    return Object.entries(this.#headers)
      .map(([name, value]): [string, string] => [name, String(value)])
      .values()
  }
}

type Fetch = typeof globalThis.fetch

/**
 * Makes requests as Node does: by `node:http`, which costs a fraction of the global `fetch`, or by that where a service has said
 * something about it that `node:http` would not heed, or where a request takes more.
 */
export const nodeFetch: Fetch = (input, init) => {
  const isPlain = typeof input === 'string' && isPlainPost(init) && hasPlainFetch()
  return isPlain ? httpFetch(input, init) : watchedByNode(() => globalThis.fetch(input, init))
}

/** Loads what the first request to an address will need. */
export function warmUpNodeFetch(url: string): void {
  if (hasPlainFetch()) warmUpHttp(url)
  // Node loads its `fetch` at the first use of any part of it.
  else void new Request(url)
}

function isPlainPost(init: RequestInit | undefined): init is RequestInit & HttpPost {
  if (init?.method !== 'POST' || typeof init.body !== 'string') return false
  return init.redirect === 'manual' && !('dispatcher' in init)
}

/** Whether `fetch` is Node's own and goes straight to where it is sent. */
function hasPlainFetch(): boolean {
  return isNodesOwn(globalThis.fetch) && hasPlainDispatcher() && !heedsProxyVariables()
}

/** A service may have replaced it, for tests or tracing. Node's own names what it loads. */
function isNodesOwn(fetch: Fetch): boolean {
  if (fetch !== lastSeen.fetch) {
    const source = Function.prototype.toString.call(fetch)
    lastSeen = { fetch, isOwn: source.includes('internal/deps/undici/undici') }
  }
  return lastSeen.isOwn
}

let lastSeen: { readonly fetch: Fetch | undefined; readonly isOwn: boolean } = {
  fetch: undefined,
  isOwn: false,
}

/** Where `setGlobalDispatcher` of the package `undici` keeps a proxy or a mock; there is none before the first use of `fetch`. */
const dispatcherKey = Symbol.for('undici.globalDispatcher.1')

function hasPlainDispatcher(): boolean {
  const dispatcher = Reflect.get(globalThis, dispatcherKey) as object | undefined
  return dispatcher === undefined || dispatcher.constructor.name === 'Agent'
}
