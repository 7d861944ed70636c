// The handler is core's; this package has the frameworks.
import { createServer, request as httpRequest } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import { serve } from '@hono/node-server'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { slackActions, toNodeHandler } from '@slack-logger/core/actions'
import type { IncidentAction, NodeHandler } from '@slack-logger/core/actions'
import { startInbox } from '@slack-logger/slack-inbox'
import express from 'express'
import express4 from 'express4'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { afterEach, describe, expect, test, vi } from 'vitest'

const signingSecret = 'a signing secret'
const path = '/slack/actions'

/** A service on a port of 127.0.0.1. */
interface Service {
  readonly url: string
  readonly close: () => Promise<void>
}

type Start = (handler: NodeHandler, actions: ReturnType<typeof slackActions>) => Promise<Service>

async function listen(listener: RequestListener): Promise<Service> {
  return running(createServer(listener).listen(0, '127.0.0.1'))
}

async function running(server: Server): Promise<Service> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${path}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

class ServiceModule {
  readonly name = 'service'
}
Module({})(ServiceModule)

const plainNode: Start = (handler) => listen((request, response) => void handler(request, response))

/** Each framework with the one line that its documentation would show. */
const frameworks: Readonly<Record<string, Start>> = {
  Node: plainNode,
  Express(handler) {
    const app = express()
    app.post(path, handler)
    app.use(express.urlencoded())
    return listen(app)
  },
  'Express 4'(handler) {
    const app = express4()
    app.post(path, handler)
    return listen(app)
  },
  'Express behind express.json(), which leaves forms alone'(handler) {
    const app = express()
    app.use(express.json())
    app.post(path, handler)
    return listen(app)
  },
  'Express 4 behind express.json()'(handler) {
    const app = express4()
    app.use(express4.json())
    app.post(path, handler)
    return listen(app)
  },
  'Express behind a parser that keeps the bytes'(handler) {
    const app = express()
    app.use(
      express.urlencoded({
        verify: (request, _response, bytes) => {
          Object.assign(request, { rawBody: bytes })
        },
      }),
    )
    app.post(path, handler)
    return listen(app)
  },
  'Express behind express.raw()'(handler) {
    const app = express()
    app.use(express.raw({ type: '*/*' }))
    app.post(path, handler)
    return listen(app)
  },
  async Fastify(handler) {
    const app = fastify()
    app.post(path, { onRequest: handler }, () => {})
    await app.listen({ port: 0, host: '127.0.0.1' })
    return running(app.server)
  },
  async 'Fastify with a parser that keeps the bytes'(handler) {
    const app = fastify()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })
    app.post(path, handler)
    await app.listen({ port: 0, host: '127.0.0.1' })
    return running(app.server)
  },
  Koa(handler) {
    const app = new Koa()
    const router = new Router()
    router.post(path, handler)
    app.use(router.routes())
    const listener = app.callback()
    return listen((request, response) => void listener(request, response))
  },
  'Koa behind @koa/bodyparser, which keeps the text'(handler) {
    const app = new Koa()
    const router = new Router()
    router.post(path, handler)
    app.use(bodyParser())
    app.use(router.routes())
    const listener = app.callback()
    return listen((request, response) => void listener(request, response))
  },
  async Hono(_handler, actions) {
    const app = new Hono()
    app.post(path, (context) => actions(context.req.raw))
    return running(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server)
  },
  async 'Nest with Express'(handler) {
    const app = await NestFactory.create(ServiceModule, new ExpressAdapter(), { logger: false })
    app.use(path, handler)
    await app.listen(0, '127.0.0.1')
    return running(app.getHttpServer() as Server)
  },
  async 'Nest with Fastify'(handler) {
    const adapter = new FastifyAdapter()
    const app = await NestFactory.create<NestFastifyApplication>(ServiceModule, adapter, {
      logger: false,
    })
    app.use(path, handler)
    await app.listen(0, '127.0.0.1')
    return running(app.getHttpServer())
  },
}

const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  vi.restoreAllMocks()
})

