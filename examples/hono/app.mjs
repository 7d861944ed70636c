import { serve } from '@hono/node-server'
import { slackActions } from '@slack-logger/core/actions'
import { onUncaught, pinoMixin } from '@slack-logger/exception-handler'
import { exceptionHandler } from '@slack-logger/exception-handler/hono'
import { Hono } from 'hono'
import pino from 'pino'
import * as v from 'valibot'

const signingSecret = process.env.SLACK_SIGNING_SECRET
const fileLogger = pino(
  { name: 'shop', mixin: pinoMixin() },
  pino.transport({
    target: 'pino/file',
    options: { destination: process.env.LOG_FILE ?? 'app.log' },
  }),
)
const slackLogger = pino(
  { name: 'shop', mixin: pinoMixin() },
  pino.transport({
    target: '@slack-logger/pino-slack',
    options: { service: 'shop', environment: 'production', signingSecret },
  }),
)
onUncaught({ fileLogger, slackLogger })

const orderSchema = v.object({
  email: v.pipe(v.string(), v.email()),
  amount: v.pipe(v.number(), v.integer(), v.minValue(1)),
})
const orders = new Map([['17', { id: '17', email: 'kim@example.com' }]])

const app = new Hono()
exceptionHandler(app, { fileLogger, slackLogger, skipEndpoints: ['/health'] })
app.use(async (context, next) => {
  context.set('user', { id: 17, name: 'kim' })
  await next()
})
if (signingSecret) {
  const actions = slackActions({ signingSecret })
  app.post('/slack/actions', (context) => actions(context.req.raw))
}
app.post('/orders', async (context) => {
  const order = v.parse(orderSchema, await context.req.json())
  fileLogger.info({ amount: order.amount }, 'order taken')
  return context.json(order, 201)
})
app.post('/orders/:id/pay', async function payOrder(context) {
  await context.req.json()
  const order = orders.get(context.req.param('id'))
  return context.json({ paid: order.card.id })
})
app.get('/health', () => {
  throw new Error('the database is away')
})

const port = Number(process.env.PORT ?? 8080)
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, (address) => {
  console.log(`shop is ready on http://127.0.0.1:${address.port}`)
})
process.on('SIGTERM', () => server.close(() => process.exit(0)))
