import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { parse } from 'node:querystring'
import { afterEach, describe, expect, test } from 'vitest'
import { clientIp } from '../../src/context/client-ip.ts'
import { isAbortError } from '../../src/context/client-gone.ts'
import { describeUser } from '../../src/context/describe-user.ts'
import { readRoute } from '../../src/context/express-route.ts'
import { expressReader, type ExpressRequest } from '../../src/context/read-express-request.ts'
import { pathOf, queryOf } from '../../src/context/request-context.ts'
import { readTraceIds } from '../../src/context/trace-ids.ts'

describe('the pattern of an endpoint of Express', () => {
  test.each([
    ['/orders/17', '/orders/:id', '/orders/:id'],
    ['/api/orders/17', '/:id', '/api/orders/:id'],
    ['/api/orders', '/', '/api/orders'],
    ['/api/orders/17/', '/:id/', '/api/orders/:id'],
    ['/files/a/b', '/files/*path', '/files/*path'],
    ['/orders', '/orders/:id', '/orders/:id'],
  ])('%s by %s is %s', (path, pattern, route) => {
    expect(readRoute(path, pattern).route).toBe(route)
  })

  test('gives the parameters', () => {
    expect(readRoute('/a%20b/orders/17', '/:shop/orders/:id').params).toEqual({
      shop: 'a b',
      id: '17',
    })
    expect(readRoute('/%E0%A4%A', '/:id').params).toEqual({ id: '%E0%A4%A' })
  })
})

describe("the client's address", () => {
  test.each([
    [false, '10.0.0.1'],
    [0, '10.0.0.1'],
    [1, '10.0.0.2'],
    [2, '203.0.113.9'],
    [9, '1.2.3.4'],
    [true, '1.2.3.4'],
  ] as const)('with `trustProxy` %j is %s', (trustProxy, address) => {
    expect(clientIp('10.0.0.1', '1.2.3.4, 203.0.113.9,10.0.0.2', trustProxy)).toBe(address)
  })

  test('is the peer where no proxy says anything', () => {
    expect(clientIp('10.0.0.1', undefined, true)).toBe('10.0.0.1')
    expect(clientIp('10.0.0.1', ' , ', true)).toBe('10.0.0.1')
  })
})

describe('a user', () => {
  test.each<[unknown, object | undefined]>([
    [
      { id: 17, username: 'kim', email: 'k@x.io', is_staff: true, password: 'x' },
      { id: '17', name: 'kim', email: 'k@x.io', role: 'staff' },
    ],
    [
      { sub: 'u-1', name: 'Kim', roles: ['buyer', 'admin'] },
      { id: 'u-1', name: 'Kim', role: 'buyer, admin' },
    ],
    [{ _id: { toString: () => '507f1f77' } }, { id: '507f1f77' }],
    [{ id: { nested: 1 }, isAdmin: true }, { role: 'admin' }],
    ['u-1', { id: 'u-1' }],
    [17, { id: '17' }],
    [{}, undefined],
    [undefined, undefined],
    [null, undefined],
    [true, undefined],
  ])('%j is told as %j', (user, told) => {
    expect(describeUser(user)).toEqual(told)
  })

  test('with a name that never ends is cut', () => {
    expect(describeUser({ name: 'x'.repeat(100_000) })?.name).toHaveLength(200)
  })
})

describe('the query of a request of Express', () => {
  test('is what its parser would make of the address', () => {
    expect(expressQuery('page=2')).toEqual({ page: '2' })
  })

  test('is what the service put in its place', () => {
    expect(expressQuery('page=2', { query: { page: 2 } })).toEqual({ page: 2 })
  })

  test('is its parser’s affair where parsers differ', () => {
    const parsed = Object.create({ query: { filter: { page: '2' } } }) as object

    expect(expressQuery('filter[page]=2', parsed)).toEqual({ filter: { page: '2' } })
  })
})

describe('an address', () => {
  test.each([
    ['/orders/17?a=1#b', '/orders/17'],
    ['http://shop.example/orders?a', '/orders'],
    ['http://shop.example', '/'],
    ['', '/'],
    ['*', '*'],
  ])('%s has the path %s', (url, path) => {
    expect(pathOf(url)).toBe(path)
  })

  test('keeps a parameter called `__proto__` as data', () => {
    expect(JSON.stringify(queryOf('/?__proto__=1&a=2&a=3&a=4'))).toBe(
      '{"__proto__":"1","a":["2","3","4"]}',
    )
    expect(queryOf('/orders?')).toBeUndefined()
  })

  test.each([
    'page=2',
    'page=2&sort=name,-date&at=10:30/2026-11-22',
    'a=',
    'a',
    '=x',
    'a=b=c',
    'a=1&',
    '&a=1',
    'a=1&a=2',
    'constructor=1&toString=2',
    'a=%20b&c=d+e',
    'a=%zz',
    '1=2',
    Array.from({ length: 12 }, (_, index) => `p${index}=${index}`).join('&'),
    `name=${'x'.repeat(200)}`,
  ])('has the parameters that Node reads in it: %s', (query) => {
    expect(queryOf(`/orders?${query}`)).toStrictEqual({ ...parse(query) })
  })
})

function expressQuery(text: string, request: object = {}): unknown {
  Object.assign(request, { headers: {}, url: `/orders?${text}` })
  return expressReader.read(request as ExpressRequest, undefined).query
}

function header(headers: Record<string, string>): (name: string) => string | undefined {
  return (name) => headers[name]
}

describe('ids', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

  afterEach(() => {
    context.disable()
    propagation.disable()
  })

  test('come with the request', () => {
    expect(readTraceIds(header({ traceparent, 'x-request-id': 'r-1' }), 'req-9')).toEqual({
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      span_id: '00f067aa0ba902b7',
      request_id: 'r-1',
    })
  })

  test("are the framework's where the caller sent none", () => {
    expect(readTraceIds(header({}), 'req-9')).toEqual({ request_id: 'req-9' })
  })

  test.each([
    { traceparent: '00-00000000000000000000000000000000-00f067aa0ba902b7-01' },
    { traceparent: 'nonsense' },
    { 'x-request-id': 'a\nb' },
    { 'x-request-id': 'x'.repeat(129) },
    { 'x-request-id': '' },
  ] as Record<string, string>[])('that are none are left out: %j', (headers) => {
    expect(readTraceIds(header(headers))).toEqual({})
  })

  test("are those of OpenTelemetry's active span where it is in use", () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    const spanContext = {
      traceId: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      spanId: 'bbbbbbbbbbbbbbbb',
      traceFlags: 1,
    }

    const ids = context.with(trace.setSpanContext(ROOT_CONTEXT, spanContext), () =>
      readTraceIds(header({ traceparent, 'x-request-id': 'r-1' })),
    )

    expect(ids).toEqual({
      trace_id: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      span_id: 'bbbbbbbbbbbbbbbb',
      request_id: 'r-1',
    })
  })

  test("are the request's outside of any span", () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

    expect(readTraceIds(header({ traceparent }))).toMatchObject({
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    })
  })
})

test.each([
  [Object.assign(new Error('aborted'), { code: 'ECONNRESET' }), true],
  [new DOMException('x', 'AbortError'), true],
  [Object.assign(new Error('request aborted'), { type: 'request.aborted' }), true],
  [new TypeError('no card'), false],
  ['aborted', false],
])('%s says that somebody hung up: %j', (error, isAbort) => {
  expect(isAbortError(error)).toBe(isAbort)
})
