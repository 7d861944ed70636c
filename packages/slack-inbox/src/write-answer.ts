import type { ServerResponse } from 'node:http'
import type { Answer, Reply } from './answer.ts'

/** Sends an answer, or breaks the connection where that is the answer. */
export function writeAnswer(answer: Answer, response: ServerResponse): void {
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
  const close = open((event) => {
    response.write(`data: ${event}\n\n`)
    // A page that does not keep up would fill the memory: it gets a new snapshot when it comes back.
    if (response.writableLength > maxWaitingBytes) response.destroy()
  })
  response.once('close', close)
}

const maxWaitingBytes = 64 * 1024 * 1024
