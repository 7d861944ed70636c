import pino from 'pino'

const options = { service: 'checkout' }
const logger = pino({ transport: { target: '@slack-logger/pino-slack', options } })
process.on('uncaughtException', (error) => {
  logger.fatal(error)
  process.exitCode = 1
})
const charge = (order) => order.card.id
setImmediate(() => charge({ id: 123 }))
