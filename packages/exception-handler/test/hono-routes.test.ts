import { Hono, type Handler } from 'hono'
import { inspectRoutes } from 'hono/dev'
import pino from 'pino'
import { expect, test } from 'vitest'
import { exceptionHandler } from '../src/hono.ts'
import { pinoMixin } from '../src/index.ts'

function createLogger() {
  const lines: Record<string, unknown>[] = []
  const logger = pino(
    { mixin: pinoMixin() },
    { write: (line) => void lines.push(JSON.parse(line)) },
  )
  return { logger, lines }
}

const fail: Handler = function pay() {
  throw new TypeError('no card')
}

function register(app: Hono): Hono {
  app.route(
    '/carts',
    new Hono()
      .onError(() => new Response())
      .get('/:id', function showCart(context) {
        return context.text('found')
      }),
  )
  app.use(async function session(_context, next) {
    await next()
  })
  return app.get('/orders/:id/pay', fail)
}

test('an application that is mounted in another brings its handler along', async () => {
  const { logger, lines } = createLogger()
  const orders = new Hono()
  exceptionHandler(orders, { logger })
  orders.get('/:id', (context) => {
    logger.error('looked up')
    return context.text('found')
  })
  orders.get('/:id/pay', fail)
  orders.get('/:id/refund', () => {
    throw 'no money'
  })
  const shop = new Hono().route('/orders', orders)

  const found = await shop.request('/orders/17')
  const unpaid = await shop.request('/orders/17/pay')
  const unrefunded = await shop.request('/orders/17/refund')

  expect([found.status, unpaid.status, unrefunded.status]).toEqual([200, 500, 500])
  expect(lines).toMatchObject([
    { msg: 'looked up', request: { path: '/orders/17', route: '/orders/:id' } },
    { err: { message: 'no card' }, request: { route: '/orders/:id/pay', handler: 'pay' } },
    { request: { route: '/orders/:id/refund' } },
  ])
})

test('routes under a base path that was taken before are handled, too', async () => {
  const { logger, lines } = createLogger()
  const app = new Hono()
  const api = app.basePath('/api')
  exceptionHandler(app, { logger })
  api.get('/orders/:id', (context) => {
    logger.error('looked up')
    return context.text('found')
  })

  await app.request('/api/orders/17')

  expect(lines).toMatchObject([{ msg: 'looked up', request: { route: '/api/orders/:id' } }])
})

test('a middleware that throws what is no Error is answered and logged', async () => {
  const { logger, lines } = createLogger()
  const app = new Hono()
  exceptionHandler(app, { logger })
  app.use(async (_context, next) => next())
  app.use(async (_context, _next) => {
    throw 'no session'
  })
  app.get('/orders/:id', (context) => context.text('found'))

  const response = await app.request('/orders/17')

  expect(response.status).toBe(500)
  expect(lines).toMatchObject([{ level: 50, request: { route: '/orders/:id' } }])
})

test('a handler that answers at once still does', () => {
  const app = new Hono()
  exceptionHandler(app, { logger: createLogger().logger })
  app.get('/orders/:id', (context) => context.text('found'))

  expect(app.request('/orders/17')).toBeInstanceOf(Response)
})

test('a middleware sees the error that came below it, as without the handler', async () => {
  const seen: unknown[] = []
  const app = new Hono()
  exceptionHandler(app, { logger: createLogger().logger })
  app.use(async (context, next) => {
    await next()
    seen.push(context.error, context.res.status)
  })
  app.get('/orders/:id', fail)

  await app.request('/orders/17')

  expect(seen).toEqual([new TypeError('no card'), 500])
})

test('handlers of an application that has its own error handler keep their names', async () => {
  const { logger, lines } = createLogger()
  const orders = new Hono().onError((error) => {
    throw error
  })
  orders.get('/:id/pay', fail)
  const app = new Hono()
  exceptionHandler(app, { logger })
  app.route('/orders', orders)

  await app.request('/orders/17/pay')

  expect(lines).toMatchObject([{ request: { route: '/orders/:id/pay', handler: 'pay' } }])
})

test('routes are shown as without the handler', () => {
  const app = new Hono()
  exceptionHandler(app, { logger: createLogger().logger })

  expect(inspectRoutes(register(app))).toEqual(inspectRoutes(register(new Hono())))
})
