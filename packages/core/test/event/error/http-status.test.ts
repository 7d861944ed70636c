import { describe, expect, test } from 'vitest'
import {
  isUpstreamError,
  readOwnStatus,
  readUpstreamStatus,
} from '../../../src/event/error/http-status.ts'

const failed = (properties: object): Error => Object.assign(new Error('x'), properties)

/** An error whose stack has the given frames. */
const thrownAt = (properties: object, ...frames: string[]): Error =>
  Object.assign(failed(properties), {
    stack: ['Error: x', ...frames.map((frame) => `    at ${frame}`)].join('\n'),
  })

const modules = '/srv/shop/node_modules'
const turn = 'process.processTicksAndRejections (node:internal/process/task_queues:95:5)'
const service = 'placeOrder (/srv/shop/orders.js:10:3)'

/** What pino's serializer and JSON leave of an error. */
function serialized(error: Error): unknown {
  const { message, stack, constructor } = error
  const copy = Object.assign({ type: constructor.name, message, stack }, error)
  return JSON.parse(JSON.stringify(copy))
}

describe('the own status of an error', () => {
  test.each([
    ['a class of the service', failed({ status: 404 }), 404, false],
    ['Fastify', failed({ statusCode: 400 }), 400, false],
    ['http-errors', failed({ status: 404, statusCode: 404, expose: true }), 404, true],
    ['Boom', failed({ isBoom: true, output: { statusCode: 403 } }), 403, true],
    ['Nest', failed({ getStatus: () => 422, response: { statusCode: 422 } }), 422, true],
    ['Hono', failed({ status: 401, getResponse: () => 0, res: new Response() }), 401, true],
    [
      'a code of Fastify',
      failed({ statusCode: 413, code: 'FST_ERR_CTP_BODY_TOO_LARGE' }),
      413,
      true,
    ],
  ])('is read as %s sets it', (_library, error, status, isForAnswer) => {
    expect(readOwnStatus(error)).toEqual({ status, isForAnswer })
    expect(isUpstreamError(error)).toBe(false)
  })

  test.each([
    [
      'headers that services set',
      { headers: { 'Retry-After': '30', 'www-authenticate': 'Bearer', 'RateLimit-Reset': '30' } },
    ],
    ['the same in a `Headers`', { headers: new Headers({ 'retry-after': '30', allow: 'GET' }) }],
    ['a list of properties', { properties: { order: 17 } }],
    ['what services add', { code: 'OUT_OF_STOCK', details: [1], data: {}, context: { order: 17 } }],
    ['an upstream error as its cause', { cause: failed({ isAxiosError: true, status: 401 }) }],
    ['the body of the request, of co-body', { name: 'SyntaxError', body: '{' }],
    ['the body of its own answer, of restify', { jse_info: {}, body: { message: 'x' } }],
  ])('is that of an error with %s', (_what, properties) => {
    expect(readOwnStatus(failed({ status: 429, ...properties }))?.status).toBe(429)
  })

  test.each([
    ['options', { options: {}, response: { error: 'x' } }],
    ['the name of its class', { type: 'HttpException', response: { error: 'x' } }],
    ['a text', { type: 'OrderError', response: 'sold out' }],
    ['a body', { type: 'OrderError', response: { message: 'sold out', statusCode: 409 } }],
  ])('is that of an exception of Nest which pino has serialized, with %s', (_what, properties) => {
    const line = { message: 'sold out', stack: 'OrderError: sold out', status: 409, ...properties }

    expect(readOwnStatus(line)).toEqual({ status: 409, isForAnswer: true })
  })

  test('is what the service made of an upstream error', () => {
    const error = failed({
      isAxiosError: true,
      response: { status: 401, headers: {} },
      expose: true,
    })

    expect(readOwnStatus(Object.assign(error, { status: 404, statusCode: 404 }))?.status).toBe(404)
    expect([isUpstreamError(error), readUpstreamStatus(error)]).toEqual([true, 401])
  })

  test('is none that http-errors kept of an upstream error, but for a 404', () => {
    const kept = [401, 404].map((status) => failed({ status, request_id: 'r1', expose: true }))

    expect(kept.map((error) => readOwnStatus(error)?.status)).toEqual([undefined, 404])
  })

  test('is also that of a thrown object', () => {
    expect(readOwnStatus({ status: 404, message: 'no such order' })?.status).toBe(404)
  })

  test.each([
    undefined,
    null,
    'x',
    404,
    new Error('x'),
    { status: '404' },
    { status: 200 },
    { status: 4040 },
  ])('is none in %o', (error) => {
    expect(readOwnStatus(error)).toBeUndefined()
    expect(isUpstreamError(error)).toBe(false)
  })

  test('is none in an error that throws when it is touched', () => {
    const hostile = {
      get status() {
        throw new Error('no')
      },
      getStatus() {
        throw new Error('no')
      },
    }

    expect(readOwnStatus(hostile)).toBeUndefined()
  })
})

