import { Boom } from '@hapi/boom'
import { bodyParser } from '@koa/bodyparser'
import { HttpException, NotFoundException } from '@nestjs/common'
import { createSlackSink } from '@slack-logger/core'
import { createSlackStream } from '@slack-logger/pino-slack'
import { startInbox } from '@slack-logger/slack-inbox'
import express, { type ErrorRequestHandler } from 'express'
import createFastify from 'fastify'
import { HTTPException } from 'hono/http-exception'
import createError from 'http-errors'
import Koa from 'koa'
import { createServer } from 'node:http'
import pino from 'pino'
import { expect, test } from 'vitest'
import { createExceptionHandler } from '../src/index.ts'
import { listen } from './conformance/service.ts'

class OrderMissing extends Error {
  readonly status = 404
}

const upstreamError = (properties?: object): Error =>
  Object.assign(new Error('the partner says no'), { request_id: 'r1', ...properties })

/** Of libraries that make errors for answers, with the status of the answer. */
const madeForAnswer: readonly (readonly [string, () => unknown, number])[] = [
  ['http-errors', () => createError(404, 'no such order'), 404],
  ['http-errors, around an upstream error', () => createError(404, upstreamError()), 404],
  ['Boom', () => new Boom('no seat left', { statusCode: 409 }), 409],
  ['Nest', () => new NotFoundException('no such order'), 404],
  ['Nest, with a body', () => new HttpException({ status: 403, error: 'no seat' }, 403), 403],
  ['Hono', () => new HTTPException(401, { message: 'sign in' }), 401],
  ["Express' body parser", () => failureInExpress('{bad'), 400],
  ["Fastify's parsers", () => failureInFastify('<a/>', 'application/xml'), 415],
  ["Fastify's validation", () => failureInFastify('{}', 'application/json'), 400],
  ["Koa's `ctx.throw`", () => failureInKoa((context) => context.throw(410, 'sold out')), 410],
]

/** Of the service itself, or of parsers that leave no more than a status. */
const ofService: readonly (readonly [string, () => unknown, number])[] = [
  ['a class of the service', () => new OrderMissing('no such order'), 404],
  [
    'a class around an upstream error',
    () => new OrderMissing('x', { cause: upstreamError() }),
    404,
  ],
  ['an object', () => ({ status: 404, message: 'no such order' }), 404],
  ["Koa's body parser", () => failureInKoa(bodyParser(), '{bad'), 400],
  [
    'headers of the service',
    () => {
      const headers = new Headers({ 'retry-after': '30' })
      return Object.assign(new Error('Slow down'), { status: 429, headers })
    },
    429,
  ],
]

test.each([...madeForAnswer, ...ofService])(
  'an error of %s is answered with its status, and never alerts',
  async (_of, fail, status) => {
    await using slack = await startSlack()
    const error = await fail()
    const logger = pino({}, slack.stream)
    const { handleException } = createExceptionHandler({ logger, clientErrorLevel: 'error' })
    const request = { method: 'GET', path: '/orders/17' }

    const answer = handleException(error, request)
    logger.error({ err: error, req: { method: 'GET', url: '/orders/17' } })
    slack.log(error, { request })

    expect(answer.status).toBe(status)
    expect(slack.ignored()).toEqual({ inProcess: 1, asLine: 2 })
  },
)

test.each(madeForAnswer)(
  'an error of %s never alerts without a request either',
  async (_of, fail) => {
    await using slack = await startSlack()
    const error = await fail()

    pino({}, slack.stream).error(error)
    slack.log(error, {})

    expect(slack.ignored()).toEqual({ inProcess: 1, asLine: 1 })
  },
)

test.each([401, 403, 429])(
  'a status %d of an upstream that http-errors keeps is no answer of the service',
  async (status) => {
    await using slack = await startSlack()
    const error = createError(502, upstreamError({ status }))
    const { handleException } = createExceptionHandler({ logger: pino({}, slack.stream) })

    const answer = handleException(error, { method: 'GET', path: '/orders/17' })

    expect([error.status, answer.status]).toEqual([status, 500])
    expect(slack.ignored()).toEqual({ inProcess: 0, asLine: 0 })
  },
)

test.each([404, 410])('a %d around an upstream error has nothing of the upstream', (status) => {
  const { handleException } = createExceptionHandler({ logger: pino({ level: 'silent' }) })
  const headers = { 'retry-after': '1', server: 'partner' }

  const answer = handleException(createError(status, upstreamError({ headers })), {})

  expect(answer).toMatchObject({ status, headers: {} })
  expect(answer.body.message).not.toContain('partner')
})

test('a header of the service comes along', async () => {
  const { handleException } = createExceptionHandler({ logger: pino({ level: 'silent' }) })
  const headers = new Headers({ 'retry-after': '30' })
  const error = Object.assign(new Error('Slow down'), { status: 429, headers })

  expect(handleException(error, {}).headers).toEqual({ 'retry-after': '30' })
})

/** A sink and a stream of pino, and how many of their records they ignored. */
async function startSlack() {
  const inbox = await startInbox()
  const options = {
    token: inbox.token,
    channel: '#alerts',
    slackApiUrl: inbox.apiUrl,
    spoolDir: false,
  } as const
  const sink = createSlackSink(options)
  const stream = createSlackStream(options)
  return {
    stream,
    log: (error: unknown, fields: Record<string, unknown>): void =>
      sink.write({ level: 'error', time: Date.now(), message: '', error, fields }),
    ignored: () => ({
      inProcess: sink.health().events.ignored,
      asLine: stream.health().events.ignored,
    }),
    async [Symbol.asyncDispose]() {
      await Promise.all([sink.close(), stream.close()])
      await inbox.close()
    },
  }
}

/** What Express passes to its error handler for a body that it cannot parse. */
async function failureInExpress(body: string): Promise<unknown> {
  let failure: unknown
  const app = express().use(express.json())
  const keep: ErrorRequestHandler = (error, _request, response, _next) => {
    failure = error
    response.end()
  }
  const service = await listen(createServer(app.use(keep)))
  await post(service.url, body, 'application/json')
  await service.close()
  return failure
}

async function failureInFastify(payload: string, type: string): Promise<unknown> {
  let failure: unknown
  const app = createFastify()
  app.setErrorHandler((error, _request, reply) => {
    failure = error
    return reply.send()
  })
  const schema = { body: { type: 'object', required: ['order'] } }
  app.post('/', { schema }, () => 'paid')
  await app.inject({ method: 'POST', url: '/', payload, headers: { 'content-type': type } })
  return failure
}

async function failureInKoa(middleware: Koa.Middleware, body = '{}'): Promise<unknown> {
  let failure: unknown
  const app = new Koa()
  app.use(async (_context, next) => {
    try {
      await next()
    } catch (error) {
      failure = error
    }
  })
  const callback = app.use(middleware).callback()
  const service = await listen(
    createServer((request, response) => void callback(request, response)),
  )
  await post(service.url, body, 'application/json')
  await service.close()
  return failure
}

async function post(url: string, body: string, type: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': type } })
  await answer.text()
}
