import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import express from 'express'
import express4 from 'express4'
import Koa from 'koa'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { exceptionHandler as forExpress } from '../src/express.ts'
import type { Logger } from '../src/index.ts'
import { exceptionHandler as forKoa } from '../src/koa.ts'
import { listen } from './conformance/service.ts'

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_name, createApp) => {
  test('still answers OPTIONS with the methods of a route', async () => {
    await using service = await start(expressApp(createApp, (app) => app.get('/orders', answerOk)))

    const response = await fetch(`${service.url}/orders`, { method: 'OPTIONS' })

    const allowed = response.headers.get('allow')?.split(/, ?/)
    expect([response.status, allowed]).toEqual([200, ['GET', 'HEAD']])
    expect(service.lines).toEqual([])
  })

  test('handles a request that is answered and also passed on only once', async () => {
    await using service = await start(
      expressApp(createApp, (app) => {
        app.get('/answered', (_request, response, next) => {
          response.json({ ok: true })
          next()
        })
        app.get('/failed', (_request, _response, next) => {
          next(new Error('first'))
          next()
        })
      }),
    )

    expect((await fetch(`${service.url}/answered`)).status).toBe(200)
    expect((await fetch(`${service.url}/failed`)).status).toBe(500)
    expect(service.lines).toMatchObject([{ status: 500, msg: 'first' }])
  })

  test('answers where the service had announced trailers and a reason', async () => {
    await using service = await start(
      expressApp(createApp, (app) =>
        app.get('/', (_request, response) => {
          response.statusMessage = 'All fine'
          response.setHeader('trailer', 'server-timing')
          throw new Error('no card')
        }),
      ),
    )

    expect(await read(service.url)).toMatchObject({
      statusCode: 500,
      statusMessage: 'Internal Server Error',
    })
    expect(service.lines).toHaveLength(1)
  })
})

describe('Koa', () => {
  test('answers where the service had announced trailers', async () => {
    await using service = await start((logger) =>
      koaServer(logger, (context) => {
        context.set('trailer', 'server-timing')
        throw new Error('no card')
      }),
    )

    expect(await read(service.url)).toMatchObject({ statusCode: 500 })
    expect(service.lines).toHaveLength(1)
  })

  test('answers where the service wanted to respond itself and failed before it did', async () => {
    await using service = await start((logger) =>
      koaServer(logger, (context) => {
        context.respond = false
        throw new Error('no proxy')
      }),
    )

    expect(await read(service.url)).toMatchObject({ statusCode: 500 })
    expect(service.lines).toMatchObject([{ status: 500, msg: 'no proxy' }])
  })

  test('answers a body that cannot be written with the reason of the answer it gives', async () => {
    await using service = await start((logger) =>
      koaServer(logger, (context) => {
        context.body = { amount: 1n }
      }),
    )

    expect(await read(service.url)).toMatchObject({
      statusCode: 500,
      statusMessage: 'Internal Server Error',
    })
    expect(service.lines).toHaveLength(1)
  })
})

test('an error with a trailer among its headers is answered', async () => {
  await using service = await start(
    expressApp(express, (app) =>
      app.get('/', () => {
        throw Object.assign(new Error('later'), {
          status: 503,
          headers: { trailer: 'x', 'retry-after': '7' },
        })
      }),
    ),
  )

  const response = await fetch(service.url)

  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7'])
})

type Serve = (logger: Logger) => ReturnType<typeof createServer>

async function start(serve: Serve) {
  const lines: object[] = []
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as object) })
  const { url, close } = await listen(serve(logger))
  return { url, lines, [Symbol.asyncDispose]: close }
}

function expressApp(createApp: typeof express, addRoutes: (app: express.Express) => void): Serve {
  return (logger) => {
    const app = createApp()
    addRoutes(app)
    app.use(forExpress({ logger }))
    return createServer(app)
  }
}

function answerOk(_request: unknown, response: express.Response): void {
  response.json({ ok: true })
}

function koaServer(logger: Logger, answer: (context: Koa.Context) => void) {
  const app = new Koa()
  app.use(forKoa({ logger }))
  app.use(answer)
  const callback = app.callback()
  return createServer((request, response) => void callback(request, response))
}

async function read(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage]
  return response.resume()
}
