import * as common from '@nestjs/common'
import * as core from '@nestjs/core'
import { createAdaptorServer } from '@hono/node-server'
import { bodyParser } from '@koa/bodyparser'
import express from 'express'
import { header, validationResult } from 'express-validator'
import createFastify from 'fastify'
import { Hono } from 'hono'
import Joi from 'joi'
import Koa from 'koa'
import { createServer } from 'node:http'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import * as yup from 'yup'
import { z } from 'zod'
import { exceptionHandler as forExpress } from '../src/express.ts'
import { exceptionHandler as forFastify } from '../src/fastify.ts'
import { exceptionHandler as forHono } from '../src/hono.ts'
import { exceptionHandler as forKoa } from '../src/koa.ts'
import { listen, type Service } from './conformance/service.ts'
import { createLog, decorate, runNest } from './support/run-nest.ts'

/** A handler by the parts of the request. */
type Handle = (body: unknown, query: unknown, headers: unknown) => Promise<unknown>

const { logger } = createLog()

/** The same handler at `POST /` and `GET /` of each framework. */
const frameworks: readonly (readonly [string, (handle: Handle) => Promise<Service>])[] = [
  [
    'Express',
    (handle) => {
      const app = express()
      app.use(express.json())
      app.all('/', (request, response, next) => {
        void handle(request.body, request.query, request.headers).then(
          (result) => response.json(result),
          next,
        )
      })
      app.use(forExpress({ logger }))
      return listen(createServer(app))
    },
  ],
  [
    'Fastify',
    async (handle) => {
      const app = createFastify()
      await app.register(forFastify, { logger })
      app.all('/', (request) => handle(request.body, request.query, request.headers))
      await app.ready()
      return listen(app.server)
    },
  ],
  [
    'Koa',
    (handle) => {
      const app = new Koa()
      app.use(forKoa({ logger }))
      app.use(bodyParser())
      app.use(async (context) => {
        context.body = await handle(context.request.body, context.query, context.headers)
      })
      const callback = app.callback()
      return listen(createServer((request, response) => void callback(request, response)))
    },
  ],
  [
    'Hono',
    (handle) => {
      const app = new Hono()
      forHono(app, { logger })
      app.all('/', async (context) => {
        const body: unknown = context.req.method === 'POST' ? await context.req.json() : undefined
        return context.json(
          (await handle(body, context.req.query(), context.req.header())) as object,
        )
      })
      return listen(createAdaptorServer({ fetch: app.fetch }))
    },
  ],
  [
    'Nest',
    async (handle) => {
      class Orders {
        order(...parts: [body: unknown, query: unknown, headers: unknown]): Promise<unknown> {
          return handle(...parts)
        }
      }
      decorate(Orders, 'order', common.All('/'))
      common.Body()(Orders.prototype, 'order', 0)
      common.Query()(Orders.prototype, 'order', 1)
      common.Headers()(Orders.prototype, 'order', 2)
      common.Controller()(Orders)
      const service = await runNest({ common, core }, { controllers: [Orders] })
      return { url: service.url, close: async () => service[Symbol.asyncDispose]() }
    },
  ],
]

const order = z.object({ email: z.email(), size: z.number() })

async function statusOf(
  start: (handle: Handle) => Promise<Service>,
  handle: Handle,
  { body, query = '' }: { readonly body?: unknown; readonly query?: string },
): Promise<number> {
  const service = await start(handle)
  const init = {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  }
  try {
    const { status } = await fetch(service.url + query, body === undefined ? {} : init)
    return status
  } finally {
    await service.close()
  }
}

/** What another service answers, by a real request. */
async function upstream(answer: unknown): Promise<unknown> {
  const server = createServer((_request, response) => response.end(JSON.stringify(answer)))
  const { url, close } = await listen(server)
  try {
    return await (await fetch(url)).json()
  } finally {
    await close()
  }
}

