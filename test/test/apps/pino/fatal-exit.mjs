import pino from 'pino'

const logger = pino({ transport: { target: '@slack-logger/pino-slack' } })
logger.fatal(new Error('the database is gone'))
process.exit(1)
