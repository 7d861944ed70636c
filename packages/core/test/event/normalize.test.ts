import { describe, expect, test } from 'vitest'
import { describeEvent } from '../../src/event/normalize.ts'
import type { LogRecord } from '../../src/event/log-record.ts'
import { createRedactor } from '../../src/redaction/redactor.ts'

const options = { redactor: createRedactor(), trustProxy: false } as const

function describeRecord(record: Partial<LogRecord>) {
  return describeEvent({ level: 'error', time: 1_000, message: '', fields: {}, ...record }, options)
}

function throwAlways(): never {
  throw new Error('no')
}

function maskedRecord(): LogRecord {
  return { level: 'error', time: 1_000, message: 'card ***', fields: {} }
}

const stack = 'TypeError: boom\n    at charge (/srv/app/a.js:1:2)'

test('puts level, time, text, logger and data together', () => {
  const event = describeRecord({
    level: 'warn',
    message: 'order 7 is late',
    template: 'order %d is late',
    logger: 'shop',
    fields: { order: 7, hostname: 'web-1' },
  })

  expect(event).toEqual({
    level: 'warn',
    severity: 40,
    time: 1_000,
    message: 'order 7 is late',
    template: 'order %d is late',
    logger: 'shop',
    error: undefined,
    request: undefined,
    fields: { order: 7, hostname: 'web-1' },
    traceId: undefined,
    spanId: undefined,
    requestId: undefined,
    hint: undefined,
  })
})

test('takes the severity that the logger gives for its own levels', () => {
  expect(describeRecord({ level: 'audit', severity: 55 }).severity).toBe(55)
})

describe('the error', () => {
  test.each([
    ['record', { error: new TypeError('boom') }],
    ['field err', { fields: { err: new TypeError('boom') } }],
    ['field error', { fields: { error: { type: 'TypeError', message: 'boom', stack } } }],
    ['field exception', { fields: { exception: { type: 'TypeError', message: 'boom' } } }],
    ["fields of winston's format.errors", { message: 'boom', fields: { stack } }],
    [
      'fields of OpenTelemetry',
      {
        fields: {
          'exception.type': 'TypeError',
          'exception.message': 'boom',
          'exception.stacktrace': stack,
        },
      },
    ],
    [
      'fields of Elastic',
      {
        fields: { 'error.type': 'TypeError', 'error.message': 'boom', 'error.stack_trace': stack },
      },
    ],
    ['field that holds a stack as text', { fields: { err: stack } }],
    ['logged text', { message: stack }],
  ])('is found in the %s, and shown once', (_place, record) => {
    const event = describeRecord(record)

    expect(event.error).toMatchObject({ type: 'TypeError', message: 'boom' })
    expect(event.fields).toEqual({})
  })

  test('in the middle of the logged text leaves the text before it', () => {
    const event = describeRecord({ message: `charge failed: ${stack}` })

    expect(event.message).toBe('charge failed')
    expect(event.error).toMatchObject({
      type: 'TypeError',
      message: 'boom',
      culprit: { function: 'charge' },
    })
  })

  test('of the record wins, and one in the fields stays there', () => {
    const event = describeRecord({
      error: new Error('first'),
      fields: { cause: { message: 'second', code: 1 } },
    })

    expect(event.error?.message).toBe('first')
    expect(event.fields).toEqual({ cause: { message: 'second', code: 1 } })
  })

  test('is not made of data that happens to be called so', () => {
    const event = describeRecord({ fields: { error: 'invalid_grant', reason: 'late', e: 2.7 } })

    expect(event.error).toBeUndefined()
    expect(event.fields).toEqual({ error: 'invalid_grant', reason: 'late', e: 2.7 })
  })
})

describe('the request', () => {
  const request = { id: 'r-1', method: 'GET', url: '/orders', headers: { 'user-agent': 'curl/8' } }

  test.each([
    ['record', { request }],
    ['field req', { fields: { req: request } }],
    ['field request', { fields: { request } }],
  ])('is found in the %s, and shown once', (_place, record) => {
    const event = describeRecord(record)

    expect(event.request).toMatchObject({ method: 'GET', path: '/orders', userAgent: 'curl/8' })
    expect(event.requestId).toBe('r-1')
    expect(event.fields).toEqual({})
  })

  test('is not made of data that happens to be called so', () => {
    const event = describeRecord({ fields: { request: { kind: 'refund' } } })

    expect(event.request).toBeUndefined()
    expect(event.fields).toEqual({ request: { kind: 'refund' } })
  })
})

