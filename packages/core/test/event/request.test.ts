import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { describeRequest } from '../../src/event/request.ts'

const options = { trustProxy: false } as const

/** A request as Node's own server gives it, of a real connection. */
async function receiveRequest(
  path: string,
  headers: Record<string, string>,
): Promise<IncomingMessage> {
  let received: IncomingMessage | undefined
  const server = createServer((request, response) => {
    received = request
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await fetch(`http://127.0.0.1:${port}${path}`, { headers })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  if (received === undefined) throw new Error('Expected a request')
  return received
}

test('describes the plain data of our own shape', () => {
  const request = describeRequest(
    {
      method: 'post',
      path: '/orders/123',
      route: '/orders/:id',
      origin: 'https://shop.example',
      clientIp: '203.0.113.9',
      userAgent: 'curl/8',
      user: { id: 17, username: 'ann', email: 'ann@shop.example', role: 'staff' },
      params: { id: '123' },
      query: { page: '2' },
      body: { amount: 3, password: 'hush' },
    },
    options,
  )

  expect(request).toEqual({
    method: 'POST',
    path: '/orders/123',
    route: '/orders/:id',
    origin: 'https://shop.example',
    clientIp: '203.0.113.9',
    userAgent: 'curl/8',
    user: { id: '17', name: 'ann', email: 'ann@shop.example', role: 'staff' },
    params: { id: '123' },
    query: { page: '2' },
    body: { amount: 3, password: '[redacted]' },
  })
})

test("describes Node's own request, the query apart from the path", async () => {
  const request = await receiveRequest('/orders/123?expand=items&expand=user&token=hush', {
    'user-agent': 'curl/8',
    origin: 'https://shop.example',
    'x-forwarded-for': '203.0.113.9',
    authorization: 'Bearer hush',
  })

  const description = describeRequest(request, { trustProxy: true })

  expect(description).toEqual({
    method: 'GET',
    path: '/orders/123',
    route: undefined,
    origin: 'https://shop.example',
    clientIp: '203.0.113.9',
    userAgent: 'curl/8',
    user: undefined,
    params: undefined,
    query: { expand: ['items', 'user'], token: '[redacted]' },
    body: undefined,
  })
})

test("describes what pino's serializer makes of a request", async () => {
  const request = await receiveRequest('/orders?page=2', { 'user-agent': 'curl/8' })
  const serialized: unknown = JSON.parse(JSON.stringify(pino.stdSerializers.req(request)))

  expect(describeRequest(serialized, options)).toMatchObject({
    method: 'GET',
    path: '/orders',
    query: { page: '2' },
    userAgent: 'curl/8',
  })
})

describe('of a framework', () => {
  test.each([
    [
      'Express',
      {
        method: 'GET',
        originalUrl: '/api/orders/1?x=1',
        url: '/1?x=1',
        baseUrl: '/api/orders',
        route: { path: '/:id' },
        params: { id: '1' },
      },
      '/api/orders/:id',
    ],
    [
      'Express, at the root of a router',
      { method: 'GET', originalUrl: '/api/orders', baseUrl: '/api/orders', route: { path: '/' } },
      '/api/orders',
    ],
    [
      'Fastify',
      {
        method: 'GET',
        url: '/api/orders/1',
        routeOptions: { url: '/api/orders/:id' },
        params: { id: '1' },
        raw: {},
      },
      '/api/orders/:id',
    ],
    [
      'Koa',
      {
        app: {},
        response: {},
        request: {
          method: 'GET',
          url: '/api/orders/1',
          ctx: { _matchedRoute: '/api/orders/:id', params: { id: '1' } },
        },
      },
      '/api/orders/:id',
    ],
    [
      'Hono',
      {
        req: {
          method: 'GET',
          url: 'http://shop.example/api/orders/1',
          routePath: '/api/orders/:id',
        },
      },
      '/api/orders/:id',
    ],
  ])('reads the endpoint in %s', (_framework, request, route) => {
    expect(describeRequest(request, options)).toMatchObject({
      method: 'GET',
      path: expect.stringMatching(/^\/api\/orders/),
      route,
    })
  })

  test.each([
    ['Passport', { user: { id: 1, name: 'ann' } }, { id: '1', name: 'ann' }],
    [
      'express-jwt',
      { auth: { sub: 'u-1', scope: 'read write' } },
      { id: 'u-1', role: 'read write' },
    ],
    ['hapi', { auth: { credentials: { id: 5 } } }, { id: '5' }],
    ['a session', { session: { user: { _id: { toHexString: () => 'abc' } } } }, { id: 'abc' }],
    ['Koa', { ctx: { state: { user: { id: 3, roles: ['a', 'b'] } } } }, { id: '3', role: 'a, b' }],
    ['plain data', { user: 17 }, { id: '17' }],
    [
      'Django',
      { user: { id: 1, username: 'ann', is_staff: true } },
      { id: '1', name: 'ann', role: 'staff' },
    ],
  ])('reads the user of %s', (_framework, request, user) => {
    expect(describeRequest({ method: 'GET', url: '/', ...request }, options)?.user).toMatchObject(
      user,
    )
  })

  test('does not take the answer of Koa for the body of the request', () => {
    const context = {
      app: {},
      response: {},
      body: 'the answer',
      request: { method: 'POST', url: '/', body: { a: 1 } },
    }

    expect(describeRequest(context, options)?.body).toEqual({ a: 1 })
  })

  test('describes a request of fetch, its unread body left alone', () => {
    const request = new Request('https://shop.example/orders?page=2', {
      method: 'POST',
      body: 'unread',
      headers: { 'user-agent': 'curl/8' },
    })

    expect(describeRequest(request, options)).toMatchObject({
      method: 'POST',
      path: '/orders',
      query: { page: '2' },
      userAgent: 'curl/8',
      body: undefined,
    })
    expect(request.bodyUsed).toBe(false)
  })
})

describe('the client', () => {
  const behindProxies = {
    method: 'GET',
    url: '/',
    headers: { 'x-forwarded-for': '198.51.100.7, 203.0.113.9, 10.0.0.2' },
    remoteAddress: '::ffff:10.0.0.1',
  }

  test('is the one that connected, unless proxies are trusted', () => {
    expect(describeRequest(behindProxies, { trustProxy: false })?.clientIp).toBe('10.0.0.1')
  })

  test('is the first that was forwarded if every proxy is trusted', () => {
    expect(describeRequest(behindProxies, { trustProxy: true })?.clientIp).toBe('198.51.100.7')
  })

  test('is the one in front of as many proxies as are trusted', () => {
    expect(describeRequest(behindProxies, { trustProxy: 2 })?.clientIp).toBe('203.0.113.9')
  })

  test.each([1, true] as const)(
    'is the one that connected where a header has no address (%o)',
    (trustProxy) => {
      const request = { method: 'GET', url: '/', remoteAddress: '10.0.0.1' }
      const described = (value: string) =>
        describeRequest({ ...request, headers: { 'x-forwarded-for': value } }, { trustProxy })

      expect(described('unknown')?.clientIp).toBe('10.0.0.1')
      expect(described('203.0.113.9:51234')?.clientIp).toBe('203.0.113.9')
    },
  )

  test.each([
    ['203.0.113.9:51234', '203.0.113.9'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
  ])('%s is described as %s', (ip, clientIp) => {
    expect(describeRequest({ method: 'GET', url: '/', ip }, options)?.clientIp).toBe(clientIp)
  })
})

test.each([
  ['express-jwt', { sub: '17', email: 'kim@example.com' }],
  ['express-oauth2-jwt-bearer', { header: {}, payload: { sub: '17', email: 'kim@example.com' } }],
  ['hapi', { credentials: { id: '17', email: 'kim@example.com' } }],
])('reads the user that %s keeps in `auth`', (_name, auth) => {
  const request = { method: 'GET', url: '/', auth }

  expect(describeRequest(request, options)?.user).toMatchObject({
    id: '17',
    email: 'kim@example.com',
  })
})

test.each([undefined, null, 42, 'hello', {}, [], { id: 1 }, new Date(0)])(
  '%o is no request',
  (thing) => {
    expect(describeRequest(thing, options)).toBeUndefined()
  },
)

test('hides what lets somebody in only as a parameter of an address', () => {
  const url = '/callback?code=4%2F0AfJohXn2c3D4e5F6&state=7&key=name'

  expect(describeRequest({ method: 'GET', url }, options)?.query).toEqual({
    code: '[redacted]',
    state: '7',
    key: 'name',
  })
})

test('reads a request as Google Cloud has it', () => {
  const request = { requestMethod: 'GET', requestUrl: 'https://shop.example/orders/1?page=2' }

  expect(describeRequest(request, options)).toMatchObject({
    method: 'GET',
    path: '/orders/1',
    query: { page: '2' },
  })
})

test('reads a request that is a text', () => {
  expect(describeRequest('GET /orders?token=hush', options)).toMatchObject({
    method: 'GET',
    path: '/orders',
    query: { token: '[redacted]' },
  })
})

test('survives a request that throws when it is touched, and describes the rest', () => {
  const request = {
    method: 'GET',
    url: '/orders',
    get user(): never {
      throw new Error('no')
    },
    get query(): never {
      throw new Error('no')
    },
    get headers(): never {
      throw new Error('no')
    },
    get body(): never {
      throw new Error('no')
    },
  }

  expect(describeRequest(request, options)).toMatchObject({ method: 'GET', path: '/orders' })
})
