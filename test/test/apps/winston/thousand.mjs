import { SlackTransport } from '@slack-logger/winston-slack'
import winston from 'winston'

const logger = winston.createLogger({
  transports: [
    new winston.transports.File({ filename: process.env.LOG_FILE }),
    new SlackTransport({ level: 'error' }),
  ],
})
for (let i = 0; i < 1000; i += 1) logger.error(new Error('the card was refused'))
