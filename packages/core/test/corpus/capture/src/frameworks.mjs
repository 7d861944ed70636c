import { once } from 'node:events'
import Boom from '@hapi/boom'
import { BadRequestException, InternalServerErrorException } from '@nestjs/common'
import express from 'express'
import Fastify from 'fastify'
import createError from 'http-errors'
import Koa from 'koa'
import multer from 'multer'
import { EmptyError, firstValueFrom, NEVER, of, timeout } from 'rxjs'
import VError from 'verror'
import { scenario, secret } from '../scenario.mjs'

/** What reaches the error handler of an Express app that got the given request. */
async function failInExpress(prepare, options = {}) {
  let failure
  const app = express()
  prepare(app)
  app.use((error, _request, response, _next) => {
    failure = error
    response.status(500).end()
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  await fetch(`http://127.0.0.1:${server.address().port}${options.path ?? '/orders'}`, options)
  server.close()
  throw failure
}

async function failInFastify(prepare, options) {
  let failure
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) => {
    failure = error
    return reply.code(500).send({})
  })
  prepare(app)
  await app.inject(options)
  await app.close()
  throw failure
}

const json = { 'content-type': 'application/json' }

function form(field, content) {
  const data = new FormData()
  data.append(field, new Blob([content]), 'receipt.txt')
  return data
}

