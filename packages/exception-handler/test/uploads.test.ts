import * as common from '@nestjs/common'
import * as core from '@nestjs/core'
import * as platform from '@nestjs/platform-express'
import multipart from '@fastify/multipart'
import { createAdaptorServer } from '@hono/node-server'
import busboy from 'busboy'
import express from 'express'
import createFastify from 'fastify'
import { formidable } from 'formidable'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import Koa from 'koa'
import multer from 'multer'
import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import { exceptionHandler as forExpress, requestScope } from '../src/express.ts'
import { exceptionHandler as forFastify } from '../src/fastify.ts'
import { exceptionHandler as forHono } from '../src/hono.ts'
import { exceptionHandler as forKoa } from '../src/koa.ts'
import { listen, type Service } from './conformance/service.ts'
import { createLog, decorate, runNest } from './support/run-nest.ts'

const maxBytes = 10

/** `POST /` takes a file named `photo` of at most 10 bytes. */
const services: readonly (readonly [string, () => Promise<Service>])[] = [
  [
    'multer',
    () => {
      const app = express()
      const upload = multer({ limits: { fileSize: maxBytes } }).single('photo')
      app.post('/', upload, (_request, response) => response.json({}))
      app.use(forExpress({ logger: createLog().logger }))
      return listen(createServer(app))
    },
  ],
  [
    "multer by Nest's interceptor",
    async () => {
      class Photos {
        add(): object {
          return {}
        }
      }
      decorate(
        Photos,
        'add',
        common.Post('/'),
        common.HttpCode(200),
        common.UseInterceptors(
          platform.FileInterceptor('photo', { limits: { fileSize: maxBytes } }),
        ),
      )
      common.Controller()(Photos)
      const service = await runNest({ common, core }, { controllers: [Photos] })
      return { url: service.url, close: async () => service[Symbol.asyncDispose]() }
    },
  ],
  [
    'busboy',
    () => {
      const app = express()
      app.post('/', (request, response, next) => {
        const form = busboy({ headers: request.headers })
        form.on('error', next)
        form.on('file', (_name, file) => file.on('error', next).resume())
        form.on('finish', () => response.json({}))
        request.pipe(form)
      })
      app.use(forExpress({ logger: createLog().logger }))
      return listen(createServer(app))
    },
  ],
  [
    'formidable',
    () => {
      const app = new Koa()
      app.use(forKoa({ logger: createLog().logger }))
      app.use(async (context) => {
        await formidable({ maxFileSize: maxBytes }).parse(context.req)
        context.body = {}
      })
      const callback = app.callback()
      return listen(createServer((request, response) => void callback(request, response)))
    },
  ],
  [
    'Hono',
    () => {
      const app = new Hono()
      forHono(app, { logger: createLog().logger })
      app.use(bodyLimit({ maxSize: 130 }))
      app.post('/', (context) => context.req.parseBody().then(() => context.json({})))
      return listen(createAdaptorServer({ fetch: app.fetch }))
    },
  ],
  [
    '@fastify/multipart',
    async () => {
      const app = createFastify()
      await app.register(forFastify, { logger: createLog().logger })
      await app.register(multipart, { limits: { fileSize: maxBytes } })
      app.post('/', (request) =>
        request
          .file()
          .then((file) => file?.toBuffer())
          .then(() => ({})),
      )
      await app.ready()
      return listen(app.server)
    },
  ],
]

function partOf(text: string, name = 'photo'): string {
  const head = `content-disposition: form-data; name="${name}"; filename="a.png"`
  return `--x\r\n${head}\r\ncontent-type: image/png\r\n\r\n${text}`
}

const whole = 'multipart/form-data; boundary=x'

async function post(
  start: () => Promise<Service>,
  body: string,
  type: string,
): Promise<readonly [number, string]> {
  const service = await start()
  try {
    const headers = { 'content-type': type }
    const response = await fetch(service.url, { method: 'POST', body, headers })
    const { message = '' } = (await response.json()) as { readonly message?: string }
    return [response.status, message]
  } finally {
    await service.close()
  }
}

const badRequest = [400, 'The request is not valid.'] as const

describe.each(services)('%s', (name, start) => {
  test('takes a file', async () => {
    expect(await post(start, `${partOf('small')}\r\n--x--\r\n`, whole)).toEqual([200, ''])
  })

  // busboy itself only cuts the file.
  test.skipIf(name === 'busboy')('a file that is too large is a 413', async () => {
    const answer = await post(start, `${partOf('large'.repeat(9))}\r\n--x--\r\n`, whole)

    expect(answer).toEqual([413, 'The request is too large.'])
  })

  test('a truncated body is a 400', async () => {
    expect(await post(start, partOf('small'), whole)).toEqual(badRequest)
  })

  test('a missing boundary is a 400', async () => {
    const answer = await post(start, `${partOf('small')}\r\n--x--\r\n`, 'multipart/form-data')

    expect(answer).toEqual(badRequest)
  })
})

test('another field than the expected one is a 400', async () => {
  const [, start] = services[0] ?? []
  const body = `${partOf('small', 'video')}\r\n--x--\r\n`

  expect(start && (await post(start, body, whole))).toEqual(badRequest)
})

test('log lines of events of an upload have the request', async () => {
  const { logger, lines } = createLog()
  const app = express()
  app.use(requestScope())
  app.post('/', (request, response) => {
    const form = busboy({ headers: request.headers })
    form.on('file', (_name, file) => {
      logger.error('on the way')
      file.resume()
    })
    form.on('close', () => {
      logger.error('in the end')
      response.json({})
    })
    request.pipe(form)
  })

  await post(() => listen(createServer(app)), `${partOf('small')}\r\n--x--\r\n`, whole)

  expect(lines).toMatchObject([
    { msg: 'on the way', request: { method: 'POST', path: '/' } },
    { msg: 'in the end', request: { method: 'POST', path: '/' } },
  ])
})
