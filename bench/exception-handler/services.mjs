// The same service in each framework. `options` are the options of the exception handler; `log` logs failures without it; with neither,
// the framework handles and logs failures itself. `isPassed` adds a middleware that does nothing.
import { createServer } from 'node:http'

const sorry = { message: 'Something went wrong.' }

async function findOrder(id) {
  await Promise.resolve()
  return { id, email: 'kim@example.com', items: [{ name: 'tea', amount: 2, price: 799 }] }
}

async function chargeOrder(id) {
  const order = await findOrder(id)
  return order.card.number
}

export const services = {
  express: async ({ options, log, isPassed }) => {
    const { default: express } = await import('express')
    const { exceptionHandler, requestScope } =
      await import('@slack-logger/exception-handler/express')
    const app = express()
    if (options) app.use(requestScope())
    if (isPassed) app.use((_request, _response, next) => next())
    app.get('/orders/:id', async ({ params }, response) => {
      response.json(await findOrder(params.id))
    })
    app.get('/fail/:id', async ({ params }, response) => {
      response.json(await chargeOrder(params.id))
    })
    if (options) app.use(exceptionHandler(options))
    if (log) {
      app.use((error, request, response, _next) => {
        log(error, request)
        response.status(500).json(sorry)
      })
    }
    return createServer(app)
  },
  fastify: async ({ options, log, isQuiet, isPassed }) => {
    const { default: createFastify } = await import('fastify')
    const { exceptionHandler } = await import('@slack-logger/exception-handler/fastify')
    const app = createFastify(isQuiet ? {} : { logger: { level: 'error' } })
    if (options) app.register(exceptionHandler, options)
    if (isPassed) app.addHook('onRequest', (_request, _reply, next) => next())
    if (log) {
      app.setErrorHandler((error, request, reply) => {
        log(error, request)
        reply.code(500).send(sorry)
      })
    }
    app.get('/orders/:id', ({ params }) => findOrder(params.id))
    app.get('/fail/:id', ({ params }) => chargeOrder(params.id))
    await app.listen({ host: '127.0.0.1', port: 0 })
    return app.server
  },
  koa: async ({ options, log, isPassed }) => {
    const { default: Koa } = await import('koa')
    const { Router } = await import('@koa/router')
    const { exceptionHandler } = await import('@slack-logger/exception-handler/koa')
    const router = new Router()
    router.get('/orders/:id', async (context) => {
      context.body = await findOrder(context.params.id)
    })
    router.get('/fail/:id', async (context) => {
      context.body = await chargeOrder(context.params.id)
    })
    const app = new Koa()
    if (options) app.use(exceptionHandler(options))
    if (isPassed) app.use((_context, next) => next())
    if (log) {
      app.use(async (context, next) => {
        try {
          await next()
        } catch (error) {
          log(error, context)
          context.status = 500
          context.body = sorry
        }
      })
    }
    app.use(router.routes())
    const callback = app.callback()
    return createServer((request, response) => void callback(request, response))
  },
  hono: async ({ options, log, isPassed }) => {
    const { Hono } = await import('hono')
    const { createAdaptorServer } = await import('@hono/node-server')
    const { exceptionHandler } = await import('@slack-logger/exception-handler/hono')
    const app = new Hono()
    if (options) exceptionHandler(app, options)
    if (isPassed) app.use((_context, next) => next())
    if (log) {
      app.onError((error, context) => {
        log(error, context.req)
        return context.json(sorry, 500)
      })
    }
    app.get('/orders/:id', async (context) =>
      context.json(await findOrder(context.req.param('id'))),
    )
    app.get('/fail/:id', async (context) =>
      context.json(await chargeOrder(context.req.param('id'))),
    )
    return createAdaptorServer({ fetch: app.fetch })
  },
  nestjs: async ({ options, log, isPassed }) => {
    await import('reflect-metadata')
    const { Controller, Get, Module, Param } = await import('@nestjs/common')
    const { NestFactory } = await import('@nestjs/core')
    const { ExceptionHandlerModule } = await import('@slack-logger/exception-handler/nestjs')
    class OrdersController {
      find(id) {
        return findOrder(id)
      }
      charge(id) {
        return chargeOrder(id)
      }
    }
    const { prototype } = OrdersController
    Controller()(OrdersController)
    Get('orders/:id')(prototype, 'find', Object.getOwnPropertyDescriptor(prototype, 'find'))
    Param('id')(prototype, 'find', 0)
    Get('fail/:id')(prototype, 'charge', Object.getOwnPropertyDescriptor(prototype, 'charge'))
    Param('id')(prototype, 'charge', 0)
    // oxlint-disable-next-line typescript/no-extraneous-class -- a module of Nest is a class
    class Root {}
    const imports = options ? [ExceptionHandlerModule.forRoot(options)] : []
    Module({ imports, controllers: [OrdersController] })(Root)
    const app = await NestFactory.create(Root, { logger: ['error'] })
    if (isPassed) app.use((_request, _response, next) => next())
    if (log) {
      app.useGlobalFilters({
        catch: (error, host) => {
          const http = host.switchToHttp()
          log(error, http.getRequest())
          http.getResponse().status(500).json(sorry)
        },
      })
    }
    await app.listen(0, '127.0.0.1')
    return app.getHttpServer()
  },
}
