import pino from 'pino'

const logger = pino(
  pino.transport({
    targets: [
      { target: 'pino/file', options: { destination: process.env.LOG_FILE } },
      { target: '@slack-logger/pino-slack', level: 'error' },
    ],
  }),
)
for (let i = 0; i < 1000; i += 1) logger.error(new Error('the card was refused'))
