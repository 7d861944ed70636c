import pino from 'pino'

// `DISCORD_WEBHOOK_URL` is the address of a webhook of the channel.
const logger = pino(
  { name: 'shipping' },
  pino.transport({
    targets: [
      { target: 'pino/file', options: { destination: process.env.LOG_FILE ?? 'app.log' } },
      {
        target: '@slack-logger/pino-slack',
        level: 'error',
        options: { destination: '@slack-logger/discord', service: 'shipping', release: '3.4.0' },
      },
    ],
  }),
)

export function printLabel(parcel) {
  if (parcel.weight > 30) throw new RangeError(`parcel ${parcel.id} is too heavy`)
}

logger.info('shipping is ready')
try {
  printLabel({ id: 77, weight: 41 })
} catch (error) {
  logger.error({ err: error, parcel: { id: 77 } }, 'no label was printed')
}
logger.warn('the printer is slow')
