import { HttpException } from '@nestjs/common'
import { verify as verifyHono } from 'hono/jwt'
import { EmptyError } from 'rxjs'
import { jwtVerify, SignJWT } from 'jose'
import jwt from 'jsonwebtoken'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { buildAnswer } from '../../src/answer/answer.ts'
import { resolveAnswers, type AnswerRule } from '../../src/answer/answers.ts'
import { createExceptionHandler } from '../../src/index.ts'

const english = { locale: 'en', texts: {} } as const

const texts = {
  400: 'The request is not valid.',
  401: 'Please check your account id and password.',
  403: 'You do not have permission.',
  404: 'The resource was not found.',
  409: 'The request conflicts with the current state.',
  413: 'The request is too large.',
  415: 'This content type is not supported.',
  429: 'Too many requests. Please try again later.',
  500: 'Something went wrong. Please contact the administrator.',
} as const

type Status = keyof typeof texts

function answerTo(error: unknown, rows: readonly AnswerRule[] = []): readonly [number, string] {
  const { status, body } = buildAnswer(error, { ...english, findAnswer: resolveAnswers(rows) })
  return [status, body.message]
}

async function thrownBy(run: () => unknown): Promise<unknown> {
  try {
    await run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** An error of a class, as a library makes it. */
function errorOf(name: string, message: string, properties: object = {}): Error {
  const named = { [name]: class extends Error {} }[name] ?? Error
  return Object.assign(new named(message), properties)
}

const key = new TextEncoder().encode('k'.repeat(32))

describe('a well-known error has its answer, and none of its text', () => {
  test.each<[Status, string, () => unknown]>([
    [401, 'jsonwebtoken, expired', () => jwt.verify(jwt.sign({ exp: 1 }, 'k'), 'k')],
    [401, 'jsonwebtoken, malformed', () => jwt.verify('x', 'k')],
    [401, 'jsonwebtoken, signature', () => jwt.verify(jwt.sign({}, 'k'), 'other')],
    [401, 'jsonwebtoken, missing', () => jwt.verify('', 'k')],
    [401, 'jose, malformed', () => jwtVerify('x.y.z', key)],
    [
      401,
      'jose, expired',
      async () => {
        const token = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(1)
        return jwtVerify(await token.sign(key), key)
      },
    ],
    [401, 'hono/jwt', () => verifyHono('x', 'k', 'HS256')],
  ])('%d for %s', async (status, _name, run) => {
    expect(answerTo(await thrownBy(run))).toEqual([status, texts[status]])
  })

  test.each<[Status, string, unknown]>([
    [409, 'PostgreSQL', errorOf('DatabaseError', 'duplicate key', { code: '23505' })],
    [
      409,
      'MySQL',
      errorOf('Error', "Duplicate entry 'a' for key 'b'", { code: 'ER_DUP_ENTRY', errno: 1062 }),
    ],
    [
      409,
      'node:sqlite',
      errorOf('Error', 'UNIQUE constraint failed: u.a', { code: 'ERR_SQLITE_ERROR' }),
    ],
    [
      409,
      'better-sqlite3',
      errorOf('SqliteError', 'UNIQUE constraint failed: u.a', { code: 'SQLITE_CONSTRAINT_UNIQUE' }),
    ],
    [
      409,
      'sqlite3',
      errorOf('Error', 'SQLITE_CONSTRAINT: UNIQUE constraint failed: u.a', {
        code: 'SQLITE_CONSTRAINT',
      }),
    ],
    [409, 'MongoDB', errorOf('MongoServerError', 'E11000 duplicate key error', { code: 11000 })],
    [409, 'Prisma', errorOf('PrismaClientKnownRequestError', 'Unique …', { code: 'P2002' })],
    [
      409,
      'SQL Server',
      errorOf('RequestError', "Violation of UNIQUE KEY constraint 'u'.", { code: 'EREQUEST' }),
    ],
    [409, 'Sequelize', errorOf('UniqueConstraintError', 'Validation error', sequelizeError())],
    [
      409,
      'TypeORM',
      errorOf('QueryFailedError', 'duplicate', { query: 'INSERT', driverError: { code: '23505' } }),
    ],
    [
      409,
      'Drizzle',
      errorOf('DrizzleQueryError', 'Failed query: insert', {
        query: 'insert',
        cause: errorOf('DatabaseError', 'duplicate key', { code: '23505' }),
      }),
    ],
    [409, 'MikroORM', errorOf('UniqueConstraintViolationException', 'duplicate', {})],
    [409, 'Objection', errorOf('UniqueViolationError', 'x', { nativeError: { code: '23505' } })],
    [400, 'PostgreSQL, an id', errorOf('DatabaseError', 'invalid input', { code: '22P02' })],
    [
      400,
      'PostgreSQL, a number',
      errorOf('DatabaseError', 'value "99999999999" is out of range for type integer', {
        code: '22003',
      }),
    ],
    [400, 'Mongoose', errorOf('CastError', 'Cast to ObjectId failed for value "x"')],
    [
      400,
      'MongoDB, an id',
      errorOf('BSONError', 'input must be a 24 character hex string, 12 byte Uint8Array'),
    ],
    [400, 'Prisma, an id', errorOf('PrismaClientKnownRequestError', 'x', { code: 'P2023' })],
    [403, 'cors', new Error('Not allowed by CORS')],
    [403, 'csrf-csrf', errorOf('ForbiddenError', 'x', { code: 'EBADCSRFTOKEN', status: 403 })],
    [429, 'rate-limiter-flexible', errorOf('RateLimiterRes', '')],
    [400, 'busboy', new Error('Unexpected end of form')],
    [400, 'busboy, no boundary', new Error('Multipart: Boundary not found')],
    [413, 'multer', errorOf('MulterError', 'File too large', { code: 'LIMIT_FILE_SIZE' })],
    [400, 'multer, others', errorOf('MulterError', 'x', { code: 'LIMIT_UNEXPECTED_FILE' })],
    [413, 'formidable', errorOf('FormidableError', 'x', { code: 1009, httpCode: 413 })],
    [400, 'formidable, no boundary', errorOf('FormidableError', 'x', { code: 1013 })],
  ])('%d for %s', (status, _name, error) => {
    expect(answerTo(error)).toEqual([status, texts[status]])
  })

  test.each<[string, unknown]>([
    ["rxjs' EmptyError", new EmptyError()],
    ['a key that the service lacks', errorOf('JsonWebTokenError', 'secret or public key must be')],
    [
      'what the service wrapped itself',
      new Error('the audit failed', { cause: errorOf('DatabaseError', 'x', { code: '23505' }) }),
    ],
    ['a number that overflows in a statement', errorOf('DatabaseError', 'out', { code: '22003' })],
    ['the broken disk of formidable', errorOf('FormidableError', 'x', { code: 1018 })],
    [
      "another service's NotFoundError",
      errorOf('NotFoundError', '404 no such model', { status: 404, headers: new Headers() }),
    ],
  ])('%s is a 500', (_name, error) => {
    expect(answerTo(error)).toEqual([500, texts[500]])
  })
})

function sequelizeError(): object {
  const errors = [{ message: 'email must be unique', path: 'email', value: 'kim@example.com' }]
  return { name: 'SequelizeUniqueConstraintError', errors, original: { code: '23505' } }
}

describe("the service's own rows", () => {
  class OutOfStock extends Error {}
  class SoldOut extends OutOfStock {}

  test.each<[string, AnswerRule, unknown, readonly [number, string]]>([
    [
      'a class, and its subclasses',
      { when: { name: 'OutOfStock' }, status: 409 },
      new SoldOut('no seat left'),
      [409, 'no seat left'],
    ],
    [
      'one of several codes',
      { when: { code: ['23503', 1452] }, status: 422, message: 'Unknown customer.' },
      errorOf('DatabaseError', 'x', { code: '23503' }),
      [422, 'Unknown customer.'],
    ],
    [
      'a message',
      { when: { message: /^no seat/g }, status: 409, message: false },
      new Error('no seat left'),
      [409, texts[409]],
    ],
    [
      'a function',
      { when: (error) => error === 'sold out', status: 410, message: 'Sold out.' },
      'sold out',
      [410, 'Sold out.'],
    ],
    [
      'an error that has a status',
      { when: { name: 'HttpException' }, status: 418 },
      new HttpException('no coffee', 400),
      [418, 'no coffee'],
    ],
    [
      'one that the built-in rows have, too',
      { when: { code: '23505' }, status: 500 },
      errorOf('DatabaseError', 'duplicate', { code: '23505' }),
      [500, texts[500]],
    ],
    [
      'a driver, whose text stays hidden',
      { when: { code: '23503' }, status: 409 },
      errorOf('DatabaseError', 'violates foreign key', { code: '23503', severity: 'ERROR' }),
      [409, texts[409]],
    ],
  ])('%s', (_name, row, error, expected) => {
    expect(answerTo(error, [row])).toEqual(expected)
  })

  test('the first that applies counts', () => {
    const rows: AnswerRule[] = [
      { when: () => false, status: 400 },
      { when: { name: 'SoldOut' }, status: 410 },
      { when: { name: 'OutOfStock' }, status: 409 },
    ]

    expect(answerTo(new SoldOut('all gone'), rows)).toEqual([410, 'all gone'])
    expect(answerTo(new OutOfStock('none left'), rows)).toEqual([409, 'none left'])
  })

  test('another status for a validator leaves its fields', () => {
    const { error } = z.object({ email: z.email() }).safeParse({ email: 'nobody' })
    const findAnswer = resolveAnswers([{ when: { name: 'ZodError' }, status: 422 }])

    expect(buildAnswer(error, { ...english, findAnswer })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'email', reason: 'Invalid email address' }] },
    })
  })

  test('are an option of every handler', () => {
    const logger = { error: () => {}, warn: () => {} }
    const answers: AnswerRule[] = [{ when: { name: 'OutOfStock' }, status: 409 }]

    const { handleException } = createExceptionHandler({ logger, answers })

    expect(handleException(new SoldOut('all gone'))).toMatchObject({
      status: 409,
      body: { message: 'all gone', errors: [] },
    })
  })

  test.each<[unknown, string]>([
    ['x', 'Expected `answers` to be a list of rows'],
    [[{ when: { name: 'A' }, status: 200 }], '`answers[0].status` to be a status from 400 to 599'],
    [[{ when: {}, status: 400 }], '`answers[0].when` to be a function, or to have name, code or'],
    [[{ when: { clas: 'A' }, status: 400 }], '`answers[0].when` to have no clas'],
    [[{ when: { message: 'x' }, status: 400 }], '`answers[0].when.message` to be'],
    [[{ when: { name: 7 }, status: 400 }], '`answers[0].when.name` to be'],
    [
      [{ when: { name: 'A' }, status: 400, message: 7 }],
      '`answers[0].message` to be a text or false',
    ],
  ])('a wrong row %j is named', (rows, message) => {
    expect(() => resolveAnswers(rows as readonly AnswerRule[])).toThrow(message)
  })
})
