// One of many processes of a service. It has no Slack token: REDIS_URL=… node app.mjs
// The one that has: REDIS_URL=… SLACK_BOT_TOKEN=… SLACK_CHANNEL=… npx slack-logger leader --service shop --environment production
import pino from 'pino'

const logger = pino(
  pino.transport({
    targets: [
      { target: 'pino/file', options: { destination: process.env.LOG_FILE ?? 'app.log' } },
      {
        target: '@slack-logger/pino-slack',
        level: 'error',
        options: {
          service: 'shop',
          environment: 'production',
          fleet: { redis: process.env.REDIS_URL, role: 'follower' },
        },
      },
    ],
  }),
)

function chargeCard(order) {
  return order.card.number
}

logger.info('ready')
for (const id of [1, 2, 3, 4]) {
  try {
    chargeCard({ id })
  } catch (error) {
    logger.error({ err: error, order: id }, 'the card could not be charged')
  }
}
