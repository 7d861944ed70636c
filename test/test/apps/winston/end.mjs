import { SlackTransport } from '@slack-logger/winston-slack'
import winston from 'winston'

const logger = winston.createLogger({ transports: [new SlackTransport()] })
logger.on('finish', () => process.exit(0))
logger.error('charge failed', new Error('the card was refused'))
logger.end()
