import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import Koa from 'koa'
import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { exceptionHandler } from '../../../src/koa.ts'
import { brokenStream, createOrder, failAs, userOf } from '../failures.ts'
import { listen, type Framework } from '../service.ts'

export const koaService: Framework = {
  name: 'Koa 3',
  handler: 'fail',
  start: ({ options, logger, gate, isHttp2 }) => {
    const router = new Router()
    router.get('/fail/:how', function fail(context) {
      failAs(context.params['how'] ?? '')
    })
    router.get('/reject/:how', async (context) => {
      await Promise.resolve()
      failAs(context.params['how'] ?? '')
    })
    router.post('/orders', function create(context) {
      context.body = createOrder(context.request.body)
    })
    router.post('/logged', (context) => {
      logger.info('on the way')
      logger.error('inside')
      context.body = { ok: true }
    })
    router.get('/late', (context) => {
      context.res.statusCode = 200
      context.res.write('part')
      failAs('bug')
    })
    router.get('/stream', (context) => {
      context.body = brokenStream()
    })
    router.get('/wait', async () => {
      await gate()
      failAs('bug')
    })
    const { trustProxy = 0 } = options
    const app = new Koa({ proxy: trustProxy > 0, maxIpsCount: trustProxy })
    app.use(exceptionHandler(options))
    app.use((context, next) => {
      context.state.user = userOf(context.get('x-user') || undefined)
      return next()
    })
    app.use(bodyParser())
    app.use(router.routes())
    const callback = app.callback()
    return listen(
      isHttp2
        ? createHttp2Server((request, response) => void callback(request, response))
        : createServer((request, response) => void callback(request, response)),
    )
  },
}
