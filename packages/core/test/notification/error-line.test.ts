import { describe, expect, test } from 'vitest'
import { describeError } from '../../src/event/error/normalize-error.ts'
import { causeLine, errorLine, issuesOf, rootCauseOf } from '../../src/notification/headline.ts'
import { errorWith } from './samples.ts'

function lineOf(properties: object, { message = 'failed', name = 'Error' } = {}): string {
  return errorLine(describeError(Object.assign(new Error(message), { name }, properties)))
}

describe('the line of an error', () => {
  test('is its class and its message', () => {
    expect(errorLine(errorWith('no stock'))).toBe('TypeError: no stock')
  })

  test('has the code where there is no message', () => {
    expect(lineOf({ code: 'ECONNREFUSED' }, { message: '' })).toBe('Error: ECONNREFUSED')
    expect(lineOf({}, { message: '' })).toBe('Error')
  })

  test('has no class where a text was thrown', () => {
    expect(errorLine(describeError('no luck'))).toBe('no luck')
  })
})

describe('the line of a validation error', () => {
  const issues = [
    {
      code: 'invalid_type',
      path: ['id'],
      message: 'Invalid input: expected string, received number',
    },
    { code: 'invalid_type', path: ['items', 0, 'sku'], message: 'Required' },
  ]

  test.each([
    [
      'zod',
      { message: JSON.stringify(issues, null, 2) },
      'id: expected string, received number (+1)',
    ],
    [
      'class-validator',
      {
        message: '',
        errors: [{ property: 'email', constraints: { isEmail: 'email must be an email' } }],
      },
      'email must be an email',
    ],
    [
      'Nest',
      {
        message: 'Bad Request Exception',
        response: { message: ['id must be a string', 'b is empty'] },
      },
      'id must be a string (+1)',
    ],
    [
      'yup',
      { message: '2 errors occurred', errors: ['a is required', 'b is required'] },
      'a is required (+1)',
    ],
    [
      'ajv',
      {
        message: 'validation failed',
        errors: [{ instancePath: '/items/0', message: 'must be string' }],
      },
      'items.0: must be string',
    ],
    [
      'valibot',
      {
        message: 'Invalid type: Expected number',
        issues: [
          { message: 'Invalid type: Expected number', path: [{ type: 'object', key: 'id' }] },
        ],
      },
      'id: Invalid type: Expected number',
    ],
    [
      'zod where the place is also what is expected',
      { message: JSON.stringify([{ path: ['email'], message: 'Invalid email address' }]) },
      'email: Invalid email address',
    ],
    [
      'Sequelize',
      { message: 'Validation error', errors: [{ message: 'email must be unique', path: 'email' }] },
      'email must be unique',
    ],
  ])('of %s names what is wrong first, and how much more is', (_library, properties, line) => {
    expect(lineOf(properties, { name: 'ValidationError' })).toBe(`ValidationError: ${line}`)
  })

  test('is the message where that has all of it', () => {
    const error = { details: [{ message: '"id" is required', path: ['id'] }] }

    expect(lineOf(error, { message: '"id" is required' })).toBe('Error: "id" is required')
  })

  test('is the message where it only looks like a list', () => {
    expect(lineOf({}, { message: '[1, 2]' })).toBe('Error: [1, 2]')
    expect(lineOf({}, { message: '[cart] is empty' })).toBe('Error: [cart] is empty')
  })

  test('has each of them for the message below', () => {
    const error = describeError(
      Object.assign(new Error(JSON.stringify(issues)), { name: 'ZodError' }),
    )

    expect(issuesOf(error)).toEqual([
      'id: expected string, received number',
      'items.0.sku: Required',
    ])
  })
})

