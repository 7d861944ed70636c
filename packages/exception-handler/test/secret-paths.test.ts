import express from 'express'
import express4 from 'express4'
import createFastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { Router } from '@koa/router'
import * as common from '@nestjs/common'
import * as core from '@nestjs/core'
import { createAdaptorServer } from '@hono/node-server'
import { createServer } from 'node:http'
import type { Logger } from 'pino'
import { expect, test } from 'vitest'
import { exceptionHandler as forExpress, requestScope } from '../src/express.ts'
import { exceptionHandler as forFastify } from '../src/fastify.ts'
import { exceptionHandler as forHono } from '../src/hono.ts'
import { exceptionHandler as forKoa } from '../src/koa.ts'
import { listen, type Service } from './conformance/service.ts'
import { createLog, decorate, runNest } from './support/run-nest.ts'

/** What fails quotes its address. */
function fail(logger: Logger, url: string): never {
  logger.error('checking')
  throw Object.assign(new Error(`Cannot verify ${url}`), { status: 409, url })
}

function serveExpress(app: express.Express, logger: Logger): Promise<Service> {
  app.use(requestScope())
  app.get('/verify-email/:token', (request) => fail(logger, request.originalUrl))
  app.use(forExpress({ logger }))
  return listen(createServer(app))
}

test.each<[string, (logger: Logger) => Promise<Service>]>([
  ['Express 5', (logger) => serveExpress(express(), logger)],
  ['Express 4', (logger) => serveExpress(express4(), logger)],
  [
    'Fastify',
    async (logger) => {
      const app = createFastify()
      await app.register(forFastify, { logger })
      app.get('/verify-email/:token', (request) => fail(logger, request.originalUrl))
      await app.ready()
      return listen(app.server)
    },
  ],
  [
    'Koa',
    (logger) => {
      const app = new Koa()
      const router = new Router()
      app.use(forKoa({ logger }))
      router.get('/verify-email/:token', (context) => fail(logger, context.originalUrl))
      app.use(router.routes())
      const callback = app.callback()
      return listen(createServer((request, response) => void callback(request, response)))
    },
  ],
  [
    'Hono',
    (logger) => {
      const app = new Hono()
      forHono(app, { logger })
      app.get('/verify-email/:token', (context) => fail(logger, context.req.path))
      return listen(createAdaptorServer({ fetch: app.fetch }))
    },
  ],
])('no log line of %s has a secret of the path', async (_name, start) => {
  const { logger, lines } = createLog()
  const { url, close } = await start(logger)

  await fetch(`${url}/verify-email/abc?size=7`)
  await fetch(`${url}/verify-email/r4nd0m-v%2Flue`)
  await close()

  expect(lines).toMatchObject([
    { msg: 'checking' },
    {
      msg: expect.stringMatching(/^Cannot verify \/verify-email\/\[redacted\]/) as string,
      request: { path: '/verify-email/[redacted]', params: { token: '[redacted]' } },
    },
    { msg: 'checking' },
    { request: { path: '/verify-email/[redacted]' } },
  ])
  expect(JSON.stringify(lines)).not.toMatch(/\/abc|r4nd0m/)
})

test('no log line of Nest has a secret of the path', async () => {
  class Mails {
    verify(request: express.Request): never {
      throw new common.ConflictException(`Cannot verify ${request.originalUrl}`)
    }
  }
  decorate(Mails, 'verify', common.Get('/verify-email/:token'))
  common.Req()(Mails.prototype, 'verify', 0)
  common.Controller()(Mails)
  await using service = await runNest({ common, core }, { controllers: [Mails] })

  await fetch(`${service.url}/verify-email/r4nd0m-value`)

  expect(service.lines).toMatchObject([{ msg: 'Cannot verify /verify-email/[redacted]' }])
  expect(JSON.stringify(service.lines)).not.toContain('r4nd0m')
})
