import { once } from 'node:events'
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2'
import { describe, expect, test } from 'vitest'
import { nests } from './conformance/nests.ts'
import { runService, type Running } from './conformance/run-service.ts'
import { fastifyService } from './conformance/services/fastify.ts'
import { honoService } from './conformance/services/hono.ts'
import { koaService } from './conformance/services/koa.ts'
import { createNestService } from './conformance/services/nestjs.ts'

const nestServices = nests
  .filter(({ name }) => name.endsWith('Fastify'))
  .map(({ name, load }) => createNestService(name, load))

describe.each([fastifyService, koaService, honoService, ...nestServices])(
  '$name over HTTP/2',
  (framework) => {
    test('answers and logs a failure as over HTTP/1', async () => {
      await using service = await runService(framework, { isHttp2: true })
      await using client = connectTo(service)

      const answer = await client.ask({ ':path': '/fail/bug?size=7', 'x-user': 'kim' })
      await service.flush()

      const message = 'Something went wrong. Please contact the administrator.'
      expect(answer).toMatchObject({
        status: 500,
        code: 0,
        text: JSON.stringify({ message, errors: [] }),
      })
      expect(service.lines).toMatchObject([
        {
          level: 50,
          request: {
            method: 'GET',
            path: '/fail/bug',
            route: '/fail/:how',
            clientIp: '127.0.0.1',
            user: { id: '17' },
            query: { size: '7' },
          },
        },
      ])
      expect(service.inbox.messages()).toHaveLength(1)
    })

    test('sends an answer without the headers of an error that HTTP/2 refuses', async () => {
      await using service = await runService(framework, { isHttp2: true })
      await using client = connectTo(service)

      const { status, headers } = await client.ask({ ':path': '/fail/upgrade' })

      expect([status, headers['retry-after'], headers['upgrade']]).toEqual([426, '7', undefined])
      expect(service.lines).toMatchObject([{ level: 40, status: 426 }])
    })

    test.each(['/late', '/stream'])('breaks off %s so that the client sees it', async (path) => {
      await using service = await runService(framework, { isHttp2: true })
      await using client = connectTo(service)

      const { text, code } = await client.ask({ ':path': path })

      expect([text, code]).toEqual(['part', constants.NGHTTP2_INTERNAL_ERROR])
      await expect.poll(() => service.lines).toMatchObject([{ level: 50, request: { path } }])
      await client.ask({ ':path': '/nowhere' })
      expect(service.lines.map(({ status }) => status)).toEqual([500, 404])
    })

    test('logs a request that is taken back as a warning, once', async () => {
      await using service = await runService(framework, { isHttp2: true })
      await using client = connectTo(service)

      const stream = client.send({
        ':path': '/orders',
        ':method': 'POST',
        'content-type': 'application/json',
        'content-length': '100',
      })
      stream.write('{"email":')
      await client.ask({ ':path': '/nowhere' })
      stream.close(constants.NGHTTP2_CANCEL)

      await expect.poll(() => service.lines.map(({ level }) => level)).toEqual([40, 40])
      await client.ask({ ':path': '/nowhere' })
      await service.flush()
      expect(service.lines.map(({ request }) => request?.['path'])).toEqual([
        '/nowhere',
        '/orders',
        '/nowhere',
      ])
      expect(service.inbox.messages()).toEqual([])
    })
  },
)

interface Received {
  readonly status: unknown
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  /** With what code the stream was closed; 0 is well. */
  readonly code: number
}

interface Client extends AsyncDisposable {
  readonly send: (headers: Record<string, string>) => ClientHttp2Stream
  readonly ask: (headers: Record<string, string>) => Promise<Received>
}

function connectTo({ url }: Running): Client {
  const session: ClientHttp2Session = connect(url)
  const send: Client['send'] = (headers) =>
    session.request(headers, { endStream: headers[':method'] !== 'POST' })
  return {
    send,
    ask: (headers) => receive(send(headers)),
    [Symbol.asyncDispose]: async () => {
      session.destroy()
      if (!session.closed) await once(session, 'close')
    },
  }
}

async function receive(stream: ClientHttp2Stream): Promise<Received> {
  let text = ''
  let headers: Received['headers'] = {}
  stream.setEncoding('utf8')
  stream.on('response', (received) => (headers = received))
  stream.on('data', (part: string) => (text += part))
  const closed = new Promise<void>((resolve) => {
    // The text repeats the code.
    stream.on('error', () => resolve())
    stream.on('close', () => resolve())
  })
  await closed
  return { status: headers[':status'], headers, text, code: stream.rstCode ?? 0 }
}
