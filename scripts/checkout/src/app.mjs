// A small service with a bug. The picture at the top of the README shows what it logs.
import express from 'express'
import pino from 'pino'
import { placeOrder } from './place-order.mjs'

const logger = pino(
  { serializers: { req: (req) => ({ ...pino.stdSerializers.req(req), route: req.route?.path }) } },
  pino.transport({
    target: '@slack-logger/pino-slack',
    options: {
      service: 'checkout',
      environment: 'production',
      release: 'v1.8.2',
      username: 'Alerts',
      iconEmoji: ':rotating_light:',
      contextLevel: 'info',
      links: {
        trace: 'https://traces.example.com/{trace_id}',
        logs: 'https://logs.example.com/{service}',
      },
    },
  }),
)

const app = express()
app.post('/orders/:id', (req, res) => {
  const log = logger.child({ trace_id: req.get('x-trace') })
  placeOrder(req, log).then(
    (charge) => res.json(charge),
    (err) => {
      log.error({ err, req, user: { id: Number(req.get('x-customer')) } })
      res.sendStatus(500)
    },
  )
})
const server = app.listen(0, '127.0.0.1', () => process.send(server.address().port))
process.on('message', () => server.close(() => process.disconnect()))
