import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { parse } from 'node:querystring'
import { afterEach, describe, expect, test } from 'vitest'
import { readNodeRequest, type NodeRequest } from '../../src/http/node-exchange.ts'
import { pathOf, queryOf, readTraceIds, toUserContext } from '../../src/http/request-context.ts'
import type { TrustProxy } from '../../src/index.ts'

describe("the client's address", () => {
  test.each([
    [false, '10.0.0.1'],
    [0, '10.0.0.1'],
    [1, '10.0.0.2'],
    [2, '203.0.113.9'],
    [9, '1.2.3.4'],
    [true, '1.2.3.4'],
  ] as const)('with `trustProxy` %j is %s', (trustProxy, address) => {
    expect(clientIp('1.2.3.4, 203.0.113.9,10.0.0.2', trustProxy)).toBe(address)
  })

  test('is that of the peer where no proxy sends another', () => {
    expect(clientIp(undefined, true)).toBe('10.0.0.1')
    expect(clientIp(' , ', true)).toBe('10.0.0.1')
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
  ])('%j is logged as %j', (user, logged) => {
    expect(toUserContext(user)).toStrictEqual(logged)
  })

  test('with a name that never ends is cut', () => {
    expect(toUserContext({ name: 'x'.repeat(100_000) })?.name).toHaveLength(200)
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

function clientIp(forwarded: string | undefined, trustProxy: TrustProxy): string | undefined {
  const request = {
    headers: { 'x-forwarded-for': forwarded },
    socket: { remoteAddress: '10.0.0.1' },
  }
  return readNodeRequest(request as unknown as NodeRequest, trustProxy).clientIp
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
