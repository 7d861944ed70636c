import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { textReply } from './answer.ts'
import type { Answer, Call } from './answer.ts'
import { guard } from './guard.ts'
import type { GuardOptions } from './guard.ts'
import { writeAnswer } from './write-answer.ts'

interface ServerOptions extends GuardOptions {
  readonly port: number
  readonly host: string
  readonly answer: (call: Call) => Promise<Answer>
}

/** An HTTP server that is up. */
export interface RunningServer {
  readonly port: number
  close(): Promise<void>
}

/** A message is at most some 100 kB; a file may be larger. */
const maxBodyBytes = 4 * 1024 * 1024
const maxUploadBytes = 32 * 1024 * 1024

/** Opens a socket for `answer`. */
export async function listen(options: ServerOptions): Promise<RunningServer> {
  const server = createServer((request, response) => {
    void handle(options, request, response)
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

async function handle(
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    writeAnswer(await answerTo(options, request), response)
  } catch (error) {
    // A client that goes away while it sends is no news; anything else is a defect to be seen.
    if (!request.complete) return
    process.emitWarning(error instanceof Error ? error : String(error))
    writeAnswer(textReply('the inbox failed', 500), response)
  }
}

async function answerTo(options: ServerOptions, request: IncomingMessage): Promise<Answer> {
  const url = parseUrl(request.url ?? '/')
  if (url === undefined) return textReply('not found', 404)
  const head = {
    httpMethod: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: flatHeaders(request),
  }
  const refusal = guard({ ...head, body: new Uint8Array() }, options)
  if (refusal !== undefined)
    return { ...refusal, headers: { ...refusal.headers, connection: 'close' } }
  const maxBytes = url.pathname.startsWith('/upload/') ? maxUploadBytes : maxBodyBytes
  const body = await readBody(request, maxBytes)
  return body === undefined
    ? textReply('the body is too large', 413, { connection: 'close' })
    : options.answer({ ...head, body })
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length
    // Leaving the loop destroys the request, and with it the socket that the answer needs.
    if (bytes <= maxBytes) pieces.push(piece)
    else pieces.length = 0
    if (bytes > 2 * maxBytes) return undefined
  }
  return bytes > maxBytes ? undefined : Buffer.concat(pieces)
}

function flatHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  )
}

function parseUrl(url: string): URL | undefined {
  return URL.canParse(url, 'http://inbox') ? new URL(url, 'http://inbox') : undefined
}
