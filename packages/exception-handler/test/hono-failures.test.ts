import { Hono, type Handler } from 'hono'
import { cors } from 'hono/cors'
import { HTTPException } from 'hono/http-exception'
import { HonoRequest } from 'hono/request'
import { streamSSE, streamText } from 'hono/streaming'
import { validator } from 'hono/validator'
import pino from 'pino'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { exceptionHandler, type HonoExceptionHandler } from '../src/hono.ts'

interface Service {
  readonly app: Hono
  readonly errors: HonoExceptionHandler
  readonly lines: Record<string, unknown>[]
}

function createService(): Service {
  const lines: Record<string, unknown>[] = []
  const logger = pino({}, { write: (line) => void lines.push(JSON.parse(line)) })
  const app = new Hono()
  return { app, errors: exceptionHandler(app, { logger }), lines }
}

const fail: Handler = () => {
  throw new TypeError('no card')
}

const post = (body: string | FormData, type = 'application/json') => ({
  method: 'POST',
  body,
  ...(typeof body === 'string' && { headers: { 'content-type': type } }),
})

describe('what no route took', () => {
  test('is a 404 in a version of Hono that throws where its parameters are asked for', async () => {
    const { app, lines } = createService()
    vi.spyOn(HonoRequest.prototype, 'param').mockImplementation(() => {
      throw new TypeError("Cannot read properties of undefined (reading '1')")
    })
    onTestFinished(() => void vi.restoreAllMocks())

    const response = await app.request('/nowhere')

    expect(response.status).toBe(404)
    expect(lines).toMatchObject([{ level: 40, status: 404 }])
    expect(lines[0]).not.toHaveProperty('handlerFailure')
  })

  test('is answered at once, whatever the method', () => {
    const { app } = createService()
    app.post('/orders/:id', (context) => context.notFound())

    expect(app.request('/orders/17', { method: 'POST' })).toBeInstanceOf(Response)
  })
})

describe('a response that came before the failure', () => {
  test('gives way where what is thrown is no Error', async () => {
    const { app, lines } = createService()
    app.use(async (_context, next) => {
      await next()
      throw 'late'
    })
    app.get('/', (context) => context.text('secret data'))

    const response = await app.request('/')

    expect([response.status, await response.text()]).toEqual([
      500,
      '{"message":"Something went wrong. Please contact the administrator.","errors":[]}',
    ])
    expect(lines).toMatchObject([{ level: 50, status: 500 }])
  })

  test('takes along the headers of its body, and leaves those of middleware', async () => {
    const { app } = createService()
    app.use(cors({ origin: 'https://shop.example' }), async (context, next) => {
      await next()
      context.res = new Response('zipped', {
        headers: { 'content-encoding': 'gzip', 'content-length': '6', etag: '"1"', 'x-page': '2' },
      })
      throw new TypeError('no card')
    })
    app.get('/', (context) => context.text('data'))

    const { headers } = await app.request('/', { headers: { origin: 'https://shop.example' } })

    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'x-page': '2',
      'content-type': 'application/json; charset=utf-8',
    })
    expect([...headers.keys()]).not.toContain('content-encoding')
    expect([...headers.keys()]).not.toContain('content-length')
    expect([...headers.keys()]).not.toContain('etag')
  })

  test('may be one of `fetch`, whose headers cannot be changed', async () => {
    const { app } = createService()
    app.use(async (_context, next) => {
      await next()
      throw new TypeError('no card')
    })
    app.get('/', () => Response.redirect('https://shop.example/login', 302))

    expect((await app.request('/')).status).toBe(500)
  })
})

test('headers that a handler prepared for a body are taken away with it', async () => {
  const { app } = createService()
  app.get('/report', (context) => {
    context.header('content-disposition', 'attachment')
    context.header('Cache-Control', 'max-age=3600')
    context.header('x-report', '17')
    throw new TypeError('no card')
  })

  const { headers } = await app.request('/report')

  expect(Object.fromEntries(headers)).toEqual({
    'content-type': 'application/json; charset=utf-8',
    'x-report': '17',
  })
})

