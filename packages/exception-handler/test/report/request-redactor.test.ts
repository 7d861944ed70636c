import { createRedactor } from '@slack-logger/core'
import { expect, test } from 'vitest'
import { createRequestRedactor } from '../../src/report/request-redactor.ts'

const request = {
  method: 'GET',
  path: '/orders/ghp_0123456789abcdef0123456789abcdef0123',
  route: undefined,
  clientIp: '203.0.113.9',
  userAgent: 'phone',
  params: { id: '17' },
  query: { token: 'abc' },
}

test('a request is shown without its secrets, also when much of it came before', () => {
  const redact = createRequestRedactor(createRedactor())
  const shown = {
    method: 'GET',
    path: '/orders/[redacted]',
    clientIp: '203.0.113.9',
    userAgent: 'phone',
    params: { id: '17' },
    query: { token: '[redacted]' },
  }

  expect([redact(request), redact({ ...request, params: { id: '18' } })]).toStrictEqual([
    shown,
    { ...shown, params: { id: '18' } },
  ])
})

test('a field that a service hides by its name is hidden', () => {
  const redact = createRequestRedactor(createRedactor({ keys: ['ip'] }))

  expect(redact(request)).toMatchObject({ clientIp: '[redacted]', userAgent: 'phone' })
})

test('the same text is redacted by the rules of its field', () => {
  const redact = createRequestRedactor(createRedactor({ keys: ['agent'] }))

  expect(redact({ origin: 'phone', userAgent: 'phone' })).toEqual({
    origin: 'phone',
    userAgent: '[redacted]',
  })
})

test('other fields are redacted by their names and by their neighbours', () => {
  const redact = createRequestRedactor(createRedactor())
  const withOthers = {
    method: 'GET',
    rawHeaders: ['x-api-key', 'opensesame'],
    name: 'password',
    value: 'opensesame',
  }

  const shown = JSON.stringify(redact(withOthers))

  expect(shown).toContain('"method":"GET"')
  expect(shown).not.toContain('opensesame')
})
