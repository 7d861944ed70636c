import { serve } from '@hono/node-server'
import { startInbox } from '@slack-logger/slack-inbox'
import express, { type ErrorRequestHandler } from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { pinoLogger } from 'hono-pino'
import Koa from 'koa'
import koaPino from 'koa-pino-logger'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import pino, { type Logger } from 'pino'
import { pinoHttp } from 'pino-http'
import { expect, test } from 'vitest'
import { exceptionHandler } from '../../src/express.ts'
import { exceptionHandler as fastifyHandler } from '../../src/fastify.ts'
import { exceptionHandler as honoHandler } from '../../src/hono.ts'
import { exceptionHandler as koaHandler } from '../../src/koa.ts'
import { listen, type Service } from '../conformance/service.ts'
import {
  alertsOf,
  charge,
  customLogLevel,
  logAndThrow,
  request,
  testOnce,
  type Start,
} from './alerts.ts'

const worker = fileURLToPath(new URL('../fixtures/once-worker.mjs', import.meta.url))

function service(build: (logger: Logger) => Service | Promise<Service>): Start {
  return ({ stream }) => build(pino({}, stream))
}

function expressService(
  logger: Logger,
  { http, fail = charge }: { http?: express.RequestHandler; fail?: express.RequestHandler } = {},
): Promise<Service> {
  const app = express()
  if (http !== undefined) app.use(http)
  app.post('/orders/:id', fail)
  app.use(exceptionHandler({ logger }))
  return listen(createServer(app))
}

function koaService(app: Koa): Promise<Service> {
  const answer = app.callback()
  return listen(createServer((incoming, outgoing) => void answer(incoming, outgoing)))
}

async function honoService(app: Hono): Promise<Service> {
  const server = await new Promise<Server>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      resolve(started as Server),
    )
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  }
}

const logAndAnswer: ErrorRequestHandler = (error, req, res, _next) => {
  req.log.error({ err: error as unknown }, 'unhandled')
  res.status(500).end()
}

testOnce({
  'pino-http and the handler': service((logger) =>
    expressService(logger, { http: pinoHttp({ logger, customLogLevel }) }),
  ),
  'pino-http with quiet loggers, and the handler': service((logger) =>
    expressService(logger, {
      http: pinoHttp({ logger, customLogLevel, quietReqLogger: true, quietResLogger: true }),
    }),
  ),
  'pino-http alone': service((logger) => {
    const app = express().use(pinoHttp({ logger, customLogLevel }))
    // Express prints the error otherwise.
    app.set('env', 'test')
    return listen(createServer(app.post('/orders/:id', charge)))
  }),
  "pino-http and the service's own error handler": service((logger) => {
    const app = express().use(pinoHttp({ logger, customLogLevel }))
    return listen(createServer(app.post('/orders/:id', charge).use(logAndAnswer)))
  }),
  'a catch block that logs with the request and throws on, pino-http and the handler': service(
    (logger) =>
      expressService(logger, {
        http: pinoHttp({ logger, customLogLevel }),
        fail: (req) => logAndThrow((err) => req.log.error({ err }, 'order failed')),
      }),
  ),
  'a catch block that logs and throws on, and the handler': service((logger) =>
    expressService(logger, { fail: () => logAndThrow((error) => logger.error(error)) }),
  ),
  'a catch block that logs and wraps, and the handler': service((logger) =>
    expressService(logger, {
      fail: () =>
        logAndThrow((error) => {
          logger.error(error, 'order failed')
          throw new Error('the order failed', { cause: error })
        }),
    }),
  ),
  "Fastify's own log": service(async (loggerInstance) => {
    const app = fastify({ loggerInstance })
    app.post('/orders/:id', charge)
    await app.ready()
    return listen(app.server)
  }),
  'a hook of Fastify that logs errors, and the handler': service(async (logger) => {
    const app = fastify({ loggerInstance: logger })
    app.addHook('onError', (req, _reply, error, done) => {
      req.log.error(error)
      done()
    })
    app.register(fastifyHandler, { logger })
    app.post('/orders/:id', charge)
    await app.ready()
    return listen(app.server)
  }),
  'koa-pino-logger and the handler': service((logger) => {
    const app = new Koa()
    app.use(koaHandler({ logger }))
    app.use(koaPino({ logger, customLogLevel }))
    app.use(charge)
    return koaService(app)
  }),
  "koa-pino-logger and Koa's event": service((logger) => {
    const app = new Koa().use(koaPino({ logger, customLogLevel })).use(charge)
    app.on('error', (error: Error) => logger.error(error))
    return koaService(app)
  }),
  'hono-pino and the handler': service((logger) => {
    const app = new Hono()
    honoHandler(app, { logger })
    app.use(pinoLogger({ pino: logger }))
    app.post('/orders/:id', charge)
    return honoService(app)
  }),
})

test('a failure that is answered beside refused requests is one occurrence', async () => {
  const start = service((logger) =>
    expressService(logger, { http: pinoHttp({ logger, customLogLevel }) }),
  )
  const paths = ['/nowhere', '/orders/1', '/nowhere', '/orders/2']

  const alerts = await alertsOf(start, (running) =>
    Promise.all(paths.map((path) => request(running, path))),
  )

  expect(alerts).toMatchObject({ problems: 1, occurrences: 2, duplicates: 2 })
})

test('a request that only the handler names is shown with what a catch block logged', async () => {
  const start = service((logger) =>
    expressService(logger, { fail: () => logAndThrow((error) => logger.error(error)) }),
  )

  const { texts } = await alertsOf(start)

  expect(texts).toEqual([expect.stringContaining('/orders/17')])
})

test('a failing request is one occurrence through a worker of pino', async () => {
  const inbox = await startInbox()
  const { token, apiUrl } = inbox

  const running = spawn(process.execPath, [worker], {
    stdio: 'ignore',
    env: {
      ...process.env,
      SLACK_API_URL: apiUrl,
      SLACK_BOT_TOKEN: token,
      SLACK_CHANNEL: '#alerts',
    },
  })
  await once(running, 'exit')

  expect(inbox.messages()).toMatchObject([{ metadata: { event_payload: { count: 20 } } }])
  await inbox.close()
})
