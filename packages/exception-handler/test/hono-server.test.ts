import { once } from 'node:events'
import { get, request as open, type ClientRequest, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { methodOverride } from 'hono/method-override'
import { stream } from 'hono/streaming'
import { timeout } from 'hono/timeout'
import pino, { type Logger } from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { exceptionHandler } from '../src/hono.ts'
import { brokenStream } from './conformance/failures.ts'
import { listen } from './conformance/service.ts'

function createLogger() {
  const lines: Record<string, unknown>[] = []
  const logger = pino({}, { write: (line) => void lines.push(JSON.parse(line)) })
  return { logger, lines }
}

async function serve(app: Hono): Promise<string> {
  const service = await listen(createAdaptorServer({ fetch: app.fetch }))
  onTestFinished(() => service.close())
  return service.url
}

async function statusOf(request: ClientRequest): Promise<number | undefined> {
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode
}

test('a request whose body does not come is answered when its time is over', async () => {
  const { logger } = createLogger()
  const app = new Hono()
  exceptionHandler(app, { logger })
  app.use(timeout(20))
  app.post('/', async (context) => context.json(await context.req.json()))
  const url = await serve(app)

  const request = open(url, { method: 'POST', headers: { 'content-length': '20' } })
  request.on('error', () => {})
  request.write('{"am')

  expect(await statusOf(request)).toBe(504)
  request.destroy()
})

describe('a client that left is no alert', () => {
  test.each([
    [
      'fetches an upstream with the request’s signal',
      async (signal: AbortSignal, upstream: string) => fetch(upstream, { signal }),
    ],
    [
      'asks the request’s signal',
      async (signal: AbortSignal) => {
        await once(signal, 'abort')
        signal.throwIfAborted()
      },
    ],
  ])('where the service %s', async (_what, wait) => {
    const { logger, lines } = createLogger()
    const upstream = new Hono().get('/', () => new Promise<Response>(() => {}))
    const upstreamUrl = await serve(upstream)
    const app = new Hono()
    exceptionHandler(app, { logger })
    const isReached = new Promise<void>((reached) => {
      app.get('/', async (context) => {
        reached()
        await wait(context.req.raw.signal, upstreamUrl)
        return context.text('found')
      })
    })

    const request = get(await serve(app))
    request.on('error', () => {})
    await isReached
    request.destroy()

    await expect.poll(() => lines).toMatchObject([{ level: 40, status: 499 }])
  })
})

function addStreams(app: Hono, logger: Logger): Hono {
  const errors = exceptionHandler(app, { logger })
  app.get('/stream', (context) =>
    context.body(Readable.toWeb(brokenStream()) as unknown as ReadableStream),
  )
  app.delete('/stream', (context) =>
    context.body(Readable.toWeb(brokenStream()) as unknown as ReadableStream),
  )
  return app.get('/late', (context) =>
    stream(
      context,
      async (target) => {
        await target.write('part')
        throw new TypeError('no card')
      },
      errors.inStream(context),
    ),
  )
}

describe('a stream that breaks off is reported once', () => {
  const applications: readonly (readonly [string, (logger: Logger) => Hono])[] = [
    [
      'parent and child have a handler',
      (logger) => {
        const parent = new Hono()
        exceptionHandler(parent, { logger })
        return parent.route('/', addStreams(new Hono(), logger))
      },
    ],
    [
      'there are two handlers',
      (logger) => {
        const app = new Hono()
        exceptionHandler(app, { logger })
        return addStreams(app, logger)
      },
    ],
    [
      'an application is mounted',
      (logger) => {
        const parent = new Hono()
        exceptionHandler(parent, { logger })
        return parent.mount('/', addStreams(new Hono(), logger).fetch)
      },
    ],
    [
      'a request is fetched again under another method',
      (logger) => {
        const app = new Hono()
        exceptionHandler(app, { logger })
        app.use(methodOverride({ app, header: 'x-method' }))
        return addStreams(app, logger)
      },
    ],
  ]

  test.each(applications)('where %s', async (_where, create) => {
    const { logger, lines } = createLogger()
    const url = await serve(create(logger))

    await Promise.allSettled(
      ['/stream', '/late'].map(async (path) => (await fetch(url + path)).text()),
    )
    const headers = { 'x-method': 'DELETE' }
    await Promise.allSettled([
      fetch(`${url}/stream`, { method: 'POST', headers }).then((response) => response.text()),
    ])
    await expect.poll(() => lines.length).toBeGreaterThanOrEqual(3)
    await fetch(`${url}/nowhere`)

    expect(lines.map(({ level }) => level)).toHaveLength(4)
  })
})

describe('what a service sent past Hono', () => {
  test.each([
    ['is broken off where it is a part', false, 'failed'],
    ['stays where it is whole', true, 'sent'],
  ])('%s', async (_what, isWhole, outcome) => {
    const { logger, lines } = createLogger()
    const app = new Hono()
    exceptionHandler(app, { logger })
    app.get('/', ({ env }) => {
      const { outgoing } = env as HttpBindings
      outgoing.writeHead(200)
      outgoing.write('part')
      if (isWhole) outgoing.end()
      throw new TypeError('no card')
    })
    const url = await serve(app)

    const response = await fetch(url).then(
      async (given) => given.text().then(() => 'sent'),
      () => 'failed',
    )
    await fetch(`${url}/nowhere`)

    expect(response).toBe(outcome)
    expect(lines.map(({ msg }) => msg)).toEqual(['no card', 'Cannot GET /nowhere'])
  })
})