test('a response below 400 that an exception brings is the service’s answer, and no failure', async () => {
  const { app, lines } = createService()
  app.get('/cart', (context) => {
    throw new HTTPException(302, { res: context.redirect('/login') })
  })

  const response = await app.request('/cart')

  expect([response.status, response.headers.get('location')]).toEqual([302, '/login'])
  expect(lines).toEqual([])
})

describe('the body', () => {
  test('is not waited for where it is still arriving', async () => {
    const { app, lines } = createService()
    app.post('/orders', async (context) => {
      void context.req.json()
      throw new HTTPException(504)
    })
    const endless = new ReadableStream({
      pull: (controller) => {
        controller.enqueue(new TextEncoder().encode('{"ca'))
        return new Promise(() => {})
      },
    })

    const response = await app.request('/orders', {
      method: 'POST',
      body: endless,
      duplex: 'half',
    } as RequestInit)

    expect(response.status).toBe(504)
    expect(lines).toMatchObject([{ status: 504 }])
    expect(lines[0]).not.toHaveProperty(['request', 'body'])
  })

  test.each([
    ['parsed', 'the handler', [] as Handler[]],
    ['validated', 'a validator', [validator('form', (value) => value) as Handler]],
  ])('is logged where a form is %s by %s', async (_how, _who, validators) => {
    const { app, lines } = createService()
    for (const validate of validators) app.use('/orders', validate)
    app.post('/orders', async (context) => {
      await context.req.parseBody()
      throw new TypeError('no card')
    })
    const form = new FormData()
    form.append('amount', '2')
    form.append('tag', 'a')
    form.append('tag', 'b')
    form.append('password', 'hunter2')
    form.append('receipt', new File(['12345'], 'receipt.pdf'))

    await app.request('/orders', post(form))

    expect(lines).toMatchObject([
      {
        request: {
          body: {
            amount: '2',
            tag: ['a', 'b'],
            password: '[redacted]',
            receipt: { file: 'receipt.pdf', bytes: 5 },
          },
        },
      },
    ])
  })

  test('is logged where the service has read the bytes of JSON', async () => {
    const { app, lines } = createService()
    app.post('/orders', async (context) => {
      await context.req.arrayBuffer()
      throw new TypeError('no card')
    })

    await app.request('/orders', post('{"amount":2}'))

    expect(lines).toMatchObject([{ request: { body: { amount: 2 } } }])
  })
})

describe('a body that is no JSON', () => {
  test.each(['POST', 'DELETE'])('is the client’s mistake in a %s', async (method) => {
    const { app, lines } = createService()
    app.on(method, '/orders', async (context) => context.json(await context.req.json()))

    const response = await app.request('/orders', { ...post('{"amount":'), method })

    expect(await response.json()).toMatchObject({ message: 'body: is not valid JSON' })
    expect(lines).toMatchObject([{ level: 40, status: 400 }])
  })

  test('is the client’s mistake where the service has read its bytes before', async () => {
    const { app } = createService()
    app.post('/orders', async (context) => {
      await context.req.arrayBuffer()
      return context.json(await context.req.json())
    })

    expect((await app.request('/orders', post('{"amount":', 'text/plain'))).status).toBe(400)
  })

  test('is the client’s mistake where it is empty', async () => {
    const { app } = createService()
    app.post('/orders', async (context) => context.json(await context.req.json()))

    expect((await app.request('/orders', post(''))).status).toBe(400)
  })

  test('is the service’s where it is an upstream’s answer, though the request’s is empty as well', async () => {
    const { app, lines } = createService()
    app.post('/orders', async (context) => {
      await context.req.text()
      return context.json(await new Response('').json())
    })

    expect((await app.request('/orders', post(''))).status).toBe(500)
    expect(lines).toMatchObject([{ level: 50 }])
  })

  test.each([
    ['the request', [] as Handler[]],
    ['a validator', [validator('json', (value) => value) as Handler]],
  ])(
    'stays out of the log, where no redaction finds a secret, if %s parsed it',
    async (_who, validators) => {
      const { app, lines } = createService()
      for (const validate of validators) app.use('/orders', validate)
      app.post('/orders', async (context) => context.json(await context.req.json()))

      await app.request('/orders', post('{"password" "hunter2"}'))

      expect(lines).toMatchObject([{ level: 40, status: 400 }])
      expect(JSON.stringify(lines)).not.toContain('hunter2')
    },
  )
})

