import createFastify, { type FastifyInstance } from 'fastify'
import { once } from 'node:events'
import { connect, constants, type ClientHttp2Session } from 'node:http2'
import { Readable } from 'node:stream'
import pino from 'pino'
import { expect, test } from 'vitest'
import { exceptionHandler } from '../src/fastify.ts'
import { endless } from './support/streams.ts'

interface Line {
  readonly level: number
  readonly msg: string
}

interface Service extends AsyncDisposable {
  readonly client: ClientHttp2Session
  readonly lines: readonly Line[]
}

/** A service over HTTP/2 with one answer. */
async function serve(body: () => unknown): Promise<Service> {
  const lines: Line[] = []
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Line) })
  const app = createFastify({ http2: true }) as unknown as FastifyInstance
  await app.register(exceptionHandler, { logger })
  app.get('/', (_request, reply) => reply.send(body()))
  const client = connect(await app.listen({ host: '127.0.0.1', port: 0 }))
  return {
    client,
    lines,
    [Symbol.asyncDispose]: async () => {
      client.destroy()
      await app.close()
    },
  }
}

/** A stream that sends a part and then breaks off. */
function broken(end: (stream: Readable) => unknown): Readable {
  const stream = new Readable({ read: () => undefined })
  stream.push('part')
  setImmediate(() => setImmediate(() => end(stream)))
  return stream
}

/** The code a request's stream is closed with; 0 is well. */
async function codeOf(client: ClientHttp2Session, path = '/'): Promise<number | undefined> {
  const stream = client.request({ ':path': path })
  stream.resume()
  // The text repeats the code.
  stream.on('error', () => undefined)
  await new Promise<void>((resolve) => stream.on('close', () => resolve()))
  return stream.rstCode
}

test.each([
  ['a stream that is destroyed', () => broken((stream) => stream.destroy())],
  [
    'a web stream that fails',
    () => Readable.toWeb(broken((stream) => stream.destroy(new Error('no more')))),
  ],
])(
  'Fastify breaks off %s so that a client of HTTP/2 sees it, and it is logged',
  async (_, body) => {
    await using service = await serve(body)

    expect(await codeOf(service.client)).toBe(constants.NGHTTP2_INTERNAL_ERROR)

    await expect.poll(() => service.lines).toMatchObject([{ level: 50 }])
  },
)

test.each([
  ['a stream', (stream: Readable) => stream],
  ['a web stream', (stream: Readable) => Readable.toWeb(stream)],
])('A client of HTTP/2 that leaves %s of Fastify leaves no record', async (_, bodyOf) => {
  let isClosed = false
  const source = endless(() => (isClosed = true))
  await using service = await serve(() => bodyOf(source))

  const stream = service.client.request({ ':path': '/' })
  await once(stream, 'data')
  stream.close(constants.NGHTTP2_CANCEL)

  await expect.poll(() => isClosed).toBe(true)
  await codeOf(service.client, '/nowhere')
  expect(service.lines).toMatchObject([{ msg: 'Cannot GET /nowhere' }])
})
