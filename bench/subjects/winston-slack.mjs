import { SlackTransport } from '@slack-logger/winston-slack'
import winston from 'winston'
import { failure, storm } from './cpu.mjs'

const slack = new SlackTransport()
const logger = winston.createLogger({ transports: [slack] })
await storm(
  () => logger.error('request failed', failure()),
  () => slack.flush(),
)
