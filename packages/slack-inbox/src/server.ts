import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { textReply } from './answer.ts'
import type { Answer, Call, Reply } from './answer.ts'

interface ServerOptions {
  readonly port: number
  readonly host: string
  readonly maxBodyBytes: number
  readonly answer: (call: Call) => Promise<Answer>
}

/** An HTTP server that is up. */
export interface RunningServer {
  readonly port: number
  close(): Promise<void>
}

/** Opens a socket for `answer`. */
export async function listen(options: ServerOptions): Promise<RunningServer> {
  const server = createServer((request, response) => {
    void handle(options, request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: portOf(server),
    close: () => closeServer(server),
  }
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

async function handle(
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, options.maxBodyBytes)
  if (body === undefined) {
    writeReply(textReply('the body is too large', 413, { connection: 'close' }), response)
    return
  }
  const url = new URL(request.url ?? '/', 'http://inbox')
  write(
    await options.answer({
      httpMethod: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: flatHeaders(request),
      body,
    }),
    response,
  )
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > maxBytes) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function flatHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  )
}

function write(answer: Answer, response: ServerResponse): void {
  switch (answer.kind) {
    case 'reply':
      writeReply(answer, response)
      break
    case 'reset':
      reset(answer.partial, response)
      break
    case 'events':
      writeEvents(answer.open, response)
      break
    case 'hang':
      // The client or the end of the inbox closes the connection.
      break
    default:
      answer satisfies never
  }
}

function writeReply(reply: Reply, response: ServerResponse): void {
  response.writeHead(reply.status, {
    ...reply.headers,
    'content-length': Buffer.byteLength(reply.body),
    'x-content-type-options': 'nosniff',
  })
  response.end(reply.body)
}

function reset(partial: Reply | undefined, response: ServerResponse): void {
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
  const close = open((event) => response.write(`data: ${event}\n\n`))
  response.once('close', close)
}