describe('the line of the error of an HTTP client', () => {
  test.each([
    [
      'axios',
      'Request failed with status code 503',
      {
        config: {
          method: 'post',
          url: '/charges?key=1',
          baseURL: 'https://acquirer/v1/',
          headers: {},
        },
        response: { status: 503, headers: {} },
      },
    ],
    [
      'got',
      'Response code 503 (Service Unavailable)',
      {
        options: { method: 'POST', url: 'https://acquirer/v1/charges', headers: {} },
        response: { statusCode: 503, headers: {} },
      },
    ],
    [
      'superagent',
      'Service Unavailable',
      {
        response: { status: 503, headers: {} },
        request: { method: 'POST', url: 'http://acquirer/v1/charges#a', headers: {} },
      },
    ],
    [
      'got 14 and ky',
      'Request failed with status code 503 (Service Unavailable): POST https://acquirer/v1/charges?key=1',
      { response: { statusCode: 503, headers: {} } },
    ],
    [
      'ofetch',
      '[POST] "https://acquirer/v1/charges": 503 Service Unavailable',
      { response: { status: 503, headers: {} } },
    ],
    [
      'discord.js',
      'Service Unavailable',
      { status: 503, method: 'POST', url: 'https://acquirer/v1/charges', requestBody: {} },
    ],
  ])('of %s shows whom it asked, and what came back', (_client, message, properties) => {
    expect(lineOf(properties, { message })).toBe('Error: POST acquirer/v1/charges → 503')
  })

  test('is the message where a person wrote it', () => {
    const properties = {
      config: { method: 'post', url: 'https://acquirer/v1/charges', headers: {} },
      response: { status: 402, headers: {} },
    }

    expect(lineOf(properties, { message: 'the card 4 was declined' })).toBe(
      'Error: the card 4 was declined',
    )
  })
})

describe('the line of an error with JSON in its message', () => {
  test.each([
    [
      'an SDK',
      '503 {"type":"error","error":{"type":"overloaded","message":"try later"}}',
      '503 try later',
    ],
    [
      'one that is an answer',
      '{\n  "status": 404,\n  "message": "no such entry"\n}',
      'no such entry',
    ],
    [
      'GraphQL',
      'no such cart: {"response":{"errors":[{"message":"no such cart"}]}}',
      'no such cart',
    ],
    ['a list behind a text', 'invalid batch: [{"id":1},{"id":2}]', 'invalid batch'],
    [
      'what only looks like it',
      'Unexpected token in {"a": nope}',
      'Unexpected token in {"a": nope}',
    ],
    ['an object without a text', '{"id":1}', '{"id":1}'],
  ])('shows the text of %s', (_source, message, line) => {
    expect(lineOf({}, { message })).toBe(`Error: ${line}`)
  })

  test('shows the status where the answer was empty', () => {
    expect(lineOf({ status: 503, headers: { server: 'a' } }, { message: '{}' })).toBe('Error → 503')
  })
})

test('the line of an answer that was thrown is its status', () => {
  expect(errorLine(describeError(new Response('', { status: 502 })))).toBe('Response → 502')
})

test('the line of a thrown object is its text, whatever it calls it', () => {
  expect(errorLine(describeError({ code: 'E_STOCK', detail: 'no stock' }))).toBe('no stock')
})

test("the line of Prisma's error has its code and the reason, without the quoted source", () => {
  const message =
    '\nInvalid `prisma.user.create()` invocation in\n/app/src/users.ts:42:21\n\n  41 \n→ 42 await prisma.user.create(\nUnique constraint failed on the fields: (`email`)'

  expect(lineOf({ code: 'P2002' }, { message, name: 'PrismaClientKnownRequestError' })).toBe(
    'P2002: Unique constraint failed on the fields: (`email`)',
  )
})

describe('the root cause', () => {
  test('is the last of the causes, without a class that adds nothing', () => {
    const root = new Error('connect ECONNREFUSED 127.0.0.1:5433')
    const error = describeError(new Error('a', { cause: new TypeError('b', { cause: root }) }))

    expect(causeLine(rootCauseOf(error) ?? error)).toBe('connect ECONNREFUSED 127.0.0.1:5433')
  })

  test('is the first of several errors', () => {
    const error = describeError(new AggregateError([new Error('a'), new Error('b')], 'all failed'))

    expect(rootCauseOf(error)?.message).toBe('a')
  })

  test('is none that is an object without a message', () => {
    const cause = { type: 'Unknown', servers: {}, stale: false }

    expect(rootCauseOf(describeError(new Error('no primary', { cause })))).toBeUndefined()
  })
})
