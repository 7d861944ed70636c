import { createSlackStream } from '@slack-logger/pino-slack'
import pino from 'pino'

/** A service as PM2 runs it in cluster mode: it knows of no primary, and ends in order on SIGINT. */
const release = process.env.RELEASE
const slack = createSlackStream({ service: 'shop', release })
const logger = pino({}, slack)
const chargeCard = () => new Error('the card was refused')

const timer = setInterval(() => {
  logger.error(chargeCard())
  process.send({ logged: 1 })
}, 20)
process.on('SIGINT', () => {
  clearInterval(timer)
  void slack.close().then(() => process.exit(0))
})
process.send('ready')
