import { SlackTransport } from '@slack-logger/winston-slack'
import winston from 'winston'

const logger = winston.createLogger({ transports: [new SlackTransport({ service: 'checkout' })] })

logger.error('logged before it is closed')
logger.close()
if (process.env.EXIT === 'true') process.exit(0)
