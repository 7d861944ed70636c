import { describe, expect, test } from 'vitest'
import { describeEvent } from '../../src/event/normalize.ts'
import { describeRequest } from '../../src/event/request.ts'
import { createRedactor } from '../../src/redaction/redactor.ts'

const options = { redactor: createRedactor(), trustProxy: false } as const

describe('the value of a secret parameter is hidden in the path', () => {
  test.each<[string, object, string]>([
    [
      'a long one',
      { url: '/verify-email/s3cr3t-value?a=1', params: { token: 's3cr3t-value' } },
      '/verify-email/[redacted]',
    ],
    [
      'a short one',
      { url: '/verify-email/abc/abcd', params: { token: 'abc' } },
      '/verify-email/[redacted]/abcd',
    ],
    [
      'an encoded one',
      { url: '/verify-email/a%2Fb%20c', params: { token: 'a/b c' } },
      '/verify-email/[redacted]',
    ],
    ['of Koa', { url: '/r/abc', ctx: { params: { resetToken: 'abc' } } }, '/r/[redacted]'],
    [
      'by the pattern of the route',
      { url: '/api/verify/abc/17', route: '/api/verify/:token/:id' },
      '/api/verify/[redacted]/17',
    ],
  ])('%s', (_name, request, path) => {
    expect(describeRequest({ method: 'GET', ...request }, options)?.path).toBe(path)
  })

  test('and one with a harmless name stays', () => {
    const request = { method: 'GET', url: '/orders/abc', params: { id: 'abc' } }

    expect(describeRequest(request, options)?.path).toBe('/orders/abc')
  })
})

test('it is hidden in the message, the error and the fields of the same record', () => {
  const token = 'r4nd0m-value'
  const error = Object.assign(new Error(`Route GET:/verify-email/${token} not found`), {
    url: `/verify-email/${token}`,
  })
  const req = {
    method: 'GET',
    originalUrl: `/verify-email/${token}`,
    params: { token },
    headers: { referer: `https://shop.example/verify-email/${token}` },
  }
  const fields = { req, referer: req.headers.referer }
  const record = { level: 'error', time: 0, message: error.message, fields, error }

  const event = describeEvent(record, options)

  expect(JSON.stringify(event)).not.toContain(token)
  expect(event.message).toBe('Route GET:/verify-email/[redacted] not found')
})
