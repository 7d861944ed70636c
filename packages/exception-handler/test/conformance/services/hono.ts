import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { stream } from 'hono/streaming'
import { createServer as createHttp2Server } from 'node:http2'
import { Readable } from 'node:stream'
import { exceptionHandler } from '../../../src/hono.ts'
import { brokenStream, createOrder, failAs, userOf } from '../failures.ts'
import { listen, type Framework } from '../service.ts'

interface Environment {
  readonly Variables: { user: object | undefined }
}

export const honoService: Framework = {
  name: 'Hono 4',
  handler: 'fail',
  start: ({ options, logger, gate, isHttp2 }) => {
    const app = new Hono<Environment>()
    const errors = exceptionHandler(app, options)
    app.use(async (context, next) => {
      context.set('user', userOf(context.req.header('x-user')))
      await next()
    })
    app.get('/fail/:how', function fail(context) {
      failAs(context.req.param('how'))
    })
    app.get('/reject/:how', async (context) => {
      await Promise.resolve()
      failAs(context.req.param('how'))
    })
    app.post('/orders', async function create(context) {
      return context.json(createOrder(await context.req.json()))
    })
    app.post('/logged', async (context) => {
      await context.req.json()
      logger.info('on the way')
      logger.error('inside')
      return context.json({ ok: true })
    })
    app.get('/late', (context) =>
      stream(
        context,
        async (target) => {
          await target.write('part')
          failAs('bug')
        },
        errors.inStream(context),
      ),
    )
    app.get('/stream', (context) =>
      context.body(Readable.toWeb(brokenStream()) as unknown as ReadableStream),
    )
    app.get('/wait', async () => {
      await gate()
      return failAs('bug')
    })
    return listen(
      createAdaptorServer({
        fetch: app.fetch,
        ...(isHttp2 && { createServer: createHttp2Server }),
      }),
    )
  },
}
