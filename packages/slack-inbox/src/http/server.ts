import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type HttpAnswer, type HttpRequest, type HttpResponse, textResponse } from './answer.ts'
import { guard, type GuardOptions } from './guard.ts'
import type { Upgrade } from '../interactivity/socket-mode.ts'

interface ServerOptions extends GuardOptions {
  readonly port: number
  readonly host: string
  readonly handle: (request: HttpRequest) => Promise<HttpAnswer>
  /** Takes over a connection for another protocol. */
  readonly upgrade: (request: HttpRequest, upgrade: Upgrade) => void
}

export interface RunningServer {
  readonly port: number
  close(): Promise<void>
}

/** A message has at most some 100 kB; a file may be larger. */
const maxBodyBytes = 4 * 1024 * 1024
const maxUploadBytes = 32 * 1024 * 1024
const maxBufferedBytes = 64 * 1024 * 1024

/** Starts an HTTP server for `options.handle`. */
export async function listen(options: ServerOptions): Promise<RunningServer> {
  const server = createServer((incoming, response) => {
    void serve(options, incoming, response)
  })
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrade(options, { incoming, socket, head })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return { port: portOf(server), close: () => closeServer(server) }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
}

function upgrade(options: ServerOptions, given: Upgrade): void {
  const request = headOf(given.incoming)
  const error = request === undefined ? notFound : guard(request, options)
  // A client may disconnect at any time.
  given.socket.on('error', () => given.socket.destroy())
  if (request === undefined || error !== undefined)
    given.socket.end(`HTTP/1.1 ${error?.status} Refused\r\nconnection: close\r\n\r\n`)
  else options.upgrade(request, given)
}

const notFound = textResponse('not found', 404)

/** A request without its body; undefined for an address that is none. */
function headOf(incoming: IncomingMessage): HttpRequest | undefined {
  const address = incoming.url ?? '/'
  if (!URL.canParse(address, 'http://inbox')) return undefined
  const url = new URL(address, 'http://inbox')
  return {
    httpMethod: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: flatHeaders(incoming),
    body: new Uint8Array(),
  }
}

async function serve(
  options: ServerOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    writeAnswer(await answerTo(options, incoming), response)
  } catch (error) {
    // A client may disconnect while it sends; anything else is a defect of the inbox.
    if (!incoming.complete) return
    process.emitWarning(error instanceof Error ? error : String(error))
    writeAnswer(textResponse('the inbox failed', 500), response)
  }
}

async function answerTo(options: ServerOptions, incoming: IncomingMessage): Promise<HttpAnswer> {
  const head = headOf(incoming)
  if (head === undefined) return notFound
  const error = guard(head, options)
  if (error !== undefined) return { ...error, headers: { ...error.headers, connection: 'close' } }
  const maxBytes = head.path.startsWith('/upload/') ? maxUploadBytes : maxBodyBytes
  const body = await readBody(incoming, maxBytes)
  return body === undefined
    ? textResponse('the body is too large', 413, { connection: 'close' })
    : options.handle({ ...head, body })
}

async function readBody(
  incoming: AsyncIterable<Buffer<ArrayBuffer>>,
  maxBytes: number,
): Promise<Buffer<ArrayBuffer> | undefined> {
  const pieces: Buffer<ArrayBuffer>[] = []
  let bytes = 0
  for await (const piece of incoming) {
    bytes += piece.length
    // Reads on, because leaving the loop would destroy the socket before the response.
    if (bytes <= maxBytes) pieces.push(piece)
    else pieces.length = 0
    if (bytes > 2 * maxBytes) return undefined
  }
  return bytes > maxBytes ? undefined : Buffer.concat(pieces)
}

function flatHeaders(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
  )
}

function writeAnswer(answer: HttpAnswer, response: ServerResponse): void {
  switch (answer.kind) {
    case 'response':
      response.writeHead(answer.status, {
        ...answer.headers,
        'content-length': Buffer.byteLength(answer.body),
        'x-content-type-options': 'nosniff',
      })
      response.end(answer.body)
      break
    case 'reset':
      resetConnection(answer.partial, response)
      break
    case 'events':
      writeEvents(answer.open, response)
      break
    case 'hang':
      // The client closes the connection, or the inbox when it stops.
      break
    default:
      answer satisfies never
  }
}

function resetConnection(partial: HttpResponse | undefined, response: ServerResponse): void {
  if (partial === undefined) {
    response.socket?.resetAndDestroy()
    return
  }
  const body = Buffer.from(partial.body)
  response.writeHead(partial.status, { ...partial.headers, 'content-length': body.length })
  response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy())
}

function writeEvents(
  open: (send: (event: string) => void) => () => void,
  response: ServerResponse,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  const close = open((event) => {
    response.write(`data: ${event}\n\n`)
    // Bounds memory: a slow client is disconnected and gets a new snapshot when it reconnects.
    if (response.writableLength > maxBufferedBytes) response.destroy()
  })
  response.once('close', close)
}
