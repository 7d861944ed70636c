import express from 'express'
import express4 from 'express4'
import { createServer } from 'node:http'
import { pipeline } from 'node:stream'
import { exceptionHandler, requestScope } from '../../../src/express.ts'
import { brokenStream, createOrder, failAs, userOf } from '../failures.ts'
import { listen, type Framework, type Setup } from '../service.ts'

function createApp(framework: typeof express, { options, logger, gate }: Setup): express.Express {
  const app = framework()
  app.set('trust proxy', options.trustProxy ?? false)
  app.use(requestScope(options))
  app.use((request, _response, next) => {
    Object.assign(request, { user: userOf(request.headers['x-user']) })
    next()
  })
  app.use(framework.json())
  app.get('/fail/:how', function fail(request) {
    failAs(request.params.how)
  })
  app.get('/reject/:how', (request, _response, next) => {
    // Express 4 does not look after promises.
    void new Promise(() => failAs(request.params.how)).catch(next)
  })
  app.post('/orders', function create(request, response) {
    response.json(createOrder(request.body))
  })
  app.post('/logged', (_request, response) => {
    logger.info('on the way')
    logger.error('inside')
    response.json({ ok: true })
  })
  app.get('/late', (_request, response) => {
    response.write('part')
    failAs('bug')
  })
  app.get('/stream', (_request, response, next) => {
    pipeline(brokenStream(), response, (error) => next(error ?? undefined))
  })
  app.get('/wait', (_request, _response, next) => {
    void gate()
      .then(() => failAs('bug'))
      .catch(next)
  })
  app.use(exceptionHandler(options))
  return app
}

export const express5Service: Framework = {
  name: 'Express 5',
  handler: 'fail',
  start: (setup) => listen(createServer(createApp(express, setup))),
}

export const express4Service: Framework = {
  name: 'Express 4',
  handler: 'fail',
  start: (setup) => listen(createServer(createApp(express4, setup))),
}