describe.each(frameworks)('%s', (_name, start) => {
  test.each<[string, Handle, { readonly body?: unknown; readonly query?: string }]>([
    [
      'a body',
      (body) => Promise.resolve(order.parse(body)),
      { body: { email: 'nobody', size: 7 } },
    ],
    [
      'a body that lacks a field, checked after another request',
      async (body) => {
        await upstream({})
        return order.parse(body)
      },
      { body: { email: 'kim@example.com' } },
    ],
    [
      'a body that is no object',
      async (body) => {
        await upstream({})
        return order.parse(body)
      },
      { body: [] },
    ],
    [
      'all parts at once',
      async (body) => {
        await upstream({})
        return z.object({ body: order }).parse({ body })
      },
      { body: { email: 'kim@example.com' } },
    ],
    [
      'a body, checked by zod in its own time',
      (body) => order.parseAsync(body),
      { body: { email: 'nobody', size: 7 } },
    ],
    [
      'a body, checked by joi in its own time',
      (body) => Joi.object({ email: Joi.string().email(), size: Joi.number() }).validateAsync(body),
      { body: { email: 'nobody', size: 7 } },
    ],
    [
      'a body, checked by yup in its own time',
      (body) => yup.object({ email: yup.string().email() }).validate(body),
      { body: { email: 'nobody', size: 7 } },
    ],
    [
      'a header, checked by express-validator, which checks nothing but requests',
      async () => {
        const request = { headers: { 'x-size': 'L' } }
        await header('x-size').isInt().run(request)
        validationResult(request).throw()
      },
      {},
    ],
    [
      'a model of Mongoose, by its documented shape',
      async () => {
        await upstream({})
        const errors = { slug: { path: 'slug', message: 'Path `slug` is required.' } }
        throw Object.assign(new Error('Shop validation failed'), {
          name: 'ValidationError',
          errors,
        })
      },
      {},
    ],
    [
      'a header, checked after another request',
      async (_body, _query, headers) => {
        await upstream({})
        return z.object({ 'user-agent': z.literal('phone') }).parse(headers)
      },
      {},
    ],
    [
      'a query that lacks a parameter',
      (_body, query) => Promise.resolve(z.object({ page: z.string() }).parse(query)),
      {},
    ],
    [
      'a query, checked after another request',
      async (_body, query) => {
        await upstream({})
        return z.object({ page: z.coerce.number() }).parse(query)
      },
      { query: '/?page=x' },
    ],
  ])('%s that is wrong is a 400', async (_of, handle, request) => {
    expect(await statusOf(start, handle, request)).toBe(400)
  })

  test.each<[string, Handle, { readonly body?: unknown; readonly query?: string }]>([
    [
      'zod, a missing value',
      async () => z.object({ rate: z.number() }).parse(await upstream({ error: 'busy' })),
      { query: '/?currency=EUR' },
    ],
    [
      'zod, a value of another type',
      async () => order.parse(await upstream({ email: 'kim@example.com', size: 'L' })),
      { body: { email: 'kim@example.com', size: 7 } },
    ],
    [
      'zod, a list of items',
      async () => z.array(order).parse(await upstream([{ email: 'nobody', size: 7 }])),
      { body: { email: 'kim@example.com', size: 7 } },
    ],
    [
      'zod, a text',
      async () => z.array(order).parse(await upstream('busy')),
      { query: '/?currency=EUR' },
    ],
    [
      'zod, in its own time',
      async () => z.object({ rate: z.number() }).parseAsync(await upstream({ rate: 'x' })),
      { query: '/?currency=EUR' },
    ],
    [
      'valibot',
      async () => v.parse(v.object({ rate: v.number() }), await upstream({ rate: '1,2' })),
      { query: '/?currency=EUR' },
    ],
  ])(
    'an answer of another service that is wrong, by %s, is a 500',
    async (_of, handle, request) => {
      expect(await statusOf(start, handle, request)).toBe(500)
    },
  )
})
