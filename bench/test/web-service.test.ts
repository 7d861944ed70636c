import { describe, expect, test } from 'vitest'
import { makeFailure } from '../subjects/support/web-service.mjs'

const failures = Array.from({ length: 400 }, (_, n) => makeFailure(n))

describe('the records of a web service', () => {
  test('are of four kinds: plain, with a cause, with a code, and of a subclass', () => {
    const errors = failures.slice(0, 4).map(({ fields }) => fields.err)

    expect(errors).toMatchObject([
      { name: 'Error' },
      { cause: expect.any(Error) },
      { code: 'ECONNREFUSED', syscall: 'connect', port: 6379 },
      { name: 'ValidationError', field: 'quantity' },
    ])
  })

  test('are thrown several frames deep, each kind in a different place', () => {
    const stacks = failures.slice(0, 4).map(({ fields }) => framesOf(fields.err))

    expect(stacks.map((frames) => frames.slice(0, 3))).toEqual([
      ['requireRow', 'findOpenPayment', 'loadInvoiceLines'],
      ['authorizePayment', 'payCheckout', 'handlePayment'],
      ['openSocket', 'queryCache', 'readPurchases'],
      ['checkRange', 'parseQuantity', 'parseChange'],
    ])
  })

  test.each([
    ['ids', ({ req }) => req.id],
    ['paths', ({ req }) => req.url.split('?')[0]],
    ['headers', ({ req }) => JSON.stringify(req.headers)],
    ['fields', ({ tenant, durationMs }) => `${tenant} ${durationMs}`],
  ] as [string, (fields: (typeof failures)[0]['fields']) => string][])(
    'have distinct %s',
    (_, read) => {
      expect(new Set(failures.map(({ fields }) => read(fields))).size).toBe(failures.length)
    },
  )
})

function framesOf({ stack = '' }: Error): (string | undefined)[] {
  return [...stack.matchAll(/^ +at (\w+) /gm)].map(([, name]) => name)
}