describe('the ids', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  const span = '00f067aa0ba902b7'

  test.each([
    ['OpenTelemetry', { trace_id: trace, span_id: span, trace_flags: '01' }],
    ['camel case', { traceId: trace, spanId: span }],
    ['traceparent', { traceparent: `00-${trace}-${span}-01` }],
    ['Datadog, flat', { 'dd.trace_id': trace, 'dd.span_id': span }],
    [
      'Google',
      {
        'logging.googleapis.com/trace': `projects/shop/traces/${trace}`,
        'logging.googleapis.com/spanId': span,
      },
    ],
  ])('of %s are found and shown once', (_name, fields) => {
    expect(describeRecord({ fields })).toMatchObject({ traceId: trace, spanId: span, fields: {} })
  })

  test('of Datadog and Elastic, nested, are found', () => {
    expect(describeRecord({ fields: { dd: { trace_id: '1', span_id: '2' } } })).toMatchObject({
      traceId: '1',
      spanId: '2',
    })
    expect(describeRecord({ fields: { trace: { id: '1' }, span: { id: '2' } } })).toMatchObject({
      traceId: '1',
      spanId: '2',
    })
  })

  test.each(['reqId', 'requestId', 'request_id', 'x-request-id', 'correlationId'])(
    'of the request is found as %s',
    (key) => {
      expect(describeRecord({ fields: { [key]: 17 } })).toMatchObject({
        requestId: '17',
        fields: {},
      })
    },
  )

  test('are found in the headers of the request', () => {
    const headers = { traceparent: `00-${trace}-${span}-01`, 'X-Request-Id': 'r-9' }

    expect(describeRecord({ request: { method: 'GET', url: '/', headers } })).toMatchObject({
      traceId: trace,
      spanId: span,
      requestId: 'r-9',
    })
  })
})

test('redacts every text of the event', () => {
  const event = describeRecord({
    message: 'password=hush',
    template: 'password=hush',
    logger: 'token=hush',
    error: new Error('secret=hush'),
    request: {
      method: 'GET',
      url: '/login/token=hush?apiKey=hush',
      user: { name: 'password=hush' },
      userAgent: 'token=hush',
      body: '{"password":"hush"}',
      params: { token: 'hush' },
    },
    fields: { 'key token=hush': 'cookie=hush', trace_id: 'token=hush', reqId: 'token=hush' },
  })

  expect(JSON.stringify(event)).not.toContain('hush')
  expect(JSON.stringify(event)).toContain('[redacted]')
})

test('bounds a record of any size', () => {
  const large = 'x'.repeat(1_000_000)
  const event = describeRecord({
    message: large,
    error: new Error(large),
    request: { method: 'GET', url: `/${large}?q=${large}`, body: large, userAgent: large },
    fields: Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, large])),
  })

  expect(JSON.stringify(event).length).toBeLessThan(200_000)
})

test('survives fields and records that throw when they are touched', () => {
  const hostile = new Proxy(
    {},
    { get: throwAlways, ownKeys: throwAlways, getOwnPropertyDescriptor: throwAlways },
  )

  expect(describeRecord({ message: 'kept', fields: hostile })).toMatchObject({
    message: 'kept',
    fields: {},
  })
  expect(describeRecord({ message: 'kept', error: hostile, request: hostile }).message).toBe('kept')
  expect(describeEvent(hostile as LogRecord, options)).toMatchObject({
    level: 'error',
    message: '',
  })
})

describe('a record that is shown in another form', () => {
  const secret = { message: 'card 4242', fields: { card: 4242 }, severity: 55 }

  test('is described as that form', () => {
    expect(describeRecord({ ...secret, shown: maskedRecord })).toMatchObject({
      message: 'card ***',
      fields: {},
    })
  })

  test('shows nothing of itself where that form cannot be made', () => {
    expect(describeRecord({ ...secret, shown: throwAlways })).toMatchObject({
      message: 'a record that cannot be shown',
      severity: 55,
      fields: {},
      error: undefined,
    })
  })
})

describe('a user logged beside the request', () => {
  const request = { method: 'GET', url: '/orders' }

  test('is the user of the request, and is described once', () => {
    const event = describeRecord({
      fields: { req: request, user: { id: 17, name: 'ann' }, order: 7 },
    })

    expect(event.request).toMatchObject({ path: '/orders', user: { id: '17', name: 'ann' } })
    expect(event.fields).toEqual({ order: 7 })
  })

  test('keeps what the description leaves out', () => {
    const event = describeRecord({ fields: { req: request, user: { id: 17, plan: 'gold' } } })

    expect(event.request?.user?.id).toBe('17')
    expect(event.fields).toEqual({ user: { id: 17, plan: 'gold' } })
  })

  test('does not replace the user of the request', () => {
    const event = describeRecord({ fields: { req: { ...request, user: 'ann' }, user: { id: 17 } } })

    expect(event.request?.user?.id).toBe('ann')
    expect(event.fields).toEqual({ user: { id: 17 } })
  })

  test('is described without a request, unless it is a mere name', () => {
    expect(describeRecord({ fields: { user: { id: 17 } } }).request?.user?.id).toBe('17')
    expect(describeRecord({ fields: { user: 'postgres' } })).toMatchObject({
      request: undefined,
      fields: { user: 'postgres' },
    })
  })
})

test('describes a thrown null, unless a logger wrote it beside a text', () => {
  expect(describeRecord({ error: null }).error).toMatchObject({ type: 'null', message: 'null' })
  expect(describeRecord({ error: null, message: 'late', source: 'pino' }).error).toBeUndefined()
})
