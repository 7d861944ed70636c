import { slackActions, toNodeHandler } from '@slack-logger/core/actions'
import { onUncaught, pinoMixin } from '@slack-logger/exception-handler'
import { exceptionHandler } from '@slack-logger/exception-handler/fastify'
import createFastify from 'fastify'
import pino from 'pino'

const signingSecret = process.env.SLACK_SIGNING_SECRET
const logger = pino(
  { name: 'shop', mixin: pinoMixin() },
  pino.transport({
    targets: [
      { target: 'pino/file', options: { destination: process.env.LOG_FILE ?? 'app.log' } },
      {
        target: '@slack-logger/pino-slack',
        level: 'error',
        options: { service: 'shop', environment: 'production', signingSecret },
      },
    ],
  }),
)
onUncaught(logger)

const orderSchema = {
  type: 'object',
  required: ['email', 'amount'],
  properties: { email: { type: 'string' }, amount: { type: 'integer', minimum: 1 } },
}
const orders = new Map([['17', { id: '17', email: 'kim@example.com' }]])

const app = createFastify()
app.register(exceptionHandler, { logger, skipEndpoints: ['/health'] })
app.addHook('onRequest', (request, _reply, done) => {
  request.user = { id: 17, name: 'kim' }
  done()
})
if (signingSecret) {
  const handler = toNodeHandler(slackActions({ signingSecret }))
  app.post('/slack/actions', { onRequest: handler }, () => {})
}
app.post('/orders', { schema: { body: orderSchema } }, (request, reply) => {
  logger.info({ amount: request.body.amount }, 'order taken')
  reply.code(201).send(request.body)
})
app.post('/orders/:id/pay', function payOrder(request) {
  const order = orders.get(request.params.id)
  return { paid: order.card.id }
})
app.get('/health', () => {
  throw new Error('the database is away')
})

const address = await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 8080) })
console.log(`shop is ready on ${address}`)
process.on('SIGTERM', () => {
  void app.close().then(() => process.exit(0))
})
