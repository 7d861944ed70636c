import { once } from 'node:events'
import {
  createServer,
  get,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import express from 'express'
import createFastify from 'fastify'
import { Hono } from 'hono'
import { createAdaptorServer } from '@hono/node-server'
import Koa from 'koa'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { exceptionHandler as forExpress } from '../src/express.ts'
import { exceptionHandler as forFastify } from '../src/fastify.ts'
import { exceptionHandler as forHono } from '../src/hono.ts'
import { createExceptionHandler, sendAnswer, type Logger } from '../src/index.ts'
import { exceptionHandler as forKoa } from '../src/koa.ts'
import { listen } from './conformance/service.ts'

type Serve = (logger: Logger, source: () => Readable) => Server | Promise<Server>

const services: readonly (readonly [string, Serve])[] = [
  [
    'Express',
    (logger, source) => {
      const app = express()
      app.get('/', (_request, response) => pipeline(source(), response))
      app.use(forExpress({ logger }))
      return createServer(app)
    },
  ],
  [
    'Koa',
    (logger, source) => {
      const app = new Koa()
      app.use(forKoa({ logger }))
      app.use((context) => {
        context.body = source()
      })
      const callback = app.callback()
      return createServer((request, response) => void callback(request, response))
    },
  ],
  [
    'Fastify',
    async (logger, source) => {
      const app = createFastify()
      await app.register(forFastify, { logger })
      app.get('/', (_request, reply) => reply.send(source()))
      await app.ready()
      return app.server
    },
  ],
  [
    'Hono',
    (logger, source) => {
      const app = new Hono()
      forHono(app, { logger })
      app.get('/', (context) => context.body(Readable.toWeb(source()) as unknown as ReadableStream))
      return createAdaptorServer({ fetch: app.fetch }) as Server
    },
  ],
  [
    'node:http',
    (logger, source) => {
      const { handleException } = createExceptionHandler({ logger })
      return createServer((request, response) => {
        pipeline(source(), response).catch((error: unknown) => {
          sendAnswer(response, handleException(error, { request }))
        })
      })
    },
  ],
]

describe.each(services)('%s', (_name, serve) => {
  test.each([
    ['ECONNRESET', () => Object.assign(new Error('aborted'), { code: 'ECONNRESET' })],
    ['AbortError', () => new DOMException('This operation was aborted', 'AbortError')],
  ])(
    'a stream that fails with %s while the client waits is the fault of the service',
    async (_of, create) => {
      await using service = await start(serve, () => sourceThat(() => Promise.reject(create())))

      const [response] = (await once(get(service.url), 'response')) as [IncomingMessage]
      await expect(response.resume().toArray()).rejects.toThrow('aborted')

      await expect.poll(() => service.lines).toMatchObject([{ level: 50, status: 500 }])
    },
  )

  test('a client that hangs up in the midst of an answer is no alert', async () => {
    await using service = await start(serve, () => sourceThat(() => new Promise(() => {})))

    const request = get(service.url)
    await once(request, 'response')
    request.destroy()
    await service.closed
    await new Promise((resolve) => setImmediate(resolve))

    expect(service.lines.filter(({ status }) => status !== 499)).toEqual([])
  })
})

interface Line {
  readonly level: number
  readonly status: number
}

async function start(serve: Serve, source: () => Readable) {
  const lines: Line[] = []
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Line) })
  const server = await serve(logger, source)
  /** When the first response is closed, ended or not. */
  const closed = new Promise<void>((resolve) => {
    server.once('request', (_request, response: ServerResponse) => response.once('close', resolve))
  })
  const { url, close } = await listen(server)
  return { url, lines, closed, [Symbol.asyncDispose]: close }
}

/** A stream that has a part to give, and then does something else. */
function sourceThat(act: () => Promise<never>): Readable {
  return Readable.from(
    (async function* () {
      yield Buffer.from('part')
      await new Promise((resolve) => setImmediate(resolve))
      yield await act()
    })(),
  )
}
