import { createSlackStream } from '@slack-logger/pino-slack'
import pino from 'pino'

// By default, six new problems at once would be one storm.
const options = { repeat: { policy: 'window' } }
const destination =
  process.env.IN_PROCESS === 'true'
    ? createSlackStream(options)
    : pino.transport({ target: '@slack-logger/pino-slack', options })
const logger = pino({}, destination)
const cycle = { name: 'cycle' }
cycle.self = cycle
logger.warn('below the level')
logger.error({ place: 'no message and no error' })
logger.error('no error')
logger.error(cycle, 'with a cycle')
logger.error({ amount: String(10n), big: { toJSON: () => 'odd' } }, 'with a big number')
logger.error({ err: 'thrown text' }, 'with a text for an error')
logger.error({ err: null }, 'with null for an error')
