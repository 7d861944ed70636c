import { SlackTransport } from '@slack-logger/winston-slack'
import winston from 'winston'

const file = new winston.transports.File({ filename: process.env.LOG_FILE })
const logger = winston.createLogger({ transports: [file, new SlackTransport()] })
for (let count = 0; count < 5000; count += 1) logger.error(new Error('the card was refused'))
logger.end()
