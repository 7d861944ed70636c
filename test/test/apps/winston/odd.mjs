import { SlackTransport } from '@slack-logger/winston-slack'
import winston from 'winston'

const logger = winston.createLogger({
  format: winston.format.simple(),
  // By default, six new problems at once would be one storm.
  transports: [new SlackTransport({ level: 'error', repeat: { policy: 'window' } })],
})
const cycle = { name: 'cycle' }
cycle.self = cycle
logger.warn('below the level')
logger.error({ place: 'no message and no error' })
logger.error('no error')
logger.error('with a cycle', cycle)
logger.error('with a big number', { amount: 10n })
logger.error('with a text for an error', { error: 'thrown text' })
logger.error(undefined)
logger.end()
