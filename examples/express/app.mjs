import { slackActions, toNodeHandler } from '@slack-logger/core/actions'
import { onUncaught, pinoMixin } from '@slack-logger/exception-handler'
import { exceptionHandler, requestScope } from '@slack-logger/exception-handler/express'
import express from 'express'
import pino from 'pino'
import { z } from 'zod'

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

const orderSchema = z.object({ email: z.email(), amount: z.int().positive() })
const orders = new Map([['17', { id: '17', email: 'kim@example.com' }]])

const app = express()
app.use(requestScope())
if (signingSecret) app.post('/slack/actions', toNodeHandler(slackActions({ signingSecret })))
app.use((request, _response, next) => {
  request.user = { id: 17, name: 'kim' }
  next()
})
app.use(express.json())
app.post('/orders', (request, response) => {
  const order = orderSchema.parse(request.body)
  logger.info({ amount: order.amount }, 'order taken')
  response.status(201).json(order)
})
app.post('/orders/:id/pay', function payOrder(request, response) {
  const order = orders.get(request.params.id)
  response.json({ paid: order.card.id })
})
app.get('/health', () => {
  throw new Error('the database is away')
})
app.use(exceptionHandler({ logger, skipEndpoints: ['/health'] }))

const server = app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`shop is ready on http://127.0.0.1:${server.address().port}`)
})
process.on('SIGTERM', () => server.close(() => process.exit(0)))
