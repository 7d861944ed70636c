import pino from 'pino'
import { failure, storm } from './cpu.mjs'

const logger = pino({ transport: { target: '@slack-logger/pino-slack' } })
await storm(
  () => logger.error(failure()),
  () => new Promise((resolve) => logger.flush(resolve)),
)
