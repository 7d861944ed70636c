import { Boom, boomify } from '@hapi/boom'
import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common'
import { ThrottlerException } from '@nestjs/throttler'
import { HTTPException } from 'hono/http-exception'
import createError from 'http-errors'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { buildAnswer, type AnswerOptions } from '../../src/answer/answer.ts'

const english: AnswerOptions = { locale: 'en', texts: {} }
const notFound = 'The resource was not found.'
const wrong = 'The request is not valid.'

function answerTo(error: unknown, options: Partial<AnswerOptions> = {}): [number, string] {
  const { status, body } = buildAnswer(error, { ...english, ...options })
  return [status, body.message]
}

function fileError(): Error {
  try {
    readFileSync('/srv/secret/invoice.pdf')
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('the file is there')
}

function driverError(): Error {
  const error = new Error('column "pasword" does not exist')
  return Object.assign(error, { code: '42703', severity: 'ERROR', routine: 'errorMissingColumn' })
}

function connectError(): Error {
  return Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
    address: '10.0.0.7',
    port: 5432,
  })
}

describe('a text of a driver, of the system or of another service is not sent', () => {
  test.each<[string, unknown]>([
    ['http-errors around it', createError(404, fileError())],
    ['Boom around it', boomify(fileError(), { statusCode: 404 })],
    ['Boom with its text', new Boom(fileError().message, { statusCode: 404 })],
    ["Nest's exception of it", new NotFoundException(fileError())],
    ["Nest's exception with its text", new NotFoundException(fileError().message)],
    [
      "Hono's exception",
      new HTTPException(404, { message: driverError().message, cause: driverError() }),
    ],
    ["Nest's exception with a driver's text", new NotFoundException(driverError().message)],
    ['a status', Object.assign(connectError(), { status: 404 })],
    [
      'a text with its text',
      createError(404, `cannot load: ${driverError().message}`, { cause: driverError() }),
    ],
    [
      'a text with its path',
      createError(404, 'cannot read /srv/secret/invoice.pdf', { cause: fileError() }),
    ],
    [
      'deeper causes',
      createError(404, `no: ${driverError().message}`, {
        cause: new Error('query', { cause: driverError() }),
      }),
    ],
    [
      'an SDK with its text',
      createError(404, 'The model `x` does not exist', {
        cause: Object.assign(new Error('404 The model `x` does not exist'), {
          status: 404,
          headers: new Headers({ 'x-request-id': 'r' }),
        }),
      }),
    ],
  ])('%s', (_name, error) => {
    expect(answerTo(error)).toEqual([404, notFound])
  })

  test.each<[string, unknown]>([
    ['a driver', driverError()],
    ['MySQL', Object.assign(new Error("Unknown column 'x'"), { sqlState: '42S22', errno: 1054 })],
    ['MongoDB', Object.assign(new Error('bad auth'), { name: 'MongoServerError', code: 8000 })],
    ['Prisma', Object.assign(new Error('x'), { clientVersion: '6.0.0' })],
    ['a connection', connectError()],
    ['a view', Object.assign(new Error('Failed to lookup view "x" in "/app/views"'), { view: {} })],
    ['EJS', Object.assign(new Error('/app/views/a.ejs:3\n x is'), { path: '/app/views/a.ejs' })],
    ['TLS', Object.assign(new Error('wrong host'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })],
    ['a child process', Object.assign(new Error('Command failed: rm'), { cmd: 'rm', code: 1 })],
    ['a pool', new Error('Connection terminated unexpectedly')],
    ['axios', Object.assign(new Error('Request failed'), { isAxiosError: true, response: {} })],
  ])('after `response.status(400)`: %s', (_name, error) => {
    expect(answerTo(error, { responseStatus: 400 })).toEqual([400, wrong])
  })

  test('nor are the headers of an SDK that http-errors made an answer of', () => {
    const error = Object.assign(new Error('404 The model does not exist'), {
      headers: new Headers({ 'x-request-id': 'r', 'set-cookie': 'a=b' }),
      requestID: 'r',
    })

    const { body, headers } = buildAnswer(createError(404, error), english)

    expect(headers).toEqual({})
    expect(body.message).not.toContain('model')
  })

  test.each<[string, unknown, string]>([
    [
      "the service's own text, also around such an error",
      createError(404, 'This invoice is gone.', { cause: fileError() }),
      'This invoice is gone.',
    ],
    [
      'a code of its own',
      Object.assign(new Error('Your voucher has expired.'), { status: 404, code: 'EXPIRED' }),
      'Your voucher has expired.',
    ],
  ])('%s is sent', (_name, error, message) => {
    expect(answerTo(error)).toEqual([404, message])
  })

  test("a Retry-After of the service's own is sent", () => {
    const error = Object.assign(new Error('Slow down.'), {
      status: 429,
      headers: { 'Retry-After': '30' },
    })

    expect(buildAnswer(error, english)).toMatchObject({
      status: 429,
      body: { message: 'Slow down.' },
      headers: { 'retry-after': '30' },
    })
  })
})

describe('a text of the service stays', () => {
  const get = { readRequest: () => ({ method: 'GET' }) }

  test.each<[string, unknown, number, string]>([
    [
      'about JSON in the query',
      createError(400, 'The filter is not valid JSON'),
      400,
      'The filter is not valid JSON',
    ],
    [
      "in the object of Nest's documentation",
      new HttpException({ status: 403, error: 'This is a custom message' }, 403),
      403,
      'This is a custom message',
    ],
    [
      'in a throttler',
      new ThrottlerException('Please wait a minute.'),
      429,
      'Please wait a minute.',
    ],
  ])('%s', (_name, error, ...expected) => {
    expect(answerTo(error, get)).toEqual(expected)
  })

  test.each<[string, unknown, number, string]>([
    [
      'a parser, for a request without a body',
      new BadRequestException('Unexpected token \'x\', "x" is not valid JSON'),
      400,
      wrong,
    ],
    ['a throttler', new ThrottlerException(), 429, 'Too many requests. Please try again later.'],
    [
      'Nest, as the name of the status',
      new HttpException({ statusCode: 403, error: 'Forbidden' }, 403),
      403,
      'You do not have permission.',
    ],
    [
      "Nest's upload",
      new HttpException({ message: 'File too large', error: 'x', statusCode: 413 }, 413),
      413,
      'The request is too large.',
    ],
  ])('but not that of %s', (_name, error, ...expected) => {
    expect(answerTo(error, get)).toEqual(expected)
  })

  test('a health check names what does not work', () => {
    const response = {
      status: 'error',
      info: { disk: { status: 'up' } },
      error: { database: { status: 'down', message: 'connect ECONNREFUSED 10.0.0.7:5432' } },
    }

    expect(buildAnswer(new HttpException(response, 503), english)).toMatchObject({
      status: 503,
      body: {
        message: 'The service is unavailable. Please try again later.',
        errors: [{ field: 'database', reason: 'down' }],
      },
    })
  })
})