describe('the endpoint', () => {
  test('is the one that failed, and not one of a pattern that would match after it', async () => {
    const { app, lines } = createService()
    app.get('/api/orders/:id', function getOrder() {
      throw new TypeError('no card')
    })
    app.get('*', function spa(context) {
      return context.text('page')
    })

    await app.request('/api/orders/17')

    expect(lines).toMatchObject([{ request: { route: '/api/orders/:id', handler: 'getOrder' } }])
  })

  test('is the one behind a middleware that failed in front of it', async () => {
    const { app, lines } = createService()
    app.use(async function session(_context, next) {
      if (lines.length === 0) throw new TypeError('no session')
      await next()
    })
    app.get(
      '/orders/:id',
      async function authorise(_context, next) {
        if (lines.length === 1) throw new TypeError('no role')
        await next()
      },
      function getOrder(context) {
        return context.text('found')
      },
    )
    app.get('*', fail)

    await app.request('/orders/17')
    await app.request('/orders/17')

    expect(lines).toMatchObject([
      { err: { message: 'no session' }, request: { route: '/orders/:id', handler: 'getOrder' } },
      { err: { message: 'no role' }, request: { route: '/orders/:id', handler: 'getOrder' } },
    ])
  })

  test('may take all methods, and all below its path', async () => {
    const { app, lines } = createService()
    app.use(async (_context, next) => next())
    app.all('/proxy/*', function proxy() {
      throw new TypeError('no upstream')
    })

    await app.request('/proxy/orders/17')

    expect(lines).toMatchObject([{ request: { route: '/proxy/*', handler: 'proxy' } }])
  })

  test('may be an application that is mounted', async () => {
    const { app, lines } = createService()
    app.mount('/legacy', () => {
      throw new TypeError('no card')
    })

    await app.request('/legacy/orders/17')

    expect(lines).toMatchObject([{ request: { route: '/legacy/*' } }])
  })

  test('is none of the middleware that ran for what no route took', async () => {
    const { app, lines } = createService()
    app.use('/api/*', async function session(_context, next) {
      await next()
    })

    await app.request('/api/nowhere')

    expect(lines[0]).not.toHaveProperty(['request', 'route'])
    expect(lines[0]).not.toHaveProperty('handler')
  })
})

test('a handler keeps what others have attached to it', () => {
  const { app } = createService()
  const specification = Symbol('specification')
  const documented = Object.assign(() => new Response(), { [specification]: 'lists orders' })
  app.get('/orders', documented)

  expect(Reflect.get(app.routes[0]?.handler ?? {}, specification)).toBe('lists orders')
})

describe('away from Node, a stream that fails', () => {
  test.each([
    ['streamText', streamText],
    ['streamSSE', streamSSE],
  ])('is broken off without the reason, with %s', async (_name, stream) => {
    const { app, errors, lines } = createService()
    app.get('/late', (context) =>
      stream(
        context,
        async (target) => {
          await target.write('part')
          throw new TypeError('no card')
        },
        errors.inStream(context),
      ),
    )

    const { body } = await app.request('/late')
    const pieces: string[] = []
    const reading = (async () => {
      for await (const piece of body ?? []) pieces.push(Buffer.from(piece).toString())
    })()

    await expect(reading).rejects.toThrow('The answer broke off')
    expect(pieces.join('')).not.toContain('no card')
    expect(lines).toMatchObject([{ level: 50, err: { message: 'no card' } }])
  })
})
