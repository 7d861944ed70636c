import pino from 'pino'

const logger = pino(
  { name: 'checkout' },
  pino.transport({
    targets: [
      { target: 'pino/file', options: { destination: process.env.LOG_FILE ?? 'app.log' } },
      {
        target: '@slack-logger/pino-slack',
        level: 'error',
        options: { service: 'checkout', release: '1.8.2', environment: 'production' },
      },
    ],
  }),
)

export function chargeCard(order) {
  return order.card.id
}

logger.info({ port: 8080 }, 'checkout is ready')
try {
  chargeCard({ id: 123 })
} catch (error) {
  const req = { method: 'POST', url: '/orders/123', remoteAddress: '203.0.113.9' }
  logger.error({ err: error, req, user: { id: 17 } }, 'order 123 could not be charged')
}
logger.warn({ stock: 2 }, 'stock is low')