/** Starts a service and an inbox whose app it is, and clicks a button. */
async function clickIn(
  start: Start,
  { secret = signingSecret, onAction }: { secret?: string; onAction?: () => void } = {},
) {
  const received: IncidentAction[] = []
  const actions = slackActions({
    signingSecret,
    onAction: (action) => {
      received.push(action)
      onAction?.()
    },
    onRefused: () => {},
  })
  const service = await start(toNodeHandler(actions), actions)
  closing.push(service.close)
  const inbox = await startInbox({
    interactivity: { requestUrl: service.url, signingSecret: secret },
  })
  closing.push(() => inbox.close())
  const text = { type: 'plain_text', text: 'Resolve' }
  const button = { type: 'button', action_id: 'slack-logger:resolve', text, value: 'o|k' }
  await fetch(`${inbox.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${inbox.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      channel: 'alerts',
      text: 'Zahlung fehlgeschlagen: ünï 🔥',
      blocks: [{ type: 'actions', elements: [button] }],
    }),
  })
  const ts = inbox.messages()[0]?.ts ?? ''
  const click = () => inbox.click(ts, 'slack-logger:resolve', { user: 'ada' })
  const { delivery } = await click()
  return { click, delivery, received, service }
}

describe.each(Object.entries(frameworks))('%s', (_, start) => {
  test('answers a click, and passes it on', async () => {
    const { delivery, received } = await clickIn(start)

    expect(delivery).toMatchObject({ status: 200, error: undefined })
    await expect
      .poll(() => received)
      .toMatchObject([{ kind: 'resolve', target: { owner: 'o', key: 'k' } }])
  })

  test('refuses what another secret signed', async () => {
    const { delivery, received } = await clickIn(start, { secret: 'another' })

    expect(delivery).toMatchObject({ status: 401 })
    expect(received).toEqual([])
  })
})

/** Frameworks in which a parser has read the body, and what handles the error. */
const parsed: Readonly<Record<string, (onError: (error: Error) => void) => Start>> = {
  Express: (onError) => (handler) => {
    const app = express()
    app.use(express.urlencoded({ extended: true }))
    app.post(path, handler)
    app.use(reporter(onError))
    return listen(app)
  },
  'Express 4': (onError) => (handler) => {
    const app = express4()
    app.use(express4.urlencoded({ extended: true }))
    app.post(path, handler)
    app.use(reporter(onError))
    return listen(app)
  },
  Fastify: (onError) => async (handler) => {
    const app = fastify()
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))))
    })
    app.setErrorHandler((error, _request, reply) => {
      onError(error as Error)
      return reply.code(500).send()
    })
    app.post(path, handler)
    await app.listen({ port: 0, host: '127.0.0.1' })
    return running(app.server)
  },
  Koa: (onError) => (handler) => {
    const app = new Koa()
    app.on('error', onError)
    // A parser that keeps only what it parsed.
    app.use(async (context, next) => {
      for await (const piece of context.req) void piece
      await next()
    })
    const router = new Router()
    router.post(path, handler)
    app.use(router.routes())
    const listener = app.callback()
    return listen((request, response) => void listener(request, response))
  },
  Hono: (onError) => async (_handler, actions) => {
    const app = new Hono()
    app.onError((error, context) => {
      onError(error)
      return context.text('', 500)
    })
    app.post(path, async (context) => {
      await context.req.raw.text()
      return actions(context.req.raw)
    })
    return running(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server)
  },
}

function reporter(onError: (error: Error) => void): express.ErrorRequestHandler {
  return (error: Error, _request, response, _next) => {
    onError(error)
    response.status(500).end()
  }
}

test.each(Object.entries(parsed))(
  '%s gets an error with the remedy if a parser has read the body',
  async (_, startWith) => {
    const errors: Error[] = []

    const { delivery, received } = await clickIn(
      startWith((error) => {
        errors.push(error)
      }),
    )

    expect(delivery).toMatchObject({ status: 500 })
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('Add slackActions before the parser'),
    ])
    expect(received).toEqual([])
  },
)

const readBefore: Start = (handler) =>
  listen((request, response) => {
    request.resume().once('end', () => void handler(request, response))
  })

describe('Node’s own server', () => {
  test('answers 500 with a warning if somebody has read the body, and goes on', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()

    const { delivery, service } = await clickIn(readBefore)

    expect(delivery).toMatchObject({ status: 500 })
    expect(String(warn.mock.calls[0]?.[0])).toContain('raw body')
    expect((await fetch(service.url)).status).toBe(405)
  })

  test('answers most clicks within 100 ms, even while an action keeps the process busy', async () => {
    const { click } = await clickIn(plainNode, {
      onAction() {
        const end = performance.now() + 20
        while (performance.now() < end);
      },
    })
    const took: number[] = []

    for (let count = 0; count < 15; count += 1) took.push((await click()).delivery?.tookMs ?? 0)

    expect(took.toSorted((a, b) => a - b)[7]).toBeLessThan(100)
  })

  test('goes on after a client that disconnects while it sends', async () => {
    const { service } = await clickIn(plainNode)
    const half = httpRequest(service.url, { method: 'POST', headers: { 'content-length': 100 } })
    half.on('error', () => {})
    half.write('payload=')
    await new Promise((resolve) => half.once('socket', (socket) => socket.once('connect', resolve)))

    half.destroy()

    expect((await fetch(service.url)).status).toBe(405)
  })

  test('refuses a body that is too large, and says so', async () => {
    const { service } = await clickIn(plainNode)

    const response = await fetch(service.url, { method: 'POST', body: 'x'.repeat(2_000_000) }).then(
      ({ status }) => status,
      // The connection may be closed before the client has sent everything.
      () => 413,
    )

    expect(response).toBe(413)
  })
})