describe('an error of an HTTP client', () => {
  test.each<[string, object]>([
    ['request and response', { request: { path: '/' }, response: { status: 404 } }],
    ['its configuration', { config: { url: '/x' } }],
    ['plain headers of an answer', { headers: { Date: 'x', 'retry-after': '1' } }],
    [
      'the date of an answer beside its rate limits',
      { headers: { date: 'x', 'x-ratelimit-reset': '1' } },
    ],
    ['an id in the headers', { headers: { 'anthropic-request-id': 'x' } }],
    ["Cloudflare's ray", { headers: { 'cf-ray': 'x' } }],
    ['request_id', { request_id: 'r1' }],
    ['requestId', { requestId: 'r1' }],
    ['requestID', { requestID: 'r1' }],
    ['requestid', { requestid: 'r1' }],
    ['a body', { body: '{"error":"x"}' }],
    ['an endpoint', { endpoint: '/v1/x' }],
    ["AWS' metadata", { $metadata: { httpStatusCode: 404 } }],
    ["AWS' fault", { $fault: 'client' }],
    ['a link to the documentation', { moreInfo: 'https://x.example' }],
    ['whether to try again', { retryable: false }],
    ['a scope', { scope: 'orders:read' }],
    ["Stripe's type", { rawType: 'card_error' }],
    ["Supabase's sign", { __isAuthError: true }],
    ["the body and headers of NSwag's clients", { response: 'x', headers: { date: 'x' } }],
    ["the Boom error of hapi's client", { isBoom: true, data: { isResponseError: true } }],
    ["Elasticsearch's meta", { meta: { statusCode: 404 } }],
    ["undici's code", { code: 'UND_ERR_RESPONSE' }],
    ["axios' code", { code: 'ERR_BAD_REQUEST' }],
    ["Slack's code", { code: 'slack_webapi_http_error' }],
  ])('is known by %s, serialized as well', (_mark, properties) => {
    const error = failed({ status: 404, ...properties })

    expect(readOwnStatus(error)).toBeUndefined()
    expect(isUpstreamError(error)).toBe(true)
    expect(readUpstreamStatus(error)).toBe(404)
    expect(isUpstreamError(serialized(error))).toBe(true)
  })

  test.each([
    ['headers', { headers: new Headers({ 'content-type': 'text/html' }) }],
    ['a response', { context: new Response('', { status: 404 }) }],
  ])('is known by %s of `fetch`', (_mark, properties) => {
    expect(isUpstreamError(failed({ status: 404, ...properties }))).toBe(true)
  })

  test('may be the answer itself', () => {
    expect(isUpstreamError(new Response('', { status: 404 }))).toBe(true)
    expect(isUpstreamError({ statusCode: 401, name: 'validation_error', message: 'x' })).toBe(true)
  })

  test.each([
    [
      'a library after an answer',
      [`makeError (${modules}/acme-sdk/x.js:1:1)`, turn, `async ${service}`],
    ],
    ['a scoped library in pnpm', [`f (${modules}/.pnpm/@a+b@1/node_modules/@a/b/x.js:1:1)`, turn]],
    [
      'a callback of an emitter',
      [`f (${modules}/acme-sdk/x.js:1:1)`, 'Socket.emit (node:events:1:1)', turn],
    ],
    ['a waiting library', [turn, `async f (${modules}/acme-sdk/x.js:1:1)`, `async ${service}`]],
    [
      "Node's client",
      ['onAnswer (node:internal/deps/undici/undici:1:1)', turn, `async ${service}`],
    ],
    ['Windows', [String.raw`f (C:\shop\node_modules\acme-sdk\x.js:1:1)`, turn]],
  ])('is known by its stack, which begins in %s', (_what, frames) => {
    const error = thrownAt({ status: 404 }, ...frames)

    expect([isUpstreamError(error), isUpstreamError(serialized(error))]).toEqual([true, true])
  })

  test.each([
    ['the service', [service, turn]],
    [
      'a library that the service calls',
      [`new NotFound (${modules}/@acme/errors/x.js:1:1)`, service, turn],
    ],
    ['a framework', [`f (${modules}/express-jwt/x.js:1:1)`, turn]],
    [
      'a middleware',
      [`f (${modules}/tenants/x.js:1:1)`, `g (${modules}/koa-compose/x.js:1:1)`, turn],
    ],
    ['a server', [`f (${modules}/tenants/x.js:1:1)`, 'parserOnIncoming (node:_http_server:1:1)']],
    ['another maker', [`createError (${modules}/http-errors-enhanced/x.js:1:1)`, turn]],
  ])('is no error whose stack begins in %s', (_what, frames) => {
    expect(readOwnStatus(thrownAt({ status: 404 }, ...frames))?.status).toBe(404)
  })
})

test('a request that failed before any answer has no status, whatever its client gave it', () => {
  const request = { method: 'GET', url: 'https://api.github.example/user', headers: {} }
  const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:443'), {
    name: 'HttpError',
    status: 500,
    request,
  })

  expect(readUpstreamStatus(error)).toBeUndefined()
})
