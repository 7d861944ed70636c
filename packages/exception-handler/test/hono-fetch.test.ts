import { Hono } from 'hono'
import pino from 'pino'
import { expect, test } from 'vitest'
import { exceptionHandler } from '../src/hono.ts'
import type { TrustProxy } from '../src/index.ts'

/** A service that is only a `fetch` handler, as it runs on Deno, Bun and at the edge. */
function createService(trustProxy: TrustProxy = false) {
  const lines: object[] = []
  const logger = pino({}, { write: (line) => void lines.push(JSON.parse(line) as object) })
  const app = new Hono()
  exceptionHandler(app, { logger, trustProxy })
  app.post('/orders/:id', async function pay(context) {
    await context.req.json()
    throw new TypeError('no card')
  })
  const send = (path: string, headers: Record<string, string> = {}, bindings: object = {}) =>
    app.fetch(
      new Request(`https://shop.example${path}`, {
        method: 'POST',
        body: '{"card":"4111111111111111","amount":2}',
        headers,
      }),
      bindings,
    )
  return { send, lines }
}

test('a failure is answered and logged without a server of Node', async () => {
  const { send, lines } = createService()

  const response = await send('/orders/17?page=2', { 'x-request-id': 'r-17' })

  expect([response.status, await response.json()]).toEqual([
    500,
    { message: 'Something went wrong. Please contact the administrator.', errors: [] },
  ])
  expect(lines).toMatchObject([
    {
      level: 50,
      err: { type: 'TypeError' },
      request_id: 'r-17',
      request: {
        method: 'POST',
        path: '/orders/17',
        route: '/orders/:id',
        handler: 'pay',
        params: { id: '17' },
        query: { page: '2' },
        body: { card: '[redacted]', amount: 2 },
      },
    },
  ])
})

test('what no route took is a 404', async () => {
  const { send, lines } = createService()

  expect((await send('/nowhere')).status).toBe(404)
  expect(lines).toMatchObject([{ level: 40, status: 404, msg: 'Cannot POST /nowhere' }])
})

test('the client is the one that a trusted proxy names', async () => {
  const { send, lines } = createService(1)

  await send('/orders/17', { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' })

  expect(lines).toMatchObject([{ request: { clientIp: '203.0.113.9' } }])
})

test('a binding of the service that is called as Node’s request is one is left alone', async () => {
  const { send, lines } = createService()

  await send('/orders/17', { 'x-request-id': 'r-17' }, { incoming: 'a queue' })

  expect(lines).toMatchObject([{ err: { type: 'TypeError' }, request_id: 'r-17' }])
  expect(lines[0]).not.toHaveProperty('handlerFailure')
})
