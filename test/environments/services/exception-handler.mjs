import { onUncaught } from '@slack-logger/exception-handler'
import { exceptionHandler } from '@slack-logger/exception-handler/hono'
import { createSlackStream } from '@slack-logger/pino-slack'
import { Hono } from 'hono'
import pino from 'pino'

const stream = createSlackStream({ service: 'checkout' })
const logger = pino(stream)
onUncaught(logger)
const app = new Hono()
exceptionHandler(app, { logger })
app.post('/orders/:id/pay', (context) => context.json({ paid: context.get('order').card.id }))
const pay = async () => {
  const { status } = await app.request('/orders/123/pay', { method: 'POST' })
  await stream.flush()
  process.exitCode = status === 500 ? 1 : 0
}
void pay()
