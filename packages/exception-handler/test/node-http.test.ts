import { spawnSync } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { expect, test } from 'vitest'
import { createExceptionHandler, pinoMixin, sendAnswer } from '../src/index.ts'
import { listen } from './conformance/service.ts'

test('a service without a framework answers and logs its failures', async () => {
  const lines: object[] = []
  const logger = pino(
    { mixin: pinoMixin() },
    { write: (line: string) => void lines.push(JSON.parse(line) as object) },
  )
  const { handleException, runInRequest } = createExceptionHandler({ logger })
  const service = await listen(
    createServer((request, response) => {
      runInRequest({ request }, () => {
        logger.info('here')
        try {
          throw new TypeError('no card')
        } catch (error) {
          sendAnswer(response, handleException(error, { request, route: '/pay/:id', user: 17 }))
        }
      })
    }),
  )

  const response = await fetch(`${service.url}/pay/3?a=1&a=2`, {
    headers: { 'x-request-id': 'r-1', 'user-agent': 'phone' },
  })

  expect([response.status, await response.json()]).toEqual([
    500,
    { message: 'Something went wrong. Please contact the administrator.', errors: [] },
  ])
  expect(lines).toMatchObject([
    { level: 30, request_id: 'r-1' },
    {
      level: 50,
      request_id: 'r-1',
      request: {
        method: 'GET',
        path: '/pay/3',
        route: '/pay/:id',
        clientIp: '127.0.0.1',
        user: { id: '17' },
        query: { a: ['1', '2'] },
      },
    },
  ])
  await service.close()
})

test('an error without any request is handled', () => {
  const lines: string[] = []
  const { handleException } = createExceptionHandler({
    logger: pino({}, { write: (line: string) => void lines.push(line) }),
  })

  expect(handleException(new Error('x')).status).toBe(500)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 50, msg: 'x', request: {} })
})

test("a failure is answered without loading Node's fetch, which takes longer than the answer", () => {
  const program = fileURLToPath(new URL('fixtures/failure.mjs', import.meta.url))

  const { stdout } = spawnSync(process.execPath, [program], { encoding: 'utf8' })

  expect(JSON.parse(stdout)).toEqual({ status: 409, loaded: [] })
})

test('headers of the old body go, those of middleware stay', async () => {
  const { handleException } = createExceptionHandler({ logger: pino({ level: 'silent' }) })
  const service = await listen(
    createServer((_request, response) => {
      response.setHeader('content-encoding', 'gzip')
      response.setHeader('etag', '"1"')
      response.setHeader('access-control-allow-origin', '*')
      sendAnswer(response, handleException({ status: 404, message: 'x' }))
    }),
  )

  const response = await fetch(service.url)

  expect([...response.headers.keys()].toSorted()).toEqual([
    'access-control-allow-origin',
    'connection',
    'content-length',
    'content-type',
    'date',
    'keep-alive',
  ])
  await service.close()
})

test.each([
  ['HTTP/1', (listener: Listener) => createServer(listener), receive],
  ['HTTP/2', (listener: Listener) => createHttp2Server(listener), receiveHttp2],
])('of %s an answer that the service had ended when it failed arrives whole', async (...row) => {
  const [, create, receiveText] = row
  const lines: string[] = []
  const { handleException } = createExceptionHandler({
    logger: pino({}, { write: (line: string) => void lines.push(line) }),
  })
  const body = 'x'.repeat(2_000_000)
  const service = await listen(
    create((request, response) => {
      response.end(body)
      sendAnswer(response, handleException(new Error('too late'), { request }))
    }),
  )

  expect(await receiveText(service.url)).toHaveLength(body.length)
  expect(lines).toHaveLength(1)
  await service.close()
})

test('a client that hangs up while it sends is no alert', async () => {
  const lines: { readonly level: number; readonly status: number }[] = []
  const { handleException } = createExceptionHandler({
    logger: pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as never) }),
  })
  const service = await listen(
    createServer((request, response) => {
      request.on('error', (error) => sendAnswer(response, handleException(error, { request })))
      request.resume()
    }),
  )
  const { hostname, port } = new URL(service.url)
  const socket = connect(Number(port), hostname)

  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{')
  setTimeout(() => socket.destroy(), 20)

  await expect.poll(() => lines).toMatchObject([{ level: 40, status: 499 }])
  await service.close()
})

test.each([
  [{}, 'Expected either `logger`, or `fileLogger` and optionally `slackLogger`'],
  [{ logger: {} }, 'Expected `logger` to be a logger with a method `error`'],
  [
    { fileLogger: console, slackLogger: {} },
    'Expected `slackLogger` to be a logger with a method `error`',
  ],
  [{ logger: console, slackLogger: console }, 'Expected either `logger`, or `fileLogger`'],
  [{ logger: console, locale: 'fr' }, "Expected `locale` to be 'en' or 'ko', got fr"],
  [{ logger: console, convention: 'bunyan' }, "Expected `convention` to be 'pino' or 'winston'"],
  [
    { logger: console, clientErrorLevel: 'nope' },
    'Expected `clientErrorLevel` to be a level of the logger, got nope',
  ],
  [
    { logger: console, trustProxy: 'yes' },
    'Expected `trustProxy` to be a boolean or a number of proxies, got yes',
  ],
  [{ logger: console, getUser: 'kim' }, 'Expected `getUser` to be a function, got string'],
])('wrong options are refused in one sentence: %j', (options, sentence) => {
  expect(() => createExceptionHandler(options as never)).toThrow(sentence)
})

type Listener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void

async function receive(url: string): Promise<string> {
  return (await fetch(url)).text()
}

async function receiveHttp2(url: string): Promise<string> {
  const session = connectHttp2(url)
  try {
    return await text(session.request({ ':path': '/' }))
  } finally {
    session.destroy()
  }
}
