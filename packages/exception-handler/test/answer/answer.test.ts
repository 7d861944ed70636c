import { Boom } from '@hapi/boom'
import {
  BadRequestException,
  ForbiddenException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common'
import { HTTPException } from 'hono/http-exception'
import createError from 'http-errors'
import { describe, expect, test } from 'vitest'
import { buildAnswer, type AnswerOptions } from '../../src/answer/answer.ts'

const english: AnswerOptions = { locale: 'en', texts: {} }
const serverText = 'Something went wrong. Please contact the administrator.'

type Expected = [status: number, message: string]

function answerTo(error: unknown, options: Partial<AnswerOptions> = {}): [number, string] {
  const { status, body } = buildAnswer(error, { ...english, ...options })
  return [status, body.message]
}

describe('status and message', () => {
  test.each<[string, unknown, ...Expected]>([
    ['an error without a status', new Error('the password is x'), 500, serverText],
    ['status', Object.assign(new Error('no seat left'), { status: 409 }), 409, 'no seat left'],
    ['statusCode', Object.assign(new Error('slower'), { statusCode: 429 }), 429, 'slower'],
    ['a thrown object', { status: 404, message: 'no such order' }, 404, 'no such order'],
    ['http-errors', createError(403, 'not your order'), 403, 'not your order'],
    ['http-errors, 500', createError(500, 'secret'), 500, serverText],
    ['http-errors, exposed', createError(503, 'back at 3', { expose: true }), 503, 'back at 3'],
    [
      'http-errors, hidden',
      createError(400, 'secret', { expose: false }),
      400,
      'The request is not valid.',
    ],
    ['Boom', new Boom('no seat left', { statusCode: 409 }), 409, 'no seat left'],
    ['Boom, 500', new Boom('secret'), 500, serverText],
    ['Boom, 503', new Boom('back at 3', { statusCode: 503 }), 503, 'back at 3'],
    ['Nest', new ForbiddenException('not your order'), 403, 'not your order'],
    ['Nest, an object', new HttpException({ message: 'full', code: 7 }, 409), 409, 'full'],
    ['Nest, 500', new InternalServerErrorException('secret'), 500, serverText],
    ['Nest, 503', new ServiceUnavailableException('back at 3'), 503, 'back at 3'],
    ['Hono', new HTTPException(409, { message: 'full' }), 409, 'full'],
    ['Hono, 500', new HTTPException(500, { message: 'secret' }), 500, serverText],
    ['a status that is none', Object.assign(new Error('x'), { status: 200 }), 500, serverText],
    ['a status as text', Object.assign(new Error('x'), { status: '404' }), 500, serverText],
    ['a string', 'no stock', 500, serverText],
    ['null', null, 500, serverText],
    ['nothing', undefined, 500, serverText],
  ])('%s', (_name, error, ...expected) => {
    expect(answerTo(error)).toEqual(expected)
  })

  test.each<[string, unknown, number]>([
    ['http-errors', createError(404), 404],
    ['Nest', new NotFoundException(), 404],
    ['Nest, an unknown route', new NotFoundException('Cannot GET /nope?a=1'), 404],
    ['Nest, a guard', new ForbiddenException('Forbidden resource'), 403],
    ['Nest, a large body', new HttpException('request entity too large', 413), 413],
    ['Nest on Fastify, a large body', new HttpException('Request body is too large', 413), 413],
    ['Nest, a charset', new HttpException('unsupported charset "UTF-99"', 415), 415],
    ['Nest, a compressed body', new HttpException('Decompression failed', 400), 400],
    ['Boom', new Boom('', { statusCode: 404 }), 404],
    ['Hono', new HTTPException(403), 403],
    [
      'Fastify',
      Object.assign(new Error('Request body is too large'), {
        code: 'FST_ERR_CTP_BODY_TOO_LARGE',
        statusCode: 413,
      }),
      413,
    ],
    [
      'Express',
      Object.assign(createError(413, 'request entity too large'), { type: 'entity.too.large' }),
      413,
    ],
  ])('a text that %s wrote itself gives way to ours', (_name, error, status) => {
    const texts = {
      400: 'wrong!',
      415: 'unknown!',
      403: 'forbidden!',
      404: 'not there!',
      413: 'too large!',
    } as const

    expect(answerTo(error, { texts })).toEqual([status, texts[status as 403 | 404 | 413]])
  })

  test.each([
    ['Nest', new UnauthorizedException('no such user')],
    ['http-errors', createError(401, 'wrong password')],
    ['a status', Object.assign(new Error('token expired'), { status: 401 })],
    [
      'a validator',
      Object.assign(new Error('x'), { status: 401, issues: [{ message: 'no digit' }] }),
    ],
  ])('a failed authentication of %s has the default message and nothing else', (_name, error) => {
    const { status, body } = buildAnswer(error, english)

    expect([status, body]).toEqual([
      401,
      { message: 'Please check your account id and password.', errors: [] },
    ])
  })

  test('the status that the response bore counts where the error has none', () => {
    expect(answerTo(new Error('no such order'), { responseStatus: 404 })).toEqual([
      404,
      'no such order',
    ])
  })

  test('a mistake of the program is not shown, whatever the response bore', () => {
    expect(answerTo(new TypeError('x is undefined'), { responseStatus: 404 })).toEqual([
      404,
      'The resource was not found.',
    ])
  })

  test('a text longer than 1,000 characters is cut', () => {
    expect(answerTo(createError(400, 'x'.repeat(5000)))[1]).toHaveLength(1000)
  })

  test('an error whose every property throws is a 500', () => {
    const hostile = new Proxy(new Error('x'), {
      get: () => {
        throw new Error('hands off')
      },
    })

    expect(answerTo(hostile)).toEqual([500, serverText])
  })
})

describe('the answer of another service is not ours', () => {
  test.each<[string, unknown]>([
    ['axios', { isAxiosError: true, status: 404, response: { status: 404 } }],
    ['got and ky', { statusCode: 401, response: { statusCode: 401 } }],
    ['octokit', { status: 404, response: { status: 404 }, request: {} }],
    ['OpenAI', { status: 401, headers: new Headers({ 'www-authenticate': 'x' }) }],
    ['Stripe', { statusCode: 402, rawType: 'card_error' }],
    ['Elasticsearch', { statusCode: 404, meta: { statusCode: 404 } }],
    ['undici', { statusCode: 404, code: 'UND_ERR_RESPONSE' }],
  ])('%s', (_name, properties) => {
    const error = Object.assign(new Error('upstream says no'), properties)

    const { status, headers } = buildAnswer(error, english)

    expect([status, headers]).toEqual([500, {}])
  })

  test('a thrown Response', () => {
    expect(answerTo(new Response('', { status: 404 }))).toEqual([500, serverText])
  })
})

describe('a record that does not exist is a 404', () => {
  test.each<[string, object, string]>([
    [
      'Prisma',
      { code: 'P2025', message: 'Record to update not found.' },
      'The resource was not found.',
    ],
    [
      'TypeORM',
      { name: 'EntityNotFoundError', message: 'Could not find any entity of type "User"' },
      'The resource was not found.',
    ],
    [
      'Sequelize',
      { name: 'SequelizeEmptyResultError', message: '' },
      'The resource was not found.',
    ],
    [
      'Sequelize, own text',
      { name: 'SequelizeEmptyResultError', message: 'no such user' },
      'no such user',
    ],
    [
      'Mongoose',
      {
        name: 'DocumentNotFoundError',
        message: 'No document found for query "{}" on model "User"',
      },
      'The resource was not found.',
    ],
    [
      'MikroORM',
      { name: 'NotFoundError', message: 'User not found ({ id: 1 })' },
      'The resource was not found.',
    ],
    [
      'Objection',
      { name: 'NotFoundError', message: 'NotFoundError', statusCode: 404 },
      'The resource was not found.',
    ],
    [
      'Objection, own text',
      { name: 'NotFoundError', message: 'no such user', statusCode: 404 },
      'no such user',
    ],
    ['Kysely', { name: 'NoResultError', message: 'no result' }, 'The resource was not found.'],
    [
      'Lucid',
      { code: 'E_ROW_NOT_FOUND', status: 404, message: 'E_ROW_NOT_FOUND: Row not found' },
      'The resource was not found.',
    ],
    ['Django, own text', { name: 'ObjectDoesNotExist', message: 'no such user' }, 'no such user'],
  ])('%s', (_name, properties, message) => {
    expect(answerTo(Object.assign(new Error(), properties))).toEqual([404, message])
  })

  test('an error of the DOM with such a name is none', () => {
    expect(answerTo(new DOMException('x', 'NotFoundError'))).toEqual([500, serverText])
  })
})

describe('a body that is no JSON', () => {
  test.each<[string, unknown]>([
    [
      'Express and Koa',
      Object.assign(new SyntaxError('Unexpected token \'b\', "{bad" is not valid JSON'), {
        status: 400,
      }),
    ],
    ['Express', createError(400, 'x', { type: 'entity.parse.failed' })],
    [
      'Fastify',
      Object.assign(new Error('Body is not valid JSON but content-type is set to'), {
        statusCode: 400,
        code: 'FST_ERR_CTP_INVALID_JSON_BODY',
      }),
    ],
    ['Nest', new BadRequestException('Unexpected end of JSON input')],
    [
      "Nest, V8's longer text",
      new BadRequestException(
        "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
      ),
    ],
    ["Hono's validator", new HTTPException(400, { message: 'Malformed JSON in request body' })],
  ])('has one answer for %s', (_name, error) => {
    const { status, body } = buildAnswer(error, english)

    expect([status, body]).toEqual([
      400,
      {
        message: 'body: is not valid JSON',
        errors: [{ field: 'body', reason: 'is not valid JSON' }],
      },
    ])
  })

  test("other JSON that cannot be parsed is the service's own trouble", () => {
    expect(answerTo(new SyntaxError('Unexpected end of JSON input'))).toEqual([500, serverText])
  })
})

describe('Korean', () => {
  test.each([
    [400, '잘못된 요청입니다.'],
    [401, '계정 아이디 및 비밀번호를 다시 확인해주세요.'],
    [403, '권한이 없습니다.'],
    [404, '리소스를 찾을 수 없습니다.'],
    [500, '오류가 발생했습니다. 관리자에게 문의하세요'],
    [418, '잘못된 요청입니다.'],
    [599, '오류가 발생했습니다. 관리자에게 문의하세요'],
  ])('%d', (status, message) => {
    expect(answerTo({ status }, { locale: 'ko' })).toEqual([status, message])
  })
})

describe('headers', () => {
  test('those that the error brings come along', () => {
    const error = createError(429, 'slower', {
      headers: { 'Retry-After': '7', 'Content-Type': 'x' },
    })

    expect(buildAnswer(error, english).headers).toEqual({ 'retry-after': '7' })
  })

  test('those of a response inside a Hono error come along', () => {
    const res = new Response('no', { status: 401, headers: { 'WWW-Authenticate': 'Basic' } })

    expect(buildAnswer(new HTTPException(401, { res }), english).headers).toEqual({
      'www-authenticate': 'Basic',
    })
  })

  test('one that would break the answer is left out', () => {
    const error = createError(429, 'slower', {
      headers: { 'x-a': 'a\r\nset-cookie: b', 'bad name': 'x' },
    })

    expect(buildAnswer(error, english).headers).toEqual({})
  })
})
