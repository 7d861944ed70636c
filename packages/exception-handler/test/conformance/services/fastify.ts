import createFastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { exceptionHandler } from '../../../src/fastify.ts'
import { brokenStream, createOrder, failAs, userOf } from '../failures.ts'
import type { Framework } from '../service.ts'

type FailRequest = FastifyRequest<{ Params: { how: string } }>

export const fastifyService: Framework = {
  name: 'Fastify 5',
  handler: 'fail',
  start: async ({ options, logger, gate, isHttp2 }) => {
    // Fastify believes addresses, no number of proxies.
    const trustProxy = (options.trustProxy ?? 0) > 0 ? 'loopback' : false
    const app = isHttp2
      ? (createFastify({ trustProxy, http2: true }) as unknown as FastifyInstance)
      : createFastify({ trustProxy })
    await app.register(exceptionHandler, options)
    app.addHook('onRequest', (request, _reply, done) => {
      Object.assign(request, { user: userOf(request.headers['x-user']) })
      done()
    })
    app.get('/fail/:how', function fail(request: FailRequest) {
      failAs(request.params.how)
    })
    // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- this is Fastify
    app.get('/reject/:how', async (request: FailRequest) => {
      await Promise.resolve()
      failAs(request.params.how)
    })
    app.post('/orders', function create(request) {
      return createOrder(request.body)
    })
    app.post('/logged', () => {
      logger.info('on the way')
      logger.error('inside')
      return { ok: true }
    })
    app.get('/late', async (_request, reply) => {
      reply.raw.write('part')
      await Promise.resolve()
      failAs('bug')
    })
    app.get('/stream', (_request, reply) => reply.send(brokenStream()))
    app.get('/wait', async () => {
      await gate()
      failAs('bug')
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    return {
      url: app.listeningOrigin,
      close: async () => {
        app.server.closeAllConnections?.()
        await app.close()
      },
    }
  },
}
