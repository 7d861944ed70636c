import { createSlackStream } from '@slack-logger/pino-slack'
import pino from 'pino'

const logger = pino(createSlackStream({ service: 'checkout' }))
process.on('uncaughtException', (error) => {
  logger.fatal(error)
  process.exit(1)
})
const charge = (order) => order.card.id
setImmediate(() => charge({ id: 123 }))
