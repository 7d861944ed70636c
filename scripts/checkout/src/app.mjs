// A small service with a mistake in it: what the picture at the top of the README shows is what it logs.
import { createServer } from 'node:http'
import pino from 'pino'
import { placeOrder } from './place-order.mjs'

const root = pino(
  { base: { pid: process.pid, hostname: 'web-3' } },
  pino.transport({
    target: '@slack-logger/pino-slack',
    options: {
      service: 'checkout',
      environment: 'production',
      release: 'v1.8.2',
      contextLevel: 'info',
      links: {
        trace: 'https://traces.example.com/{trace_id}',
        logs: 'https://logs.example.com/{service}',
      },
    },
  }),
)

const server = createServer((request, response) => {
  const logger = root.child({ trace_id: request.headers['x-trace'] })
  placeOrder(request, logger).then(
    (charge) => response.end(JSON.stringify(charge)),
    (err) => {
      const user = { id: Number(request.headers['x-customer']) }
      logger.error({ err, req: request, user })
      response.writeHead(500).end()
    },
  )
})
server.listen(0, '127.0.0.1', () => process.send(server.address().port))
process.on('message', () => server.close(() => process.disconnect()))
