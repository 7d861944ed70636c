import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import { slackActions, toNodeHandler } from '@slack-logger/core/actions'
import { onUncaught, requestContext } from '@slack-logger/exception-handler'
import { exceptionHandler } from '@slack-logger/exception-handler/koa'
import { SlackTransport } from '@slack-logger/winston-slack'
import Koa from 'koa'
import winston from 'winston'

const { combine, json, timestamp } = winston.format
const signingSecret = process.env.SLACK_SIGNING_SECRET
const logger = winston.createLogger({
  format: combine(requestContext(), timestamp(), json()),
  transports: [
    new winston.transports.File({ filename: process.env.LOG_FILE ?? 'app.log' }),
    new SlackTransport({
      level: 'error',
      service: 'shop',
      environment: 'production',
      signingSecret,
    }),
  ],
})
onUncaught(logger)

const orders = new Map([['17', { id: '17', email: 'kim@example.com' }]])

const router = new Router()
router.post('/orders', (context) => {
  const order = context.request.body
  context.assert(order.amount > 0, 400, 'amount: must be more than 0')
  logger.info('order taken', { amount: order.amount })
  context.status = 201
  context.body = order
})
router.post('/orders/:id/pay', function payOrder(context) {
  const order = orders.get(context.params.id)
  context.body = { paid: order.card.id }
})
router.get('/health', () => {
  throw new Error('the database is away')
})

const app = new Koa()
app.use(exceptionHandler({ logger, locale: 'ko', skipEndpoints: ['/health'] }))
app.use((context, next) => {
  context.state.user = { id: 17, name: 'kim' }
  return next()
})
if (signingSecret) {
  const handler = toNodeHandler(slackActions({ signingSecret }))
  app.use(new Router().post('/slack/actions', handler).routes())
}
app.use(bodyParser())
app.use(router.routes())

const server = app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`shop is ready on http://127.0.0.1:${server.address().port}`)
})
process.on('SIGTERM', () => {
  server.close(() => logger.on('finish', () => process.exit(0)).end())
})