export default [
  scenario('express/malformed-json', { must: ['SyntaxError', 'entity.parse.failed'] }, () =>
    failInExpress((app) => app.use(express.json()), {
      method: 'POST',
      headers: json,
      body: `{"password":"${secret}",}`,
    }),
  ),
  scenario(
    'express/too-large',
    { must: ['PayloadTooLargeError', 'request entity too large'] },
    () =>
      failInExpress((app) => app.use(express.json({ limit: 10 })), {
        method: 'POST',
        headers: json,
        body: '{"order":"many things"}',
      }),
  ),
  scenario('express/charset', { must: ['unsupported charset'] }, () =>
    failInExpress((app) => app.use(express.json()), {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=x' },
      body: '{}',
    }),
  ),
  scenario('express/uri', { must: ['URIError', 'Failed to decode param'] }, () =>
    failInExpress((app) => app.get('/orders/:id', () => undefined), { path: '/orders/%zz' }),
  ),
  scenario('express/handler', { must: ['TypeError', 'Cannot read properties of undefined'] }, () =>
    failInExpress((app) => app.get('/orders', (request) => request.order.id)),
  ),
  scenario('express/async-handler', { must: ['out of paper'] }, () =>
    failInExpress((app) =>
      app.get('/orders', async () => Promise.reject(new Error('out of paper'))),
    ),
  ),
  scenario('express/view', { must: ['No default engine was specified'] }, () =>
    failInExpress((app) => app.get('/orders', (_request, response) => response.render('orders'))),
  ),
  scenario('multer/file-too-large', { must: ['MulterError', 'LIMIT_FILE_SIZE'] }, () =>
    failInExpress((app) => app.use(multer({ limits: { fileSize: 4 } }).single('receipt')), {
      method: 'POST',
      body: form('receipt', 'too long'),
    }),
  ),
  scenario('multer/unexpected-field', { must: ['MulterError', 'LIMIT_UNEXPECTED_FILE'] }, () =>
    failInExpress((app) => app.use(multer().single('receipt')), {
      method: 'POST',
      body: form('invoice', 'x'),
    }),
  ),
  scenario('multer/boundary', { must: ['Boundary not found'] }, () =>
    failInExpress((app) => app.use(multer().single('receipt')), {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data' },
      body: 'x',
    }),
  ),
  scenario(
    'fastify/validation',
    { must: ['FST_ERR_VALIDATION', "must have required property 'amount'"] },
    () =>
      failInFastify(
        (app) =>
          app.post('/', { schema: { body: { type: 'object', required: ['amount'] } } }, () => ({})),
        { method: 'POST', url: '/', payload: {} },
      ),
  ),
  scenario('fastify/media-type', { must: ['FST_ERR_CTP_INVALID_MEDIA_TYPE'] }, () =>
    failInFastify((app) => app.post('/', () => ({})), {
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'text/csv' },
      payload: 'a;b',
    }),
  ),
  scenario('fastify/empty-json', { must: ['FST_ERR_CTP_EMPTY_JSON_BODY'] }, () =>
    failInFastify((app) => app.post('/', () => ({})), { method: 'POST', url: '/', headers: json }),
  ),
  scenario('fastify/body-too-large', { must: ['FST_ERR_CTP_BODY_TOO_LARGE'] }, () =>
    failInFastify((app) => app.post('/', { bodyLimit: 4 }, () => ({})), {
      method: 'POST',
      url: '/',
      payload: { a: 'long' },
    }),
  ),
  scenario('fastify/handler', { must: ['TypeError'] }, () =>
    failInFastify((app) => app.get('/', (request) => request.session.user), { url: '/' }),
  ),
  scenario('fastify/duplicated-route', { must: ['FST_ERR_DUPLICATED_ROUTE'] }, () => {
    const app = Fastify()
    app.get('/orders', () => ({}))
    app.get('/orders', () => ({}))
  }),
  scenario('fastify/plugin-timeout', { must: ['AVV_ERR_PLUGIN_EXEC_TIMEOUT'] }, async () => {
    const app = Fastify({ pluginTimeout: 30 })
    app.register(() => new Promise(() => undefined))
    await app.ready()
  }),
  scenario('koa/thrown', { must: ['ForbiddenError', 'not yours'] }, async () => {
    const app = new Koa()
    let failure
    app.on('error', (error) => (failure = error))
    app.use((context) =>
      context.throw(403, 'not yours', { expose: false, user: 17, password: secret }),
    )
    app.silent = true
    app.listenerCount('error')
    await requestOnce(app.callback())
    throw failure ?? createError(403, 'not yours', { user: 17, password: secret })
  }),
  scenario('koa/non-error', { must: ['non-error thrown'] }, async () => {
    const app = new Koa()
    let failure
    app.on('error', (error) => (failure = error))
    app.use(() => {
      throw { order: 7 }
    })
    await requestOnce(app.callback())
    throw failure
  }),
  scenario('http-errors/409', { must: ['ConflictError', 'order is paid'] }, () => {
    throw createError(409, 'order is paid', { order: 17 })
  }),
  scenario('boom/503', { must: ['pool is full'] }, () => {
    throw Boom.serverUnavailable('pool is full', { waiting: 80 })
  }),
  scenario('nest/bad-request', { must: ['BadRequestException', 'amount must be positive'] }, () => {
    throw new BadRequestException(['amount must be positive'], { cause: new Error('validation') })
  }),
  scenario('nest/internal', { must: ['InternalServerErrorException', 'connection lost'] }, () => {
    throw new InternalServerErrorException('charge failed', { cause: new Error('connection lost') })
  }),
  scenario('verror/causes', { must: ['charge failed', 'disk is full'] }, () => {
    throw new VError(
      { cause: new VError(new Error('disk is full'), 'write'), info: { order: 17 } },
      'charge failed',
    )
  }),
  scenario('rxjs/empty', { must: ['EmptyError', 'no elements in sequence'] }, () =>
    firstValueFrom(of()).catch((error) => {
      throw error instanceof EmptyError ? error : new Error('unexpected')
    }),
  ),
  scenario('rxjs/timeout', { must: ['TimeoutError', 'Timeout has occurred'] }, () =>
    firstValueFrom(NEVER.pipe(timeout(20))),
  ),
]

async function requestOnce(handler) {
  const { createServer } = await import('node:http')
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  await fetch(`http://127.0.0.1:${server.address().port}/orders`)
  server.close()
}
